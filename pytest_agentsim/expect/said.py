"""Whether a turn says something, and where in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.interface import Trigger
from pytest_agentsim.plain_text import where
from pytest_agentsim.scenario.moment import PhraseKind

if TYPE_CHECKING:
    from pytest_agentsim.caller.matcher.interface import MatchDecision
    from pytest_agentsim.caller.matcher.offline import OfflineMatcher
    from pytest_agentsim.result import CallResult, Turn
    from pytest_agentsim.scenario.moment import Phrase, Said

__all__ = ["decide", "span_of"]


def span_of(
    said: Phrase | Said, turn: Turn, result: CallResult, matcher: OfflineMatcher
) -> tuple[int, int] | None:
    """Return from where to where in the text of a turn it is said; None when the turn does not say it.

    A condition is about all that the turn says.
    """
    if said.kind is PhraseKind.TEXT:
        return where(said.text, turn.text)
    if said.kind is PhraseKind.REGEX:
        found = re.search(said.text, turn.text)
        return found.span() if found else None
    return (0, len(turn.text)) if decide(said, turn, result, matcher).holding else None


def decide(said: Phrase | Said, turn: Turn, result: CallResult, matcher: OfflineMatcher) -> MatchDecision:
    """Have the matcher say whether a condition holds for a turn."""
    history = result.turns[: turn.number - 1]
    return matcher.match(turn.text, history=history, triggers=(Trigger(0, said.text),))
