"""What a matcher is given and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.result import Turn

__all__ = ["Candidate", "MatchDecision", "Matcher", "Trigger"]


@dataclass(frozen=True, slots=True)
class Trigger:
    """The text of a standard condition, and `examples` of what an agent says for which it holds.

    `fired` tells whether it has fired in this call.
    """

    condition_id: int
    text: str
    examples: tuple[str, ...] = ()
    fired: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """How one trigger fared; `score` is in 0..1 with three digits, `reason` a short sentence."""

    condition_id: int
    trigger: str
    score: float
    holds: bool
    reason: str


@dataclass(frozen=True, slots=True)
class MatchDecision:
    """All triggers of a script judged against one agent turn, in script order."""

    candidates: tuple[Candidate, ...]
    threshold: float

    @property
    def holding(self) -> tuple[int, ...]:
        """The ids of all conditions whose trigger holds, in script order."""
        return tuple(each.condition_id for each in self.candidates if each.holds)

    def nearest(self, count: int = 3) -> tuple[Candidate, ...]:
        """Return the `count` candidates with the best scores, best first; equals in script order."""
        return tuple(sorted(self.candidates, key=lambda each: -each.score)[: max(0, count)])

    def to_json(self) -> dict[str, Any]:
        """The decision as JSON-able data, for the call's event log."""
        return {
            "threshold": self.threshold,
            "holding": list(self.holding),
            "candidates": [
                {
                    "condition_id": each.condition_id,
                    "trigger": each.trigger,
                    "score": each.score,
                    "holds": each.holds,
                    "reason": each.reason,
                }
                for each in self.candidates
            ],
        }


class Matcher(Protocol):
    """Judges triggers; offline by rules, or with a language model."""

    async def decide(
        self, agent_text: str, *, history: Sequence[Turn], triggers: Sequence[Trigger]
    ) -> MatchDecision:
        """Judge every trigger against the agent's latest message.

        `history` are the turns before `agent_text`, oldest first.
        """
        ...
