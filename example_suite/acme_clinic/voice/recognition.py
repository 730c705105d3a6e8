"""Processes that recognise speech, shared by all calls.

Decoding keeps Python's interpreter lock for some 0.2 s an utterance: in this process it would stall every
other caller's audio.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Protocol

__all__ = ["Recognition", "RecognitionFailed", "RecognizerPool"]

_MOST_WORKERS = 2


class RecognitionFailed(Exception):
    """A worker has died."""


class Recognition(Protocol):
    """Something that understands speech."""

    async def recognize(self, pcm: bytes, rule: str) -> str:
        """Return the words, "" for what the rule of the grammar does not foresee."""
        ...


class RecognizerPool:
    """Up to two worker processes, started when they are needed; give the pool up with `close`."""

    def __init__(self, *, most: int = _MOST_WORKERS) -> None:
        self._places = asyncio.Semaphore(most)
        self._idle: list[Process] = []
        self._all: list[Process] = []

    async def recognize(self, pcm: bytes, rule: str) -> str:
        """Return the words, "" for none; raises RecognitionFailed."""
        async with self._places:
            worker = self._idle.pop() if self._idle else await self._start()
            heard = await _ask(worker, pcm, rule)
            # Not in a `finally`: a worker whose answer was not awaited would give it to the next one.
            self._idle.append(worker)
            return heard

    async def warm_up(self) -> None:
        """Have a first worker ready before somebody speaks."""
        async with self._places:
            if not self._all:
                self._idle.append(await self._start())

    async def close(self) -> None:
        """End all workers."""
        for worker in self._all:
            with contextlib.suppress(ProcessLookupError):
                worker.kill()
        for worker in self._all:
            await worker.wait()
        self._all.clear()
        self._idle.clear()

    async def _start(self) -> Process:
        # The clinic may have been started from anywhere.
        path = os.pathsep.join(filter(None, (str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH"))))
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "acme_clinic.voice.recognizer",
            stdin=PIPE, stdout=PIPE, env=os.environ | {"PYTHONPATH": path},
        )  # fmt: skip
        self._all.append(worker)
        return worker


async def _ask(worker: Process, pcm: bytes, rule: str) -> str:
    assert worker.stdin is not None, "a worker is started with pipes"
    assert worker.stdout is not None, "a worker is started with pipes"
    try:
        worker.stdin.write(json.dumps({"rule": rule, "bytes": len(pcm)}).encode() + b"\n" + pcm)
        await worker.stdin.drain()
        answer = await worker.stdout.readline()
        return str(json.loads(answer)["heard"])
    except asyncio.CancelledError:
        # Its answer would be taken for the next one's.
        worker.kill()
        raise
    except (OSError, ValueError) as error:
        raise RecognitionFailed(f"the recogniser has died: {error}") from error
