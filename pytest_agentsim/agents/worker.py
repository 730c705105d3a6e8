"""Blocking code kept off the event loop: one thread for one conversation."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Worker"]

T = TypeVar("T")


class Worker:
    """Runs functions one after the other in a thread that is started for the first of them.

    All of a conversation's blocking code runs in the same thread, as thread-bound things such as an SQLite
    connection need it. The thread is a daemon: code that never returns must not keep the interpreter alive,
    as a thread of `concurrent.futures` would.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    async def run(self, function: Callable[..., T], *arguments: Any, **options: Any) -> T:
        """Call the function in the thread and return what it returns."""
        future: Future[T] = Future()

        def job() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(function(*arguments, **options))
            except StopIteration as error:
                # asyncio cannot carry this one; Python turns it into the same where it leaves a coroutine.
                replacement = RuntimeError("StopIteration was raised: has an iterator come to its end?")
                future.set_exception(replacement.with_traceback(error.__traceback__))
            except BaseException as error:  # noqa: BLE001  (it is the awaiting side's to judge)
                future.set_exception(error)

        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        self._jobs.put(job)
        return await asyncio.wrap_future(future)

    @property
    def is_alive(self) -> bool:
        """Whether something runs, or may still run, in the thread."""
        return self._thread is None or self._thread.is_alive()

    def stop(self) -> None:
        """Let the thread end after what it is doing; `join` waits for that."""
        self._jobs.put(None)

    def join(self, timeout: float) -> None:
        """Wait up to `timeout` seconds until the thread has ended."""
        if self._thread is not None:
            self._thread.join(timeout)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
