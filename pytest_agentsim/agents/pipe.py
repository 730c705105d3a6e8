"""What a process prints, read while it runs."""

from __future__ import annotations

import codecs
import os
import selectors
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from typing import IO

    from pytest_agentsim.agents.output import Output

__all__ = ["PipeReader"]

JOIN_TIMEOUT = 5.0  # s


class PipeReader:
    """Moves what a process prints into an `Output`: in a thread, and whenever somebody wants it now."""

    # Elsewhere a pipe can neither be polled nor read without waiting: there the thread alone reads.
    _CAN_POLL = os.name == "posix"
    _LARGEST_READ = 2**16
    _READS_PER_DRAIN = 64

    def __init__(self, process: subprocess.Popen[bytes], output: Output) -> None:
        if process.stdout is None:
            raise ValueError("the process was started without a pipe for its output")
        self._pipe: IO[bytes] = process.stdout
        self._output = output
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._lock = threading.Lock()
        self._ended = threading.Event()
        if self._CAN_POLL:
            os.set_blocking(self._pipe.fileno(), False)
        # A daemon: the interpreter waits for other threads before it runs the handlers that end the process.
        self._thread = threading.Thread(target=self._follow, name="agentsim-agent-output", daemon=True)
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Whether nobody can write to the pipe any more."""
        return self._ended.is_set()

    def drain(self) -> None:
        """Take what has been printed by now."""
        if self._CAN_POLL:
            for _ in range(self._READS_PER_DRAIN):
                if not self._read():
                    break

    def close(self) -> None:
        """Take what is left and end the thread; a process that lives on elsewhere can no longer write."""
        if self._CAN_POLL:
            self.drain()
            self._ended.set()
        self._thread.join(JOIN_TIMEOUT)
        if not self._thread.is_alive():
            self._pipe.close()

    def _follow(self) -> None:
        if not self._CAN_POLL:
            while self._read():
                pass
            return
        with selectors.DefaultSelector() as selector:
            selector.register(self._pipe, selectors.EVENT_READ)
            while not self.ended:
                # The interval matters only when something outlives the command and keeps the pipe open.
                selector.select(timeout=0.2)
                self.drain()

    def _read(self) -> bool:
        """Read once; false when there is nothing now, or nothing any more."""
        with self._lock:
            if self.ended:
                return False
            try:
                data = os.read(self._pipe.fileno(), self._LARGEST_READ)
            except BlockingIOError:
                return False
            self._output.write(self._decoder.decode(data, final=not data))
            if not data:
                self._ended.set()
            return bool(data)
