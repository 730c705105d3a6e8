"""A step's action, and what it waits for."""

from __future__ import annotations

import pytest

from pytest_agentsim.scenario.step import parts_of, tells_when


@pytest.mark.parametrize(
    ("text", "action", "when"),
    [
        ("Provide your name when asked for it.", "Provide your name", "asked for it"),
        ("When asked for your name, say Sarah", "say Sarah", "asked for your name"),
        ("If offered options, choose the first one", "choose the first one", "offered options"),
        (
            "When asked for your name, date of birth, and address, provide them",
            "provide them",
            "asked for your name, date of birth, and address",
        ),
        ("When asked for your name give Sarah", "give Sarah", "asked for your name"),
        ("Request a morning slot if given options", "Request a morning slot", "given options"),
        ("Ask when the clinic opens", "Ask when the clinic opens", ""),
        ("Ask when it opens when asked for questions", "Ask when it opens", "asked for questions"),
        ("Ask if you can come early when told the date", "Ask if you can come early", "told the date"),
        ("Say you will pay if you can when asked to pay", "Say you will pay if you can", "asked to pay"),
        ("Hang up once the refund is confirmed", "Hang up", "the refund is confirmed"),
        ("Say no after the agent offers a discount", "Say no", "the agent offers a discount"),
        ("Decline when asked for more \u2014 you know nobody there", "Decline", "asked for more"),
        ("Cancel your appointment", "Cancel your appointment", ""),
        (
            "When asked for your name, answer and also mention that you moved",
            "answer and also mention that you moved",
            "asked for your name",
        ),
        (
            "Provide your name when asked for it and also mention that you moved",
            "Provide your name and mention that you moved",
            "asked for it",
        ),
        ("Provide your name when asked for it. Be polite.", "Provide your name. Be polite", "asked for it"),
        ("", "", ""),
    ],
)
def test_a_step_is_split(text: str, action: str, when: str) -> None:
    assert parts_of(text)[:2] == (action, when)


@pytest.mark.parametrize(
    ("text", "corrects"),
    [
        ("Verify your name when asked to confirm your name and correct if wrong.", True),
        ("Verify the name is correct when asked to confirm the name and correct it if it is wrong", True),
        ("Verify your name when asked to confirm your name", False),
    ],
)
def test_correcting_is_seen_and_is_no_part_of_the_trigger(text: str, corrects: bool) -> None:
    parts = parts_of(text)
    assert parts.corrects is corrects
    assert parts.when.startswith("asked to confirm")
    assert "wrong" not in parts.when


@pytest.mark.parametrize(
    ("sentence", "tells"),
    [
        ("Say no when you're offered one", True),
        ("Once the agent confirms, hang up", True),
        ("You call when you are ill", False),
    ],
)
def test_a_sentence_may_say_when(sentence: str, tells: bool) -> None:
    assert tells_when(sentence) is tells
