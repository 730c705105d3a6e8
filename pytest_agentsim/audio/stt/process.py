"""One worker process of a pool, seen from the parent: frames in, frames out, and how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_agentsim.audio.stt.wire import HEADER, Kind, decoded, encoded, length_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_agentsim.audio.stt.wire import Frame

__all__ = ["WorkerProcess"]

MODULE = "pytest_agentsim.audio.stt.worker"
STOP_TIMEOUT = 2.0  # s between the end of its input and the kill
ERRORS_TIMEOUT = 0.5  # s after its end in which the rest of its errors arrives
TAIL = 2000  # bytes of its errors that are kept


class WorkerProcess:
    """A process that starts at once; what is sent before it runs waits for it.

    `on_frame` is called with each frame of the worker, `on_death` with a sentence when it has ended without
    being told to.
    """

    def __init__(
        self,
        name: str,
        settings: Mapping[str, str],
        *,
        on_frame: Callable[[Frame], None],
        on_death: Callable[[str], None],
    ) -> None:
        self._on_frame = on_frame
        self._on_death = on_death
        self._process: asyncio.subprocess.Process | None = None
        self._outbox = bytearray(encoded(Kind.SETUP, 0, {"name": name, "settings": dict(settings)}))
        self._closing = False
        self._task = asyncio.get_running_loop().create_task(self._run(), name="agentsim-recogniser")

    @property
    def pid(self) -> int | None:
        """Its number once it runs."""
        return self._process.pid if self._process is not None else None

    def send(self, frame: bytes) -> None:
        """Send a frame; never waits."""
        if self._process is None:
            self._outbox += frame
        elif self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(frame)

    async def close(self) -> None:
        """End the process, and wait until it is gone."""
        self._closing = True
        self._close_input()
        _, running = await asyncio.wait((self._task,), timeout=STOP_TIMEOUT)
        if running:
            self._kill()
            await asyncio.wait((self._task,))

    async def _run(self) -> None:
        try:
            self._process = process = await _spawned()
        except OSError as error:
            self._end(f"it cannot be started: {error}")
            return
        self.send(bytes(self._outbox))
        self._outbox.clear()
        if self._closing:
            self._close_input()
        errors = asyncio.create_task(_tail(process))
        try:
            await self._read(process)
            status = await process.wait()
            # What the worker has started may still hold the pipe.
            await asyncio.wait((errors,), timeout=ERRORS_TIMEOUT)
            self._end(_told(status, errors.result() if errors.done() else ""))
        finally:
            errors.cancel()
            self._kill()

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        output = process.stdout
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            while output is not None:
                header = await output.readexactly(HEADER)
                self._on_frame(decoded(await output.readexactly(length_of(header))))

    def _end(self, reason: str) -> None:
        if not self._closing:
            self._on_death(reason)

    def _close_input(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()


async def _spawned() -> asyncio.subprocess.Process:
    # -P: a file of the user's that is called like a package must not be taken for it.
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        MODULE,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(),
    )


def _environment() -> dict[str, str]:
    """Return this process's environment, in which the worker finds this package also when it is not installed."""
    root = str(Path(__file__).parents[3])
    known = os.environ.get("PYTHONPATH", "")
    if root in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib")) or root in known.split(
        os.pathsep
    ):
        return dict(os.environ)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, known)))}


async def _tail(process: asyncio.subprocess.Process) -> str:
    """Read what the worker prints until it has ended; return the end of it."""
    tail = b""
    while process.stderr is not None and (piece := await process.stderr.read(2**16)):
        tail = (tail + piece)[-TAIL:]
    return tail.decode(errors="replace").strip()


def _told(status: int, tail: str) -> str:
    how = f"it was ended by signal {-status}" if status < 0 else f"it ended with status {status}"
    return f"{how}; its last output: {tail}" if tail else how
