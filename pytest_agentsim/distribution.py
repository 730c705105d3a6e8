"""How pytest-xdist deals out items, so that every worker process knows enough of them to make calls ahead.

xdist keeps the queues of its workers short, which is right when a worker runs one item after the other. A worker
that makes several calls at once needs a *window* of items: these schedulers do what xdist's own do, and then fill up
each worker's window, up to its fair share of what is left. The second half is for the worker itself, which reads its
queue and keeps the items whose calls are made already.

xdist has no public way to these things. Each of its names that is used stands below with the reason, and where one
is missing xdist is left as it is.
"""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from itertools import takewhile
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    import pytest

__all__ = ["WorkerInteractor", "fair_share", "keep_launched", "queued_behind", "scheduler_for", "worker_of"]

# A worker begins an item when it knows the next one: with fewer items than this it waits.
ENOUGH_TO_RUN = 2


def fair_share(unsent: int, pending: Sequence[int]) -> int:
    """Return how many items a worker has once the unsent ones are spread as evenly as can be.

    `pending` says how many each worker worker (at least one) has now; who has more than that keeps them.
    """
    sharing = sorted(pending)
    while sharing[-1] * len(sharing) > unsent + sum(sharing):
        sharing.pop()
    return -(-(unsent + sum(sharing)) // len(sharing))


def scheduler_for(
    config: pytest.Config, log: Any, *, window: int, matters: Callable[[str], bool] = lambda _: True
) -> Any | None:
    """Return the scheduler for the chosen --dist mode that keeps every worker supplied with `window` items.

    Where none of the collected node ids `matters`, items are dealt out as xdist does. None for modes that need no
    other scheduler (each, no), or if xdist's is not as expected.
    """
    mode = config.getoption("dist")
    if mode not in _SCHEDULERS:
        return None
    name, supply = _SCHEDULERS[mode]
    original = getattr(import_module("xdist.scheduler"), name, None)
    if original is None:
        return None
    as_it_is = original(config, log)
    if not all(hasattr(as_it_is, each) for each in supply.uses):
        return None
    # With the name that xdist's has, as pytest -v tells which scheduler is in use.
    return type(name, (supply, original), {"wanted_window": window, "matters": staticmethod(matters)})(
        config, log
    )


if TYPE_CHECKING:

    class Worker(Protocol):
        """What is used of xdist's WorkerController, which stands for a worker process in the controller."""

        @property
        def shutting_down(self) -> bool: ...

    class Scheduling:
        """What is added to xdist's schedulers, and what is used of all of them."""

        wanted_window: int
        # The node ids of all items, once they are known, to tell whether calls are made at all.
        collection: list[str] | None

        @staticmethod
        def matters(node_id: str) -> bool: ...

    class LoadScheduling(Scheduling):
        """What is used of xdist's LoadScheduling."""

        # What no worker has yet, because a fair share is a share of it.
        pending: list[int]
        # What each worker has not finished, to see what it lacks.
        node2pending: dict[Worker, list[int]]
        # --maxschedchunk, which holds for us too; the number of all items when it is not given.
        maxschedchunk: int

        # Called after each item.
        def check_schedule(self, node: Worker, duration: float = 0) -> None: ...
        # All items go to workers through it: what is missing is sent together with what xdist sends, so that
        # neighbours stay together.
        def _send_tests(self, node: Worker, num: int) -> None: ...

    class LoadScopeScheduling(Scheduling):
        """What is used of xdist's LoadScopeScheduling and its subclasses."""

        # The units that no worker has yet, because a fair share is a share of them.
        workqueue: dict[str, dict[str, bool]]
        # The units of each worker, to see what it lacks.
        assigned_work: dict[Worker, dict[str, dict[str, bool]]]
        # Which workers can be given something: one that replaces another has to collect first.
        registered_collections: dict[Worker, list[str]]

        # Called after each item.
        def _reschedule(self, node: Worker) -> None: ...
        # The one way to give the next unit to a worker, with all that xdist notes about it.
        def _assign_work_unit(self, node: Worker) -> None: ...
        # Counts as xdist counts.
        def _pending_of(self, workload: dict[str, dict[str, bool]]) -> int: ...

    class WorkStealingScheduling(Scheduling):
        """What is used of xdist's WorkStealingScheduling."""

        # What each worker has not finished: by it xdist decides whom to ask, and who is idle.
        node2pending: dict[Worker, list[int]]

        def __init__(self, config: pytest.Config, log: Any) -> None: ...
        # Called whenever something has changed; asks a worker for items, or shuts the idle ones down.
        def check_schedule(self) -> None: ...
        # Called with what a worker gives away when it was asked.
        def remove_pending_tests_from_node(self, node: Worker, indices: Sequence[int]) -> None: ...

else:
    Scheduling = LoadScheduling = LoadScopeScheduling = WorkStealingScheduling = object


class _Windowed(Scheduling):
    """Keeps windows of the wanted size where there are items that matter, and none elsewhere."""

    @property
    def window(self) -> int:
        return self.wanted_window if self.collection and self._makes_calls else 0

    @cached_property
    def _makes_calls(self) -> bool:
        return any(map(self.matters, self.collection or ()))


class _SuppliedLoad(_Windowed, LoadScheduling):
    """For --dist load: sends what xdist would, or what a worker lacks if that is more.

    --maxschedchunk limits what is sent at a time: with 1 a worker never knows more than two items.
    """

    uses: ClassVar = (
        "collection",
        "pending",
        "node2pending",
        "maxschedchunk",
        "check_schedule",
        "_send_tests",
    )

    def check_schedule(self, node: Worker, duration: float = 0) -> None:
        unsent = len(self.pending)
        super().check_schedule(node, duration)
        if len(self.pending) == unsent and not node.shutting_down:
            self._send_tests(node, 0)

    def _send_tests(self, node: Worker, num: int) -> None:
        super()._send_tests(node, max(num, min(self._lacking(node), self.maxschedchunk)))

    def _lacking(self, node: Worker) -> int:
        pending = [
            len(indices)
            for worker, indices in self.node2pending.items()
            if worker is node or not worker.shutting_down
        ]
        return min(self.window, fair_share(len(self.pending), pending)) - len(self.node2pending[node])


class _SuppliedScopes(_Windowed, LoadScopeScheduling):
    """For --dist loadscope, loadfile and loadgroup: gives whole units to whoever has least.

    A unit that is more than a fair share waits until a worker has but half a window, because it may turn out that
    another worker is sooner done.
    """

    uses: ClassVar = (
        "collection",
        "workqueue",
        "assigned_work",
        "registered_collections",
        "_reschedule",
        "_assign_work_unit",
        "_pending_of",
    )

    def _reschedule(self, node: Worker) -> None:
        super()._reschedule(node)
        if not self.workqueue:
            return
        # Counted once: these counts take longer than the rest when there are thousands of units.
        pending, unsent = self._pending_of_ready_workers(), self._pending_of(self.workqueue)
        while self.workqueue and pending:
            hungriest = min(pending, key=pending.__getitem__)
            scope, items = next(iter(self.workqueue.items()))
            unit = self._pending_of({scope: items})
            if not self._may_have_more(pending[hungriest], unit, fair_share(unsent, [*pending.values()])):
                return
            self._assign_work_unit(hungriest)
            pending[hungriest] += unit
            unsent -= unit

    def _pending_of_ready_workers(self) -> dict[Worker, int]:
        return {
            worker: self._pending_of(units)
            for worker, units in self.assigned_work.items()
            if worker in self.registered_collections and not worker.shutting_down
        }

    def _may_have_more(self, has: int, unit: int, share: int) -> bool:
        return has < self.window // 2 or (has < self.window and has + unit <= share)


class _PatientStealing(_Windowed, WorkStealingScheduling):
    """For --dist worksteal: a worker that gave nothing away is not asked again for what it kept.

    When nobody is left to ask, xdist shuts the idle workers down, which makes them run their last item. Where no item
    matters, workers answer as xdist's own do: all or nothing, and after nothing it is worth asking again.
    """

    uses: ClassVar = ("collection", "node2pending", "check_schedule", "remove_pending_tests_from_node")

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        self._kept: dict[Worker, frozenset[int]] = {}

    def remove_pending_tests_from_node(self, node: Worker, indices: Sequence[int]) -> None:
        if not indices:
            self._kept[node] = frozenset(self.node2pending[node])
        super().remove_pending_tests_from_node(node, indices)

    def check_schedule(self) -> None:
        # xdist asks who has most: those who would give nothing are kept out of its sight meanwhile.
        everybody = self.node2pending
        self.node2pending = {
            worker: pending for worker, pending in everybody.items() if not self._is_out(worker, pending)
        }
        try:
            super().check_schedule()
        finally:
            self.node2pending = everybody

    def _is_out(self, worker: Worker, pending: list[int]) -> bool:
        """Tell whether a worker has enough to run, but nothing to give away."""
        if not self.window:
            return False
        return len(pending) >= ENOUGH_TO_RUN and self._kept.get(worker, frozenset()).issuperset(pending)


_SCHEDULERS: dict[str, tuple[str, type[_SuppliedLoad | _SuppliedScopes | _PatientStealing]]] = {
    "load": ("LoadScheduling", _SuppliedLoad),
    "loadscope": ("LoadScopeScheduling", _SuppliedScopes),
    "loadfile": ("LoadFileScheduling", _SuppliedScopes),
    "loadgroup": ("LoadGroupScheduling", _SuppliedScopes),
    "worksteal": ("WorkStealingScheduling", _PatientStealing),
}


class WorkerInteractor(Protocol):
    """What is used of xdist's plugin object in a worker process."""

    # The queue of indices, to be looked at and changed under its `lock()`: what runs later, what can be given away.
    torun: Any
    # What runs next has left the queue already; a mark instead of an index says that nothing does.
    nextitem_index: Any
    # Called on the thread that receives commands, and looked up for each of them, so that it can be replaced.
    steal: Callable[[Sequence[int]], None]

    # Tells the controller what is given away.
    def sendevent(self, name: str, **kwargs: object) -> None: ...


def worker_of(config: pytest.Config) -> WorkerInteractor | None:
    """Return pytest-xdist's plugin object in a worker process.

    None elsewhere, and when its queue cannot be looked into, as in pytest-xdist before 3.7.
    """
    if not hasattr(config, "workerinput"):
        return None
    for plugin in config.pluginmanager.get_plugins():
        # By its name: the module it comes from is sent to the worker as source, and cannot be imported there.
        if type(plugin).__name__ == "WorkerInteractor":
            known = hasattr(plugin, "nextitem_index") and hasattr(getattr(plugin, "torun", None), "lock")
            return plugin if known else None
    return None


def queued_behind(worker: WorkerInteractor) -> list[int]:
    """Return the indices of the items that this worker will run after the one at hand, in order.

    As far as it knows them: more may come, and those behind the first may be stolen. To be called while an item is run.
    """
    with worker.torun.lock() as queue:
        return list(takewhile(lambda index: isinstance(index, int), (worker.nextitem_index, *queue)))


def keep_launched(
    worker: WorkerInteractor, is_launched: Callable[[int], bool], lock: threading.Lock
) -> Callable[[], None]:
    """Replace the worker's `steal` so that launched items are never given away; return what undoes it.

    Of the items that are asked for all others are given that are still queued. `lock` is held from before the first
    item is looked at until the controller has been told: who launches an item under it has it for good.
    """
    original = getattr(worker, "steal", None)
    if original is None:
        return lambda: None

    def steal(indices: Sequence[int]) -> None:
        with lock:
            given = _take(worker, [index for index in indices if not is_launched(index)])
            worker.sendevent("unscheduled", indices=given)

    def undo() -> None:
        worker.steal = original

    worker.steal = steal
    return undo


def _take(worker: WorkerInteractor, indices: Sequence[int]) -> list[int]:
    """Take those of the items out of the queue that are in it, and return them in order."""
    wanted = set(indices)
    with worker.torun.lock() as queue:
        taken = [index for index in queue if index in wanted]
        kept = [each for each in queue if each not in wanted]
        queue.clear()
        queue.extend(kept)
    return taken
