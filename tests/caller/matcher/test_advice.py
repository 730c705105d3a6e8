"""What is said of triggers that the offline matcher has trouble with, before any call."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentsim.caller.matcher.advice import advice_on_triggers
from pytest_agentsim.scenario.loader import load_mapping


def advise(*triggers: str, language: str = "en", **fields: Any) -> list[str]:
    first = {"id": 0, "condition": "FIRST_MESSAGE", "action": "Hi", "type": "standard", "fixed_message": True}
    waiting = [
        {
            "id": number,
            "condition": text,
            "action": "Yes",
            "type": "standard",
            "fixed_message": True,
            **fields,
        }
        for number, text in enumerate(triggers, 1)
    ]
    scenario = {
        "name": "x",
        "scenario_type": "conditional_actions",
        "scenario_language": language,
        "personality": {"base": "normal", "language": language},
        "conditional_actions": {"role": "you", "conditions": [first, *waiting]},
    }
    return [each.message for each in advice_on_triggers(load_mapping(scenario))]


def test_a_trigger_that_names_no_act_is_told():
    assert advise("The agent dances") == [
        "the offline matcher knows no act in 'The agent dances' and compares words alone"
    ]


def test_two_triggers_that_mean_the_same_are_told():
    assert advise("The agent asks for your name", "The agent requests your name") == [
        "'The agent requests your name' cannot be told from 'The agent asks for your name': both fire whenever one does"
    ]


@pytest.mark.parametrize(
    "triggers",
    [
        ("The agent asks for your name", "The agent asks for your phone number"),
        ("The agent asks for your name", "The agent asks for your name"),
        ("The agent asks for your departure city", "The agent asks for your arrival city"),
        ('contains "bill"', "The main agent pressed 1"),
    ],
)
def test_nothing_is_said_of_others(triggers):
    assert advise(*triggers) == []


def test_nothing_is_said_of_a_trigger_with_examples():
    assert advise("The agent dances", examples=["one two three, one two three"]) == []


def test_nothing_is_said_in_languages_without_rules():
    assert advise("El agente baila", language="es") == []
