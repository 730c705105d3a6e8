"""Who said what and when on a voice call: turns and utterances in the log, and how long the agent took to answer."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_agentsim.audio.pcm import FRAME_SAMPLES, speech_level
from pytest_agentsim.caller.steps import joined
from pytest_agentsim.result import EventKind, Latency

if TYPE_CHECKING:
    from pytest_agentsim.audio.utterance import Utterance
    from pytest_agentsim.event_log import EventLog
    from pytest_agentsim.voice.line import VoiceLine
    from pytest_agentsim.voice.line_events import AgentStarted, AgentTurn, CutOffBy

__all__ = ["CallerTurn", "VoiceTranscript"]

CUT_OFF = "—"


@dataclass(slots=True)
class CallerTurn:
    """What the caller has said of its turn so far; positions are samples on the line."""

    words: str = ""
    start: int | None = None
    end: int = 0
    speech_end: int | None = None
    pieces: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Left:
    """Between which samples an utterance has left for the agent, and up to which there was speech in it, if any."""

    start: int
    end: int
    speech_end: int | None
    lost: int


class VoiceTranscript:
    """Writes the conversation of one line into the log."""

    def __init__(self, log: EventLog, line: VoiceLine) -> None:
        self._log = log
        self._line = line
        self._asked_until: int | None = None  # the end of a turn of the caller that the agent is to answer
        self._answering: int | None = None  # the same of the turn that the agent may be answering right now
        self._answer: Latency | None = None
        self.latencies: list[Latency] = []
        self.last_sound = 0
        """Where the last speech of either side has ended."""

    # --- the agent --------------------------------------------------------------------------------------------

    def agent_started(self, event: AgentStarted) -> None:
        """Take note that the agent speaks."""
        asked, self._asked_until = self._asked_until, None
        self._answering = asked
        # An agent that began before the caller had finished answers nothing.
        is_answer = asked is not None and event.at - event.delay >= asked
        self._answer = Latency(0, self._line.latency(event, asked)) if asked and is_answer else None

    def agent_noise(self) -> None:
        """Take note that it was no speech: the agent still owes its answer."""
        self._asked_until = self._asked_until or self._answering
        self._answer = None

    def agent_turn(self, turn: AgentTurn, words: str | None, *, cut_off: bool) -> int:
        """Log a turn of the agent and return its number; `words` is None when they are recognised later."""
        self.last_sound = max(self.last_sound, turn.end)
        event = self._log.add(
            EventKind.AGENT_TURN,
            text=words or "",
            start=self._time(turn.start),
            end=self._time(turn.end),
            spans=[[self._time(start), self._time(end)] for start, end in turn.spans],
            **self._level(turn),
            **({"keys": turn.keys} if turn.keys else {}),
            **({"interrupted": True} if cut_off else {}),
        )
        number: int = event.data["number"]
        if self._answer is not None:
            self.latencies.append(Latency(number, self._answer.seconds))
            self._answer = None
        return number

    def _level(self, turn: AgentTurn) -> dict[str, float]:
        """How loud the agent was, in dBFS, for whoever watches the call; nothing where it only pressed keys.

        Other calls leave their frames on the same loop, so that nobody's time is spent on it otherwise.
        """
        if not self._log.is_watched:
            return {}
        level = speech_level(b"".join(self._line.recorded(start, end) for start, end in turn.spans))
        return {"level": round(level, 1)} if level > -math.inf else {}

    # --- the caller -------------------------------------------------------------------------------------------

    def utterance(
        self, turn: CallerTurn, utterance: Utterance, words: str, at: int, by: CutOffBy | None = None
    ) -> None:
        """Log an utterance that began at sample `at`, and count it into its turn; `by` is what cut it off."""
        if not utterance.sent:
            return  # it was cut off before it began
        left = _left(utterance, at)
        said = words if by is None else _said(words, utterance.share_sent)
        turn.words = joined(turn.words, said)
        turn.start = left.start if turn.start is None else turn.start
        turn.end = self.last_sound = left.end
        turn.speech_end = left.speech_end or turn.speech_end
        self._log.add(
            EventKind.SOUND if utterance.sound else EventKind.UTTERANCE,
            **({"sound": utterance.sound} if utterance.sound else {"text": words}),
            start=self._time(left.start),
            end=self._time(left.end),
            **({"lost_frames": left.lost} if left.lost else {}),
            **({"cut_off_by": by.value} if by is not None else {}),
            **({"said": said} if by is not None and not utterance.sound else {}),
        )

    def caller_turn(self, turn: CallerTurn, *, interrupted: bool = False, is_question: bool = True) -> None:
        """Log a turn of the caller, if anything of it was heard; the agent owes an answer to a question."""
        if turn.start is None:
            return
        self._log.add(
            EventKind.CALLER_TURN,
            text=turn.words,
            start=self._time(turn.start),
            end=self._time(turn.end),
            **({"interrupted": True} if interrupted else {}),
        )
        self._asked_until = turn.speech_end if is_question and not interrupted else None

    def _time(self, position: int) -> float:
        return round(self._line.time_of(position), 4)


def _left(utterance: Utterance, at: int) -> _Left:
    """Tell when an utterance has left that the caller began to say at sample `at`; lost, it counts from there on."""
    ticks = [tick for tick in utterance.leaves if tick is not None]
    speech = [tick for tick in utterance.leaves[: utterance.frames_of_speech] if tick is not None]
    lost = utterance.sent - len(ticks)
    if not ticks:
        return _Left(at, at - at % FRAME_SAMPLES + utterance.sent * FRAME_SAMPLES, None, lost)
    within_frame = 0 if utterance.leaves[0] is None else at % FRAME_SAMPLES
    start = ticks[0] * FRAME_SAMPLES + within_frame
    return _Left(start, _end(ticks[-1]), _end(speech[-1]) if speech else None, lost)


def _end(tick: int) -> int:
    return (tick + 1) * FRAME_SAMPLES


def _said(words: str, share: float) -> str:
    """The words of which only a share was spoken, cut where that share of their letters ends."""
    if share >= 1.0:
        return words
    spoken = words[: round(len(words) * share)]
    return f"{spoken.rpartition(' ')[0]}{CUT_OFF}"
