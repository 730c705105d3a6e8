"""A rubric beside the scenarios decides over all of them."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.usefixtures("wide_terminal")


def test_a_scenario_fails_by_the_rubric_which_is_named_with_its_line(suite, scenario):
    suite.text("team.agentsim.yaml", "rubric:\n  infrastructure_issues: true\n  turns: {max: 1}\n")
    suite.file(
        "desk.scenario.yaml", scenario("hours"), scenario("own", expect={"metrics": {"turns": {"max": 9}}})
    )
    result = suite.run()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*rubric.turns*expected turns to be at most 1, but it is 3*"])
    result.stdout.fnmatch_lines(["*team.agentsim.yaml:3*"])


def test_a_mark_says_more_than_the_rubric(suite, scenario):
    suite.text("team.agentsim.yaml", "rubric:\n  turns: {max: 1}\n")
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.text(
        "test_desk.py",
        "import pytest\n"
        "@pytest.mark.scenario('desk.scenario.yaml')\n"
        "@pytest.mark.expect_metric('turns', max=9)\n"
        "def test_hours(call): pass\n"
        "@pytest.mark.scenario('desk.scenario.yaml')\n"
        "def test_hours_too(call): pass\n",
    )
    suite.run("test_desk.py").assert_outcomes(passed=1, failed=1)


def test_what_the_rubric_asks_of_a_judge_is_judged_for_each_scenario(suite, scenario):
    suite.text("team.agentsim.yaml", "rubric:\n  relevancy: true\n")
    suite.conftest(
        "@pytest.fixture(scope='session')\ndef judge():\n    return lambda question, call: 'fast' not in call.scenario\n"
    )
    suite.file("desk.scenario.yaml", scenario("slow"), scenario("fast"))
    suite.run("--agentsim-require-judge").assert_outcomes(passed=1, failed=1)


def test_without_a_value_a_rule_fails_nothing(suite, scenario):
    suite.text("team.agentsim.yaml", "rubric:\n  relevancy: true\n  ai_interrupting_user: {max: 0}\n")
    suite.file("desk.scenario.yaml", scenario("hours"))
    result = suite.run()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*expectations *not judged*skipped*"])


def test_rules_of_the_platform_speak_of_metrics_in_files_by_their_ids(suite, scenario):
    suite.ini("agentsim_metrics = metrics")
    suite.text("metrics/m.yaml", "id: 812\nname: Well\ncustom_code: _result = 3\n")
    rule = "{metric_id: 812, conditions: {operator: and, conditions: [{field: score, op: gte, value: 4}]}}"
    suite.text("team.agentsim.yaml", f"rubric: {{evaluation_logic: and, rules: [{rule}]}}\n")
    suite.file("desk.scenario.yaml", scenario("hours"))
    result = suite.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*expected well to be at least 4, but it is 3*"])


def test_a_wrong_rubric_is_an_error_of_the_scenario_files_below(suite, scenario):
    suite.text("team.agentsim.yaml", "rubric:\n  turns: {maximum: 1}\n")
    suite.file("desk.scenario.yaml", scenario("hours"))
    result = suite.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*team.agentsim.yaml:2:11: rubric.turns.maximum: *"])
