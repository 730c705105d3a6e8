"""What is logged in the set-up and the calls of an item ahead of its turn is kept for its turn."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["CallLog", "LogsOfCalls"]


class CallLog:
    """The log records of one item's set-up or calls, in the order in which they were made."""

    def __init__(self) -> None:
        self.records: list[logging.LogRecord] = []

    @contextmanager
    def attributed(self) -> Iterator[None]:
        """Attribute to this log what is logged within, and in tasks and threads with a copy of the context."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)


_current: ContextVar[CallLog | None] = ContextVar("agentsim_call_log", default=None)


class LogsOfCalls(logging.Handler):
    """Withholds records of calls and early set-ups from the handlers that attribute records to pytest's present item.

    As a handler of the root logger it keeps them in their logs; `replay` hands them on.
    """

    def __init__(self, handlers: Sequence[logging.Handler]) -> None:
        super().__init__()
        self._handlers = handlers
        self._set_up: CallLog | None = None
        self._thread = 0

    def emit(self, record: logging.LogRecord) -> None:
        log = self._log()
        if log is not None:
            log.records.append(record)

    @contextmanager
    def withheld(self, log: CallLog) -> Iterator[None]:
        """Keep in a log what this thread logs within, and nothing that tasks and threads begun within do later."""
        self._set_up, self._thread = log, threading.get_ident()
        try:
            yield
        finally:
            self._set_up = None

    @contextmanager
    def installed(self, level: int | None) -> Iterator[None]:
        """Withhold records until the end; `level` is the lowest that the handlers will want, None for the root's."""
        root = logging.getLogger()
        before = root.level
        root.addHandler(self)
        if level is not None:
            root.setLevel(min(before, level))
        for handler in self._handlers:
            handler.addFilter(self._is_for_now)
        try:
            yield
        finally:
            for handler in self._handlers:
                handler.removeFilter(self._is_for_now)
            if level is not None:
                root.setLevel(before)
            root.removeHandler(self)

    def replay(self, log: CallLog) -> None:
        """Hand the records of a log on, those to each handler that it would have taken."""
        records, log.records = log.records, []
        active = logging.getLogger().handlers
        for record in records:
            for handler in self._handlers:
                if handler in active and record.levelno >= handler.level:
                    handler.handle(record)

    def _log(self) -> CallLog | None:
        """The log in which the present record is kept; None where it is for the handlers at once."""
        log = _current.get()
        return self._set_up if log is None and threading.get_ident() == self._thread else log

    def _is_for_now(self, _: logging.LogRecord) -> bool:
        return self._log() is None
