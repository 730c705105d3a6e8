"""The caller's way to the agent: frames and control events go in, and leave for the wire as its conditions have it.

The control events travel on the same connection as the audio. They are never lost, and leave behind the frames before
which they were sent: a late frame makes them late as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.audio.network import Link
from pytest_agentsim.audio.pcm import FRAME_SAMPLES, SILENCE
from pytest_agentsim.audio.playout import Playout
from pytest_agentsim.scenario.network import Direction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_agentsim.scenario.network import NetworkConditions
    from pytest_agentsim.voice.link_log import LinkLog
    from pytest_agentsim.voice.outgoing import Wire

__all__ = ["Uplink"]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Audio on its way; `is_idle` is what the caller sends between its utterances."""

    pcm: bytes
    is_idle: bool
    is_speech: bool


class Uplink:
    """The sending direction of a line; the same seed loses the same frames."""

    def __init__(self, wire: Wire, *, seed: int, log: LinkLog) -> None:
        self._wire = wire
        self._link: Link[_Frame | str] = Link(seed, Direction.SEND.value)
        self._log = log
        self._playout: Playout[bytes] = Playout()
        self.tick = -1
        """The number of the latest tick."""
        self.has_sent_speech = False
        """Whether speech has left during the latest tick."""

    def change(self, conditions: NetworkConditions) -> None:
        """Send like that from the next frame on."""
        self._log.flush()
        self._link.change(conditions)

    @property
    def sent_until(self) -> int:
        """The sample at which all that has gone in will have left, which may have been long ago."""
        return (self._link.latest + 1) * FRAME_SAMPLES

    def advance(self, tick: int) -> None:
        """Begin the next tick: send what leaves at it."""
        self.tick = tick
        self.has_sent_speech = False
        self._pass_on()

    def carry(self, pcm: bytes, *, is_idle: bool, is_speech: bool) -> int | None:
        """Take the frame of this tick; return the tick at which it leaves, None if it is lost."""
        leaves = self._link.enter(self.tick, _Frame(pcm, is_idle, is_speech))
        if leaves != self.tick or not self._link.conditions.are_good:
            self._log.note(self.tick, leaves)
        self._pass_on()
        return leaves

    def send(self, event: str) -> None:
        """Take a control event."""
        self._link.follow(self.tick, event)
        self._pass_on()

    def recorded(self) -> bytes:
        """Return what is heard of the frames at the other end during this tick: silence where none has left."""
        return self._playout.play() or SILENCE

    def unrecorded(self) -> Iterator[bytes]:
        """Go through what has left and is still to be recorded."""
        while not self._playout.is_empty:
            yield self.recorded()

    def _pass_on(self) -> None:
        for each in self._link.leave(self.tick):
            if not self._wire.is_open:
                continue
            if isinstance(each, str):
                self._wire.send(each)
                continue
            self._wire.send(each.pcm)
            self._playout.arrive(each.pcm, is_quiet=each.is_idle)
            self.has_sent_speech |= each.is_speech
