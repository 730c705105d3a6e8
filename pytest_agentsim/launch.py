"""One item that is set up ahead of its turn, and the calls that it has asked for."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.ahead import Ahead, SetUpPaused
from pytest_agentsim.call_logs import CallLog
from pytest_agentsim.overlap import as_in_its_own_protocol, others_are_shown, seconds_allowed
from pytest_agentsim.runner import TimeLimit
from pytest_agentsim.stash import AHEAD, ITEM_CALLS, scenario_of

if TYPE_CHECKING:
    from types import TracebackType

    from pytest_agentsim.overlap import AheadSetupState
    from pytest_agentsim.runner import StartedCall

__all__ = ["Launch", "can_overlap"]

# Fixtures that look at or change something which all items share.
OF_THE_PROCESS = frozenset(
    {
        "capfd",
        "capfdbinary",
        "caplog",
        "capsys",
        "capsysbinary",
        "capteesys",
        "doctest_namespace",
        "monkeypatch",
        "pytester",
        "recwarn",
        "testdir",
    }
)

LAST_OUTPUT_TIME = 0.5  # s, in which an agent prints what it has to say about the end of a call

# What a set-up may raise that is for its own turn to tell.
_OUTCOMES = (Exception, pytest.skip.Exception, pytest.fail.Exception, pytest.xfail.Exception)


def can_overlap(item: pytest.Item) -> bool:
    """Tell whether an item is one whose calls can begin before its turn."""
    # Subclasses run their functions in ways of their own, as pytest-asyncio's do on a loop.
    if type(item) is not pytest.Function or item.get_closest_marker("agentsim_serial") is not None:
        return False
    makes_calls = scenario_of(item) is not None or "call" in item.fixturenames
    return makes_calls and OF_THE_PROCESS.isdisjoint(item.fixturenames)


class Launch:
    """An item that is set up ahead of its turn.

    `raised` is what its set-up has raised. A set-up that is paused goes on in the item's turn, with the fixture
    `call` and those that need it. `log` has what was logged in the set-up. `began` is in seconds since the epoch,
    `took` in seconds.
    """

    def __init__(self, item: pytest.Function) -> None:
        self.item = item
        seconds = seconds_allowed(item)
        self.ahead = Ahead(time_limit=TimeLimit(seconds) if seconds else None)
        self.log = CallLog()
        self.raised: BaseException | None = None
        self._traceback: TracebackType | None = None
        self.is_paused = False
        self.is_set_up = False
        self.is_taken_up = False
        self.began = time.time()
        self.took = 0.0

    def set_up(self, state: AheadSetupState) -> None:
        """Set the item up and ask for its calls."""
        __tracebackhide__ = others_are_shown
        self.item.stash[AHEAD] = self.ahead
        start = time.perf_counter()
        try:
            with as_in_its_own_protocol(self.item):
                try:
                    self.item.ihook.pytest_runtest_setup(item=self.item)
                except SetUpPaused:
                    self.is_paused = True
                else:
                    self._start_calls()
        except _OUTCOMES as error:
            # Items that share a fixture share what it raises, and each of them puts its own traceback there.
            self.raised, self._traceback = error, error.__traceback__
        finally:
            del self.item.stash[AHEAD]
            state.park(self.item)
            self.is_set_up = True
            self.took = time.perf_counter() - start

    def raise_again(self) -> None:
        """Raise what the set-up has raised, if anything."""
        __tracebackhide__ = others_are_shown
        if self.raised is not None:
            raise self.raised.with_traceback(self._traceback)

    @property
    def calls(self) -> list[StartedCall]:
        """The calls that the item has asked for."""
        made = self.item.stash.get(ITEM_CALLS, None)
        return made.started if made is not None else []

    @property
    def is_settled(self) -> bool:
        """Whether the item asks for no further calls before its turn."""
        made = self.item.stash.get(ITEM_CALLS, None)
        return made is None or made.runs is None or not made.started or made.runs.is_settled

    @property
    def is_done(self) -> bool:
        """Whether none of the item's calls is still running, or still to come."""
        return self.is_settled and all(call.running.done() for call in self.calls)

    def go_on(self) -> list[StartedCall]:
        """Let the item ask for the calls that those which are over lead to; return them."""
        made = self.item.stash.get(ITEM_CALLS, None)
        if made is None or made.runs is None:
            return []
        before = len(made.started)
        self.item.stash[AHEAD] = self.ahead
        try:
            with as_in_its_own_protocol(self.item):
                made.runs.go_on()
        finally:
            del self.item.stash[AHEAD]
        return made.started[before:]

    @property
    def begun(self) -> float | None:
        """When the first call began, in seconds since the epoch; None before that."""
        return min((call.times.begun for call in self.calls if call.times.begun is not None), default=None)

    @property
    def ended(self) -> float | None:
        """When the last call ended, in seconds since the epoch; None before that."""
        return max((call.times.ended for call in self.calls if call.times.ended is not None), default=None)

    def cancel(self) -> None:
        """Ask the calls to end."""
        for call in self.calls:
            call.running.cancel()

    def end_output(self) -> None:
        """Take note that the calls have ended; what the agent still has to print about them comes at once."""
        if all(call.running.done() for call in self.calls):
            asyncio.get_running_loop().call_later(LAST_OUTPUT_TIME, self._end_output_unless_more)

    def _end_output_unless_more(self) -> None:
        made = self.item.stash.get(ITEM_CALLS, None)
        if made is not None and self.is_done:
            made.end_output()

    def _start_calls(self) -> None:
        start = getattr(self.item.funcargs.get("agentsim"), "start", None)
        if start is not None:
            # What cannot be started is tried again, and told, when the item's function runs.
            with suppress(Exception):
                start()
