"""A bad line: a link that loses frames, holds them up, and lets them go in bursts, the same ones for the same seed.

Time is counted in ticks of 20 ms; frame *n* enters at tick *n*. What becomes of it depends on the seed, on *n*, and on
the conditions at that moment:

*Loss.* The two-state channel of Gilbert ("Capacity of a Burst-Noise Channel", Bell System Technical Journal 39, 1960,
pp. 1253-1265), a case of Elliott's ("Estimates of Error Rates for Codes on Burst-Noise Channels", the same 42, 1963,
pp. 1977-1997): in the good state every frame gets through, in the bad one none. With the probabilities *p* that a good
state turns bad and *r* that a bad one turns good, the mean loss is p / (p + r), and 1 / r frames are lost in a row on
average. A burst that is no longer than chance makes it, 1 / (1 - loss), leaves each frame to chance by itself.

*Delay.* Each frame is `latency` late, and up to `jitter` more, all of it equally likely. Frames leave at ticks alone,
so the sum is rounded to the nearest 20 ms. No frame overtakes another: one that is held up holds up those behind it,
and they leave together, as they do where a connection keeps their order.
"""

from __future__ import annotations

import struct
from collections import deque
from dataclasses import dataclass
from hashlib import blake2b
from typing import Generic, TypeVar

from pytest_agentsim.scenario.network import GOOD_LINE, NetworkConditions

__all__ = ["Link", "ticks_in"]

T = TypeVar("T")

TICK = 20.0  # ms


class Link(Generic[T]):
    """One direction of a connection, good until its conditions change; links of another `name` have other luck.

    For each tick `enter` the frame of that number if there is one, and take out what has come through by `leave`.
    """

    def __init__(self, seed: int, name: str = "") -> None:
        self._chances = _Chances(seed, name)
        self._conditions = GOOD_LINE
        self._loss = _Loss.of(GOOD_LINE)
        self._before: tuple[int, bool] | None = None  # the latest frame, and whether it was lost
        self._latest = -1
        self._inside: deque[tuple[int, T]] = deque()

    @property
    def conditions(self) -> NetworkConditions:
        return self._conditions

    @property
    def latest(self) -> int:
        """The tick at which the latest of what has entered leaves, or has left; -1 before anything has."""
        return self._latest

    @property
    def is_empty(self) -> bool:
        """Whether all that has entered and was not lost has left."""
        return not self._inside

    def change(self, conditions: NetworkConditions) -> None:
        """Treat what enters from now on like that; what is inside already leaves when it would have."""
        self._conditions = conditions
        self._loss = _Loss.of(conditions)
        self._before = None

    def enter(self, number: int, frame: T) -> int | None:
        """Take in the frame of a number, higher than those before; return when it leaves, None if it is lost."""
        conditions = self._conditions
        if conditions.are_good:
            return self._put(number, frame)
        if self._is_lost(number):
            return None
        delay = conditions.latency
        if conditions.jitter:
            delay += conditions.jitter * self._chances.of(number)[1]
        return self._put(number + ticks_in(delay), frame)

    def follow(self, tick: int, item: T) -> int:
        """Take in something that is no audio, during that tick; return the tick at which it leaves.

        It is never lost, as late as the latency, and leaves behind all that has entered before it.
        """
        return self._put(tick + ticks_in(self._conditions.latency), item)

    def leave(self, tick: int) -> list[T]:
        """Take out what leaves until that tick, in the order in which it has entered."""
        left = []
        while self._inside and self._inside[0][0] <= tick:
            left.append(self._inside.popleft()[1])
        return left

    def _put(self, tick: int, item: T) -> int:
        self._latest = max(self._latest, tick)
        self._inside.append((self._latest, item))
        return self._latest

    def _is_lost(self, number: int) -> bool:
        """Tell whether the channel is bad at a frame.

        It is as it was at the frame before, back to one whose draw makes it good or bad whatever it was: so the draws
        alone decide, and not since when somebody has been looking.
        """
        at = number
        while (lost := self._loss.decided_by(self._chances.of(at)[0])) is None:
            at -= 1
            if self._before is not None and self._before[0] == at:
                lost = self._before[1]
                break
        self._before = (number, lost)
        return lost


def ticks_in(milliseconds: float) -> int:
    """Return the number of ticks that is nearest to a delay; the half of one counts as a whole."""
    return int(milliseconds / TICK + 0.5)


@dataclass(frozen=True, slots=True)
class _Loss:
    """Draws below `bad` make the channel bad, those from `good` on good; the others leave it as it is."""

    bad: float
    good: float

    @classmethod
    def of(cls, conditions: NetworkConditions) -> _Loss:
        share = conditions.packet_loss / 100
        if share in (0.0, 1.0):
            return cls(share, share)
        recovery = 1 / max(conditions.burst, conditions.burst_by_chance)
        return cls(recovery * share / (1 - share), 1 - recovery)

    def decided_by(self, draw: float) -> bool | None:
        if draw < self.bad:
            return True
        return False if draw >= self.good else None


class _Chances:
    """Two numbers for each frame, 0.0 to below 1.0, in any order: the same on every machine and in every version."""

    def __init__(self, seed: int, name: str) -> None:
        self._begun = blake2b(f"{name}\n{seed}\n".encode(), digest_size=8)

    def of(self, number: int) -> tuple[float, float]:
        digest = self._begun.copy()
        digest.update(number.to_bytes(8, "little", signed=True))
        loss, delay = struct.unpack("<II", digest.digest())
        return loss / 2**32, delay / 2**32
