"""The caller's half of a voice line: a frame each 20 ms, the control events among them, and how punctual they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.audio.pacer import TICK
from pytest_agentsim.audio.pcm import FRAME_BYTES, FRAME_SAMPLES, SILENCE, line_noise
from pytest_agentsim.audio.timing import Spread
from pytest_agentsim.result import HarnessCheck
from pytest_agentsim.session.connect import ConnectionClosed, PeerNotReading
from pytest_agentsim.voice.line_events import CutOffBy, UtteranceCutOff, UtteranceSpoken

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_agentsim.audio.ambience import Ambience
    from pytest_agentsim.audio.utterance import Utterance
    from pytest_agentsim.clock import Clock
    from pytest_agentsim.session.chirp import ChirpProtocol
    from pytest_agentsim.session.connect import Connection
    from pytest_agentsim.voice.frame_log import FrameLog
    from pytest_agentsim.voice.line_events import LineEvent
    from pytest_agentsim.voice.uplink import Uplink

__all__ = ["LATE", "Outgoing", "Wire", "idle_frames"]

LATE = 0.01  # s; a process that is later than this cannot tell when something was sent or arrived


class Wire:
    """The connection as a line sends on it: everything is noted in the log, and nothing is sent once it is closed."""

    def __init__(
        self, connection: Connection, log: FrameLog, on_close: Callable[[ConnectionClosed], None]
    ) -> None:
        self.is_open = True
        self._connection = connection
        self._log = log
        self._on_close = on_close

    def send(self, frame: str | bytes) -> None:
        """Send a frame; a connection that takes nothing any more is given up."""
        if not self.is_open:
            return
        try:
            self._connection.send_now(frame)
        except ConnectionClosed:
            pass  # it tells so by itself
        except PeerNotReading:
            self._on_close(ConnectionClosed(None, "the agent has stopped reading"))
        else:
            self._log.sent(frame)


class Outgoing:
    """What the caller sends, with the `ambience` behind it.

    `idle` are the frames where nothing is heard of either, over and over, None for none at all.
    """

    def __init__(
        self,
        wire: Wire,
        uplink: Uplink,
        protocol: ChirpProtocol,
        clock: Clock,
        *,
        ambience: Ambience,
        idle: tuple[bytes | None, ...],
        tell: Callable[[LineEvent], None],
    ) -> None:
        self._wire = wire
        self._uplink = uplink
        self._protocol = protocol
        self._clock = clock
        self._ambience = ambience
        self._idle = idle
        self._tell = tell
        self._utterance: Utterance | None = None
        self._first_frame = 0
        self._lateness = Spread()
        self._gaps = Spread()
        self._last_sent_at: float | None = None
        self._last_late_at: float | None = None
        self.lateness_at_speech_end = 0.0
        """How much later than due the last frame of speech left, in seconds; what a bad line adds was due."""

    @property
    def utterance(self) -> Utterance | None:
        """What the caller is saying, or about to say."""
        return self._utterance

    def speak(self, utterance: Utterance, begin: int) -> None:
        """Say something from sample `begin` on."""
        if self._utterance is not None:
            raise RuntimeError("the caller is speaking already")
        utterance.delay(begin % FRAME_SAMPLES)
        self._first_frame = begin // FRAME_SAMPLES
        self._utterance = utterance

    def send_frame(self, number: int, due: float) -> bytes:
        """Send the frame of that number, and return what there is to record: what has left at this tick."""
        now = self._clock.now()
        if now - due > LATE:
            self._last_late_at = now
        self._uplink.advance(number)
        frame = self._next_frame(number) if self._wire.is_open else None
        if frame is None:
            self._last_sent_at = None
        else:
            self._carry(frame)
            self._measure(now, due)
            self._send_due_events()
        if self._uplink.has_sent_speech:
            self.lateness_at_speech_end = max(now - due, 0.0)
        return self._uplink.recorded()

    def finish_spoken(self) -> None:
        """Tell of an utterance whose last frame has been sent."""
        utterance = self._utterance
        if utterance is not None and utterance.is_over:
            self._complete(utterance)
            self._tell(UtteranceSpoken(utterance))

    def stop(self, by: CutOffBy) -> None:
        """Stop in the middle of an utterance, if there is one."""
        utterance = self._utterance
        if utterance is None:
            return
        self._complete(utterance)
        if by is CutOffBy.END:
            utterance.cut_off(self._uplink.tick)
        self._tell(UtteranceCutOff(utterance, by))

    def stop_noise(self) -> None:
        """Stop a noise that may be interrupted: the protocol, to which it is no speech, has no barge-in for it."""
        utterance = self._utterance
        if utterance is not None and utterance.is_noise and utterance.interruptible:
            self.stop(CutOffBy.EVENT)

    def stop_trailing(self) -> None:
        """Leave out what is left of an utterance whose `speech.completed` has been sent: it counts as said."""
        utterance, self._utterance = self._utterance, None
        if utterance is not None:
            self._tell(UtteranceSpoken(utterance))

    def was_late(self, now: float) -> bool:
        """Whether this process was late a moment ago."""
        return self._last_late_at is not None and now - self._last_late_at < TICK

    @property
    def frames(self) -> int:
        """How many frames of audio have been sent so far, or lost on a bad line."""
        return self._lateness.count

    @property
    def harness(self) -> HarnessCheck:
        """How well this process has kept time for this line."""
        return HarnessCheck(
            frames=self.frames,
            lateness_p50=self._lateness.percentile(0.5),
            lateness_p99=self._lateness.percentile(0.99),
            lateness_max=self._lateness.longest,
            gap_p99=self._gaps.percentile(0.99),
        )

    def _next_frame(self, number: int) -> bytes | None:
        frame = self._ambience.mixed(number, self._next_of_utterance(number))
        return self._idle[number % len(self._idle)] if frame is None else frame

    def _next_of_utterance(self, number: int) -> bytes | None:
        utterance = self._utterance
        if utterance is None or number < self._first_frame:
            return None
        if not utterance.sent and utterance.is_speech:
            self._protocol.begin_utterance(interruptible=utterance.interruptible)
        return utterance.next_frame()

    def _carry(self, frame: bytes) -> None:
        utterance = self._utterance
        if utterance is None or not utterance.sent:
            self._uplink.carry(frame, is_idle=True, is_speech=False)
            return
        is_speech = utterance.sent <= utterance.frames_of_speech
        utterance.leaves.append(self._uplink.carry(frame, is_idle=False, is_speech=is_speech))

    def _measure(self, now: float, due: float) -> None:
        self._lateness.add(now - due)
        if self._last_sent_at is not None:
            self._gaps.add(now - self._last_sent_at)
        self._last_sent_at = now

    def _send_due_events(self) -> None:
        utterance = self._utterance
        if utterance is None or not utterance.is_speech:
            return
        if utterance.sent == utterance.starts_after:
            self._uplink.send(self._protocol.start_speech())
        if utterance.sent == utterance.completes_after:
            self._uplink.send(self._protocol.complete_speech())

    def _complete(self, utterance: Utterance) -> None:
        self._utterance = None
        if utterance.is_speech:
            for event in self._protocol.end_utterance():
                self._uplink.send(event)


def idle_frames(kind: str, seed: int) -> tuple[bytes | None, ...]:
    """Return what is sent between utterances: "silence", "noise" or "nothing"."""
    if kind == "nothing":
        return (None,)
    if kind == "silence":
        return (SILENCE,)
    noise = line_noise(seed)
    return tuple(noise[start : start + FRAME_BYTES] for start in range(0, len(noise), FRAME_BYTES))
