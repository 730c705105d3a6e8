"""The offline matcher for words that were recognised: what sounds like what is waited for is read as that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.interface import MatchDecision
from pytest_agentsim.caller.matcher.offline import is_exact
from pytest_agentsim.caller.matcher.wordings import wordings_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.caller.matcher.interface import Candidate, Trigger
    from pytest_agentsim.caller.matcher.offline import OfflineMatcher
    from pytest_agentsim.caller.matcher.sounding import Misheard, Sounding
    from pytest_agentsim.result import Turn

__all__ = ["HeardMatcher"]


class HeardMatcher:
    """Judges triggers as `matcher` does, on words as `sounding` reads them.

    Triggers about characters (`contains "…"`) and keys are judged on the words as they were recognised.
    """

    def __init__(self, matcher: OfflineMatcher, sounding: Sounding) -> None:
        self._matcher = matcher
        self._sounding = sounding

    def prepare(self, triggers: Sequence[Trigger]) -> None:
        """Do beforehand what takes time when triggers are judged for the first time."""
        self._sounding.prepare(_texts(triggers))

    async def decide(
        self, agent_text: str, *, history: Sequence[Turn], triggers: Sequence[Trigger]
    ) -> MatchDecision:
        """Judge every trigger against the agent's latest message; `history` are the turns before it."""
        reading = self._sounding.read(agent_text, _texts(triggers))
        as_read = await self._matcher.decide(reading.text, history=history, triggers=triggers)
        if not reading.misheard:
            return as_read
        as_heard = await self._matcher.decide(agent_text, history=history, triggers=triggers)
        return MatchDecision(
            tuple(
                exact if is_exact(exact.trigger) else _explained(understood, reading.misheard)
                for exact, understood in zip(as_heard.candidates, as_read.candidates, strict=True)
            ),
            as_read.threshold,
        )


def _texts(triggers: Sequence[Trigger]) -> tuple[str, ...]:
    return tuple(each.text for each in triggers if not is_exact(each.text))


def _explained(candidate: Candidate, misheard: Sequence[Misheard]) -> Candidate:
    """Say what was read otherwise than heard, where the trigger is about it."""
    expected = {word for phrase in wordings_of(candidate.trigger) for word in phrase}
    told = "".join(
        f'heard "{each.heard}", read as "{each.read_as}"; '
        for each in misheard
        if expected.intersection(each.words)
    )
    return replace(candidate, reason=f"{told}{candidate.reason}")
