"""Log records of calls that run ahead of their item."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.call_logs import CallLog, LogsOfCalls

if TYPE_CHECKING:
    from collections.abc import Iterator

LOGGER = logging.getLogger("agentsim-test")


class Kept(logging.Handler):
    """A handler that attributes records to whatever item is at hand."""

    def __init__(self, level: int = logging.NOTSET) -> None:
        super().__init__(level)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@pytest.fixture
def handler() -> Iterator[Kept]:
    kept = Kept()
    logging.getLogger().addHandler(kept)
    yield kept
    logging.getLogger().removeHandler(kept)


def test_what_a_call_logs_is_withheld_until_it_is_replayed(handler: Kept) -> None:
    logs, log = LogsOfCalls([handler]), CallLog()
    with logs.installed(logging.INFO):
        with log.attributed():
            LOGGER.info("from the call")
        LOGGER.info("from elsewhere")
        assert handler.messages == ["from elsewhere"]
        logs.replay(log)
    assert handler.messages == ["from elsewhere", "from the call"]


def test_the_logs_of_two_calls_are_kept_apart(handler: Kept) -> None:
    logs, one, two = LogsOfCalls([handler]), CallLog(), CallLog()
    with logs.installed(logging.INFO):
        for log, message in ((one, "one"), (two, "two"), (one, "one again")):
            with log.attributed():
                LOGGER.info(message)
        logs.replay(one)
        assert handler.messages == ["one", "one again"]


def test_a_log_is_replayed_once(handler: Kept) -> None:
    logs, log = LogsOfCalls([handler]), CallLog()
    with logs.installed(logging.INFO):
        with log.attributed():
            LOGGER.info("once")
        logs.replay(log)
        logs.replay(log)
    assert handler.messages == ["once"]


def test_a_replayed_record_goes_only_to_handlers_of_its_level_that_are_in_use(handler: Kept) -> None:
    handler.setLevel(logging.WARNING)
    not_in_use = Kept()
    logs, log = LogsOfCalls([handler, not_in_use]), CallLog()
    with logs.installed(logging.INFO):
        with log.attributed():
            LOGGER.info("a detail")
            LOGGER.warning("a warning")
        logs.replay(log)
    assert (handler.messages, not_in_use.messages) == (["a warning"], [])


def test_other_handlers_hear_of_calls_at_once(handler: Kept) -> None:
    with LogsOfCalls([]).installed(logging.INFO), CallLog().attributed():
        LOGGER.info("at once")
    assert handler.messages == ["at once"]


def test_threads_that_a_call_has_not_started_log_as_ever(handler: Kept) -> None:
    with LogsOfCalls([handler]).installed(logging.INFO), CallLog().attributed():
        thread = threading.Thread(target=lambda: LOGGER.info("from a thread"))
        thread.start()
        thread.join()
    assert handler.messages == ["from a thread"]


def test_the_root_logger_is_left_as_it_was(handler: Kept) -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers), list(handler.filters))
    with LogsOfCalls([handler]).installed(logging.DEBUG):
        assert root.level == logging.DEBUG
    assert (root.level, list(root.handlers), list(handler.filters)) == before
