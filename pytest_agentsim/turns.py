"""Whose turn comes next: the order of the items that a process is going to run, as far as it is known."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Protocol

from pytest_agentsim.distribution import keep_launched, queued_behind, worker_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

__all__ = ["SessionTurns", "Turns", "WorkerTurns", "turns_of"]


class Turns(Protocol):
    """The items to come. `may_grow` tells whether some that are not known yet may join the queue at any time."""

    may_grow: bool

    def behind(self, head: pytest.Item) -> Iterator[pytest.Item]:
        """Return the items after the one at hand, without those that have been claimed."""
        ...

    def claim(self, item: pytest.Item) -> bool:
        """Make sure that this process runs an item; tell whether it does."""
        ...

    def close(self) -> None:
        """Undo whatever claiming has needed."""
        ...


class SessionTurns:
    """All items of a session, in their order."""

    may_grow = False

    def __init__(self, session: pytest.Session) -> None:
        self._items = session.items
        self._place = {item: place for place, item in enumerate(session.items)}
        self._first_free = 0

    def behind(self, head: pytest.Item) -> Iterator[pytest.Item]:
        for place in range(max(self._place[head] + 1, self._first_free), len(self._items)):
            yield self._items[place]

    def claim(self, item: pytest.Item) -> bool:
        self._first_free = max(self._first_free, self._place[item] + 1)
        return True

    def close(self) -> None:
        pass


class WorkerTurns:
    """What the controller of pytest-xdist has assigned to this worker process, in that order.

    The controller may take items back and give them to another worker, unless they have been claimed.
    """

    may_grow = True

    def __init__(self, session: pytest.Session, worker: Any) -> None:
        self._items = session.items
        self._place = {item: place for place, item in enumerate(session.items)}
        self._worker = worker
        self._claimed: set[int] = set()
        self._lock = threading.Lock()
        self._give_back = keep_launched(worker, self._claimed.__contains__, self._lock)

    def behind(self, head: pytest.Item) -> Iterator[pytest.Item]:  # noqa: ARG002  (the worker knows where it is)
        for place in queued_behind(self._worker):
            if place not in self._claimed:
                yield self._items[place]

    def claim(self, item: pytest.Item) -> bool:
        place = self._place[item]
        with self._lock:
            if place not in queued_behind(self._worker):
                return False
            self._claimed.add(place)
            return True

    def close(self) -> None:
        self._give_back()


def turns_of(session: pytest.Session) -> Turns:
    """Return the turns of this process."""
    worker = worker_of(session.config)
    return SessionTurns(session) if worker is None else WorkerTurns(session, worker)
