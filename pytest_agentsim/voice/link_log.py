"""What a bad line has done to the frames of one direction: an entry a second in the log, and totals for the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.audio.pacer import TICK
from pytest_agentsim.audio.pcm import FRAME_SAMPLES
from pytest_agentsim.result import EventKind, NetworkTotals

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_agentsim.event_log import EventLog
    from pytest_agentsim.scenario.network import Direction

__all__ = ["LinkLog"]

FRAMES_AN_ENTRY = 50


class LinkLog:
    """Notes each frame that is lost or late, those with the same fate in a row as one; `time_of` is the line's."""

    def __init__(self, direction: Direction, log: EventLog, time_of: Callable[[int], float]) -> None:
        self._direction = direction
        self._log = log
        self._time_of = time_of
        self._batch = 0
        self._lost_runs: list[list[int]] = []
        self._late_runs: list[list[int]] = []
        self._frames = self._lost = self._late = 0
        self._in_a_row = self._longest_burst = 0
        self._delays = self._longest_delay = 0  # ticks

    def note(self, number: int, leaves: int | None) -> None:
        """Take note of a frame that leaves at that tick, or is lost."""
        if number // FRAMES_AN_ENTRY != self._batch:
            self.flush()
            self._batch = number // FRAMES_AN_ENTRY
        self._frames += 1
        if leaves is None:
            self._note_lost(number)
            return
        self._in_a_row = 0
        if leaves > number:
            self._note_late(number, leaves - number)

    def flush(self) -> None:
        """Make an entry of what has been noted."""
        if self._lost_runs or self._late_runs:
            first = self._batch * FRAMES_AN_ENTRY
            self._log.add(
                EventKind.NETWORK,
                direction=self._direction.value,
                first=first,
                start=round(self._time_of(first * FRAME_SAMPLES), 4),
                lost=self._lost_runs,
                late=self._late_runs,
            )
        self._lost_runs, self._late_runs = [], []

    @property
    def totals(self) -> NetworkTotals | None:
        """What has become of all frames together; None if the line was good all the time."""
        if not self._frames:
            return None
        arrived = self._frames - self._lost
        return NetworkTotals(
            direction=self._direction.value,
            frames=self._frames,
            lost=self._lost,
            longest_burst=self._longest_burst,
            late=self._late,
            delay_mean=round(self._delays * TICK / arrived, 6) if arrived else 0.0,
            delay_max=round(self._longest_delay * TICK, 6),
        )

    def _note_lost(self, number: int) -> None:
        self._lost += 1
        self._in_a_row += 1
        self._longest_burst = max(self._longest_burst, self._in_a_row)
        runs = self._lost_runs
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])

    def _note_late(self, number: int, ticks: int) -> None:
        self._late += 1
        self._delays += ticks
        self._longest_delay = max(self._longest_delay, ticks)
        milliseconds = round(ticks * TICK * 1000)
        runs = self._late_runs
        if runs and runs[-1][1:] == [number - 1, milliseconds]:
            runs[-1][1] = number
        else:
            runs.append([number, number, milliseconds])
