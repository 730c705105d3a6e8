"""Which items are in flight: set up ahead of their turn, with their calls on the line, while pytest reports others.

pytest's own protocol runs for one item after another, as ever. Before it begins for an item, the items behind that
one are set up and *parked*, and their calls begin on the background loop. The protocol of an item then takes over
the set-up as it is, finds the calls finished, evaluates, reports and tears down.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.collection import AgentSimWarning
from pytest_agentsim.launch import Launch
from pytest_agentsim.overlap import (
    FixtureIsolation,
    as_in_its_own_teardown,
    as_in_its_own_wait,
    wide_parameters,
)
from pytest_agentsim.report.live import Progress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_agentsim.call_gate import Limits
    from pytest_agentsim.call_logs import LogsOfCalls
    from pytest_agentsim.overlap import AheadSetupState
    from pytest_agentsim.report.live import LiveLine, PlainLines
    from pytest_agentsim.runner import StartedCall
    from pytest_agentsim.turns import Turns

__all__ = ["ItemsInFlight", "window_of"]

ENDING_TIME = 10.0  # s, for calls that are cancelled
REDRAWING_TIME = 0.5  # s
QUEUE_TIME = 0.05  # s, after which items may have joined the queue


def window_of(limits: Limits) -> int:
    """Return how many items may be set up and wait for their turn.

    More than there are calls at once, because one long call holds up the turns of the short ones behind it.
    """
    return 4 * limits.most if limits.most > 1 else 0


class ItemsInFlight:
    """Sets items up ahead, as far as the limits allow, and waits for the one at hand.

    `able` are the items that can overlap; any other one is a barrier, which nothing behind it overtakes.
    """

    def __init__(
        self,
        state: AheadSetupState,
        limits: Limits,
        *,
        able: frozenset[pytest.Item],
        logs: LogsOfCalls,
        turns: Turns,
        live: LiveLine | PlainLines | None,
    ) -> None:
        self._state = state
        self._limits = limits
        self._able = able
        self._files = frozenset(item.getparent(pytest.Module) for item in able)
        self._logs = logs
        self._turns = turns
        self._live = live
        self._isolation = FixtureIsolation()
        self._launches: dict[pytest.Item, Launch] = {}
        self._changed = threading.Condition()
        self._running: Counter[str] = Counter()
        self._with_more_to_come: deque[Launch] = deque()
        self._done = 0

    def launch_of(self, item: pytest.Item) -> Launch | None:
        """Return how an item has been set up ahead; None if it has not."""
        return self._launches.get(item)

    def wait_for(self, head: pytest.Item) -> None:
        """Return when an item's calls are over; until then set up those behind it."""
        able = self._as_able(head)
        if able is None:
            self._isolate_neighbour(head)
            return
        launch = self._launches.get(head) or self._launch(able)
        self._go_on()
        self._launch_behind(head)
        try:
            while not launch.is_done:
                with as_in_its_own_wait(head):
                    self._wait_for_a_change(launch)
                self._go_on()
                self._launch_behind(head)
                self._show(head)
        finally:
            if self._live is not None:
                self._live.clear()

    def reported(self, item: pytest.Item) -> None:
        """Take note that an item is torn down; if it is run again, that is not ahead of its turn."""
        self._launches.pop(item, None)

    def finished(self, item: pytest.Item) -> None:
        """Take note that an item's protocol is over."""
        self._launches.pop(item, None)
        self._isolation.release(item)

    def abandon(self) -> None:
        """End the calls of items whose turn will not come, and tear down what was set up for them."""
        left = [launch for launch in self._launches.values() if not launch.is_taken_up]
        for launch in left:
            launch.cancel()
        deadline = time.monotonic() + ENDING_TIME
        for launch in left:
            for call in launch.calls:
                call.running.wait(max(0.0, deadline - time.monotonic()))
        failed = [(launch.item, error) for launch in left for error in self._discarded(launch.item)]
        for item, error in failed:
            # Where warnings are errors, this is one.
            with as_in_its_own_teardown(item):
                item.warn(_torn_down_badly(item, error))

    def _discarded(self, item: pytest.Item) -> list[BaseException]:
        del self._launches[item]
        with as_in_its_own_teardown(item):
            return self._state.discard(item)

    def _launch_behind(self, head: pytest.Item) -> None:
        """Set up the items behind the one at hand, up to the limits or to one that has to wait."""
        if self._is_full():
            return
        for item in self._turns.behind(head):
            able = self._as_able(item)
            if able is None or not self._fits(able):
                return
            if self._turns.claim(able):
                self._launch(able)
            if self._is_full():
                return

    def _as_able(self, item: pytest.Item) -> pytest.Function | None:
        return item if item in self._able and isinstance(item, pytest.Function) else None

    def _is_full(self) -> bool:
        if len(self._launches) >= window_of(self._limits):
            return True
        with self._changed:
            return any(count >= self._limits.on(channel).calls for channel, count in self._running.items())

    def _fits(self, item: pytest.Function) -> bool:
        """Tell whether no item in flight has another value for a fixture that both of them share."""
        parameters = wide_parameters(item)
        return not parameters or not any(
            name in others and others[name] is not value and others[name] != value
            for others in (wide_parameters(launch.item) for launch in self._launches.values())
            for name, value in parameters.items()
        )

    def _launch(self, item: pytest.Function) -> Launch:
        launch = self._launches[item] = Launch(item)
        self._isolation.isolate(item)
        with self._logs.withheld(launch.log):
            launch.set_up(self._state)
        self._watch(launch, launch.calls)
        return launch

    def _watch(self, launch: Launch, calls: Iterable[StartedCall]) -> None:
        for call in calls:
            with self._changed:
                self._running[call.channel] += 1
            call.running.when_done(partial(self._call_ended, launch, call.channel))

    def _call_ended(self, launch: Launch, channel: str) -> None:
        launch.end_output()
        with self._changed:
            self._running[channel] -= 1
            self._done += 1
            if not launch.is_settled:
                self._with_more_to_come.append(launch)
            self._changed.notify()

    def _go_on(self) -> None:
        """Let items ask for more calls, where those that are over do not settle their verdict."""
        while self._with_more_to_come:
            launch = self._with_more_to_come.popleft()
            if not launch.is_taken_up:
                self._watch(launch, launch.go_on())

    def _wait_for_a_change(self, launch: Launch) -> None:
        with self._changed:
            if not launch.is_done and not self._with_more_to_come:
                self._changed.wait(QUEUE_TIME if self._turns.may_grow else REDRAWING_TIME)

    def _isolate_neighbour(self, item: pytest.Item) -> None:
        """Have an item share the fixtures of its file with those of its neighbours that are set up ahead."""
        if isinstance(item, pytest.Function) and item.getparent(pytest.Module) in self._files:
            self._isolation.isolate(item)

    def _show(self, head: pytest.Item) -> None:
        if self._live is None:
            return
        now = time.time()
        begun = [
            (launch.begun, launch.item.name)
            for launch in self._launches.values()
            if launch.begun is not None and not launch.is_done
        ]
        since, longest = min(begun, default=(now, ""))
        self._live.show(
            Progress(
                in_flight=self._running.total(),
                done=self._done,
                failed=head.session.testsfailed,
                longest=longest,
                seconds=now - since,
            )
        )


def _torn_down_badly(item: pytest.Item, error: BaseException) -> AgentSimWarning:
    return AgentSimWarning(
        f"{item.nodeid} was set up ahead, but its turn did not come; tearing it down raised "
        f"{type(error).__name__}: {error}"
    )
