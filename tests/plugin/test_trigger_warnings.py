"""What pytest warns of when it collects triggers that the offline matcher has trouble with."""

from __future__ import annotations

import pytest

CONDITIONS = """\
name: hours
scenario_type: conditional_actions
scenario_language: en
personality: normal
conditional_actions:
  role: You are a caller
  conditions:
    - {id: 0, condition: FIRST_MESSAGE, action: Hello, type: standard, fixed_message: true}
    - {id: 1, condition: %s, action: "Yes", type: standard, fixed_message: true}
    - {id: 2, condition: %s, action: "No", type: standard, fixed_message: true}
"""
NO_ACT = CONDITIONS % ("The agent dances", "The agent sings")
ALIKE = CONDITIONS % ("The agent asks for your name", "The agent requests your name")
CLEAR = CONDITIONS % ("The agent asks for your name", "The agent asks for your phone number")
STEPS = """\
name: hours
personality: normal
first_message: Hello
scenario_language: en
instructions: |
  <scenario>
  YOUR BEHAVIOR:
  1. Say yes when asked for your name
  2. Say no when asked to provide your name
  3. %s
  </scenario>
"""


@pytest.fixture
def collect(suite):
    def run(text, *options):
        suite.ini("filterwarnings = default")
        suite.text("desk.scenario.yaml", text)
        return suite.run("--collect-only", *options)

    return run


def test_a_trigger_without_an_act_is_told_with_its_place_and_how_many_there_are(collect):
    result = collect(NO_ACT)
    result.stdout.fnmatch_lines(
        [
            "desk.scenario.yaml:9",
            "*TriggerWarning: desk.scenario.yaml:9:*'The agent dances'*; `agentsim lint` tells 1 more in this file",
        ]
    )


def test_triggers_that_cannot_be_told_apart_are_told(collect):
    result = collect(ALIKE)
    result.stdout.fnmatch_lines(
        [
            "*TriggerWarning: desk.scenario.yaml:10:*: 'The agent requests your name' cannot be told from 'The agent*"
        ]
    )


def test_steps_that_cannot_be_told_apart_are_told(collect):
    result = collect(STEPS % "Say goodbye and end the call when told the hours")
    result.stdout.fnmatch_lines(
        [
            "*TriggerWarning: desk.scenario.yaml:9:*'Say no when asked to provide your name' cannot be told from*"
        ]
    )


def test_steps_that_are_skipped_are_told_no_more_of(collect):
    collect(STEPS % "Be polite").stdout.no_fnmatch_line("*TriggerWarning*")


def test_clear_triggers_are_not_warned_of(collect):
    collect(CLEAR).stdout.no_fnmatch_line("*warning*")


@pytest.mark.parametrize("text", [NO_ACT, STEPS % "Say goodbye and end the call when told the hours"])
def test_a_model_that_matches_needs_no_such_advice(collect, text):
    collect(text, "--agentsim-matcher-model=some-model").stdout.no_fnmatch_line("*TriggerWarning*")


def test_a_model_that_calls_reads_steps_itself(collect):
    result = collect(
        STEPS % "Say goodbye and end the call when told the hours", "--agentsim-caller-model=some-model"
    )
    result.stdout.no_fnmatch_line("*TriggerWarning*")


def test_repeated_runs_are_warned_of_once(suite):
    suite.ini("filterwarnings = default")
    suite.text("desk.scenario.yaml", NO_ACT)
    result = suite.run("--agentsim-runs=3")
    assert "\n".join(result.outlines).count("TriggerWarning") == 1


def test_it_can_be_left_out_by_its_public_name(collect):
    collect(NO_ACT, "-W", "ignore::pytest_agentsim.TriggerWarning").stdout.no_fnmatch_line("*TriggerWarning*")


def test_it_can_be_made_an_error(collect):
    result = collect(NO_ACT, "-W", "error::pytest_agentsim.TriggerWarning")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["desk.scenario.yaml:9:*: the offline matcher knows no act in*"])
    result.stdout.no_fnmatch_line("*pytest_agentsim*.py:*")


def test_strict_makes_errors_of_all_of_them(collect):
    result = collect(NO_ACT, "--agentsim-strict")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["desk.scenario.yaml:9:*'The agent dances'*", "desk.scenario.yaml:10:*'The agent sings'*"]
    )
