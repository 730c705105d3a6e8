"""The agent of the voice benchmarks, a process of its own, and what it notes of each call."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from voice_figures import AgentLog
from voice_report import Report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["CALLERS", "Round", "VoiceAgent", "voice_agent"]

HERE = Path(__file__).parent
CALLERS = {"raw": "voice_raw.py", "ours": "voice_ours.py"}
LOG_PATIENCE = 5.0  # s until the agent has noted the end of a call

Round = tuple[Report, AgentLog]


class VoiceAgent:
    """The agent's process, seen from here."""

    def __init__(self, port: int, log: Path, speech: float) -> None:
        self.url = f"ws://127.0.0.1:{port}"
        self._log = log
        self._speech = speech
        self._batches = 0

    def call(self, name: str, calls: int, mode: str) -> Round:
        """Have a caller make so many calls at once, and return what both sides tell of them."""
        ids = self.new_ids(calls)
        command = [sys.executable, str(HERE / CALLERS[name]), f"{self.url}/{mode}", str(self._speech), *ids]
        output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        return Report.from_json(output), self.noted(ids)

    def new_ids(self, calls: int) -> list[str]:
        """Return ids that no call has had so far; they are the last part of an address."""
        self._batches += 1
        return [f"{self._batches}-{number}" for number in range(calls)]

    def soak(self, seconds: float) -> None:
        command = [sys.executable, str(HERE / "voice_soak.py"), f"{self.url}/talk/soak", str(self._speech)]
        subprocess.run([*command, str(seconds)], check=True)

    def noted(self, ids: Sequence[str]) -> AgentLog:
        """Return what the agent has noted of these calls, once all have ended."""
        until = time.monotonic() + LOG_PATIENCE
        while time.monotonic() < until:
            lines = self._log.read_text(encoding="utf-8").splitlines(keepends=True)
            calls = {call["id"]: call for call in (json.loads(line) for line in lines if line.endswith("\n"))}
            if calls.keys() >= set(ids):
                return {id_: calls[id_] for id_ in ids}
            time.sleep(0.1)
        raise SystemExit("the agent did not note the end of every call")


@contextmanager
def voice_agent(speech: float) -> Iterator[VoiceAgent]:
    """Have an agent whose answers are speech of so many seconds."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "calls.jsonl"
        command = [sys.executable, str(HERE / "voice_server.py"), str(log), str(speech)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                yield VoiceAgent(int(process.stdout.readline()), log, speech)
            finally:
                process.terminate()
