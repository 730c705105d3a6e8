"""The lower bound: the same conversation by a plain paced caller, nothing but `websockets` and two tasks a call.

Usage: voice_raw.py URL SPEECH_SECONDS ID...; calls URL/ID for each ID at the same time and prints a `Report`. It does
not listen for speech, only for audio that comes, and it records nothing.
"""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field

from voice_audio import SILENCE, agent_answers, caller_turns, frames_of
from voice_report import CallReport, Report, percentile
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

TICK = 0.02  # s
HELLO = 1.0  # s for which the caller waits before it speaks first
END_OF_TURN = 0.7  # s


@dataclass
class Caller:
    """One call."""

    socket: ClientConnection
    turns: list[list[bytes]]
    lateness: list[float] = field(default_factory=list)
    latencies: list[float | None] = field(default_factory=list)
    answers: list[bytearray] = field(default_factory=list)
    speech_sent_at: float = 0.0
    heard_until: float | None = None
    """When the agent's audio ends, as far as it has come; None while its answer is awaited."""

    async def hold(self) -> float:
        """Make the call and return how long it took."""
        began = time.monotonic()
        listening = asyncio.ensure_future(self._listen())
        await self._speak(began)
        await self.socket.close()
        await listening
        return time.monotonic() - began

    async def _speak(self, began: float) -> None:
        due = began
        script = iter(self.turns)
        frames: list[bytes] = []
        self.heard_until = began + HELLO - END_OF_TURN
        while True:
            due += TICK
            await asyncio.sleep(due - time.monotonic())
            if self.heard_until is not None and time.monotonic() - self.heard_until >= END_OF_TURN:
                turn = next(script, None)
                if turn is None:
                    return
                frames = turn[::-1]
                self.heard_until = None
            frame = frames.pop() if frames else SILENCE
            now = time.monotonic()
            self.lateness.append(now - due)
            if frame is not SILENCE:
                self.speech_sent_at = now
            await self.socket.send(frame)

    async def _listen(self) -> None:
        with suppress(ConnectionClosed):
            async for frame in self.socket:
                now = time.monotonic()
                if isinstance(frame, str):
                    continue
                if self.heard_until is None:
                    self.latencies.append(now - self.speech_sent_at)
                    self.answers.append(bytearray())
                self.heard_until = now + TICK
                self.answers[-1] += frame


async def call(url: str, id_: str, turns: list[list[bytes]], said: list[bytes]) -> CallReport:
    async with connect(f"{url}/{id_}", compression=None, proxy=None, ping_interval=None) as socket:
        caller = Caller(socket, turns)
        duration = await caller.hold()
    return CallReport(
        id=id_,
        problem="",
        duration=duration,
        latencies=caller.latencies,
        answers=len(caller.answers),
        intact=sum(heard == pcm for heard, pcm in zip(caller.answers, said, strict=False)),
        lateness_p50=percentile(caller.lateness, 0.5),
        lateness_p99=percentile(caller.lateness, 0.99),
        lateness_max=max(caller.lateness),
    )


async def main(url: str, seconds: float, ids: list[str]) -> None:
    turns, said = [frames_of(pcm) for pcm in caller_turns(seconds)], agent_answers(seconds)
    began = time.process_time()
    calls = await asyncio.gather(*(call(url, id_, turns, said) for id_ in ids))
    print(Report(time.process_time() - began, calls).to_json())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2]), sys.argv[3:]))
