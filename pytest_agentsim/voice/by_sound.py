"""Recognised English words as the caller reads them: by their sound, where they fit nothing that it waits for."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import TYPE_CHECKING

from pytest_agentsim.audio.stt.dictionary import pronunciations
from pytest_agentsim.audio.stt.phone_talk import usual_words
from pytest_agentsim.caller.matcher.heard import HeardMatcher
from pytest_agentsim.caller.matcher.offline import READABLE, OfflineMatcher
from pytest_agentsim.caller.matcher.sounding import Sounding
from pytest_agentsim.caller.triggers import triggers_of

if TYPE_CHECKING:
    from pytest_agentsim.caller.matcher.interface import Matcher
    from pytest_agentsim.scenario.model import Scenario

__all__ = ["english_by_sound", "heard_by", "prepare"]


def heard_by(matcher: Matcher, language: str) -> Matcher:
    """Return a matcher for the words of a voice call; a language model needs no help with what was recognised."""
    code = language.lower().replace("_", "-").partition("-")[0]
    if isinstance(matcher, OfflineMatcher) and code in READABLE:
        return HeardMatcher(matcher, english_by_sound())
    return matcher


async def prepare(matcher: Matcher, scenario: Scenario) -> None:
    """Have the matcher of a voice call ready before the agent speaks."""
    if isinstance(matcher, HeardMatcher):
        await asyncio.to_thread(matcher.prepare, triggers_of(scenario))


@cache
def english_by_sound() -> Sounding:
    """Return what reads English words by their sound."""
    return Sounding(pronunciations, usual_words())
