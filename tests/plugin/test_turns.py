"""Whose turn comes next in a process."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from pytest_agentsim.turns import SessionTurns, WorkerTurns

ITEMS = [f"item {number}" for number in range(6)]


@pytest.fixture
def session():
    return SimpleNamespace(items=ITEMS)


class Worker:
    """What a worker process of pytest-xdist keeps its queue in."""

    def __init__(self, following, queued):
        self.nextitem_index = following
        self.queue = deque(queued)
        self.told = []
        self.torun = SimpleNamespace(lock=self._locked)
        self._lock = threading.RLock()

    @contextmanager
    def _locked(self):
        with self._lock:
            yield self.queue

    def steal(self, indices):
        raise AssertionError("xdist's own gives all or nothing")

    def sendevent(self, name, **given):
        self.told.append((name, given))


def test_the_items_of_a_session_come_in_their_order(session):
    assert list(SessionTurns(session).behind("item 3")) == ["item 4", "item 5"]


def test_claimed_items_of_a_session_are_not_told_again(session):
    turns = SessionTurns(session)
    assert turns.claim("item 1")
    assert turns.claim("item 2")
    assert list(turns.behind("item 0")) == ["item 3", "item 4", "item 5"]


def test_a_worker_knows_what_it_has_been_given(session):
    turns = WorkerTurns(session, Worker(2, [3, 5]))
    assert list(turns.behind("item 0")) == ["item 2", "item 3", "item 5"]
    turns.claim("item 3")
    assert list(turns.behind("item 0")) == ["item 2", "item 5"]


def test_a_worker_keeps_what_it_has_claimed_and_gives_the_rest(session):
    worker = Worker(1, [2, 3, 4])
    turns = WorkerTurns(session, worker)
    turns.claim("item 3")
    worker.steal([3, 4])
    assert worker.told == [("unscheduled", {"indices": [4]})]
    assert list(worker.queue) == [2, 3]


def test_a_worker_cannot_claim_what_it_has_given_away(session):
    worker = Worker(1, [2, 3])
    turns = WorkerTurns(session, worker)
    worker.steal([3])
    assert not turns.claim("item 3")


def test_the_worker_is_left_as_it_was(session):
    worker = Worker(1, [2])
    WorkerTurns(session, worker).close()
    with pytest.raises(AssertionError, match="all or nothing"):
        worker.steal([2])
