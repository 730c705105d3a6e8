"""Does the same thing many times, with so many of them under way at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["repeated"]


async def repeated(work: Callable[[], Awaitable[None]], times: int, *, at_once: int) -> None:
    """Do the work so many times; the next one begins when one of those under way has ended."""
    left = iter(range(times))

    async def one_after_another() -> None:
        for _ in left:
            await work()

    await asyncio.gather(*(one_after_another() for _ in range(at_once)))
