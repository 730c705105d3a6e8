"""The real-time side of a voice call: frames out, frames in, all of it on one time line that is counted in samples.

A `VoiceLine` is driven by the pacer every 20 ms and by the connection whenever a frame arrives, always synchronously:
the conversation, which takes its time to think, only hears what happened (`line_events`) and asks for something to be
said. The line has two halves, `outgoing` and `incoming`.

The line's frame *n* is complete, and sent, at its opening + 20 ms * (n + 1). What the agent sends is played from the
sample on at which it arrives; playing, listening and recording follow 40 ms behind, so that audio which comes a little
late still joins on without a gap.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.audio.ambience import Ambience
from pytest_agentsim.audio.pacer import TICK
from pytest_agentsim.audio.pcm import (
    FRAME_SAMPLES,
    SAMPLE_BYTES,
    SAMPLE_RATE,
    SILENCE,
    samples_in,
    seconds_of,
)
from pytest_agentsim.audio.turn_taking import TurnDetector
from pytest_agentsim.result import EventKind
from pytest_agentsim.scenario.network import GOOD_LINE, Direction
from pytest_agentsim.session.chirp import INTERNAL_ERROR
from pytest_agentsim.session.chirp_events import (
    AudioReceived,
    BargeIn,
    ChirpViolation,
    ErrorReceived,
    MarkReceived,
    SpeechStartedReceived,
)
from pytest_agentsim.voice.downlink import Downlink
from pytest_agentsim.voice.frame_log import FrameLog
from pytest_agentsim.voice.incoming import JITTER_FRAMES, Incoming
from pytest_agentsim.voice.line_events import AgentStarted, AgentTurn, CutOffBy, LineClosed, PauseCutOff
from pytest_agentsim.voice.link_log import LinkLog
from pytest_agentsim.voice.outgoing import LATE, Outgoing, Wire, idle_frames
from pytest_agentsim.voice.uplink import Uplink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_agentsim.audio.pacer import Pacer
    from pytest_agentsim.audio.recording import StereoRecorder
    from pytest_agentsim.audio.stt.pool import RecognitionStream
    from pytest_agentsim.audio.utterance import Utterance
    from pytest_agentsim.event_log import EventLog
    from pytest_agentsim.result import HarnessCheck, NetworkTotals
    from pytest_agentsim.scenario.network import NetworkConditions
    from pytest_agentsim.session.chirp import ChirpProtocol
    from pytest_agentsim.session.chirp_events import ChirpEvent
    from pytest_agentsim.session.connect import Connection, ConnectionClosed
    from pytest_agentsim.voice.line_events import LineEvent

__all__ = ["LineSettings", "VoiceLine"]

# What a process that is behind puts off of playing, and how it makes up for it.
MOST_FRAMES_PUT_OFF = 15
MOST_FRAMES_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class LineSettings:
    """How a line behaves; times in seconds.

    `idle_audio` is "silence", "noise" or "nothing"; `event_skew` is how far the caller's control events lie within its
    audio; `yield_after` is how long the agent has to speak into an utterance or a pause until the caller gives way;
    `network` is how bad the line is at first. The others are those of the `TurnDetector`.
    """

    idle_audio: str
    event_skew: float
    yield_after: float
    end_of_turn: float
    complete_turn: float
    longest_turn: float
    seed: int
    network: NetworkConditions = GOOD_LINE


class VoiceLine:
    """One open line, used by one conversation."""

    def __init__(
        self,
        connection: Connection,
        protocol: ChirpProtocol,
        settings: LineSettings,
        *,
        pacer: Pacer,
        log: EventLog,
        recorder: StereoRecorder,
        redact: Callable[[str], str],
        ambience: Ambience | None = None,
    ) -> None:
        self.ambience = ambience or Ambience()
        """What is heard behind the caller."""
        self._connection = connection
        self._protocol = protocol
        self._yield_after = samples_in(settings.yield_after)
        self._pacer = pacer
        self._clock = pacer.clock
        self._log = log
        self._recorder = recorder
        self._redact = redact
        self._frame_log = FrameLog(log, redact)
        self._wire = Wire(connection, self._frame_log, self.connection_closed)
        self._link_logs = {
            way: LinkLog(way, log, self.time_of) for way in (Direction.SEND, Direction.RECEIVE)
        }
        self._uplink = Uplink(self._wire, seed=settings.seed, log=self._link_logs[Direction.SEND])
        self._downlink = Downlink(seed=settings.seed, log=self._link_logs[Direction.RECEIVE])
        self.degrade(settings.network)
        self._out = Outgoing(
            self._wire,
            self._uplink,
            protocol,
            self._clock,
            ambience=self.ambience,
            idle=idle_frames(settings.idle_audio, settings.seed),
            tell=self._tell,
        )
        turns = TurnDetector(
            end_silence=settings.end_of_turn,
            complete_silence=settings.complete_turn,
            longest=settings.longest_turn,
        )
        self._in = Incoming(turns, self._downlink, log, time_of=self.time_of, tell=self._tell)
        self._frames = 0
        self._opened_at = 0.0
        self._recording_offset = 0
        self._is_silent_on_purpose = False
        self._latest_frame = SILENCE
        self._unplayed: deque[bytes] = deque()
        self._marks: deque[tuple[int, str]] = deque()
        self._closed: LineClosed | None = None
        self._has_told_of_end = False
        self._events: deque[LineEvent] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._wait_until: int | None = None
        self._error: Exception | None = None
        self.agent_error = ""
        """What the agent has said in its latest `session.error`."""
        self.agent_failed = False
        """Whether the agent has reported an internal error, after which it closes the connection."""

    # --- for the conversation ---------------------------------------------------------------------------------

    def open(self) -> None:
        """Start the time line; frames go out from the next tick on."""
        self._opened_at = self._pacer.join(self) - TICK
        # The recording begins when the log does, so that the times in both are the same.
        self._recording_offset = max(0, samples_in(self._log.elapsed + self._opened_at - self._clock.now()))
        silence = bytes(self._recording_offset * SAMPLE_BYTES)
        self._recorder.write(silence, silence)
        self._connection.deliver_to(self)

    @property
    def position(self) -> int:
        """Up to which sample the caller has spoken or kept silent."""
        return self._frames * FRAME_SAMPLES

    def time_of(self, position: int) -> float:
        """Return the time in the log, in seconds, at which a sample lies."""
        return seconds_of(position + self._recording_offset)

    def recorded(self, start: int, end: int) -> bytes:
        """Return the agent's audio from one sample to another, with silence instead of the tones of keys."""
        begin = max(0, start + self._recording_offset)
        pcm = self._recorder.agent_audio(begin, end + self._recording_offset)
        return self._in.without_tones(pcm, begin - self._recording_offset)

    @property
    def open_stream(self) -> Callable[[], RecognitionStream] | None:
        """Makes what recognises the words of a turn that begins; None while nobody wants them."""
        return self._in.open_stream

    @open_stream.setter
    def open_stream(self, open_stream: Callable[[], RecognitionStream] | None) -> None:
        self._in.open_stream = open_stream

    @property
    def agent_is_in_turn(self) -> bool:
        """Whether the agent speaks or has not been silent for long enough to have finished."""
        return self._in.in_turn

    def agent_speaks_on(self) -> bool:
        """Return whether the agent speaks at this moment; its turn goes on then, in spite of `end_heard_turn`."""
        return self._in.speaks_on()

    @property
    def agent_has_more(self) -> bool:
        """Whether the agent has spoken since the latest event that was asked for, or does so now."""
        return self._in.speaks or any(isinstance(each, AgentStarted | AgentTurn) for each in self._events)

    @property
    def is_closed(self) -> bool:
        """Whether the connection is gone; the agent's last words may still be playing."""
        return self._closed is not None

    def speak(self, utterance: Utterance, *, at: int = 0) -> int:
        """Say something from sample `at` on, or as soon as possible; returns the sample at which it begins."""
        begin = max(self.position, at)
        self._out.speak(utterance, begin)
        self._in.count_speech_from_now()
        return begin

    @contextmanager
    def interruptible_silence(self) -> Iterator[None]:
        """Let the agent cut off what follows, in which the caller mostly says nothing, as if that were speech."""
        self._is_silent_on_purpose = True
        self._in.count_speech_from_now()
        try:
            yield
        finally:
            self._is_silent_on_purpose = False

    async def next_event(self, until: int | None = None) -> LineEvent | None:
        """Return what happens next; None once the line's position has reached `until`."""
        if self._error is None and not self._events and (until is None or self.position < until):
            self._waiter = asyncio.get_running_loop().create_future()
            self._wait_until = until
            try:
                await self._waiter
            finally:
                self._waiter = None
        if self._error is not None:
            raise self._error
        return self._events.popleft() if self._events else None

    def put_back(self, event: LineEvent) -> None:
        """Let an event that was asked for be the next one again."""
        self._events.appendleft(event)

    def degrade(self, conditions: NetworkConditions) -> None:
        """Make the line as bad as that from now on, or good again."""
        self._uplink.change(conditions.towards(Direction.SEND))
        self._downlink.change(conditions.towards(Direction.RECEIVE))

    async def let_go(self, until: int) -> None:
        """Wait until all that the caller has sent by now has left a bad line, at most until that sample.

        What happens meanwhile can still be asked for.
        """
        until = min(until, self._uplink.sent_until)
        happened = []
        while self._closed is None and (event := await self.next_event(until)) is not None:
            happened.append(event)
        self._events.extendleft(reversed(happened))

    def words_are_complete(self) -> None:
        """Let the present turn of the agent end after the shorter silence."""
        self._in.words_are_complete()

    def end_heard_turn(self) -> list[AgentTurn]:
        """End the agent's turn here if it is silent: what it says from now on is something else.

        The turn is returned, unless it takes a moment to know that there is silence; then it is an event.
        """
        return self._in.cut(self.position)

    def latency(self, started: AgentStarted, utterance_end: int) -> float | None:
        """Return the seconds from the caller's last speech sample, as it left, to the agent's first.

        That is the agent's own time: what a bad line adds in either direction does not count. None when this process
        was late at either end, so that nothing true can be said.
        """
        lateness = self._out.lateness_at_speech_end
        if started.disturbed or lateness > LATE:
            return None
        return max(0.0, seconds_of(started.at - started.delay - utterance_end) - lateness)

    def leave(self) -> None:
        """Stop the time line; what has been played until now is recorded, and nothing is sent any more."""
        self._pacer.leave(self)
        self._wire.is_open = False
        self._out.stop(CutOffBy.END)
        self._unplayed += self._uplink.unrecorded()
        while self._unplayed:
            self._play()
        self._in.finish()
        self._frame_log.flush()
        self._tell_of_clipping()
        for log in self._link_logs.values():
            log.flush()

    def remaining_events(self) -> list[LineEvent]:
        """Return what has happened and not been asked for."""
        events = list(self._events)
        self._events.clear()
        return events

    def fail(self, message: str) -> int:
        """Tell the agent that this side has failed; returns the code to close with."""
        if self._closed is None:
            frame, _ = self._protocol.fail(message)
            self._wire.send(frame)
        return INTERNAL_ERROR

    @property
    def harness(self) -> HarnessCheck:
        """How well this process has kept time for this line."""
        return self._out.harness

    @property
    def network(self) -> tuple[NetworkTotals, ...]:
        """What has become of the frames of each direction that was made bad."""
        return tuple(log.totals for log in self._link_logs.values() if log.totals is not None)

    # --- for the pacer ----------------------------------------------------------------------------------------

    def send_frame(self, due: float) -> None:
        self._latest_frame = self._out.send_frame(self._frames, due)

    def advance(self, *, hurried: bool) -> None:
        self._frames += 1
        self._unplayed.append(self._latest_frame)
        self._play_what_is_due(hurried=hurried)
        self._echo_marks()
        self._out.finish_spoken()
        self._give_way()
        self._tell_of_end()
        self._frame_log.flush_when_due()
        self._wake()

    def broken(self, error: Exception) -> None:
        self._error = error
        self._wake()

    # --- for the connection -----------------------------------------------------------------------------------

    def frame_received(self, frame: str | bytes) -> None:
        received = self._protocol.receive(frame)
        if not (received.events and isinstance(received.events[0], AudioReceived)):
            self._frame_log.text_received(frame)
        for event in received.events:
            self._react(event)
        for reply in received.replies:
            self._uplink.send(reply)
        self._wake()

    def connection_closed(self, closed: ConnectionClosed) -> None:
        self._closed = LineClosed(self._protocol.close_received(closed.code), self._redact(closed.reason))
        self._wire.is_open = False
        self._out.stop(CutOffBy.END)
        self._wake()

    # --- what happens -----------------------------------------------------------------------------------------

    def _react(self, event: ChirpEvent) -> None:
        match event:
            case AudioReceived():
                self._frame_log.audio_received(event.pcm)
                self._hear(event.pcm)
            case SpeechStartedReceived():
                self._cut_off_silence(CutOffBy.EVENT)
                self._out.stop_noise()
            case BargeIn(trailing=True):
                self._out.stop_trailing()
            case BargeIn():
                self._out.stop(CutOffBy.EVENT)
            case MarkReceived():
                self._marks.append((self._in.end, event.name))
            case ErrorReceived():
                self.agent_error = f"{event.code}: {event.message}"
                self.agent_failed |= event.is_fatal
            case ChirpViolation():
                self._log.add(
                    EventKind.PROTOCOL_VIOLATION,
                    violation=event.code.value,
                    message=event.message,
                    frame=event.sample,
                )

    def _hear(self, pcm: bytes) -> None:
        now = self._clock.now()
        next_due = self._opened_at + (self._frames + 1) * TICK
        late = now - next_due > LATE or self._out.was_late(now)
        self._in.arrive(pcm, max(0, round((now - self._opened_at) * SAMPLE_RATE)), late=late)

    def _play_what_is_due(self, *, hurried: bool) -> None:
        """Play up to the jitter behind the present; in a hurry somewhat later, which changes no position."""
        due = len(self._unplayed) - JITTER_FRAMES
        if not hurried or due > MOST_FRAMES_PUT_OFF:
            for _ in range(min(due, MOST_FRAMES_AT_ONCE)):
                self._play()

    def _play(self) -> None:
        """Play the next frame and record it beside what the caller said at the same time."""
        self._recorder.write(self._unplayed.popleft(), self._in.play())

    def _give_way(self) -> None:
        """Let the caller stop when the agent has spoken into its utterance or its pause for long enough."""
        if self._in.speech <= self._yield_after:
            return
        utterance = self._out.utterance
        if utterance is None:
            self._cut_off_silence(CutOffBy.VOICE)
        elif utterance.interruptible:
            self._out.stop(CutOffBy.VOICE)

    def _cut_off_silence(self, by: CutOffBy) -> None:
        if self._is_silent_on_purpose and self._out.utterance is None:
            self._is_silent_on_purpose = False
            self._tell(PauseCutOff(by))

    def _echo_marks(self) -> None:
        while self._marks and self._has_played(self._marks[0][0]) and self._wire.is_open:
            self._uplink.send(self._protocol.echo_mark(self._marks.popleft()[1]))

    def _has_played(self, position: int) -> bool:
        return position <= self.position and self._in.has_passed(position)

    def _tell_of_end(self) -> None:
        """Tell that the line is closed once the agent's last words have been played."""
        if self._closed is not None and not self._has_told_of_end and self._in.is_over:
            self._has_told_of_end = True
            self._tell(self._closed)

    def _tell_of_clipping(self) -> None:
        clipped, sent = self.ambience.clipped, self._out.frames * FRAME_SAMPLES
        if clipped:
            message = (
                f"the caller and the background noise together were too loud: {clipped / sent:.3%} of what was sent "
                "is clipped; make the background softer"
            )
            self._log.add(EventKind.WARNING, message=message, clipped=clipped, samples=sent)

    def _tell(self, event: LineEvent) -> None:
        self._events.append(event)

    def _wake(self) -> None:
        if self._waiter is None or self._waiter.done():
            return
        is_due = self._wait_until is not None and self.position >= self._wait_until
        if self._events or is_due or self._error is not None:
            self._waiter.set_result(None)
