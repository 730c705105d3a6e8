"""How many requests are under way at once, and how many begin in a minute."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

__all__ = ["Pacing"]


class Pacing:
    """Lets at most `concurrency` requests be under way, of which `rate` may begin in a minute, evenly spread.

    `sleep` takes seconds and `now` gives them.
    """

    def __init__(
        self,
        concurrency: int,
        rate: float | None = None,
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        now: Callable[[], float] | None = None,
    ) -> None:
        self._places = asyncio.Semaphore(concurrency)
        self._gap = 60.0 / rate if rate else 0.0
        self._sleep = sleep
        self._now = now
        self._next = 0.0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Wait until a request may begin; it is under way as long as what is done within takes."""
        async with self._places:
            if self._gap:
                now = self._now() if self._now is not None else asyncio.get_running_loop().time()
                begins = max(now, self._next)
                self._next = begins + self._gap
                if begins > now:
                    await self._sleep(begins - now)
            yield
