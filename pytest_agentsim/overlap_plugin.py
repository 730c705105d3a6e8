"""The hooks that let items overlap; they are there for as long as the items run."""

from __future__ import annotations

import gc
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.call_logs import LogsOfCalls
from pytest_agentsim.collection import AgentSimWarning
from pytest_agentsim.in_flight import ItemsInFlight
from pytest_agentsim.launch import can_overlap
from pytest_agentsim.overlap import (
    AheadSetupState,
    SetupHooks,
    join_output,
    log_handlers,
    log_level,
    name_current_test,
    others_are_shown,
    why_impossible,
)
from pytest_agentsim.report.live import live_line_for
from pytest_agentsim.run_state import run_of
from pytest_agentsim.turns import turns_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pytest_agentsim.launch import Launch
    from pytest_agentsim.turns import Turns

__all__ = ["overlapping"]

NAME = "agentsim-overlap"

# Of the garbage collector's generations, the youngest first (see `gc.set_threshold`).
COLLECTION_THRESHOLDS = (20_000, 20, 100)

# Options under which a user looks at one item at a time.
ONE_BY_ONE = ("collectonly", "usepdb", "trace", "setuponly", "setupplan", "setupshow")


@contextmanager
def overlapping(session: pytest.Session) -> Iterator[None]:
    """Let the session's items overlap within, if some of them can and nothing speaks against it."""
    config = session.config
    found = [item for item in session.items if isinstance(item, pytest.Function) and can_overlap(item)]
    able: frozenset[pytest.Item] = frozenset(found)
    is_wanted = len(able) > 1 and run_of(config).limits.most > 1
    if not is_wanted or any(config.getoption(option, False) for option in ONE_BY_ONE):
        yield
        return
    why = why_impossible(session, found[0])
    if why:
        warning = f"items run one by one, because calls cannot overlap with this version of pytest: {why}"
        config.issue_config_time_warning(AgentSimWarning(warning), stacklevel=2)
        yield
        return
    with _Overlap(session, able).running():
        yield


class _Overlap:
    """Items that overlap, in the hooks that pytest calls for each item."""

    def __init__(self, session: pytest.Session, able: frozenset[pytest.Item]) -> None:
        config = session.config
        self._plugins = config.pluginmanager
        self._turns: Turns = turns_of(session)
        state = AheadSetupState.installed(session, before_the_end=lambda: self._flight.abandon())
        self._state = state
        self._logs = LogsOfCalls(log_handlers(config))
        self._flight = ItemsInFlight(
            state,
            run_of(config).limits,
            able=able,
            logs=self._logs,
            turns=self._turns,
            live=live_line_for(config, time.monotonic),
        )
        self._log_level = log_level(config)
        self._setup_hooks = SetupHooks(config, is_over=lambda: self._taking_over is not None)
        self._taking_over: Launch | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Have the hooks called until the end, and leave nothing behind."""
        with ExitStack() as stack:
            stack.enter_context(_rare_collections())
            stack.callback(self._turns.close)
            stack.enter_context(self._setup_hooks.guarded())
            stack.enter_context(self._logs.installed(self._log_level))
            # Registered last and asked to be first: around the protocol as all other plugins see it.
            self._plugins.register(self, NAME)
            stack.callback(self._plugins.unregister, self)
            stack.callback(self._flight.abandon)
            yield

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._flight.wait_for(item)
        try:
            return (yield)
        finally:
            self._flight.finished(item)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, object, object]:
        """Let the item take over its set-up when its turn has come; a rerun sets it up anew."""
        __tracebackhide__ = others_are_shown
        launch = self._flight.launch_of(item)
        if launch is None or launch.is_taken_up or not launch.is_set_up:
            return (yield)
        self._taking_over = launch
        try:
            return (yield)
        finally:
            self._taking_over = None

    # pytest looks for hooks among the names that begin with its own.
    @pytest.hookimpl(specname="pytest_runtest_setup")
    def pytest_take_over(self) -> None:
        """Do what is left of the set-up, in place of the hooks that have run ahead."""
        __tracebackhide__ = others_are_shown
        launch = self._taking_over
        if launch is None:
            return
        launch.is_taken_up = True
        self._state.take_up(launch.item)
        name_current_test(launch.item)
        self._logs.replay(launch.log)
        launch.raise_again()
        if launch.is_paused:
            self._logs.replay(launch.ahead.log)
            self._state.go_on(launch.item, after="call")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        launch = self._flight.launch_of(item)
        if launch is not None:
            self._logs.replay(launch.ahead.log)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        launch = self._flight.launch_of(item)
        if launch is not None:
            _tell_true_times(call, launch)
            if launch.is_paused and call.when == "setup":
                join_output(item)
            if call.when == "teardown":
                self._flight.reported(item)
        return (yield)


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Look for garbage rarely: nothing else runs meanwhile, and what items and reports are made of is none."""
    thresholds = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTION_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def _tell_true_times(call: pytest.CallInfo[None], launch: Launch) -> None:
    """Put the times of what happened ahead on top of those of the item's own protocol."""
    began, ended = launch.begun, launch.ended
    on_the_line = ended - began if began is not None and ended is not None else 0.0
    if call.when == "setup":
        call.start = launch.began
        call.duration += launch.took + (on_the_line if launch.is_paused else 0.0)
    elif call.when == "call" and not launch.is_paused and began is not None:
        call.start = began
        call.duration += on_the_line
    else:
        return
    call.stop = call.start + call.duration
