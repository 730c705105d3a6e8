"""Where the caller of a voice call is: in its own place, or in another one for a while, which is logged then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.audio.pcm import FRAME_SAMPLES
from pytest_agentsim.result import EventKind
from pytest_agentsim.scenario.action_values import NO_BACKGROUND

if TYPE_CHECKING:
    from pytest_agentsim.audio.ambience import Backdrop
    from pytest_agentsim.caller.voice_steps import GoTo
    from pytest_agentsim.event_log import EventLog
    from pytest_agentsim.voice.caller_sounds import CallerSounds
    from pytest_agentsim.voice.limit import CallLimit
    from pytest_agentsim.voice.line import VoiceLine

__all__ = ["Surroundings"]


@dataclass(frozen=True, slots=True)
class _Stay:
    """Where the caller is, and from which sample on."""

    sound: str
    volume: float
    since: int


class Surroundings:
    """Moves one caller about; positions are samples on its line."""

    def __init__(self, sounds: CallerSounds, *, line: VoiceLine, log: EventLog, limit: CallLimit) -> None:
        self._sounds = sounds
        self._line = line
        self._log = log
        self._limit = limit
        self._stay: _Stay | None = None

    async def go_to(self, step: GoTo, *, at: int | None = None) -> None:
        """Be in another place from sample `at` on, or from now; where that cannot be had, stay."""
        backdrop: Backdrop | None = None
        if step.sound != NO_BACKGROUND:
            backdrop = await self._limit.bounded(self._sounds.place(step))
            if backdrop is None:
                return
        begin = max(self._line.position, at or 0)
        self._line.ambience.go_to(backdrop, at=begin // FRAME_SAMPLES)
        self._stay = _Stay(step.sound, step.volume, begin)

    def go_back(self) -> None:
        """Be in the caller's own place again, from now on."""
        stay, self._stay = self._stay, None
        if stay is None:
            return
        self._line.ambience.go_back()
        if stay.since < self._line.position:
            self._log.add(
                EventKind.SOUND,
                sound=stay.sound,
                volume=stay.volume,
                start=self._time(stay.since),
                end=self._time(self._line.position),
            )

    def _time(self, position: int) -> float:
        return round(self._line.time_of(position), 4)
