"""Metric files in a suite: named by `agentsim_metrics`, asked for by their slugs."""

from __future__ import annotations

import pytest

from pytest_agentsim.metrics.registry import metric_named

pytestmark = pytest.mark.usefixtures("wide_terminal")

GREETING = "_result = 'Acme' in data['transcript']\n_explanation = 'looked for Acme'\n"


def metrics_in(suite, **files):
    suite.ini("agentsim_metrics = metrics")
    for name, text in files.items():
        suite.text(f"metrics/{name.replace('__', '.')}", text)


def test_a_scenario_asks_for_a_metric_of_a_file_and_expects_something_of_it(suite, scenario):
    metrics_in(suite, says_acme__py=GREETING)
    suite.file(
        "desk.scenario.yaml",
        scenario("expects", expect={"metrics": {"says_acme": False}}),
        scenario("asks", metrics=["says_acme"]),
        scenario("does not ask"),
    )
    cases = suite.junit()
    measured = {
        name: {each.get("name"): each.get("value") for each in case.iter("property")}
        for name, case in cases.items()
    }
    assert measured["expects"]["says_acme"] == measured["asks"]["says_acme"]
    assert "says_acme" not in measured["does_not_ask"]


def test_a_metric_of_a_file_that_is_not_as_expected_fails_the_scenario(suite, scenario):
    metrics_in(suite, says_acme__py=GREETING)
    suite.file("desk.scenario.yaml", scenario("hours", expect={"metrics": {"says_acme": True}}))
    result = suite.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*expected says_acme to be true, but it is false*", "*looked for Acme*"])


def test_after_a_run_its_metrics_are_forgotten(suite, scenario):
    metrics_in(suite, says_acme__py=GREETING)
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.run().assert_outcomes(passed=1)
    assert metric_named("says_acme") is None


def test_what_is_wrong_with_metric_files_ends_the_run_before_any_call(suite, scenario):
    metrics_in(suite, a__yaml="description: x\n", b__py="_result = (\n")
    suite.file("desk.scenario.yaml", scenario("hours"))
    result = suite.run()
    result.assert_outcomes()
    result.stderr.fnmatch_lines(
        ["*metrics?a.yaml:1:1: name: name is required*", "*metrics?b.py:1:1: 1: '(' was never closed*"]
    )


def test_warnings_about_metric_files_are_shown(suite, scenario):
    metrics_in(suite, a__yaml="name: Well\ndescription: x\ndescripton: y\n")
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.run("-W", "default").stdout.fnmatch_lines(
        ['*AgentSimWarning: metrics?a.yaml:3:1: *did you mean "description"?*']
    )
    suite.run("--agentsim-strict").stderr.fnmatch_lines(["*metrics?a.yaml:3:1: descripton*"])


def test_metric_files_are_read_in_every_process(suite, scenario):
    metrics_in(suite, says_acme__py=GREETING)
    suite.file(
        "desk.scenario.yaml",
        *(scenario(f"hours {n}", expect={"metrics": {"says_acme": False}}) for n in range(2)),
    )
    suite.run_apart("-n", "2", "-q").assert_outcomes(passed=2)


def test_wrong_metric_files_are_told_once_by_several_processes(suite, scenario):
    metrics_in(suite, b__py="_result = (\n")
    suite.file("desk.scenario.yaml", scenario("hours"))
    result = suite.run_apart("-n", "2", "-q")
    assert sum("was never closed" in line for line in (*result.outlines, *result.errlines)) == 1


def test_a_judge_is_asked_from_code_while_the_calls_go_on(suite, scenario):
    metrics_in(suite, well__py="_result = evaluate_llm_judge_metric(data, description='Well?')['result']\n")
    suite.conftest(
        "@pytest.fixture(scope='session')\ndef judge():\n    return lambda question, call: 'Well' in question.text\n"
    )
    suite.file(
        "desk.scenario.yaml", *(scenario(f"hours {n}", expect={"metrics": {"well": True}}) for n in range(4))
    )
    suite.run("--agentsim-require-judge").assert_outcomes(passed=4)
