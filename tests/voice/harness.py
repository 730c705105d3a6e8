"""An agent behind a real CHIRP WebSocket that does what a test tells it, and one voice call to it, in virtual time.

Both sides run in one event loop, and the clock moves on by a frame only when everything that was sent has been received
and acted on: a call of a minute takes a second, and always goes the same way. The agent counts time in the frames that
the caller sends it.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import soundfile
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from pytest_agentsim.audio.pacer import Pacer
from pytest_agentsim.audio.pcm import FRAME_BYTES, SILENCE, from_float, samples_in
from pytest_agentsim.audio.stt.interface import Recognition
from pytest_agentsim.audio.tts.interface import SynthesisError
from pytest_agentsim.call import run_call
from pytest_agentsim.clock import VirtualClock
from pytest_agentsim.scenario.loader import LoadSettings, load_mapping
from pytest_agentsim.session.connect import Connection
from pytest_agentsim.spec import CallSpec
from pytest_agentsim.voice.equipment import VoiceEquipment
from pytest_agentsim.voice.line import VoiceLine
from pytest_agentsim.voice_endpoint import VoiceEndpoint

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping

    from pytest_agentsim.audio.stt.interface import Hints
    from pytest_agentsim.audio.tts.interface import Synthesizer, Voice
    from pytest_agentsim.caller.matcher.interface import Matcher
    from pytest_agentsim.result import CallResult, EventKind, Reason, Status
    from pytest_agentsim.scenario.personality import Personality

T = TypeVar("T")

# How long a call may hang before its test fails.
PATIENCE = 60.0  # s
FRAMES_A_SECOND = 50
TURNS_OF_THE_LOOP = (
    12  # after which tasks that are never done, such as those of another call, are waited for no more
)

DATA = Path(__file__).parent.parent / "audio" / "data"


def prompt(name: str) -> bytes:
    """Return recorded speech as pcm: "appointment", "greeting" or "yes"."""
    samples, rate = soundfile.read(DATA / f"{name}.flac", dtype="float32")
    assert rate == 16_000
    return from_float(np.asarray(samples))


def speech(seconds: float) -> bytes:
    """Return so many seconds of uninterrupted speech."""
    voiced = prompt("greeting")[samples_in(0.3) * 2 : samples_in(0.8) * 2]
    wanted = samples_in(seconds) * 2
    return (voiced * (wanted // len(voiced) + 1))[:wanted]


def silence(seconds: float) -> bytes:
    return bytes(samples_in(seconds) * 2)


class Traffic:
    """How many frames have been sent and received by either side of a call, so that a clock can wait for them."""

    def __init__(self) -> None:
        self.caller_sent = self.agent_received = 0
        self.agent_sent = self.caller_received = 0
        self.lost = False  # the connection has ended: nothing has to arrive any more
        self.threads = 0  # that somebody waits for
        self.clock: LockstepClock | None = None

    @property
    def is_settled(self) -> bool:
        return not self.threads and (
            self.lost or (self.caller_sent == self.agent_received and self.agent_sent == self.caller_received)
        )


class LockstepClock(VirtualClock):
    """Virtual time that moves on only when both sides have dealt with all frames."""

    def __init__(self, traffic: Traffic) -> None:
        super().__init__()
        self._traffic = traffic
        traffic.clock = self

    async def sleep(self, seconds: float) -> None:
        await self._settle()
        self.advance(seconds)
        await asyncio.sleep(0)

    async def pass_by(self, seconds: float) -> None:
        """Let time pass without moving it, as an engine does that takes its time."""
        if seconds:
            with suppress(TimeoutError):
                await self.wait_for(asyncio.Event().wait(), self.now() + seconds)

    async def _settle(self) -> None:
        """Wait until no task of this loop has anything left to do, nothing is on the wire and no thread works."""
        while True:
            await self._quieten()
            # What became readable meanwhile is seen only now.
            await self._quieten()
            if self._traffic.is_settled:
                return

    async def _quieten(self) -> None:
        ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
        for _ in range(TURNS_OF_THE_LOOP):
            await asyncio.sleep(0)
            if not ready:
                return


class Agent:
    """The agent's end of one call. It does everything at the pace of the caller's frames."""

    def __init__(self, socket: ServerConnection, traffic: Traffic) -> None:
        self.socket = socket
        self.heard: list[str | bytes] = []
        """What the caller has sent, in order."""
        self.times: list[float] = []
        """When each of it has come, in seconds on the clock of the call."""
        self.order: list[tuple[str, str]] = []
        """What went over the wire, as (who, kind): the kind is "audio", "silence" or an event's type."""
        self._traffic = traffic
        self._frames = 0
        self._arrived = asyncio.Condition()
        self._closed = False

    @property
    def frames(self) -> int:
        """How many binary frames the caller has sent."""
        return self._frames

    @property
    def events(self) -> list[dict[str, Any]]:
        """The caller's text frames, parsed."""
        return [json.loads(frame) for frame in self.heard if isinstance(frame, str)]

    @property
    def caller_pcm(self) -> bytes:
        """All of the caller's audio."""
        return b"".join(frame for frame in self.heard if isinstance(frame, bytes))

    async def say(self, pcm: bytes, *, chunk: int = FRAME_BYTES, burst: bool = False) -> None:
        """Send audio in chunks of so many bytes, in real time or all at once."""
        begin = self._frames
        for start in range(0, len(pcm), chunk):
            if not burst:
                await self._until(lambda start=start: self._frames >= begin + start // FRAME_BYTES)
            await self.send(pcm[start : start + chunk])
        if not burst:
            await self._until(lambda: self._frames >= begin + len(pcm) // FRAME_BYTES)

    async def wait(self, seconds: float) -> None:
        """Let time pass."""
        end = self._frames + round(seconds * FRAMES_A_SECOND)
        await self._until(lambda: self._frames >= end)

    async def until_caller_speaks(self) -> None:
        """Wait for the caller's next audio that is no silence."""
        await self._until(lambda: self._is_speech(-1))

    async def until_caller_is_silent(self, seconds: float = 0.3) -> None:
        """Wait until the caller has spoken and then been silent for so long."""
        await self.until_caller_speaks()
        quiet = round(seconds * FRAMES_A_SECOND)
        await self._until(lambda: self._frames >= quiet and not any(map(self._is_speech, range(-quiet, 0))))

    async def until_event(self, type_: str) -> dict[str, Any]:
        """Wait for the caller's next event of that type, and return it."""
        seen = len(self.events)
        await self._until(lambda: any(each["type"] == type_ for each in self.events[seen:]))
        return next(each for each in self.events[seen:] if each["type"] == type_)

    async def stay(self) -> None:
        """Say nothing more until the caller hangs up."""
        await self._until(lambda: False)

    async def send(self, frame: str | bytes) -> None:
        """Send a frame as it is."""
        self._traffic.agent_sent += 1
        self.order.append(("agent", _kind(frame)))
        await self.socket.send(frame)

    async def event(self, type_: str, **data: Any) -> None:
        """Send a control event."""
        await self.send(json.dumps({"type": type_, "id": "b1", "ts_ms": 1, "data": data}))

    def stall_the_caller(self, seconds: float) -> None:
        """Hold up the process of the caller: what is sent to it from now on arrives, but it looks at it so much later."""
        assert self._traffic.clock is not None
        self._traffic.clock.advance(seconds)

    async def hang_up(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection with the closing handshake."""
        await self._all_heard()
        self._traffic.lost = True
        await self.socket.close(code, reason)

    async def drop(self) -> None:
        """Cut the connection."""
        await self._all_heard()
        self._traffic.lost = True
        self.socket.transport.abort()

    def stop_reading(self) -> None:
        """Take in nothing more; time no longer waits for this side."""
        self._traffic.lost = True
        self.socket.transport.pause_reading()

    async def _all_heard(self) -> None:
        while self._traffic.caller_received < self._traffic.agent_sent:
            await asyncio.sleep(0)

    async def listen(self) -> None:
        """Take in the caller's frames until the connection ends."""
        try:
            async for frame in self.socket:
                self.heard.append(frame)
                self.times.append(self._traffic.clock.now() if self._traffic.clock else 0.0)
                self.order.append(("caller", _kind(frame)))
                self._frames += isinstance(frame, bytes)
                self._traffic.agent_received += 1
                async with self._arrived:
                    self._arrived.notify_all()
        except ConnectionClosed:
            pass
        self._traffic.lost = True
        self._closed = True
        async with self._arrived:
            self._arrived.notify_all()

    def _is_speech(self, index: int) -> bool:
        audio = [frame for frame in self.heard[index * 2 - 4 :] if isinstance(frame, bytes)]
        return len(audio) >= -index and any(audio[index])

    async def _until(self, condition: Callable[[], bool]) -> None:
        async with self._arrived:
            await self._arrived.wait_for(lambda: self._closed or condition())
        if self._closed:
            raise CallerLeft


class CallerLeft(Exception):
    """The caller has closed the connection; ends the agent's program."""


def _kind(frame: str | bytes) -> str:
    if isinstance(frame, bytes):
        return "audio" if any(frame) else "silence"
    try:
        return str(json.loads(frame)["type"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return "text"


class ScriptedRecognizer:
    """Gives the words that a test says the agent's turns have, one after the other; then none.

    `partials` are what is known of a turn while it lasts, one for each turn that is listened to; `delay` is how long
    recognising takes, in seconds.
    """

    def __init__(self, words: Iterable[str], *, partials: Iterable[str] = (), delay: float = 0.0) -> None:
        self._words = list(words)
        self._partials = list(partials)
        self._delay = delay
        self.clock: LockstepClock | None = None
        self.asked: list[bytes] = []

    async def warm(self, *, language: str, hints: Hints) -> None:
        pass

    async def recognize(self, pcm: bytes, *, language: str, hints: Hints) -> Recognition:
        self.asked.append(pcm)
        if self.clock is not None:
            await self.clock.pass_by(self._delay)
        return Recognition(self._words.pop(0) if self._words else "")

    def open_stream(self, *, language: str, hints: Hints) -> ScriptedStream:
        return ScriptedStream(self, self._partials.pop(0) if self._partials else "")

    async def close(self) -> None:
        pass


class ScriptedStream:
    """One turn of a `ScriptedRecognizer`."""

    def __init__(self, recognizer: ScriptedRecognizer, partial: str) -> None:
        self._recognizer = recognizer
        self._pcm = bytearray()
        self.partial = partial

    def feed(self, pcm: bytes) -> None:
        self._pcm += pcm

    async def finish(self) -> Recognition:
        from pytest_agentsim.audio.stt.interface import Hints

        return await self._recognizer.recognize(bytes(self._pcm), language="en", hints=Hints())

    def cancel(self) -> None:
        pass


class ScriptedStudio:
    """Says every letter of a text for 50 ms, with real speech, and recognises what the test wants recognised.

    `delay` is how long it takes to render a text, in seconds. Of the texts in `broken` nothing can be made.
    """

    def __init__(
        self,
        words: Iterable[str] = (),
        *,
        partials: Iterable[str] = (),
        recognizing: float = 0.0,
        delay: float = 0.0,
        broken: Iterable[str] = (),
    ) -> None:
        self.recognized = ScriptedRecognizer(words, partials=partials, delay=recognizing)
        self.spoken: list[tuple[str, Voice]] = []
        self.clock: LockstepClock | None = None
        self._delay = delay
        self._broken = tuple(broken)

    def synthesizer(self, name: str) -> object:
        return name

    def recognizer(self, name: str) -> ScriptedRecognizer:
        return self.recognized

    async def render(self, synthesizer: object, text: str, voice: Voice) -> bytes:
        self.spoken.append((text, voice))
        if text in self._broken:
            raise SynthesisError(f"the voice cannot say {text!r}")
        if self.clock is not None:
            await self.clock.pass_by(self._delay)
        return speech(len(text) * 0.05)

    async def make(self, work: Callable[[], T]) -> T:
        return await asyncio.to_thread(work)

    async def fetch(self, work: Callable[[], T]) -> T:
        return await self.make(work)

    async def close(self) -> None:
        pass


class SpeakingStudio(ScriptedStudio):
    """Says the words, with an engine that is always there, and recognises what the test wants recognised."""

    def synthesizer(self, name: str) -> Synthesizer:
        from pytest_agentsim.audio.tts.espeak import EspeakSynthesizer

        return EspeakSynthesizer()

    async def render(self, synthesizer: Any, text: str, voice: Voice) -> bytes:
        self.spoken.append((text, voice))
        audio: bytes = synthesizer.synthesize(text, voice)
        return audio


Program = "Callable[[Agent], Awaitable[None]]"


@dataclass
class Conducted:
    """A finished call with both ends of it."""

    result: CallResult
    agents: list[Agent] = field(default_factory=list)
    studio: ScriptedStudio = field(default_factory=lambda: ScriptedStudio(()))

    @property
    def agent(self) -> Agent:
        """The agent of the last connection."""
        return self.agents[-1]

    @property
    def said(self) -> list[str]:
        """The transcript, as "caller: …" and "agent: …"."""
        return [f"{turn.speaker.value}: {turn.text}" for turn in self.result.turns]

    def events(self, kind: EventKind) -> list[dict[str, Any]]:
        return [event.data for event in self.result.events_of(kind)]

    def check(self, status: Status, reason: Reason) -> None:
        """Fail unless the call ended like that."""
        ended = (self.result.status, self.result.ended_reason)
        assert ended == (status, reason), f"{ended}: {self.result.detail}"


def conditions(*rows: tuple[str, str] | tuple[str, str, int]) -> dict[str, Any]:
    """Return a script: (trigger, action) rows; the first trigger is ignored, a third element makes a followup of that id."""
    written = [
        {
            "id": number,
            "condition": "FIRST_MESSAGE" if number == 0 else (row[2] if len(row) == 3 else row[0]),
            "action": row[1],
            "type": "action_followup" if len(row) == 3 else "standard",
            "fixed_message": True,
        }
        for number, row in enumerate(rows)
    ]
    return {"role": "You are a caller", "conditions": written}


def scenario(script: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """Return a structured scenario around a script."""
    return {
        "name": "a voice call",
        "scenario_type": "conditional_actions",
        "scenario_language": "en",
        "channel": "voice",
        "conditional_actions": dict(script),
        **fields,
    }


SHORT = conditions(("", "Hello"), ("The agent asks for your name", "Sarah <endcall />"))


@asynccontextmanager
async def serving(
    program: Callable[[Agent], Awaitable[None]],
    traffic: Traffic,
    agents: list[Agent],
    *,
    tls: ssl.SSLContext | None = None,
    **options: Any,
) -> AsyncIterator[str]:
    """Serve a program on a free port and give the URL."""

    async def handle(socket: ServerConnection) -> None:
        agent = Agent(socket, traffic)
        agents.append(agent)
        listening = asyncio.ensure_future(agent.listen())
        try:
            await program(agent)
            await agent.hang_up()
        except (CallerLeft, ConnectionClosed):
            pass
        except BaseException:
            socket.transport.abort()  # or else the call would last until its test loses patience
            raise
        finally:
            await listening

    async with serve(
        handle, "127.0.0.1", 0, compression=None, ping_interval=None, max_size=None, ssl=tls, **options
    ) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"{'wss' if tls else 'ws'}://{'localhost' if tls else '127.0.0.1'}:{port}"


async def conduct(
    program: Callable[[Agent], Awaitable[None]],
    script: Mapping[str, Any] = SHORT,
    *,
    recognized: Iterable[str] = (),
    recording: Path | None = None,
    profile: Mapping[str, Any] | None = None,
    tls: ssl.SSLContext | None = None,
    serve_options: Mapping[str, Any] | None = None,
    scenario_fields: Mapping[str, Any] | None = None,
    **settings: Any,
) -> Conducted:
    """Call an agent that runs `program`, and return how it went; `settings` are those of the endpoint.

    `recognized` are the words of the agent's turns that are recognised, in order.
    """
    traffic = Traffic()
    conducted: list[Agent] = []
    async with serving(program, traffic, conducted, tls=tls, **(serve_options or {})) as url:
        return await call_at(
            url,
            traffic,
            conducted,
            script,
            recognized=recognized,
            recording=recording,
            profile=profile,
            scenario_fields=scenario_fields,
            **settings,
        )


async def call_at(
    url: str,
    traffic: Traffic,
    agents: list[Agent],
    script: Mapping[str, Any] = SHORT,
    *,
    recognized: Iterable[str] = (),
    recording: Path | None = None,
    profile: Mapping[str, Any] | None = None,
    scenario_fields: Mapping[str, Any] | None = None,
    clock: LockstepClock | None = None,
    studio: ScriptedStudio | None = None,
    matcher: Matcher | None = None,
    model: Any = None,
    load_settings: LoadSettings | None = None,
    personality: Personality | None = None,
    seed: int = 1,
    **settings: Any,
) -> Conducted:
    """Make one call to whatever is at `url`, which counts its frames in `traffic` if it takes the call.

    `personality` goes before that of the scenario, as that of a fixture does.
    """
    studio = studio or ScriptedStudio(recognized)
    payload = scenario(script, test_profile=dict(profile or {}), **(scenario_fields or {}))
    parsed = load_mapping(payload, load_settings or LoadSettings())
    spec = CallSpec(
        scenario=parsed,
        personality=personality or parsed.personality,
        profile=parsed.profile,
        endpoint=VoiceEndpoint.create(url, **settings),
        channel="voice",
        run_id="run-1",
        batch_id="batch-1",
        seed=seed,
        recording=recording,
    )
    clock = clock or LockstepClock(traffic)
    studio.clock = studio.recognized.clock = clock
    with counted(traffic):
        pacer = Pacer(clock)
        equipment: Any = VoiceEquipment(pacer, studio)  # type: ignore[arg-type]
        async with asyncio.timeout(PATIENCE):
            result = await run_call(spec, equipment=equipment, matcher=matcher, model=model)
        await equipment.close()
    return Conducted(result, agents, studio)


class counted:  # noqa: N801  (a context manager)
    """Counts the frames that the caller sends and receives, and the threads that it waits for."""

    def __init__(self, traffic: Traffic) -> None:
        self._traffic = traffic

    def __enter__(self) -> None:
        self._send_now, self._received = Connection.send_now, VoiceLine.frame_received
        self._to_thread = asyncio.to_thread
        traffic, send_now, received = self._traffic, self._send_now, self._received
        to_thread = self._to_thread

        def counting_send(connection: Connection, frame: str | bytes) -> None:
            send_now(connection, frame)
            traffic.caller_sent += 1

        def counting_receive(line: VoiceLine, frame: str | bytes) -> None:
            received(line, frame)
            traffic.caller_received += 1

        async def counting_thread(work: Callable[..., Any], *arguments: Any) -> Any:
            traffic.threads += 1
            try:
                return await to_thread(work, *arguments)
            finally:
                traffic.threads -= 1

        asyncio.to_thread = counting_thread  # type: ignore[assignment]
        Connection.send_now = counting_send  # type: ignore[method-assign]
        VoiceLine.frame_received = counting_receive  # type: ignore[method-assign]

    def __exit__(self, *_: object) -> None:
        asyncio.to_thread = self._to_thread
        Connection.send_now = self._send_now  # type: ignore[method-assign]
        VoiceLine.frame_received = self._received  # type: ignore[method-assign]


def nothing_but(frame: bytes) -> bool:
    """Whether a frame is digital silence."""
    return frame == SILENCE[: len(frame)]
