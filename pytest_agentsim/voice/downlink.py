"""The agent's way to the caller: its audio, frame by frame of the time line, as the caller gets to hear it.

Only audio suffers; the agent's control events act as soon as they arrive.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from pytest_agentsim.audio.network import Link
from pytest_agentsim.audio.pcm import FRAME_SAMPLES
from pytest_agentsim.audio.playout import Playout
from pytest_agentsim.scenario.network import Direction

if TYPE_CHECKING:
    from pytest_agentsim.scenario.network import NetworkConditions
    from pytest_agentsim.voice.link_log import LinkLog

__all__ = ["Downlink"]

# How long it is known how late a frame was: for longer than it takes to notice that it was the first of speech.
REMEMBERED_FRAMES = 100


class Downlink:
    """The receiving direction of a line; the same seed loses the same frames."""

    def __init__(self, *, seed: int, log: LinkLog) -> None:
        self._link: Link[tuple[int, bytes]] = Link(seed, Direction.RECEIVE.value)
        self._log = log
        self._playout: Playout[tuple[int, bytes]] = Playout()
        self._tick = -1
        self._heard_until = 0
        self._delays: deque[int | None] = deque(maxlen=REMEMBERED_FRAMES)  # None where nothing was heard

    def change(self, conditions: NetworkConditions) -> None:
        """Let the caller hear like that from the next frame on."""
        self._log.flush()
        self._link.change(conditions)

    @property
    def is_empty(self) -> bool:
        """Whether all that has gone in has been heard."""
        return self._link.is_empty and self._playout.is_empty

    def has_passed(self, position: int) -> bool:
        """Whether nothing that was due before a sample is still to be heard, as far as it has gone in."""
        return self.is_empty or self._heard_until >= position

    def hear(self, frame: bytes | None) -> bytes | None:
        """Return what is heard during the next tick, in which the agent's `frame` is due; None is silence."""
        self._tick += 1
        if frame is not None:
            self._enter(frame)
        for each in self._link.leave(self._tick):
            self._playout.arrive(each, is_quiet=not any(each[1]))
        heard = self._playout.play()
        if heard is None:
            self._delays.append(None)
            return None
        number, pcm = heard
        self._heard_until = (number + 1) * FRAME_SAMPLES
        self._delays.append((self._tick - number) * FRAME_SAMPLES)
        return pcm

    def delay_at(self, position: int) -> int:
        """Return by how many samples the audio was late that was heard at a sample, or else right after it."""
        since = max(0, len(self._delays) - 1 - (self._tick - position // FRAME_SAMPLES))
        known = list(self._delays)[since:]
        return next((delay for delay in known if delay is not None), 0)

    def _enter(self, frame: bytes) -> None:
        leaves = self._link.enter(self._tick, (self._tick, frame))
        if leaves != self._tick or not self._link.conditions.are_good:
            self._log.note(self._tick, leaves)
