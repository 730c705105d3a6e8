"""Turning person and word order."""

from __future__ import annotations

import pytest

from pytest_agentsim.caller.person import as_question, first_person


@pytest.mark.parametrize(
    ("instruction", "spoken"),
    [
        ("you're late", "I'm late"),
        ("you\u2019ve lost your card", "I've lost my card"),
        ("you hurt yourself", "I hurt myself"),
        ("they charged you twice", "you charged me twice"),
        ("the agent is wrong", "you are wrong"),
        ("you want them to call you", "I want you to call me"),
        ("the package was sent to you", "the package was sent to me"),
    ],
)
def test_the_person_is_turned(instruction, spoken):
    assert first_person(instruction) == spoken


@pytest.mark.parametrize(
    ("clause", "question"),
    [
        ("the clinic is open on Sunday", "is the clinic open on Sunday"),
        ("I can get a refund", "can I get a refund"),
        ("you accept Aetna", "do you accept Aetna"),
        ("it costs extra", "does it cost extra"),
        ("I'm covered", "am I covered"),
        ("anything", "anything"),
    ],
)
def test_a_clause_becomes_a_question(clause, question):
    assert as_question(clause) == question
