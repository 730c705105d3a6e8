"""Scenarios under pytest's own options for running."""

from __future__ import annotations

import pytest

FAILING = {"expect": {"agent_says": "never said"}}


@pytest.fixture
def three(suite, scenario):
    """A suite whose second scenario fails."""
    suite.file("desk.scenario.yaml", scenario("one"), scenario("two", **FAILING), scenario("three"))
    return suite


def test_x_stops_at_the_first_failure(three):
    result = three.run("-x")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*stopping after 1 failures*"])


def test_maxfail_stops_after_so_many(suite, scenario):
    suite.file("desk.scenario.yaml", *(scenario(name, **FAILING) for name in ("one", "two", "three")))
    suite.run("--maxfail=2").assert_outcomes(failed=2)


def test_lf_runs_what_failed_last(three):
    three.run()
    three.run("--lf").assert_outcomes(failed=1)


def test_ff_runs_what_failed_last_first(three):
    three.run()
    result = three.run("--ff", "-v")
    result.stdout.fnmatch_lines(["*::two FAILED*", "*::one PASSED*", "*::three PASSED*"])


def test_sw_goes_on_where_it_stopped(three):
    three.run("--sw").assert_outcomes(passed=1, failed=1)
    three.run("--sw").assert_outcomes(failed=1, deselected=1)


def test_setup_show_shows_the_fixtures_of_a_scenario(three):
    result = three.run("--setup-show", "-k", "one")
    result.stdout.fnmatch_lines(
        [
            "SETUP    S agent*",
            "*SETUP    F scenario*",
            "*::one (fixtures used: agent, agentsim, *)*.",
            "TEARDOWN S agent*",
        ]
    )


def test_setup_plan_makes_no_call(three):
    result = three.run("--setup-plan")
    assert result.ret == 0
    result.stdout.no_fnmatch_line("calls  *")
    assert not (three.path / "agentsim-results").exists()


def test_durations_are_those_of_scenarios(three):
    three.run("--durations=0", "--durations-min=0", "-vv").stdout.fnmatch_lines(
        ["*s call *desk.scenario.yaml::one"]
    )


def test_q_shows_no_summary_of_the_calls(three):
    result = three.run("-q")
    result.stdout.no_fnmatch_line("*= agentsim*")
    result.stdout.fnmatch_lines(["1 failed, 2 passed in *"])


def test_v_shows_each_scenario(three):
    three.run("-v").stdout.fnmatch_lines(
        ["desk.scenario.yaml::one PASSED*", "desk.scenario.yaml::two FAILED*"]
    )


def test_the_summary_counts_calls_and_expectations(three):
    three.run().stdout.fnmatch_lines(
        [
            "*= agentsim =*",
            "calls * 3: 2 passed, 1 failed *",
            "* 3 completed; 9 turns, *",
            "expectations * 1 not met",
        ]
    )


def test_a_run_without_scenarios_says_nothing_of_agentsim(suite):
    suite.text("test_python.py", "def test_python(): pass")
    result = suite.run()
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*agentsim:*")
    result.stdout.no_fnmatch_line("*= agentsim*")


def test_nothing_is_written_where_nobody_is_called(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", marks=["skip"]))
    suite.run().assert_outcomes(skipped=1)
    assert not (suite.path / "agentsim-results").exists()


def test_assertions_of_python_tests_beside_scenarios_are_still_explained(three):
    three.text("test_python.py", "def test_python(): assert [1, 2] == [1, 3]")
    three.run("test_python.py", "desk.scenario.yaml").stdout.fnmatch_lines(["E *At index 1 diff: 2 != 3"])


def test_scenarios_and_tests_run_from_another_folder(three, monkeypatch):
    (three.path / "elsewhere").mkdir()
    monkeypatch.chdir(three.path / "elsewhere")
    three.run("../desk.scenario.yaml::one").assert_outcomes(passed=1)
