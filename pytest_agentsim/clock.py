"""The one clock: everything that waits or measures takes it, so that tests can move time by hand."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable

__all__ = ["Clock", "RealClock", "VirtualClock"]

T = TypeVar("T")


class Clock(Protocol):
    """Seconds that only go forward, and the two ways to wait for them."""

    def now(self) -> float:
        """Return the current time in seconds; only differences mean anything."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Pause deliberately, as a scenario's `<silence>` does."""
        ...

    async def wait_for(self, awaitable: Awaitable[T], deadline: float | None) -> T:
        """Await something until `deadline` (a time of `now()`); cancel it and raise TimeoutError after that."""
        ...


class RealClock:
    """Monotonic time of this machine."""

    def now(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def wait_for(self, awaitable: Awaitable[T], deadline: float | None) -> T:
        if deadline is None:
            return await awaitable
        async with asyncio.timeout(max(0.0, deadline - self.now())):
            return await awaitable


class VirtualClock:
    """Time that stands still until a test moves it.

    Deliberate pauses pass at once and move the time by their length; with `skip_sleeps=False` they last until
    `advance` has moved the time far enough. Deadlines are only ever reached through moved time, so a test
    that forgets to advance hangs in its own timeout instead of passing by luck. `advance` may be called from
    any thread.
    """

    def __init__(self, start: float = 0.0, *, skip_sleeps: bool = True) -> None:
        self._now = start
        self._skip_sleeps = skip_sleeps
        self._order = itertools.count()
        self._waiting: list[tuple[float, int, asyncio.AbstractEventLoop, asyncio.Future[None]]] = []

    def now(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the time forward and wake whoever waited for a moment up to the new time."""
        self._now += seconds
        while self._waiting and self._waiting[0][0] <= self._now:
            _, _, loop, future = heapq.heappop(self._waiting)
            if not loop.is_closed():
                loop.call_soon_threadsafe(_resolve, future)

    async def sleep(self, seconds: float) -> None:
        if not self._skip_sleeps:
            await self._moment(self._now + seconds)
            return
        # One turn of the loop first: whatever has already arrived is seen before the pause is over.
        await asyncio.sleep(0)
        self.advance(seconds)

    async def wait_for(self, awaitable: Awaitable[T], deadline: float | None) -> T:
        if deadline is None:
            return await awaitable
        work: asyncio.Future[T] = asyncio.ensure_future(awaitable)
        alarm = self._moment(deadline)
        try:
            both: list[asyncio.Future[Any]] = [work, alarm]
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                return work.result()
            raise TimeoutError
        finally:
            for pending in (work, alarm):
                pending.cancel()
            if not work.done():
                await asyncio.wait([work])

    def _moment(self, when: float) -> asyncio.Future[None]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        if when <= self._now:
            future.set_result(None)
        else:
            heapq.heappush(self._waiting, (when, next(self._order), loop, future))
        return future


def _resolve(future: asyncio.Future[Any]) -> None:
    if not future.done():
        future.set_result(None)
