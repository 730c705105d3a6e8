"""The sentences that say why a trigger holds or not."""

from __future__ import annotations

import pytest

from pytest_agentsim.caller.matcher import Trigger
from pytest_agentsim.caller.matcher.offline import OfflineMatcher


def reason(trigger, agent_text):
    (candidate,) = OfflineMatcher().match(agent_text, triggers=[Trigger(1, trigger)]).candidates
    return candidate.reason


def test_the_sentence_that_decided_is_quoted():
    found = reason("The agent asks for your name", "Sure, I can help. What's your name?")
    assert found == 'the agent asks for it (name): "What\'s your name?"'


@pytest.mark.parametrize(
    ("trigger", "agent_text", "words"),
    [
        ("The agent asks for your first name", "What's your last name?", "the opposite"),
        ("The agent asks for your account number", "What's your phone number?", "another type of data"),
        ("The agent asks for your name", "What's the name of your doctor?", "the name of another"),
        ("The agent says it cannot find your record", "What's your name?", "not that the agent"),
        ("The agent transfers you to a human", "What's your name?", "no sentence in which"),
    ],
)
def test_what_speaks_against_a_trigger_is_named(trigger, agent_text, words):
    assert words in reason(trigger, agent_text)
