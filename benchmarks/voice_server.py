"""The agent of the voice benchmark: a process that hears, answers after exactly 500 ms, and logs what truly happened.

Usage: voice_server.py LOG SPEECH_SECONDS; prints the port it listens on. ``ws://…/talk/ID`` and ``ws://…/interrupt/ID``
are calls, whose ID a header X-Call-Id may tell instead; of each one a line of JSON (`CallLog`) is appended to LOG when
it ends. Times are CLOCK_MONOTONIC, in seconds.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from voice_audio import agent_answers, frames_of, is_heard
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

if TYPE_CHECKING:
    from typing import TextIO

ANSWER_DELAY = 0.5  # s after the arrival of the caller's last speech
FRAME_SECONDS = 0.02
INTERRUPTED_AFTER = 0.3  # s of the caller's turn, and then at any point of a frame of it

SPEECH_STARTED = json.dumps(
    {"type": "speech.started", "id": "b1", "ts_ms": 1, "data": {"utterance_id": "agent-u1"}}
)


@dataclass
class Heard:
    """A turn of the caller: when its first and last frame of speech arrived, and a checksum of all of them."""

    first: float
    last: float
    checksum: int = 0


@dataclass
class Answered:
    """A turn of the agent: when its first and last frame were written."""

    first: float
    last: float = 0.0


@dataclass
class Interruption:
    """When the caller was told to stop, and when its last frame of speech arrived after that."""

    told: float
    last_speech: float


@dataclass
class CallLog:
    """One call as the agent has lived it."""

    id: str
    turns: list[Heard] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)
    interruptions: list[Interruption] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)
    """When each binary frame arrived; logged as gaps."""
    lateness: list[float] = field(default_factory=list)
    """How late this process was with each frame of its own."""

    def to_json(self) -> str:
        fields = asdict(self)
        arrivals = fields.pop("arrivals")
        gaps = [later - earlier for earlier, later in itertools.pairwise(arrivals)]
        return json.dumps({**fields, "gaps": gaps})


class Call(asyncio.Protocol):
    """One connection, on the sans-I/O half of `websockets`."""

    def __init__(self, answers: list[list[bytes]], log: TextIO) -> None:
        self._loop = asyncio.get_running_loop()
        self._protocol = ServerProtocol()
        self._answers = answers
        self._file = log
        self._transport: asyncio.Transport
        self._log = CallLog("")
        self._interrupts = False
        self._turn: Heard | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._is_interrupted = False  # the present turn, which the caller is going to repeat

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        now = self._loop.time()
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._accept(event)
            elif isinstance(event, Frame) and event.opcode is Opcode.BINARY:
                self._hear(bytes(event.data), now)
        self._flush()

    def connection_lost(self, _: Exception | None) -> None:
        self._silence_alarm()
        self._file.write(self._log.to_json() + "\n")
        self._file.flush()

    def _accept(self, request: Request) -> None:
        _, mode, named = request.path.split("/")
        self._log.id = request.headers.get("X-Call-Id", named)
        self._interrupts = mode == "interrupt"
        self._protocol.send_response(self._protocol.accept(request))

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._transport.write(data)
            else:
                self._transport.close()

    # --- hearing ----------------------------------------------------------------------------------------------

    def _hear(self, frame: bytes, now: float) -> None:
        self._log.arrivals.append(now)
        if not is_heard(frame):
            return
        if self._turn is None:
            self._begin_turn(now)
        assert self._turn is not None
        self._turn.last = now
        self._turn.checksum = zlib.crc32(frame, self._turn.checksum)
        if self._is_interrupted:
            self._log.interruptions[-1].last_speech = now
        self._expect_the_end()

    def _begin_turn(self, now: float) -> None:
        self._turn = Heard(now, now)
        # Every second turn is interrupted: the caller says again what it could not finish.
        if self._interrupts and self._log.turns and not self._is_interrupted:
            point = zlib.crc32(f"{self._log.id} {len(self._log.turns)}".encode()) % 1000 / 1000
            self._loop.call_later(INTERRUPTED_AFTER + point * FRAME_SECONDS, self._interrupt)
        self._is_interrupted = False

    def _interrupt(self) -> None:
        if self._turn is None or self._protocol.state.name != "OPEN":
            return
        self._protocol.send_text(SPEECH_STARTED.encode())
        self._flush()
        now = self._loop.time()
        self._log.interruptions.append(Interruption(now, now))
        self._is_interrupted = True

    def _expect_the_end(self) -> None:
        self._silence_alarm()
        assert self._turn is not None
        self._alarm = self._loop.call_at(self._turn.last + ANSWER_DELAY, self._answer)

    def _silence_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()

    # --- answering --------------------------------------------------------------------------------------------

    def _answer(self) -> None:
        assert self._turn is not None
        due = self._turn.last + ANSWER_DELAY
        self._log.turns.append(self._turn)
        self._turn = None
        frames = self._answers[len(self._log.answers) % len(self._answers)]
        self._log.answers.append(Answered(self._loop.time()))
        self._say(frames, 0, due)

    def _say(self, frames: list[bytes], number: int, begin: float) -> None:
        if self._transport.is_closing():
            return
        now = self._loop.time()
        self._transport.write(frames[number])
        self._log.lateness.append(now - begin - number * FRAME_SECONDS)
        self._log.answers[-1].last = now
        if number + 1 < len(frames):
            due = begin + (number + 1) * FRAME_SECONDS
            self._alarm = self._loop.call_at(due, self._say, frames, number + 1, begin)


def _on_the_wire(pcm: bytes) -> list[bytes]:
    """Return the WebSocket frames of an answer, made once for all calls."""
    return [Frame(Opcode.BINARY, frame).serialize(mask=False) for frame in frames_of(pcm)]


async def main(log: TextIO, seconds: float) -> None:
    answers = [_on_the_wire(pcm) for pcm in agent_answers(seconds)]
    server = await asyncio.get_running_loop().create_server(
        lambda: Call(answers, log), "127.0.0.1", 0, backlog=1024
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    with Path(sys.argv[1]).open("a", encoding="utf-8") as opened:
        asyncio.run(main(opened, float(sys.argv[2])))
