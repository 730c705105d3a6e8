"""Tags and marks of scenario files."""

from __future__ import annotations

import pytest


def test_a_tag_is_a_mark_that_selects(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", tags=["smoke"]), scenario("holidays"))
    suite.run("-m", "smoke").assert_outcomes(passed=1, deselected=1)


def test_a_tag_need_not_be_registered(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", tags=["smoke"]))
    suite.run("--strict-markers", "-W", "error").assert_outcomes(passed=1)


def test_a_tag_of_the_same_name_as_a_registered_mark_is_that_mark(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", tags=["slow"]), scenario("holidays", marks=["slow"]))
    result = suite.run("-m", "slow")
    result.assert_outcomes(passed=2)
    assert suite.run("--markers").stdout.str().count("pytest.mark.slow") == 1


@pytest.mark.parametrize(
    ("tag", "mark"),
    [
        ("P1: high", "P1_high"),
        ("2024-Q1", "2024_Q1"),
        ("größe", "größe"),
        ("_private", "private"),
        ("!", "tag"),
    ],
)
def test_a_tag_that_is_no_name_gets_underscores(suite, scenario, tag, mark):
    suite.file("desk.scenario.yaml", scenario("hours", tags=[tag]), scenario("holidays"))
    suite.run("-m", mark).assert_outcomes(passed=1, deselected=1)


@pytest.mark.parametrize(
    "tag", ["skip", "xfail", "parametrize", "usefixtures", "timeout", "runs", "expect", "scenario"]
)
def test_a_tag_does_nothing_even_if_a_mark_of_its_name_would(suite, scenario, tag):
    suite.file("desk.scenario.yaml", scenario("hours", tags=[tag]))
    result = suite.run("-m", f"tag_{tag}", "-W", "error")
    result.assert_outcomes(passed=1)


def test_a_mark_of_a_file_selects(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", marks=["slow"]), scenario("holidays"))
    suite.run("-m", "not slow").assert_outcomes(passed=1, deselected=1)


def test_marks_of_the_file_are_those_of_all_its_scenarios(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours"), scenario("holidays"), marks=["slow"])
    suite.run("-m", "slow").assert_outcomes(passed=2)


def test_a_mark_on_a_folder_by_its_conftest_reaches_the_scenarios(suite, scenario):
    suite.conftest(
        "def pytest_collection_modifyitems(items):\n    for item in items: item.add_marker(pytest.mark.skip(reason='closed'))"
    )
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.run().assert_outcomes(skipped=1)


@pytest.mark.parametrize(
    "mark",
    [
        "skip",
        "skip(reason='closed')",
        {"skip": "closed"},
        {"skip": {"reason": "closed"}},
        "skipif(True, reason='closed')",
        {"skipif": {"condition": "sys.version_info > (3,)", "reason": "closed"}},
    ],
)
def test_a_skip_is_honoured(suite, scenario, mark):
    suite.file("desk.scenario.yaml", scenario("hours", marks=[mark]))
    suite.run().assert_outcomes(skipped=1)


def test_the_reason_of_a_skip_is_shown_at_the_files_line(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", marks=[{"skip": "closed on Sundays"}]))
    result = suite.run("-rs")
    result.stdout.fnmatch_lines(["SKIPPED [[]1[]] desk.scenario.yaml:2: closed on Sundays"])


def test_an_expected_failure_is_xfailed(suite, scenario):
    failing = {"expect": {"agent_says": "never said"}}
    suite.file(
        "desk.scenario.yaml", scenario("hours", marks=[{"xfail": {"reason": "a known defect"}}], **failing)
    )
    result = suite.run("-rx")
    result.assert_outcomes(xfailed=1)
    result.stdout.fnmatch_lines(["XFAIL desk.scenario.yaml::hours - a known defect*"])


def test_a_strict_expected_failure_that_passes_fails(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", marks=["xfail(reason='a known defect', strict=True)"]))
    suite.run().assert_outcomes(failed=1)


def test_usefixtures_brings_a_fixture(suite, scenario):
    suite.conftest("@pytest.fixture\ndef warehouse(): print('the warehouse is filled')")
    suite.file("desk.scenario.yaml", scenario("hours", marks=["usefixtures('warehouse')"]))
    result = suite.run("-s")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*the warehouse is filled*"])


def test_parametrize_parametrises_a_fixture_of_the_scenario(suite, scenario):
    mark = {"parametrize": {"argnames": "personality", "argvalues": ["normal", "impatient"]}}
    suite.file("desk.scenario.yaml", scenario("hours", marks=[mark]))
    assert suite.collect() == ["desk.scenario.yaml::hours[normal]", "desk.scenario.yaml::hours[impatient]"]


@pytest.mark.parametrize(
    "mark", ["personalities('normal', 'impatient')", {"personalities": ["normal", "impatient"]}]
)
def test_personalities_runs_a_scenario_with_each(suite, scenario, mark):
    suite.file("desk.scenario.yaml", scenario("hours", marks=[mark]))
    cases = suite.junit()
    personalities = {
        name: case.find("properties/property[@name='personality']").get("value")
        for name, case in cases.items()
    }
    assert personalities == {"hours[normal]": "normal", "hours[impatient]": "impatient"}


def test_an_expectation_in_a_mark_is_checked_too(suite, scenario):
    mark = {"expect": {"agent_says": "ten to six"}}
    suite.file("desk.scenario.yaml", scenario("hours", marks=[mark], expect={"agent_says": "nine to five"}))
    result = suite.run("--tb=line")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*desk.scenario.yaml:2: *ten to six*"])


def test_the_runs_of_a_mark_replace_those_of_the_file(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", runs=3, marks=["runs(2)"]))
    result = suite.run()
    result.stdout.fnmatch_lines(["calls * 2: *"])


def test_an_expected_outcome_in_a_mark_is_told_as_not_judged(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", marks=["expect_outcome('The agent is polite')"]))
    result = suite.run()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*1 not judged*"])


@pytest.mark.parametrize(
    ("mark", "told"),
    [
        ("solw", "there is no mark 'solw'"),
        ("_x", "'_x' cannot be the name of a mark"),
        ("two words", "'two words' cannot be the name of a mark"),
        ("timeout(3", "the mark 'timeout(3' cannot be read"),
        ("timeout(seconds)", "the mark 'timeout(seconds)' cannot be read"),
        ("timeout(**{})", "cannot be read"),
    ],
)
def test_a_mark_that_cannot_be_is_an_error_of_its_file(suite, scenario, mark, told):
    suite.file("bad.scenario.yaml", scenario("hours"), scenario("holidays", marks=[mark]))
    suite.file("good.scenario.yaml", scenario("hours"))
    result = suite.run("--continue-on-collection-errors")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([f"bad.scenario.yaml:11:3: marks: *{told.replace('[', '[[]')}*"])
    result.stdout.no_fnmatch_line("*pytest_agentsim*.py:*")


def test_a_misspelt_mark_is_an_error_without_strict_markers_too(suite, scenario):
    suite.text("pytest.ini", "[pytest]\naddopts = -p no:hypothesispytest -p no:asyncio")
    suite.file("desk.scenario.yaml", scenario("hours", marks=["solw"]))
    suite.run().assert_outcomes(errors=1)


@pytest.mark.parametrize(
    ("mark", "told"),
    [
        ("runs(0)", "the mark runs is written runs(3, pass_rate=1.0)*"),
        ("runs(2, pass_rate=7)", "the mark runs is written runs(3, pass_rate=1.0)*"),
        ("runs('three')", "the mark runs is written runs(3, pass_rate=1.0)*"),
        ("expect('polite')", "the mark expect is written *"),
        ("expect(agent_sez='polite')", "the mark expect cannot be used: *agent_sez*"),
        ("expect_outcome()", "*expect_outcome*"),
        ("personalities('grumpy')", "unknown personality 'grumpy'*"),
    ],
)
def test_a_mark_of_ours_that_is_used_wrongly_is_told_in_a_sentence(suite, scenario, mark, told):
    suite.file("desk.scenario.yaml", scenario("hours", marks=[mark]), scenario("holidays"))
    result = suite.run("-rN")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([told])
    result.stdout.no_fnmatch_line("*pytest_agentsim*.py:*")


def test_the_marks_of_the_plugin_are_registered(suite):
    result = suite.run("--markers")
    for name in ("scenario", "personalities", "runs", "expect", "expect_outcome"):
        result.stdout.fnmatch_lines([f"@pytest.mark.{name}(*): ?*"])


# --- expect_metric ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "outcome"),
    [
        ("'turns', max=3", "passed"),
        ("'turns', 3", "passed"),
        ("'turns', min=9", "failed"),
        ("'duration', max='5min'", "passed"),
    ],
)
def test_a_mark_says_what_a_metric_must_be(suite, scenario, arguments, outcome):
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.text(
        "test_it.py",
        f"import pytest\n@pytest.mark.expect_metric({arguments})\n"
        "@pytest.mark.scenario('desk.scenario.yaml')\ndef test_it(call): pass\n",
    )
    suite.run("test_it.py").assert_outcomes(**{outcome: 1})


@pytest.mark.parametrize("arguments", ["", "'turns'", "'turns', 1, max=2", "'turns', most=2"])
def test_a_mark_of_a_metric_that_says_nothing_is_told(suite, scenario, arguments):
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.text(
        "test_it.py",
        f"import pytest\n@pytest.mark.expect_metric({arguments})\n"
        "@pytest.mark.scenario('desk.scenario.yaml')\ndef test_it(call): pass\n",
    )
    suite.run("test_it.py").stdout.fnmatch_lines(["*the mark expect_metric is written expect_metric(*"])
