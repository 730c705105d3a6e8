"""What is logged within a call that runs ahead of its item is kept for the item, whose turn comes later."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["CallLog", "LogsOfCalls"]


class CallLog:
    """The log records of one item's calls, in the order in which they were made."""

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
    """Withholds the records of calls from the handlers that attribute records to pytest's present item.

    As a handler of the root logger it keeps them in the logs of their calls; `replay` hands them on.
    """

    def __init__(self, handlers: Sequence[logging.Handler]) -> None:
        super().__init__()
        self._handlers = handlers

    def emit(self, record: logging.LogRecord) -> None:
        log = _current.get()
        if log is not None:
            log.records.append(record)

    @contextmanager
    def installed(self, level: int | None) -> Iterator[None]:
        """Withhold records until the end; `level` is the lowest that the handlers will want, None for the root's."""
        root = logging.getLogger()
        before = root.level
        root.addHandler(self)
        if level is not None:
            root.setLevel(min(before, level))
        for handler in self._handlers:
            handler.addFilter(_is_of_no_call)
        try:
            yield
        finally:
            for handler in self._handlers:
                handler.removeFilter(_is_of_no_call)
            if level is not None:
                root.setLevel(before)
            root.removeHandler(self)

    def replay(self, log: CallLog) -> None:
        """Hand the records of a call on, those to each handler that it would have taken."""
        records, log.records = log.records, []
        active = logging.getLogger().handlers
        for record in records:
            for handler in self._handlers:
                if handler in active and record.levelno >= handler.level:
                    handler.handle(record)


def _is_of_no_call(_: logging.LogRecord) -> bool:
    return _current.get() is None
