"""The metronome of all voice calls of a process: every 20 ms each of them sends a frame and moves its time line on.

The calls take turns: each belongs to one of four groups, whose ticks lie 5 ms apart, so that a hundred calls do not
want everything at the same moment. A group's tick *n* is due at its start + 20 ms * n, whenever the ticks before it
came, so nothing drifts; a process that was held up makes up for the ticks it missed.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_agentsim.clock import Clock

__all__ = ["TICK", "Paced", "Pacer"]

TICK = 0.02  # s, a CHIRP frame (platform_spec section a)
GROUPS = 4
BEHIND = 0.005  # s; a process that is this late has no time for what can wait
EARLY = 0.001  # s; an event loop may wake a sleeper a little before its time


class Paced(Protocol):
    """What a pacer drives; its methods may not block. One that raises is driven no longer, and told by `broken`."""

    def send_frame(self, due: float) -> None:
        """Send the frame that is due; nothing else, because the other calls' frames are due as well."""
        ...

    def advance(self, *, hurried: bool) -> None:
        """Do what can wait until all frames are out; when `hurried`, only what cannot wait for a later tick."""
        ...

    def broken(self, error: Exception) -> None:
        """Take note of its own error; the other calls go on."""
        ...


@dataclass(slots=True)
class _Group:
    """Calls that are driven together, in the order in which they have joined."""

    due: float = 0.0
    calls: dict[Paced, None] = field(default_factory=dict)


class Pacer:
    """Drives any number of calls from one task, which runs while there are calls.

    Use it from one event loop.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._groups = [_Group() for _ in range(GROUPS)]
        self._wakes_at = 0.0
        self._task: asyncio.Task[None] | None = None

    @property
    def clock(self) -> Clock:
        return self._clock

    def join(self, paced: Paced) -> float:
        """Drive `paced` from the next tick of its group on; returns when that is due (a time of the clock)."""
        if not self._occupied:
            self._begin()
        group = min(self._groups, key=lambda each: len(each.calls))
        if not group.calls:
            # Its ticks have not been counted meanwhile, and the task may be asleep.
            missed = max(self._clock.now(), self._wakes_at) - group.due
            group.due += max(0, math.ceil(missed / TICK)) * TICK
        group.calls[paced] = None
        if self._task is None:
            self._task = asyncio.ensure_future(self._run())
        return group.due

    def leave(self, paced: Paced) -> None:
        """Drive `paced` no longer."""
        for group in self._groups:
            group.calls.pop(paced, None)

    async def close(self) -> None:
        """Drive nobody any more."""
        for group in self._groups:
            group.calls.clear()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def _begin(self) -> None:
        now = self._clock.now()
        for number, group in enumerate(self._groups):
            group.due = now + TICK + number * TICK / GROUPS

    @property
    def _occupied(self) -> list[_Group]:
        return [group for group in self._groups if group.calls]

    async def _run(self) -> None:
        try:
            while occupied := self._occupied:
                group = min(occupied, key=lambda each: each.due)
                self._wakes_at = group.due
                await self._clock.sleep(max(0.0, group.due - self._clock.now()))
                # Not if the last call has left during the wait, and another one has come.
                if group.due - self._clock.now() <= EARLY:
                    self._tick(group)
        finally:
            self._task = None

    def _tick(self, group: _Group) -> None:
        due = group.due
        # Whoever joins during this tick begins with the next one.
        group.due = due + TICK
        present = tuple(group.calls)
        for each in present:
            self._drive(group, each, partial(each.send_frame, due))
        hurried = self._clock.now() - due > BEHIND
        for each in present:
            self._drive(group, each, partial(each.advance, hurried=hurried))

    def _drive(self, group: _Group, paced: Paced, step: Callable[[], None]) -> None:
        if paced not in group.calls:
            return  # it has left during this tick
        try:
            step()
        except Exception as error:  # noqa: BLE001  (told to the one whose it is)
            self.leave(paced)
            paced.broken(error)
