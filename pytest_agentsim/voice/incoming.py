"""The agent's half of a voice line: its audio is put on the time line, listened to for turns, and recognised."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from pytest_agentsim.audio.pcm import FRAME_SAMPLES, SAMPLE_RATE, SILENCE
from pytest_agentsim.audio.playback import PlaybackBuffer, PlaybackOverflow
from pytest_agentsim.audio.turn_taking import SpeechResumed, TurnEnded, TurnStarted, TurnTooLong
from pytest_agentsim.result import EventKind
from pytest_agentsim.voice.keypad import Keypad
from pytest_agentsim.voice.line_events import AgentPaused, AgentStarted, AgentTalksOn, AgentTurn

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_agentsim.audio.stt.pool import RecognitionStream
    from pytest_agentsim.audio.turn_taking import TurnDetector, TurnEvent
    from pytest_agentsim.event_log import EventLog
    from pytest_agentsim.voice.downlink import Downlink
    from pytest_agentsim.voice.line_events import LineEvent

__all__ = ["JITTER_FRAMES", "Incoming"]

JITTER_FRAMES = 2
JITTER = JITTER_FRAMES * FRAME_SAMPLES  # samples

# Of the agent's audio before its turn was noticed; a recogniser wants the silence before a word.
PREROLL_FRAMES = 15

PAUSE = SAMPLE_RATE * 2 // 5  # samples of silence within the agent's turn

# Stretches of audio whose beginning may still be asked for: more than there can be while speech is being noticed.
REMEMBERED_STRETCHES = 16


class Incoming:
    """Plays what the agent sends, and tells of its turns; positions are samples on the line."""

    def __init__(
        self,
        turns: TurnDetector,
        downlink: Downlink,
        log: EventLog,
        *,
        time_of: Callable[[int], float],
        tell: Callable[[LineEvent], None],
    ) -> None:
        self.open_stream: Callable[[], RecognitionStream] | None = None
        self._turns = turns
        self._downlink = downlink
        self._log = log
        self._time_of = time_of
        self._tell = tell
        self._playback = PlaybackBuffer(jitter=JITTER)
        self._keypad = Keypad(tell)
        self._stretches: deque[tuple[int, bool]] = deque(maxlen=REMEMBERED_STRETCHES)
        self._preroll: deque[bytes] = deque(maxlen=PREROLL_FRAMES)
        self._stream: RecognitionStream | None = None
        self._has_told_of_pause = False
        self._spoken_before = 0

    @property
    def end(self) -> int:
        """Where the audio that has arrived so far ends."""
        return self._playback.end

    def has_passed(self, position: int) -> bool:
        """Whether a bad line no longer holds up what was due before a sample."""
        return self._downlink.has_passed(position)

    @property
    def is_over(self) -> bool:
        """Whether all that has arrived has been played, and the agent's turn has ended."""
        played = self._playback.position >= self._playback.end and self._downlink.is_empty
        return played and not self.in_turn

    @property
    def in_turn(self) -> bool:
        """Whether the agent speaks or presses keys, or has not been silent for long enough to have finished."""
        return self._turns.in_turn or self._keypad.is_in_use

    @property
    def speaks(self) -> bool:
        """Whether the agent speaks right now, or did a moment ago."""
        return self._turns.speaking

    def speaks_on(self) -> bool:
        """Return whether the agent speaks at this moment; its turn goes on then, in spite of `cut`."""
        return self._turns.speaks_on()

    def arrive(self, pcm: bytes, at: int, *, late: bool) -> None:
        """Take in audio that arrives at sample `at`, or has done so before if this process is `late`."""
        end = self._playback.end
        try:
            start, _ = self._playback.arrive(pcm, at)
        except PlaybackOverflow as error:
            self._log.add(EventKind.WARNING, message=f"audio of the agent was dropped: {error}")
        else:
            if start != end:
                self._stretches.append((start, late))

    def play(self) -> bytes:
        """Play the next frame: let it be heard and recognised, and return it."""
        frame = self._downlink.hear(self._playback.take())
        speech = self._keypad.hear(frame, self._turns.position)
        self._preroll.append(speech or SILENCE)
        if self._stream is not None:
            self._stream.feed(speech or SILENCE)
        for event in self._turns.feed(speech):
            self._take(event)
        self._tell_of_pause()
        return frame or SILENCE

    def without_tones(self, pcm: bytes, start: int) -> bytes:
        """Return audio of the agent's that begins at sample `start`, with silence instead of the tones of keys."""
        return self._keypad.without_tones(pcm, start)

    def count_speech_from_now(self) -> None:
        """Let `speech` begin again from zero."""
        self._spoken_before = self._turns.spoken

    @property
    def speech(self) -> int:
        """How many samples of speech the agent's present turn has had, since they were last counted from zero."""
        return self._turns.spoken - self._spoken_before

    def words_are_complete(self) -> None:
        """Let the present turn end after the shorter silence."""
        self._turns.complete = True

    def cut(self, at: int) -> list[AgentTurn]:
        """End the agent's turn if it is silent at sample `at`, and return it if that is known by now."""
        return [self._agent_turn(ended) for ended in self._turns.cut(at)]

    def finish(self) -> None:
        """Let silence follow for as long as it takes to end a turn, and a group of keys."""
        while self._turns.in_turn:
            for event in self._turns.feed(None):
                self._take(event)
        self._keypad.release()

    def _take(self, event: TurnEvent) -> None:
        match event:
            case TurnStarted():
                self._log.add(EventKind.AGENT_SPEECH, start=round(self._time_of(event.at), 4))
                self._open_stream()
                delay = self._downlink.delay_at(event.at)
                self._tell(AgentStarted(event.at, self._was_disturbed(event.at - delay), delay))
            case TurnEnded():
                self._tell(self._agent_turn(event))
            case TurnTooLong():
                self._tell(AgentTalksOn(event.start))
            case SpeechResumed():
                pass

    def _open_stream(self) -> None:
        if self.open_stream is not None:
            self._stream = self.open_stream()
            for frame in self._preroll:
                self._stream.feed(frame)

    def _agent_turn(self, ended: TurnEnded) -> AgentTurn:
        stream, self._stream = self._stream, None
        self._spoken_before = 0
        return AgentTurn(ended.start, ended.end, ended.spans, stream)

    def _tell_of_pause(self) -> None:
        """Tell once in each pause of the agent's that it has become long enough to look at the words so far."""
        paused = self._turns.in_turn and self._turns.silence >= PAUSE
        if paused and not self._has_told_of_pause:
            self._tell(AgentPaused(self._stream))
        self._has_told_of_pause = paused

    def _was_disturbed(self, at: int) -> bool:
        """Whether the audio around a sample may have arrived earlier than it was taken in.

        What is played without a gap lies where its first chunk has put it, however long that was ago.
        """
        known = [late for start, late in self._stretches if start <= at + FRAME_SAMPLES]
        return bool(known) and known[-1]
