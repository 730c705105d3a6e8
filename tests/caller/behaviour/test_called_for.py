"""Which steps a turn of the agent calls for."""

from __future__ import annotations

import pytest

from pytest_agentsim.caller.behaviour.awaited import awaited
from pytest_agentsim.caller.behaviour.called_for import called_for, or_nearest
from pytest_agentsim.caller.matcher.interface import Candidate, MatchDecision, Trigger
from pytest_agentsim.caller.matcher.offline import OfflineMatcher


def decide(said: str, *whens: str) -> MatchDecision:
    triggers = [Trigger(number, awaited(when).trigger) for number, when in enumerate(whens, 1)]
    decision = called_for(OfflineMatcher().match(said, triggers=triggers), said, triggers)
    return or_nearest(decision, said, triggers)


BANK = (
    "asked to verify your identity",
    "asked for your password",
    "asked about recent transactions",
    "asked if the card should be blocked",
)


@pytest.mark.parametrize(
    ("said", "whens", "holding"),
    [
        ("Can you tell me about any recent transactions you made with it?", BANK, (3,)),
        ("Give me just a second while I look into this.", BANK, ()),
        (
            "Which property is affected?",
            ("asked if others are affected", "asked which property is affected"),
            (2,),
        ),
        (
            "Can I have your name and your date of birth?",
            ("asked for your name", "asked for your date of birth"),
            (1, 2),
        ),
        (
            "I have your name. What is your date of birth?",
            ("asked for your name", "asked for your date of birth"),
            (2,),
        ),
        ("You're all set for Tuesday, May 5.", ("asked for your name", "the booking is confirmed"), (2,)),
        ("What is the password on the account?", ("asked for your password", "told the hours"), (1,)),
    ],
)
def test_the_steps_hold_that_the_agent_is_about(
    said: str, whens: tuple[str, ...], holding: tuple[int, ...]
) -> None:
    assert decide(said, *whens).holding == holding


def test_what_is_taken_away_says_why() -> None:
    unsure = Candidate(1, "The agent asks for your password", 0.6, holds=True, reason="the agent asks for it")
    decision = called_for(
        MatchDecision((unsure,), 0.5), "Which transactions did you make?", (Trigger(1, unsure.trigger),)
    )
    (candidate,) = decision.candidates
    assert not candidate.holds
    assert candidate.reason == "the agent asks for it, but nothing of it is mentioned"


def test_what_the_wording_brings_about_says_by_which_words() -> None:
    [candidate] = decide("You're all set for Tuesday, May 5.", "the booking is confirmed").candidates
    assert candidate.reason == 'the agent says "You\'re all set"'


def test_the_nearest_says_that_it_is_that() -> None:
    wanted = Trigger(1, awaited("asked for your password").trigger)
    nearly = MatchDecision((Candidate(1, wanted.text, 0.45, holds=False, reason="too little"),), 0.5)
    [candidate] = or_nearest(nearly, "What is the password on the account?", [wanted]).candidates
    assert (candidate.score, candidate.holds) == (0.5, True)
    assert candidate.reason == "the nearest, and all that it names is mentioned: too little"
