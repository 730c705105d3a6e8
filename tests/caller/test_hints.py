from __future__ import annotations

from typing import Any

import pytest

from pytest_agentsim.caller.hints import hints_of
from pytest_agentsim.scenario.loader import load_mapping


def hints(
    *, trigger: str = "The agent asks for your name", say: str = "Sure", **fields: Any
) -> tuple[str, ...]:
    scenario = load_mapping(
        {
            "name": "a call",
            "scenario_type": "conditional_actions",
            "scenario_language": "en",
            "conditional_actions": {
                "role": "You are a patient",
                "first_message": {"say": "Hello"},
                "conditions": [{"when": trigger, "say": say}],
            },
            **fields,
        }
    )
    return hints_of(scenario, scenario.profile)


@pytest.mark.parametrize(
    ("trigger", "said"),
    [
        ("The agent asks for your date of birth", ["your date of birth"]),
        ("Agent asks for your date of birth", ["your date of birth"]),
        ("The main agent asks you for the last four digits", ["the last four digits"]),
        ("The agent asks whether you have been here before", ["have you been here before"]),
        ("The agent asks if you are a new patient.", ["are you a new patient"]),
        ("The agent asks which lights are on", ["which lights are on"]),
        ("The agent asks you to restart the router", ["restart the router"]),
        ("The agent tells you that the parcel is delayed", ["the parcel is delayed"]),
        ("The agent confirms the cancellation", ["the cancellation"]),
        ("The agent has offered a refund", ["a refund"]),
        ("The agent politely declines to help", ["help"]),
        ("The agent asks for your name or asks for your email", ["your name", "your email"]),
        ("The agent wants to know your event date", ["your event date"]),
        ("The agent would like to know whether you are new", ["are you new"]),
        ("Your order has shipped", ["Your order has shipped"]),
    ],
)
def test_a_trigger_tells_what_the_agent_says(trigger, said):
    found = hints(trigger=trigger)
    assert set(said) <= set(found), found


def test_what_is_expected_comes_first():
    expect = {
        "agent_says": ["has been cancelled", {"regex": r"on (Monday|Tuesday)\b"}],
        "agent_never_says": "refund",
    }
    assert hints(expect=expect)[:3] == ("has been cancelled", "on Monday Tuesday", "refund")


def test_an_expected_condition_is_read_like_a_trigger():
    assert hints(expect={"agent_says": [{"condition": "The agent offers a voucher"}]})[0] == "a voucher"


def test_values_of_the_profile_are_said_and_their_names_asked_for():
    found = hints(
        test_profile={"full_name": "Maria Lopez", "date_of_birth": "1988-03-14", "X-Tenant": "acme"}
    )
    assert {"Maria Lopez", "March 14, 1988", "your full name", "your date of birth"} <= set(found)
    assert not any("acme" in phrase or "tenant" in phrase for phrase in found)


def test_the_callers_words_come_back_with_the_person_turned():
    assert "you need to cancel your appointment" in hints(say="I need to cancel my appointment")


def test_templates_are_filled_in():
    found = hints(
        trigger="The agent greets {{test_profile.name}}",
        say="This is {{test_profile.name}}",
        test_profile={"name": "Maria"},
    )
    assert {"greets Maria", "This is Maria"} & set(found)
    assert "This is Maria" in found


def test_tags_are_not_said():
    found = hints(say='Wait <silence time="2s"/> please <endcall/>')
    assert "Wait please" in found


def test_outcome_role_and_name_are_among_the_last():
    found = hints(expected_outcome="The appointment is booked")
    assert found[-3:] == ("The appointment is booked", "You are a patient", "a call")


def test_each_phrase_is_told_once():
    found = hints(say="Hello")
    assert len(found) == len(set(found))
    assert found.count("Hello") == 1


def test_a_scenario_of_instructions_gives_them_sentence_by_sentence():
    scenario = load_mapping(
        {
            "name": "free",
            "scenario_type": "instruction",
            "scenario_language": "en",
            "instructions": "Ask for a refund. You were charged twice.",
            "first_message": "I want my money back",
            "expected_outcome_prompt": "The refund is promised",
        }
    )
    found = hints_of(scenario, scenario.profile)
    assert {"Ask for a refund.", "You were charged twice.", "you want your money back"} <= set(found)


def test_what_the_steps_of_instructions_wait_for_is_expected():
    steps = (
        "1. Say no when asked for your date of birth\n2. End the call when told that the parcel is delayed"
    )
    scenario = load_mapping({"name": "a call", "personality": "normal", "instructions": steps})
    found = hints_of(scenario, scenario.profile)
    assert {"your date of birth", "the parcel is delayed"} <= set(found)
