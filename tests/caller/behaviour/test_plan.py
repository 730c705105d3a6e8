"""Which instructions rules can follow, and what is said of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentsim.caller.behaviour.advice import advice_on
from pytest_agentsim.caller.behaviour.awaited import HOW_TO_HELP
from pytest_agentsim.caller.behaviour.plan import Plan, plan_of
from pytest_agentsim.errors import ScenarioError
from pytest_agentsim.scenario.loader import load_mapping

if TYPE_CHECKING:
    from pytest_agentsim.scenario.model import Scenario


def behavioural(instructions: str, **fields: Any) -> Scenario:
    return load_mapping({"name": "x", "personality": "normal", "instructions": instructions, **fields})


def plan(instructions: str, **fields: Any) -> Plan:
    made = plan_of(behavioural(instructions, **fields))
    assert made is not None
    return made


FOLLOWED = """<scenario>
YOUR BEHAVIOR:
1. State you're a new patient and need a first visit when asked for the reason of the call
2. Say you have {{test_profile.insurance_plan}} when asked about insurance
3. Provide {{test_profile.date_of_birth}} when asked for your date of birth
4. Spell {{test_profile.full_name}} when asked for your name for verification
5. Request a morning appointment when asked for a preferred time
6. Accept the earliest available afternoon slot when told no morning slots are available
7. Verify the appointment details are correct when asked to confirm the appointment details and correct if wrong
8. Say this is the wrong number and you don't know the person being looked for when asked to verify your identity
9. Confirm that's fine when offered to have your number removed
10. Choose {{test_profile.plan}} when asked which option you prefer
11. Agree to receive a confirmation link when offered to send one
12. Say you are flexible with timing when told no slots are available
13. Report fever and cough when asked for your symptoms
14. Refuse to give your address when asked
15. Express frustration about the wait when told to hold
16. End the call when the appointment confirmation is provided
</scenario>"""


def test_the_recommended_steps_can_be_followed() -> None:
    made = plan(FOLLOWED)
    assert made.why_not == ""
    assert [each.step.number for each in made.steps] == list(range(1, 17))


@pytest.mark.parametrize(
    ("step", "why_not"),
    [
        ("Show that you know better when told the hours", "no rule puts it into words"),
        ("Be polite", "it tells how to behave, not what to say"),
        ("Do not agree to any extra charges", "no rule keeps to such a condition"),
        ("Say no when asked", 'it says "when asked", but not what for'),
        (
            "Say no when ready",
            "it waits for a state of the caller, which nothing that the agent says brings about",
        ),
        (
            "Say no when the agent stays silent",
            "it waits for time to pass or for silence, and there is no message",
        ),
        ("Say no when asked for b and say yes when asked for d", "it has two triggers; make two steps of it"),
    ],
)
def test_a_step_that_rules_cannot_do_is_named_with_the_reason(step: str, why_not: str) -> None:
    told = plan(f"1. Say hello when greeted\n2. {step}").why_not
    assert told.startswith(f'step 2 needs a language model: "{step}": {why_not}')


def test_a_preference_that_is_no_wish_is_named() -> None:
    told = plan("PREFERENCES:\n- Never agree to a fee\n\nYOUR BEHAVIOR:\n1. Say hello when greeted").why_not
    assert told == (
        'its preference "Never agree to a fee" needs a language model, or a step of its own: '
        "preferences only choose among what is offered"
    )


def test_all_such_steps_are_named() -> None:
    told = plan("1. Be polite\n2. Say hello when greeted\n3. Listen").why_not
    assert told.startswith("step 1 needs") and "; step 3 needs" in told  # noqa: PT018


@pytest.mark.parametrize(
    ("instructions", "advice"),
    [
        ("1. Be polite", "(reword it, write `conditional_actions`, or set `agentsim_caller_model`)"),
        ("1. Press 1 when offered a menu", "(add it there)"),
    ],
)
def test_what_to_do_about_it_is_told(instructions: str, advice: str) -> None:
    made = plan(instructions)
    assert made.advice == f"{made.why_not} {advice}"


def test_nothing_is_to_be_done_about_what_can_be_followed() -> None:
    assert plan(FOLLOWED).advice == ""


@pytest.mark.parametrize(
    ("step", "tool"),
    [
        ("Press 1 when offered a menu", "TOOL_DTMF"),
        ('Send a text saying "hi" when asked to text', "SEND_SMS_TOOL_CALL"),
    ],
)
def test_a_step_that_lacks_its_tool_says_so(step: str, tool: str) -> None:
    assert plan(f"1. {step}").why_not.startswith(f"step 1 needs {tool} in `tools`:")
    assert plan(f"1. {step}", tools=[tool]).why_not == ""


def test_instructions_in_another_language_need_a_language_model() -> None:
    made = plan(
        "1. Say hello when greeted", scenario_language="de", personality={"base": "normal", "language": "de"}
    )
    assert made.why_not == (
        'its `instructions` need a language model, because the caller speaks "de": '
        "rules follow instructions in English only"
    )


def test_instructions_without_steps_need_a_language_model() -> None:
    assert plan("You are a patient.").why_not == (
        "its `instructions` need a language model, because they have no steps"
    )


@pytest.mark.parametrize(
    ("instructions", "trigger"),
    [
        ("1. Say you need help", f"The agent {HOW_TO_HELP}"),
        ("1. Provide your date of birth", "The agent asks for your date of birth"),
        ("1. Provide your date of birth when asked", "The agent asks for your date of birth"),
        ("1. Provide {{test_profile.account_number}} when asked", "The agent asks for your account number"),
        (
            "1. Provide {{test_profile.confirmation_code}} when asked for your booking reference",
            "The agent asks for your booking reference or asks for your confirmation code",
        ),
        (
            "1. Verify your name when asked to confirm your name and correct if wrong",
            "The agent asks you to confirm your name or asks whether name is correct",
        ),
    ],
)
def test_what_a_step_does_may_say_what_it_waits_for(instructions: str, trigger: str) -> None:
    [step] = plan(instructions).steps
    assert step.trigger == trigger


def test_keys_are_pressed_when_keys_are_offered() -> None:
    [step] = plan("1. Press 1 when offered a menu", tools=["TOOL_DTMF"]).steps
    assert step.trigger == 'contains "press"'


@pytest.mark.parametrize("when", ["", " when done", " when everything is resolved", " politely"])
def test_an_end_that_waits_for_nothing_comes_when_all_else_is_said(when: str) -> None:
    made = plan(f"1. Say hello when greeted\n2. End the call{when}")
    assert (made.why_not, made.last, len(made.steps)) == ("", 2, 1)


def test_a_structured_scenario_has_no_plan() -> None:
    script = {"role": "you", "first_message": "Hi", "conditions": []}
    fields = {
        "scenario_language": "en",
        "scenario_type": "conditional_actions",
        "conditional_actions": script,
    }
    assert plan_of(load_mapping({"name": "x", **fields})) is None


PIECES = st.sampled_from(
    [
        "1. ",
        "2. ",
        "Say ",
        "Provide ",
        "{{test_profile.name}} ",
        "your ",
        "name ",
        "when asked ",
        "for ",
        "End the call ",
        "\n",
    ]
)


@settings(deadline=None)
@given(st.lists(PIECES | st.text(max_size=10), min_size=1).map("".join))
def test_whatever_is_written_is_planned_or_has_a_reason_why_not(instructions: str) -> None:
    if not instructions.strip() or any(0xD800 <= ord(each) < 0xE000 for each in instructions):
        return
    try:
        scenario = behavioural(instructions)
    except (ValueError, ScenarioError):  # braces that are no placeholder
        return
    made = plan_of(scenario)
    assert made is not None
    assert made.why_not or made.steps or made.last
    for each in advice_on(scenario):
        assert each.hint


class TestAdvice:
    def advise(self, instructions: str, **fields: Any) -> list[str]:
        return [f"{each.message} ({each.hint})" for each in advice_on(behavioural(instructions, **fields))]

    def test_a_scenario_that_can_be_followed_needs_none(self) -> None:
        assert self.advise(FOLLOWED, tools=["TOOL_END_CALL"]) == []

    def test_a_step_that_needs_a_language_model_is_told(self) -> None:
        [told] = self.advise("1. Be polite", tools=["TOOL_END_CALL"])
        assert told.startswith('step 1 needs a language model: "Be polite"')
        assert told.endswith(
            "(say it in other words, write conditional_actions, or run it with a language model)"
        )

    def test_a_tool_that_is_lacking_is_told(self) -> None:
        [told] = self.advise("1. Press 1 when offered a menu")
        assert told.endswith("(add TOOL_DTMF to tools)")

    def test_a_caller_who_may_not_hang_up_is_told(self) -> None:
        [told] = self.advise("1. End the call when told goodbye")
        assert told.startswith("step 1 ends the call, which the caller may not do")

    def test_a_datum_that_the_profile_lacks_is_told(self) -> None:
        [told] = self.advise("1. Provide your address when asked for it", test_profile={"name": "Sarah"})
        assert told == 'step 1 gives "address", which the test profile does not have (it has: name)'

    def test_nothing_is_said_of_a_profile_that_a_fixture_may_bring(self) -> None:
        assert self.advise("1. Provide your address when asked for it") == []

    def test_steps_that_cannot_be_told_apart_are_told(self) -> None:
        [told] = self.advise("1. Say yes when asked for your name\n2. Say no when asked to provide your name")
        assert told.startswith(
            "'Say no when asked to provide your name' cannot be told from 'Say yes when asked for"
        )

    def test_a_step_whose_time_nobody_can_see_is_told(self) -> None:
        [told] = self.advise("1. Say yes when the agent dances")
        assert told.startswith("the offline matcher knows no act in 'Say yes when the agent dances'")
        assert told.endswith(
            '(begin the "when" with what is done to you: "asked for", "told that", "offered")'
        )
