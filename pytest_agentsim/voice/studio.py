"""The speech engines of one process: what callers speak with and what they recognise the agent's words with."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from pytest_agentsim.audio.stt.pool import RecognizerPool
from pytest_agentsim.audio.tts.registry import synthesizer_named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_agentsim.audio.tts.interface import Synthesizer, Voice

__all__ = ["Studio"]

T = TypeVar("T")

RENDERING_THREADS = 2
FETCHING_THREADS = 4


class Studio:
    """Makes each engine when it is first asked for, and shares it among all calls.

    `settings` go to the engines; for the names of engines see their registries. Used from one event loop.
    """

    def __init__(self, settings: Mapping[str, str] | None = None, *, workers: int = 1) -> None:
        self._settings = dict(settings or {})
        self._workers = workers
        self._synthesizers: dict[str, Synthesizer] = {}
        self._recognizers: dict[str, RecognizerPool] = {}
        self._threads = ThreadPoolExecutor(RENDERING_THREADS, thread_name_prefix="agentsim-speech")
        self._fetching = ThreadPoolExecutor(FETCHING_THREADS, thread_name_prefix="agentsim-fetch")

    def synthesizer(self, name: str) -> Synthesizer:
        """Return the synthesizer of that name; raises ConfigurationError when it cannot be had."""
        if name not in self._synthesizers:
            self._synthesizers[name] = synthesizer_named(name, self._settings)
        return self._synthesizers[name]

    def recognizer(self, name: str) -> RecognizerPool:
        """Return the recogniser of that name; raises ConfigurationError when it cannot be had."""
        if name not in self._recognizers:
            self._recognizers[name] = RecognizerPool(name, self._settings, workers=self._workers)
        return self._recognizers[name]

    async def render(self, synthesizer: Synthesizer, text: str, voice: Voice) -> bytes:
        """Return the words as pcm, made off the event loop; raises SynthesisError."""
        return await self.make(lambda: synthesizer.synthesize(text, voice))

    async def make(self, work: Callable[[], T]) -> T:
        """Return what some work makes off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def fetch(self, work: Callable[[], T]) -> T:
        """Return what some work gets from elsewhere: off the event loop, and out of the way of what is made."""
        return await asyncio.get_running_loop().run_in_executor(self._fetching, work)

    async def close(self) -> None:
        """Leave no thread and no process behind."""
        for pool in self._recognizers.values():
            await pool.close()
        self._recognizers.clear()
        for threads in (self._threads, self._fetching):
            threads.shutdown(wait=False, cancel_futures=True)
