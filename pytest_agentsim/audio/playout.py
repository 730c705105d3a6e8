"""What a listener hears of frames that arrive one by one, in bursts, or not at all."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

__all__ = ["Playout"]

T = TypeVar("T")


class Playout(Generic[T]):
    """Plays one frame a tick: the next one that has arrived, and nothing while none is there.

    Of frames that arrive together one is played after the other. Whoever listens is then behind what is said, and
    catches up in the pauses: quiet frames are left out while others wait behind them.
    """

    def __init__(self) -> None:
        self._waiting: deque[tuple[T, bool]] = deque()

    @property
    def is_empty(self) -> bool:
        """Whether all that has arrived has been played."""
        return not self._waiting

    def arrive(self, frame: T, *, is_quiet: bool) -> None:
        """Take in a frame; `is_quiet` tells that nobody would miss it."""
        self._waiting.append((frame, is_quiet))

    def play(self) -> T | None:
        """Return the frame that is heard during the next tick, None if there is none."""
        while len(self._waiting) > 1 and self._waiting[0][1]:
            self._waiting.popleft()
        return self._waiting.popleft()[0] if self._waiting else None
