"""What an agent prints: kept in bounded memory, read without its secrets."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_agentsim.redaction import Redactor

__all__ = ["LIMIT", "Output"]

LIMIT = 2**20  # characters


class Output:
    """The last `limit` characters that were written; a mark is a place in all that was ever written.

    May be written and read from any thread.
    """

    def __init__(self, redactor: Redactor, *, limit: int = LIMIT) -> None:
        self._redactor = redactor
        self._limit = limit
        self._lock = threading.Lock()
        self._pieces: list[str] = []
        self._kept = 0
        self._dropped = 0

    def write(self, text: str) -> None:
        """Append what the agent printed."""
        with self._lock:
            self._pieces.append(text)
            self._kept += len(text)
            if self._kept > self._limit + self._limit // 4:
                self._drop_beginning()

    def mark(self) -> int:
        """Return the place up to which has been written."""
        with self._lock:
            return self._dropped + self._kept

    def since(self, mark: int, until: int | None = None) -> str:
        """Return what was written after `mark`, redacted: of that, at most the last `limit` characters.

        `until` is a later mark to end at.
        """
        with self._lock:
            text = "".join(self._pieces)
            dropped = self._dropped
        end = len(text) if until is None else self._after_secret(text, max(until - dropped, 0))
        begin = self._before_secret(text, max(mark - dropped, end - self._limit, 0))
        return self._redactor.text(text[begin:end])

    def tail(self, lines: int) -> str:
        """Return the last lines, redacted."""
        return "\n".join(self.since(0).rstrip().splitlines()[-lines:])

    def _drop_beginning(self) -> None:
        text = "".join(self._pieces)
        begin = self._before_secret(text, len(text) - self._limit)
        self._pieces = [text[begin:]]
        self._kept -= begin
        self._dropped += begin

    def _after_secret(self, text: str, end: int) -> int:
        return next((last for first, last in self._redactor.spans(text) if first < end < last), end)

    def _before_secret(self, text: str, begin: int) -> int:
        """Move a cut that goes through a secret to its beginning: half a secret could not be recognised."""
        return next((first for first, last in self._redactor.spans(text) if first < begin < last), begin)
