"""An event loop on a thread of its own, so that nothing the main thread does can hold up what runs on it."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

__all__ = ["BackgroundLoop"]

T = TypeVar("T")

STOPPING_TIME = 10.0  # s


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

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for a coroutine's result; whatever interrupts the wait cancels the coroutine and goes on up."""
        started: list[asyncio.Task[Any]] = []
        finished = threading.Event()

        async def tracked() -> T:
            task = asyncio.current_task()
            if task is not None:
                started.append(task)
            try:
                return await work
            finally:
                finished.set()

        loop = self.loop
        try:
            return asyncio.run_coroutine_threadsafe(tracked(), loop).result()
        except BaseException:
            for task in started:
                loop.call_soon_threadsafe(task.cancel)
            if started:
                finished.wait(STOPPING_TIME)
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
