"""Files that cannot be collected, and warnings about those that can."""

from __future__ import annotations

import pytest

WITH_WARNINGS = """
name: hours
scenario_type: conditional_actions
personality: normal
first_message: Hi
conditional_actions:
  role: You have a question
  first_message: {say: "What are your hours? <smile/>", then: ["Thanks <endcall/>"]}
"""


def test_a_bad_file_is_one_collection_error(suite, scenario):
    suite.file("bad.scenario.yaml", scenario("hours", runs="three"), scenario("hours"))
    suite.file("good.scenario.yaml", scenario("hours"))
    result = suite.run()
    result.assert_outcomes(errors=1)
    assert result.ret == pytest.ExitCode.INTERRUPTED


def test_the_rest_runs_when_pytest_is_told_to_continue(suite, scenario):
    suite.file("bad.scenario.yaml", scenario("hours", runs="three"))
    suite.file("good.scenario.yaml", scenario("hours"))
    suite.text("test_python.py", "def test_python(): pass")
    suite.run("--continue-on-collection-errors").assert_outcomes(passed=2, errors=1)


def test_all_problems_of_a_file_are_told_with_their_places(suite, scenario):
    suite.file("bad.scenario.yaml", scenario("hours", runs="three"), scenario("hours", personality="grumpy"))
    result = suite.run()
    result.stdout.fnmatch_lines(
        [
            "bad.scenario.yaml:11:9: scenarios[[]0[]].runs: *",
            "bad.scenario.yaml:12:9: *duplicate scenario name 'hours'*",
            "bad.scenario.yaml:14:16: scenarios[[]1[]].personality: unknown personality 'grumpy'*",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*pytest_agentsim*.py:*")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("scenarios: [", id="broken YAML"),
        pytest.param("", id="empty"),
        pytest.param("- a\n- b\n", id="a list"),
        pytest.param("name: \x01", id="control characters"),
        pytest.param("a: &x [*x]", id="recursion"),
        pytest.param("!!python/object/apply:os.system [true]", id="a Python object"),
        pytest.param("scenarios: []", id="no scenarios"),
    ],
)
def test_a_file_that_is_no_scenario_file_is_told_with_its_place(suite, text):
    suite.text("bad.scenario.yaml", text)
    result = suite.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["bad.scenario.yaml:[0-9]*"])
    result.stdout.no_fnmatch_line("*pytest_agentsim*.py:*")


def test_a_file_that_is_not_text_is_told_with_its_name(suite):
    (suite.path / "bad.scenario.yaml").write_bytes(b"\xff\xfe\xfa\x00")
    result = suite.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["bad.scenario.yaml:*"])
    result.stdout.no_fnmatch_line("*pytest_agentsim*.py:*")


def test_problems_name_the_file_as_seen_from_where_pytest_was_started(suite, scenario, monkeypatch):
    suite.file("calls/bad.scenario.yaml", scenario("hours", runs="three"))
    monkeypatch.chdir(suite.path / "calls")
    suite.run().stdout.fnmatch_lines(["bad.scenario.yaml:11:9: *"])


def test_warnings_of_a_file_are_warnings_of_pytest_with_their_places(suite):
    suite.ini("filterwarnings = default")
    suite.text("desk.scenario.yaml", WITH_WARNINGS)
    result = suite.run()
    result.assert_outcomes(passed=1, warnings=2)
    result.stdout.fnmatch_lines(
        [
            "desk.scenario.yaml:4",
            "*AgentSimWarning: desk.scenario.yaml:4:16: first_message: *",
            "desk.scenario.yaml:7",
            "*AgentSimWarning: desk.scenario.yaml:7:*<smile>*",
        ]
    )


def test_warnings_of_files_can_be_filtered_by_their_public_name(suite):
    suite.text("desk.scenario.yaml", WITH_WARNINGS)
    result = suite.run("-W", "ignore::pytest_agentsim.AgentSimWarning")
    result.assert_outcomes(passed=1, warnings=0)


def test_a_warning_that_is_made_an_error_is_a_collection_error_in_one_sentence(suite):
    suite.text("desk.scenario.yaml", WITH_WARNINGS)
    result = suite.run("-W", "error::pytest_agentsim.AgentSimWarning")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["desk.scenario.yaml:4:16: first_message: *"])
    result.stdout.no_fnmatch_line("*pytest_agentsim*.py:*")


def test_strict_makes_errors_of_all_warnings(suite):
    suite.text("desk.scenario.yaml", WITH_WARNINGS.replace(" <smile/>", ""))
    result = suite.run("--agentsim-strict")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["desk.scenario.yaml:4:16: first_message: *"])


def test_strict_makes_an_error_of_an_unknown_tag(suite):
    suite.text("desk.scenario.yaml", WITH_WARNINGS)
    result = suite.run("--agentsim-strict")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["desk.scenario.yaml:7:*<smile>*"])


def test_strict_lets_a_file_without_warnings_pass(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.run("--agentsim-strict").assert_outcomes(passed=1)
