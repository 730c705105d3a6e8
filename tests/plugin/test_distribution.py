"""Every mode of pytest-xdist keeps its workers supplied, and no call that is being made changes its worker."""

from __future__ import annotations

import math
import os
import re
import threading
from collections import Counter
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentsim.distribution import (
    fair_share,
    keep_launched,
    queued_behind,
    scheduler_for,
    worker_of,
)

xdist_scheduler = pytest.importorskip("xdist.scheduler")
remote = pytest.importorskip("xdist.remote")

MODES = ("load", "loadscope", "loadfile", "loadgroup", "worksteal")


class FakeWorker:
    """A worker as the controller sees it: it runs an item when the test says so, and gives away what it likes."""

    def __init__(self, name="gw", in_flight=0):
        self.gateway = SimpleNamespace(id=name)
        self.queue = []  # the item at hand first
        self.steps = []  # what was sent at a time
        self.asked = []  # what it was asked to give away, and has not answered
        self.in_flight = in_flight
        self.shutting_down = False

    def send_runtest_some(self, indices):
        self.steps.append(list(indices))
        self.queue += indices

    def send_steal(self, indices):
        self.asked.append(list(indices))

    def shutdown(self):
        self.shutting_down = True

    @property
    def can_run(self):
        return len(self.queue) > 1 or (self.shutting_down and bool(self.queue))

    def give_away(self):
        """Answer the oldest request: neither the next item nor what is in flight is given."""
        asked = self.asked.pop(0)
        given = [index for index in self.queue[max(2, self.in_flight) :] if index in asked]
        self.queue = [index for index in self.queue if index not in given]
        return given


class Run:
    """A scheduler with fake workers, driven as xdist's controller drives it."""

    def __init__(self, dist, ids, *, workers=2, window=8, in_flight=0, reorder=True, chunk=None, **more):
        if isinstance(ids, int):
            ids = [f"test_it.py::test[{number}]" for number in range(ids)]
        self.ids = ids
        self.workers = [FakeWorker(f"gw{number}", in_flight) for number in range(workers)]
        self.scheduler = scheduler_for(
            a_config(dist, workers=workers, reorder=reorder, chunk=chunk), a_log(), window=window, **more
        )
        for worker in self.workers:
            self.scheduler.add_node(worker)
        for worker in self.workers:
            self.scheduler.add_node_collection(worker, ids)
        self.scheduler.schedule()
        self.ran = []
        self.requests = 0

    @property
    def pending(self):
        return [len(worker.queue) for worker in self.workers]

    def finish(self, worker):
        """Let a worker finish the item at hand."""
        index = worker.queue.pop(0)
        self.ran.append((self.ids[index], worker))
        self.scheduler.mark_test_complete(worker, index, 1.0)
        self._end_if_finished()

    def answer(self, worker):
        self.requests += 1
        self.scheduler.remove_pending_tests_from_node(worker, worker.give_away())
        self._end_if_finished()

    def events(self):
        """Return what can happen now."""
        answers = [(self.answer, worker) for worker in self.workers if worker.asked]
        return answers + [(self.finish, worker) for worker in self.workers if worker.can_run]

    def to_the_end(self, choose=lambda events: events[0], check=lambda: None):
        """Let everything happen, in the order that `choose` says."""
        check()
        while events := self.events():
            happens, worker = choose(events)
            happens(worker)
            check()
            assert self.requests <= 3 * len(self.ids) + 3, "the controller asks again and again"

    def _end_if_finished(self):
        if self.scheduler.tests_finished:
            for worker in self.workers:
                worker.shutdown()


def a_config(dist, *, workers=2, reorder=True, chunk=None):
    options = {"dist": dist, "tx": ["popen"] * workers, "maxschedchunk": chunk}
    return SimpleNamespace(
        getoption=options.__getitem__,
        getvalue=options.__getitem__,
        option=SimpleNamespace(loadscopereorder=reorder),
    )


def a_log():
    return remote.Producer("test", enabled=False)


def files(*sizes):
    """Return the node ids of files with so many items."""
    return [f"test_{number}.py::test[{each}]" for number, size in enumerate(sizes) for each in range(size)]


def file_of(node_id):
    return node_id.partition("::")[0]


# A fair share


@pytest.mark.parametrize(
    ("unsent", "pending", "share"),
    [
        (10, [0, 0], 5),
        (9, [0, 0, 0, 0], 3),
        (6, [3, 0, 0, 0], 2),  # the first has the one that is left over
        (10, [32, 2], 12),
        (10, [100, 30, 2, 2], 7),
        (0, [4, 1], 1),
        (7, [3], 10),
    ],
)
def test_a_fair_share_is_what_an_even_spread_gives(unsent, pending, share):
    assert fair_share(unsent, pending) == share


@given(st.integers(1, 60), st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_a_fair_share_is_that_of_dealing_one_by_one_to_who_has_least(unsent, pending):
    dealt = list(pending)
    for _ in range(unsent):
        dealt[dealt.index(min(dealt))] += 1
    assert fair_share(unsent, pending) == max(
        after for after, before in zip(dealt, pending, strict=True) if after > before
    )


# Which scheduler


@pytest.mark.parametrize("dist", MODES)
def test_the_scheduler_is_a_kind_of_that_of_xdist_and_has_its_name(dist):
    scheduler = scheduler_for(a_config(dist), a_log(), window=8)
    original = {each.lower(): each for each in dir(xdist_scheduler)}[
        {"worksteal": "workstealing"}.get(dist, dist) + "scheduling"
    ]
    assert isinstance(scheduler, getattr(xdist_scheduler, original))
    assert type(scheduler).__name__ == original


@pytest.mark.parametrize("dist", ["each", "no"])
def test_modes_that_send_everything_need_no_scheduler(dist):
    assert scheduler_for(a_config(dist), a_log(), window=8) is None


@pytest.mark.parametrize(
    ("dist", "kind", "name"),
    [
        ("load", "LoadScheduling", "_send_tests"),
        ("loadfile", "LoadScopeScheduling", "_assign_work_unit"),
        ("worksteal", "WorkStealingScheduling", "check_schedule"),
    ],
)
def test_an_xdist_that_lacks_a_name_keeps_its_own_scheduler(monkeypatch, dist, kind, name):
    monkeypatch.delattr(getattr(xdist_scheduler, kind), name)
    assert scheduler_for(a_config(dist), a_log(), window=8) is None


def test_an_xdist_without_the_scheduler_keeps_what_it_has(monkeypatch):
    monkeypatch.delattr(xdist_scheduler, "LoadScheduling")
    assert scheduler_for(a_config("load"), a_log(), window=8) is None


@pytest.mark.parametrize("dist", ["load", "loadscope"])
def test_items_of_which_none_matters_are_dealt_out_as_ever(dist):
    ids = [f"test_{number}.py::test" for number in range(200)]
    ours, theirs, windowed = (
        Run(dist, ids, window=window, matters=lambda node_id, kind=kind: kind in node_id)
        for window, kind in ((100, "scenario"), (0, "test_"), (100, "test_"))
    )
    assert ours.pending == theirs.pending
    assert sum(windowed.pending) > sum(ours.pending)


@pytest.mark.parametrize(("kind", "asks_again"), [("scenario", True), ("test_", False)])
def test_who_gave_nothing_is_asked_again_only_where_workers_give_all_or_nothing(kind, asks_again):
    run = Run("worksteal", 20, in_flight=20, matters=lambda node_id: kind in node_id)
    idle, busy = run.workers
    while not busy.asked:
        run.finish(idle)
    run.answer(busy)
    assert bool(busy.asked) == asks_again


# load


def test_load_sends_each_worker_a_window_of_neighbours():
    run = Run("load", 100, workers=3, window=20)
    assert [worker.queue for worker in run.workers] == [
        list(range(20)),
        list(range(20, 40)),
        list(range(40, 60)),
    ]


def test_load_sends_as_much_as_xdist_does_if_that_is_more():
    assert Run("load", 400, window=8).pending == [50, 50]


@pytest.mark.parametrize(
    ("items", "workers", "pending"),
    [(9, 4, [3, 2, 2, 2]), (5, 4, [2, 1, 1, 1]), (12, 4, [3, 3, 3, 3]), (2, 3, [1, 1, 0]), (1, 2, [1, 0])],
)
def test_load_sends_the_whole_of_a_short_suite_in_fair_shares(items, workers, pending):
    run = Run("load", items, workers=workers, window=32)
    assert run.pending == pending
    run.to_the_end()
    assert len(run.ran) == items


def test_load_fills_a_window_up_after_each_item_however_long_it_took():
    run = Run("load", 40, window=8)
    for _ in range(10):
        run.finish(run.workers[0])
        assert run.pending == [8, 8]


def test_load_ends_a_worker_when_everything_is_sent():
    run = Run("load", 17, window=8)
    run.finish(run.workers[1])
    assert not run.workers[1].shutting_down
    run.finish(run.workers[1])
    assert [worker.shutting_down for worker in run.workers] == [False, True]


def test_load_sends_at_most_maxschedchunk_items_at_a_time():
    run = Run("load", 60, window=12, chunk=4)
    assert run.pending == [4, 4]
    for _ in range(4):
        run.finish(run.workers[0])
    assert run.pending == [12, 4]
    assert max(len(step) for step in run.workers[0].steps) == 4


def test_load_sends_items_one_by_one_if_maxschedchunk_is_one():
    run = Run("load", 20, window=8, chunk=1)
    for _ in range(5):
        run.finish(run.workers[0])
        assert run.pending == [2, 2]
    assert [len(step) for step in run.workers[0].steps] == [2, 1, 1, 1, 1, 1]


def test_load_gives_the_items_of_a_crashed_worker_to_the_others():
    run = Run("load", 40, window=8)
    crashed = run.workers.pop(0)
    assert run.scheduler.remove_node(crashed) == run.ids[0]
    run.to_the_end()
    assert {name for name, _ in run.ran} == set(run.ids[1:])


def test_load_gives_a_replaced_worker_all_that_is_left_when_the_others_have_ended():
    run = Run("load", 16, window=8)
    crashed, ended = run.workers
    while ended.queue:
        run.finish(ended)
    run.scheduler.remove_node(crashed)
    replacement = FakeWorker("gw2")
    run.scheduler.add_node(replacement)
    run.scheduler.add_node_collection(replacement, run.ids)
    run.scheduler.schedule()
    assert replacement.queue == list(range(1, 8))


# loadscope, loadfile, loadgroup


def test_small_files_are_given_until_the_window_is_full():
    run = Run("loadfile", files(*[2] * 30), window=12)
    assert run.pending == [12, 12]
    run.finish(run.workers[0])
    assert run.pending == [13, 12]
    run.finish(run.workers[0])
    assert run.pending == [12, 12]


def test_the_files_of_a_short_suite_are_spread_evenly():
    run = Run("loadfile", files(10, 30, 20), window=32)
    assert run.pending == [30, 30]
    assert Run("loadfile", files(*[1] * 9), workers=4, window=32).pending == [3, 2, 2, 2]


def test_a_file_that_is_more_than_a_fair_share_waits_until_half_a_window_is_left():
    assert Run("loadfile", files(*[6] * 5), window=16).pending == [12, 12]
    run = Run("loadfile", files(10, 10, 10), window=16)
    assert run.pending == [10, 10]
    run.finish(run.workers[1])
    run.finish(run.workers[1])
    assert run.pending == [10, 8]
    run.finish(run.workers[1])
    assert run.pending == [10, 17]


def test_a_large_file_is_given_at_once_to_who_has_next_to_nothing():
    run = Run("loadfile", files(2, 2, 2), window=32)
    assert run.pending == [4, 2]


@pytest.mark.parametrize(("reorder", "first"), [(True, "test_2.py"), (False, "test_0.py")])
def test_larger_files_come_first_unless_told_otherwise(reorder, first):
    if "loadscopereorder" not in xdist_scheduler.LoadScopeScheduling.schedule.__code__.co_names:
        pytest.skip("this pytest-xdist has no --no-loadscope-reorder")
    run = Run("loadfile", files(1, 2, 5, 1), window=8, reorder=reorder)
    assert file_of(run.ids[run.workers[0].queue[0]]) == first


@pytest.mark.parametrize(
    ("dist", "ids", "scope"),
    [
        ("loadscope", [f"test_it.py::Test{n % 5}::test[{n}]" for n in range(40)], r"Test\d"),
        ("loadfile", [f"test_{n % 5}.py::test[{n}]" for n in range(40)], r"test_\d"),
        ("loadgroup", [f"test_it.py::test[{n}]@group{n % 5}" for n in range(40)], r"group\d"),
    ],
)
def test_what_belongs_together_is_run_by_one_worker(dist, ids, scope):
    run = Run(dist, ids, window=8)
    run.to_the_end(lambda events: events[-1])
    assert sorted(name for name, _ in run.ran) == sorted(ids)
    assert len({(re.search(scope, name)[0], worker) for name, worker in run.ran}) == 5


def test_a_replaced_worker_is_given_files_only_once_it_has_collected():
    run = Run("loadfile", files(*[4] * 12), window=8)
    run.scheduler.remove_node(run.workers.pop(0))
    replacement = FakeWorker("gw2")
    run.scheduler.add_node(replacement)
    run.finish(run.workers[0])
    assert replacement.queue == []
    run.scheduler.add_node_collection(replacement, run.ids)
    run.scheduler.schedule()
    assert len(replacement.queue) == 8


# worksteal


def test_worksteal_sends_everything_in_fair_shares():
    assert Run("worksteal", 100, workers=3, window=8).pending == [33, 33, 34]


def idle_beside_busy(items, in_flight, workers=2):
    """Return a run in which the last worker has one item left, and asks for more."""
    run = Run("worksteal", items, workers=workers, in_flight=in_flight)
    while len(run.workers[-1].queue) > 1:
        run.finish(run.workers[-1])
    return run


def test_worksteal_takes_what_is_not_in_flight_when_more_was_asked_for():
    run = idle_beside_busy(20, in_flight=8)
    busy, idle = run.workers
    assert busy.asked == [[5, 6, 7, 8, 9]]
    run.answer(busy)
    assert idle.queue == [19, 8, 9]
    assert busy.queue == list(range(8))


def test_worksteal_lets_an_idle_worker_run_its_last_item_when_nothing_is_given_away():
    run = idle_beside_busy(20, in_flight=10)
    busy, idle = run.workers
    run.answer(busy)
    assert idle.shutting_down
    assert not busy.asked
    assert not busy.shutting_down


def test_worksteal_asks_another_worker_when_the_first_gives_nothing_away():
    run = idle_beside_busy(30, in_flight=0, workers=3)
    first, second, idle = run.workers
    first.in_flight = 10
    run.answer(first)
    assert (first.asked, second.asked) == ([], [[15, 16, 17, 18, 19]])
    run.answer(second)
    assert idle.queue == [29, 15, 16, 17, 18, 19]


def test_worksteal_asks_again_once_a_worker_has_got_something_new():
    run = idle_beside_busy(30, in_flight=0, workers=3)
    first, second, third = run.workers
    first.in_flight = 10
    run.answer(first)
    run.answer(second)
    for _ in range(9):
        run.finish(first)
    run.answer(third)
    assert first.queue == [9, 17, 18, 19]
    for _ in range(4):
        run.finish(second)
    assert first.asked == [[18, 19]]


# All modes


@pytest.mark.parametrize("dist", MODES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_every_item_is_run_once_however_fast_the_workers_are(dist, data):
    sizes = data.draw(st.lists(st.integers(1, 12), min_size=1, max_size=12), "sizes of the files")
    workers = data.draw(st.integers(1, 4), "workers")
    window = data.draw(st.sampled_from([8, 12, 32]), "window")
    run = Run(dist, files(*sizes), workers=workers, window=window, in_flight=window // 4)
    run.to_the_end(lambda events: data.draw(st.sampled_from(events)), lambda: check_supply(run, window))
    assert Counter(name for name, _ in run.ran) == Counter(run.ids)
    if dist in ("loadscope", "loadfile"):
        assert len({(file_of(name), worker) for name, worker in run.ran}) == len(sizes)


def check_supply(run, window):
    """Check that every worker has what it needs while there is something that nobody has."""
    workers = [len(worker.queue) for worker in run.workers if not worker.shutting_down]
    if getattr(run.scheduler, "workqueue", None):
        assert min(workers) >= window // 2
    elif not hasattr(run.scheduler, "workqueue") and run.scheduler.pending:
        assert min(workers) >= min(window, fair_share(len(run.scheduler.pending), workers))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 200), st.integers(1, 8))
def test_no_worker_has_more_than_its_share_of_a_short_suite(items, workers):
    run = Run("load", items, workers=workers, window=200)
    assert max(run.pending) == math.ceil(items / workers)
    assert min(run.pending) == items // workers


# The worker


def skip_if_the_queue_is_closed():
    if not hasattr(remote, "TestQueue"):
        pytest.skip("the queue of this pytest-xdist cannot be looked into")


class InWorker:
    """xdist's object in a worker, with a real queue, and what it tells the controller."""

    def __init__(self, *queued, nextitem_index=0):
        skip_if_the_queue_is_closed()
        gateway_base = pytest.importorskip("execnet.gateway_base")
        self.torun = remote.TestQueue(gateway_base.get_execmodel("thread"))
        self.nextitem_index = nextitem_index
        for each in queued:
            self.torun.put(each)
        self.told = []

    steal = getattr(remote.WorkerInteractor, "steal", None)

    def sendevent(self, name, **kwargs):
        self.told.append((name, kwargs))

    @property
    def queue(self):
        with self.torun.lock() as queue:
            return list(queue)


SHUTDOWN = remote.Marker.SHUTDOWN


@pytest.mark.parametrize(
    ("following", "queued", "behind"),
    [
        (3, [4, 9, 5], [3, 4, 9, 5]),
        (3, [], [3]),
        (3, [4, SHUTDOWN], [3, 4]),
        (3, [4, SHUTDOWN, 5], [3, 4]),
        (SHUTDOWN, [], []),
        (None, [], []),
    ],
)
def test_what_is_queued_behind_an_item_is_the_next_one_and_the_queue(following, queued, behind):
    assert queued_behind(InWorker(*queued, nextitem_index=following)) == behind


@pytest.mark.parametrize(
    ("asked", "given", "left"),
    [
        ([5, 6], [5, 6], [2, 3, 4, SHUTDOWN]),
        ([3, 4, 5, 6], [4, 5, 6], [2, 3, SHUTDOWN]),  # 2 and 3 are launched
        ([2, 3], [], [2, 3, 4, 5, 6, SHUTDOWN]),
        ([0, 1, 6], [6], [2, 3, 4, 5, SHUTDOWN]),  # 0 and 1 have been run
    ],
)
def test_of_the_items_asked_for_those_are_given_that_wait_and_are_not_launched(asked, given, left):
    worker = InWorker(2, 3, 4, 5, 6, SHUTDOWN)
    keep_launched(worker, lambda index: index in (2, 3), threading.Lock())
    worker.steal(asked)
    assert worker.told == [("unscheduled", {"indices": given})]
    assert worker.queue == left


def test_a_worker_whose_queue_was_emptied_waits_for_the_next_item():
    worker = InWorker(2, 3)
    keep_launched(worker, lambda index: False, threading.Lock())
    worker.steal([2, 3])
    worker.torun.put(7)
    assert worker.torun.get() == 7


def test_the_lock_is_held_until_the_controller_has_been_told():
    worker = InWorker(2, 3)
    lock, held = threading.Lock(), []

    def is_launched(index):
        held.append(lock.locked())
        return False

    worker.sendevent = lambda name, **kwargs: held.append(lock.locked())
    keep_launched(worker, is_launched, lock)
    worker.steal([2, 3])
    assert held == [True, True, True]
    assert not lock.locked()


def test_an_item_claimed_under_the_lock_is_kept():
    worker = InWorker(2, 3)
    lock, launched = threading.Lock(), set()
    keep_launched(worker, launched.__contains__, lock)
    thief = threading.Thread(target=worker.steal, args=([2, 3],))
    with lock:
        thief.start()
        launched.add(2)
    thief.join(10)
    assert worker.told == [("unscheduled", {"indices": [3]})]


def test_stealing_can_be_given_back_to_xdist():
    worker = InWorker(2, 3)
    undo = keep_launched(worker, lambda index: True, threading.Lock())
    undo()
    worker.steal([2, 3])
    assert worker.told == [("unscheduled", {"indices": [2, 3]})]


def test_a_worker_that_cannot_be_stolen_from_is_left_as_it_is(monkeypatch):
    worker = InWorker(2, 3)
    monkeypatch.delattr(InWorker, "steal")
    keep_launched(worker, lambda index: True, threading.Lock())()
    assert not hasattr(worker, "steal")


def config_with(*plugins, **attributes):
    return SimpleNamespace(pluginmanager=SimpleNamespace(get_plugins=lambda: {*plugins}), **attributes)


def interactor(**attributes):
    return type("WorkerInteractor", (), attributes)()


def test_a_worker_is_known_by_the_name_of_its_plugin():
    worker = interactor(torun=InWorker().torun, nextitem_index=None)
    assert worker_of(config_with(object(), worker, workerinput={})) is worker


@pytest.mark.parametrize(
    "plugin",
    [
        object(),
        interactor(nextitem_index=None),
        interactor(torun=[], nextitem_index=None),
        interactor(torun=SimpleNamespace(lock=threading.Lock)),
    ],
    ids=["another", "no queue", "a queue without a lock", "no next item"],
)
def test_a_worker_that_is_not_as_expected_is_not_used(plugin):
    assert worker_of(config_with(plugin, workerinput={})) is None


def test_there_is_no_worker_outside_of_worker_processes():
    assert worker_of(config_with(interactor(torun=InWorker().torun, nextitem_index=None))) is None


# Whole runs

CONFTEST = """
import threading, pytest
from pytest_agentsim.distribution import keep_launched, scheduler_for, worker_of

KEPT = {kept}

@pytest.hookimpl(tryfirst=True)
def pytest_xdist_make_scheduler(config, log):
    return scheduler_for(config, log, window=8)

def pytest_sessionstart(session):
    worker = worker_of(session.config)
    if worker is not None:
        keep_launched(worker, KEPT.__contains__, threading.Lock())
"""

TESTS = """
import pytest

@pytest.mark.xdist_group("first")
class TestOne:
    @pytest.mark.parametrize("number", range(9))
    def test_it(self, number): pass

@pytest.mark.xdist_group("second")
class TestTwo:
    @pytest.mark.parametrize("number", range(9))
    def test_it(self, number): pass
"""


@pytest.fixture
def run_in_two(pytester, monkeypatch):
    """Runs pytest in two workers; returns who has run each item."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)

    def run(dist, *, kept=range(0), **tests):
        pytester.makeconftest(CONFTEST.format(kept=kept))
        pytester.makepyfile(**tests)
        result = pytester.runpytest_subprocess("-p", "xdist", "-n2", f"--dist={dist}", "-v", timeout=30)
        assert result.ret == 0
        return [
            (found[2], found[1]) for found in re.finditer(r"\[(gw\d)\].* PASSED (\S+)", result.stdout.str())
        ]

    return run


def skip_if_groups_are_lost(item):
    """xdist up to 3.8.0 writes a group into `Item._nodeid`, which pytest 9.2 has no more (pytest-xdist #1386)."""
    marking = remote.WorkerInteractor.pytest_collection_modifyitems
    if "_nodeid" in marking.__code__.co_names and not hasattr(item, "_nodeid"):
        pytest.skip("pytest-xdist #1386: --dist loadgroup does not see groups with this pytest")


@pytest.mark.parametrize("dist", ["load", "worksteal", "loadscope", "loadfile", "loadgroup"])
def test_a_run_in_two_processes_runs_every_item_once(run_in_two, request, dist):
    if dist == "loadgroup":
        skip_if_groups_are_lost(request.node)
    ran = run_in_two(dist, test_a=TESTS, test_b=TESTS)
    assert len(ran) == len(dict(ran)) == 36
    scope = {"loadscope": r".*::Test\w+", "loadfile": r"test_\w", "loadgroup": r".*@\w+"}.get(dist)
    if scope:
        together = {(re.match(scope, name)[0], worker) for name, worker in ran}
        assert len(together) == len({name for name, _ in together})


def test_each_worker_still_runs_everything_with_each(run_in_two):
    assert set(Counter(run_in_two("each", test_a=TESTS)).values()) == {1}


WAITING = """
import os, pytest

@pytest.mark.parametrize("number", range(10))
def test_it(number):
    if number == 0:
        open("line").close()  # waits until somebody opens it for writing
    if number == {releases}:
        open("line", "w").close()
"""


@pytest.fixture
def line(pytester):
    """A named pipe, with which an item can wait for another process."""
    skip_if_the_queue_is_closed()
    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no named pipes here")
    os.mkfifo(pytester.path / "line")


def test_the_last_item_of_an_idle_worker_is_run_when_all_others_are_in_flight(run_in_two, line):
    ran = dict(run_in_two("worksteal", kept=range(10), test_a=WAITING.format(releases=9)))
    workers = [ran[f"test_a.py::test_it[{number}]"] for number in range(10)]
    assert workers == [workers[0]] * 5 + [workers[9]] * 5
    assert workers[0] != workers[9]


def test_an_item_in_flight_stays_where_it_is_while_those_around_it_are_stolen(run_in_two, line):
    # The second worker ends its items but one and asks for 3 and 4 while the first worker waits for 4 to be run.
    ran = dict(run_in_two("worksteal", kept={3}, test_a=WAITING.format(releases=4)))
    workers = [ran[f"test_a.py::test_it[{number}]"] for number in range(10)]
    assert workers[0] == workers[3] != workers[4] == workers[9]
