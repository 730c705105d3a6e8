"""Whether a turn says something, and where in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.interface import Trigger
from pytest_agentsim.plain_text import plain, squeezed
from pytest_agentsim.scenario.moment import PhraseKind

if TYPE_CHECKING:
    from pytest_agentsim.caller.matcher.interface import MatchDecision
    from pytest_agentsim.caller.matcher.offline import OfflineMatcher
    from pytest_agentsim.result import CallResult, Turn
    from pytest_agentsim.scenario.moment import Phrase, Said

__all__ = ["decide", "place_of"]


def place_of(said: Phrase | Said, turn: Turn, result: CallResult, matcher: OfflineMatcher) -> int | None:
    """Return about where in the squeezed text of a turn the words are; None when the turn does not say them."""
    if said.kind is PhraseKind.TEXT:
        place = plain(turn.text).find(plain(said.text))
        return place if place >= 0 else None
    if said.kind is PhraseKind.REGEX:
        found = re.search(said.text, turn.text)
        return len(squeezed(turn.text[: found.start()])) if found else None
    return 0 if decide(said, turn, result, matcher).holding else None


def decide(said: Phrase | Said, turn: Turn, result: CallResult, matcher: OfflineMatcher) -> MatchDecision:
    """Have the matcher say whether a condition holds for a turn."""
    history = result.turns[: turn.number - 1]
    return matcher.match(turn.text, history=history, triggers=(Trigger(0, said.text),))
