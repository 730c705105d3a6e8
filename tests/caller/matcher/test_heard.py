"""The offline matcher on words that were recognised."""

from __future__ import annotations

import asyncio

import pytest

pytest.importorskip("pocketsphinx")
pytest.importorskip("espeakng_loader")

from pytest_agentsim.caller.matcher import Trigger
from pytest_agentsim.caller.matcher.heard import HeardMatcher
from pytest_agentsim.caller.matcher.offline import OfflineMatcher
from pytest_agentsim.voice.by_sound import english_by_sound, heard_by

HEARD = "sure what is your a count number"
matcher = HeardMatcher(OfflineMatcher(), english_by_sound())


def judged(*triggers, text=HEARD):
    wanted = [Trigger(number, each) for number, each in enumerate(triggers)]
    return asyncio.run(matcher.decide(text, history=(), triggers=wanted)).candidates


def test_a_trigger_holds_that_the_words_sound_like():
    asked, other = judged("The agent asks for your account number", "The agent asks for your name")
    assert asked.holds
    assert not other.holds


def test_the_reason_tells_what_was_heard_and_how_it_was_read():
    asked, other = judged("The agent asks for your account number", "The agent says goodbye")
    assert asked.reason.startswith('heard "a count number", read as "account number"; the agent asks for it')
    assert "heard" not in other.reason


def test_triggers_about_characters_see_what_was_recognised():
    _, exact = judged("The agent asks for your account number", 'contains "account number"')
    assert not exact.holds


async def test_what_was_heard_well_is_judged_as_it_is():
    triggers = [Trigger(1, "The agent asks for your account number")]
    text = "what is your account number"
    assert await matcher.decide(text, history=[], triggers=triggers) == OfflineMatcher().match(
        text, triggers=triggers
    )


@pytest.mark.parametrize(("language", "wraps"), [("en-GB", True), ("multi", True), ("de", False)])
def test_only_english_is_read_by_its_sound(language, wraps):
    assert isinstance(heard_by(OfflineMatcher(language=language), language), HeardMatcher) is wraps
