"""Scenarios that cannot run are skipped, with the reason at their line."""

from __future__ import annotations

import pytest

BEHAVIOURAL = {
    "scenario_type": "instruction",
    "conditional_actions": None,
    "instructions": "Cancel your appointment",
}
NEEDS_MODEL = (
    'step 1 needs a language model: "Cancel your appointment": no rule puts it into words (reword it, *'
)


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch):
    """A terminal on which no sentence is wrapped."""
    monkeypatch.setenv("COLUMNS", "200")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (BEHAVIOURAL, f"hours: {NEEDS_MODEL}"),
        ({"channel": "voice"}, "hours: the agent has no voice endpoint: *--agentsim-voice-url"),
        ({"on_no_match": "improvise"}, "hours: `on_no_match: improvise` needs a language model*"),
    ],
    ids=["instructions", "voice", "improvise"],
)
def test_what_cannot_run_is_skipped_with_its_reason_at_its_line(suite, scenario, fields, reason):
    suite.file("desk.scenario.yaml", scenario("holidays"), scenario("hours", **fields))
    result = suite.run("-rs")
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines([f"SKIPPED [[]1[]] desk.scenario.yaml:11: {reason}"])


def test_instructions_that_rules_can_follow_run(suite, scenario):
    followed = BEHAVIOURAL | {
        "instructions": "1. Ask when you open when asked how they can help",
        "on_no_match": "wait",
    }
    suite.file("desk.scenario.yaml", scenario("hours", **followed))
    result = suite.run("-rs")
    assert "skipped" not in result.parseoutcomes()


def test_no_agent_is_started_for_what_no_agent_could_run(suite, scenario):
    suite.text("conftest.py", "")
    suite.file("desk.scenario.yaml", scenario("hours", **BEHAVIOURAL))
    suite.run("--agentsim-command=does-not-exist {port}").assert_outcomes(skipped=1)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (BEHAVIOURAL, f"*'hours' cannot run: {NEEDS_MODEL}"),
        ({"channel": "voice"}, "*'hours' cannot run: the agent has no voice endpoint: *"),
    ],
    ids=["instructions", "voice"],
)
def test_a_python_test_that_calls_with_such_a_scenario_is_told(suite, scenario, fields, reason):
    suite.text("test_it.py", f"def test_it(simulate): simulate({scenario('hours', **fields)!r})")
    result = suite.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"E  {reason}"])
