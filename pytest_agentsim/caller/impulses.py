"""When a caller who interrupts cuts into what the agent says, and with which words; a seed decides that alone."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from pytest_agentsim.caller import phrases
from pytest_agentsim.scenario.personality import InterruptionLevel

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["RATES", "Impulse", "Impulses", "Rate"]


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a caller interrupts.

    It cuts into a `share` of the agent's turns, `earliest` to `latest` seconds after they have begun: into no more than
    `most` in a call, and into `in_a_row` one after the other, after which it hears one out.
    """

    share: float
    most: int | None
    in_a_row: int
    earliest: float
    latest: float


# The platforms give no rates, only that 1 in a call is low and that 4 or more are high (platform_spec section e).
RATES: Mapping[InterruptionLevel, Rate] = {
    InterruptionLevel.LOW: Rate(share=0.3, most=1, in_a_row=1, earliest=1.0, latest=2.5),
    InterruptionLevel.MEDIUM: Rate(share=0.4, most=3, in_a_row=1, earliest=0.8, latest=2.0),
    InterruptionLevel.HIGH: Rate(share=0.8, most=None, in_a_row=3, earliest=0.5, latest=1.5),
}


@dataclass(frozen=True, slots=True)
class Impulse:
    """What the caller says, and how many seconds after the agent's turn has begun."""

    after: float
    words: str


class Impulses:
    """The interruptions of one call; the agent's turns are counted from 0."""

    def __init__(self, level: InterruptionLevel, *, seed: int, language: str) -> None:
        self._rate = RATES.get(level)
        self._seed = seed
        self._words = phrases.of(language).interjections
        self._followed: list[int] = []  # the turns that were interrupted

    @property
    def words(self) -> tuple[str, ...]:
        """All that the caller may cut in with."""
        return () if self._rate is None else self._words

    def at_turn(self, turn: int) -> Impulse | None:
        """Return how the caller cuts into a turn of the agent; None if it hears it out."""
        if self._rate is None or not self._is_free(turn, self._rate):
            return None
        random = Random(f"{self._seed} interruption {turn}")  # noqa: S311  (a simulation has to be repeatable)
        if random.random() >= self._rate.share:
            return None
        return Impulse(random.uniform(self._rate.earliest, self._rate.latest), random.choice(self._words))

    def followed(self, turn: int) -> None:
        """Take note that the caller has cut into a turn."""
        self._followed.append(turn)

    def _is_free(self, turn: int, rate: Rate) -> bool:
        if turn in self._followed or (rate.most is not None and len(self._followed) >= rate.most):
            return False
        before = range(turn - rate.in_a_row, turn)
        return not set(before) <= set(self._followed)
