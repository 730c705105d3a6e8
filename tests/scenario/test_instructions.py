"""Reading instructions: what of them is the role, a fact, a wish, a step."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.scenario.instructions import read_instructions
from pytest_agentsim.scenario.loader import load_mapping, load_text

RECOMMENDED = dedent("""\
    <scenario>
    SCENARIO: A first visit

    You are Sarah, a new patient. Your insurance is Blue Cross PPO.

    PROFILE:
    - Name: Sarah Johnson
    - Date of birth: 1990-01-01

    PREFERENCES:
    - A morning appointment.

    YOUR BEHAVIOR:
    1. State your intent to book a visit when asked for the reason of the call
    2. Say and spell {{test_profile.first_name}} when asked
       for your name
    3. End the call when the appointment confirmation is provided

    KEY INTERACTION POINTS:
    - The choice of a slot
    1. Insurance
    </scenario>
    """)


def steps(text: str) -> list[str]:
    return [f"{each.number}: {each.text}" for each in read_instructions(text).steps]


class TestTheRecommendedShape:
    def test_the_numbered_steps_are_read_with_the_lines_that_go_on_with_them(self) -> None:
        assert steps(RECOMMENDED) == [
            "1: State your intent to book a visit when asked for the reason of the call",
            "2: Say and spell {{test_profile.first_name}} when asked for your name",
            "3: End the call when the appointment confirmation is provided",
        ]

    def test_who_the_caller_is_stands_before_the_steps(self) -> None:
        assert read_instructions(RECOMMENDED).role == "You are Sarah, a new patient."

    def test_facts_are_read_from_lists_and_sentences(self) -> None:
        assert read_instructions(RECOMMENDED).facts == {
            "insurance": "Blue Cross PPO",
            "Name": "Sarah Johnson",
            "Date of birth": "1990-01-01",
        }

    def test_wishes_for_the_whole_call_are_read(self) -> None:
        assert read_instructions(RECOMMENDED).preferences == ("A morning appointment",)

    def test_the_wrapper_is_seen(self) -> None:
        assert read_instructions(RECOMMENDED).is_wrapped
        assert not read_instructions("1. Say hello when greeted").is_wrapped

    def test_a_step_knows_its_place_in_the_text(self) -> None:
        for step in read_instructions(RECOMMENDED).steps:
            assert RECOMMENDED[step.offset :].startswith(step.source)

    def test_a_step_knows_its_place_in_the_file(self) -> None:
        text = (
            "name: x\npersonality: normal\ninstructions: |\n  YOUR BEHAVIOR:\n    1. Say hello when greeted\n"
        )
        [scenario] = load_text(text, name="f.yaml", format="yaml").scenarios
        assert scenario.behaviour is not None
        assert [str(each.location) for each in scenario.behaviour.steps] == ["f.yaml:5:8"]


class TestOtherShapes:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Cancel your appointment", ["1: Cancel your appointment"]),
            (
                "You are a patient. When asked for your name, say John. End the call when done.",
                ["1: When asked for your name, say John.", "2: End the call when done."],
            ),
            ("1) Say hello when greeted\n2) Hang up", ["1: Say hello when greeted", "2: Hang up"]),
            ("Step 1: Say hello when greeted", ["1: Say hello when greeted"]),
            ("**1.** Say hello when greeted", ["1: Say hello when greeted"]),
            ("STEPS:\n- Say hello when greeted\n- Hang up", ["1: Say hello when greeted", "2: Hang up"]),
            ("## Your Behaviour:\n1. Say hello", ["1: Say hello"]),
            ("Be nice.\n1. Say hello when greeted\n\nStay calm.", ["1: Say hello when greeted"]),
            ("3. Say hello\n7. Hang up", ["3: Say hello", "7: Hang up"]),
            ("1. Say hello\n1. Hang up", ["1: Say hello", "2: Hang up"]),
            ("0. Say hello\n1. Hang up", ["1: Say hello", "2: Hang up"]),
            ("", []),
            ("KEY INTERACTION POINTS:\n- refusals", []),
        ],
    )
    def test_steps_are_found(self, text: str, expected: list[str]) -> None:
        assert steps(text) == expected

    def test_a_sentence_goes_on_in_the_next_line(self) -> None:
        text = (
            "Decline politely when offered to create a new patient file for\n"
            "people who have none.\nSay hello when greeted."
        )
        assert steps(text) == [
            "1: Decline politely when offered to create a new patient file for people who have none.",
            "2: Say hello when greeted.",
        ]

    def test_the_fact_of_a_step_is_no_fact_of_the_caller(self) -> None:
        assert read_instructions("1. Name: say Sarah when asked for your name").facts == {}


def test_a_structured_scenario_has_no_behaviour() -> None:
    script = {"role": "you", "first_message": "Hi", "conditions": []}
    fields = {"name": "x", "scenario_language": "en", "scenario_type": "conditional_actions"}
    assert load_mapping({**fields, "conditional_actions": script}).behaviour is None


LINES = st.sampled_from(
    [
        "1. ",
        "- ",
        "YOUR BEHAVIOR:",
        "<scenario>",
        "</scenario>",
        "PROFILE:",
        "Name: x",
        "when asked",
        " ",
        "\n",
        "\n\n",
        ".",
    ]
)


@given(st.lists(LINES | st.text(max_size=20)).map("".join))
def test_no_instructions_are_too_strange_to_be_read(text: str) -> None:
    behaviour = read_instructions(text)
    plain = re.sub("</?scenario>", lambda found: " " * len(found.group()), text)
    assert len(set(behaviour.numbers)) == len(behaviour.steps)
    for step in behaviour.steps:
        assert plain[step.offset :].startswith(step.source)
        assert step.number > 0
        assert step.parts is not None
