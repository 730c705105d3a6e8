"""An event loop on a thread of its own, so that nothing the main thread does can hold up what runs on it."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

__all__ = ["BackgroundLoop", "Running"]

T = TypeVar("T")

STOPPING_TIME = 10.0  # s


class Running(Generic[T]):
    """A coroutine on a background loop, seen from another thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._task: asyncio.Task[T] | None = None
        self._outcome: Future[T] = Future()

    def begin(self, work: Coroutine[Any, Any, T]) -> None:
        """Start the work; to be called on the loop."""
        self._task = self._loop.create_task(work)
        self._task.add_done_callback(self._settle)

    def result(self) -> T:
        """Wait for the result; whatever interrupts the wait cancels the work and goes on up when it has ended."""
        try:
            return self._outcome.result()
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """Cancel the work if it has not ended, and wait until it has."""
        self.cancel()
        self.wait(STOPPING_TIME)

    def cancel(self) -> None:
        """Ask the work to end; it may still take a while, and may return a result nevertheless."""
        if not self._outcome.done():
            self._loop.call_soon_threadsafe(self._cancel)

    def wait(self, seconds: float) -> bool:
        """Wait at most so long for the work to end, however it ends; tell whether it has."""
        done, _ = wait([self._outcome], timeout=seconds)
        return bool(done)

    def done(self) -> bool:
        """Tell whether the work has ended."""
        return self._outcome.done()

    def when_done(self, callback: Callable[[], object]) -> None:
        """Call back on the loop when the work has ended, soon if it has ended already."""
        self._loop.call_soon_threadsafe(self._call_back_when_done, callback)

    def _call_back_when_done(self, callback: Callable[[], object]) -> None:
        if self._task is not None:
            self._task.add_done_callback(lambda _: callback())

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _settle(self, task: asyncio.Task[T]) -> None:
        if task.cancelled():
            self._outcome.cancel()
            # Or else nobody who waits for the outcome would be told.
            self._outcome.set_running_or_notify_cancel()
            return
        error = task.exception()
        if error is not None:
            self._outcome.set_exception(error)
        else:
            self._outcome.set_result(task.result())


class BackgroundLoop:
    """Starts with its first coroutine and runs until `stop`; coroutines may be handed over from any thread."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The running loop."""
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._run, args=(self._loop,), name=self._name, daemon=True
                )
                self._thread.start()
            return self._loop

    @property
    def is_running(self) -> bool:
        """Whether it has been started and not been stopped."""
        return self._loop is not None

    def start(self, work: Coroutine[Any, Any, T]) -> Running[T]:
        """Start a coroutine, in a copy of the present context, and return without waiting for it."""
        running: Running[T] = Running(self.loop)
        self.loop.call_soon_threadsafe(running.begin, work)
        return running

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for a coroutine's result; whatever interrupts the wait cancels the coroutine and goes on up."""
        running: Running[T] = Running(self.loop)
        try:
            # An interruption may come as soon as the work has been handed over.
            self.loop.call_soon_threadsafe(running.begin, work)
            return running.result()
        except BaseException:
            running.end()
            raise

    def stop(self) -> None:
        """Cancel what still runs, end the thread and close the loop."""
        with self._starting:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return
        _wait(asyncio.run_coroutine_threadsafe(_cancel_others(), loop))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(STOPPING_TIME)
        if not thread.is_alive():
            loop.close()

    @staticmethod
    def _run(loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        loop.run_forever()


async def _cancel_others() -> None:
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    loop = asyncio.get_running_loop()
    await loop.shutdown_asyncgens()
    await loop.shutdown_default_executor()


def _wait(future: Any) -> None:
    """Wait for a future's end, not for its result."""
    finished = threading.Event()
    future.add_done_callback(lambda _: finished.set())
    finished.wait(STOPPING_TIME)
