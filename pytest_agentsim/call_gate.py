"""How many calls may be on the line at once, and how quickly they may begin."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager

    from pytest_agentsim.clock import Clock
    from pytest_agentsim.scenario.model import Channel

__all__ = ["CallGate", "Limit", "Limits"]


@dataclass(frozen=True, slots=True)
class Limit:
    """What one process may do on a channel: `calls` at once (at least 1), of which `rate` may begin in a second.

    A rate of 0 lets as many begin as there are.
    """

    calls: int = 1
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process may ask of the agent and of the machine."""

    text: Limit = Limit()
    voice: Limit = Limit()

    def on(self, channel: Channel | str) -> Limit:
        """The limit of a channel."""
        return self.voice if channel == "voice" else self.text

    @property
    def most(self) -> int:
        """The most calls at once on any one channel."""
        return max(self.text.calls, self.voice.calls)


class _Line:
    """The calls of one channel: they begin in the order in which they have come, as the limit allows."""

    def __init__(self, limit: Limit, clock: Clock) -> None:
        self._clock = clock
        self._free = asyncio.Semaphore(limit.calls)
        self._pause = 1 / limit.rate if limit.rate else 0.0
        self._next_launch = 0.0

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        async with self._free:
            now = self._clock.now()
            launch = max(now, self._next_launch)
            self._next_launch = launch + self._pause
            if launch > now:
                await self._clock.sleep(launch - now)
            yield


class CallGate:
    """Lets calls begin, those of each channel one after another, as the limits allow."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._lines = {channel: _Line(limits.on(channel), clock) for channel in ("text", "voice")}

    def passed(self, channel: Channel | str) -> AbstractAsyncContextManager[None]:
        """Hold one of the channel's lines; entered when the call may begin."""
        return self._lines[str(channel)].held()
