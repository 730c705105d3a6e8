"""When each side has spoken: from the event log, which knows it exactly, or else from the recording or the turns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.key_presses import read_keys
from pytest_agentsim.result import EventKind, Speaker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from pytest_agentsim.metrics.call_audio import CallAudio
    from pytest_agentsim.result import CallResult, Event

__all__ = ["Span", "Speech", "joined_spans", "overlap", "speech_of"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From when to when something lasts, in seconds since the call began."""

    start: float
    end: float

    @property
    def duration(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Speech:
    """The stretches in which each side spoke, in order, not overlapping with one another on the same side.

    `source` says how they are known: "log" (what the caller sent, and the speech detector of the call), "recording"
    (the same detector on both channels) or "turns" (the times of the transcript). `sounds` are what else was heard, as
    far as the log has it: the caller's noises, and the keys that either side has pressed.
    """

    caller: tuple[Span, ...]
    agent: tuple[Span, ...]
    source: str
    sounds: tuple[Span, ...] = ()

    def of(self, speaker: Speaker) -> tuple[Span, ...]:
        return self.caller if speaker is Speaker.CALLER else self.agent

    @property
    def total(self) -> float:
        """The time in which somebody spoke, in seconds; in which both did counts once."""
        return sum(each.duration for each in joined_spans((*self.caller, *self.agent)))


def speech_of(result: CallResult, audio: CallAudio | None) -> Speech:
    """Return when each side has spoken, by the best source that the call has; no spans at all where it has none."""
    utterances = result.events_of(EventKind.UTTERANCE)
    turns = result.events_of(EventKind.AGENT_TURN)
    caller = joined_spans(_span(each) for each in utterances if not _is_keys(each))
    agent = joined_spans(span for each in turns if "keys" not in each.data for span in _spans(each))
    sounds = joined_spans(
        (
            *(_span(each) for each in utterances if _is_keys(each)),
            *(_span(each) for each in result.events_of(EventKind.SOUND) if _is_made(each)),
            *(span for each in turns if "keys" in each.data for span in _spans(each)),
        )
    )
    if caller or agent or sounds:
        return Speech(caller, agent, "log", sounds)
    if audio is not None:
        return Speech(tuple(_detected(audio.caller)), tuple(_detected(audio.agent)), "recording")
    return Speech(_of_turns(result, Speaker.CALLER), _of_turns(result, Speaker.AGENT), "turns")


def joined_spans(spans: Iterable[Span], *, gap: float = 0.0) -> tuple[Span, ...]:
    """Return spans in order of time, as one those that overlap, touch, or lie no more than `gap` seconds apart."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start - joined[-1].end <= gap:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def overlap(one: Iterable[Span], other: Iterable[Span]) -> tuple[Span, ...]:
    """Return when both of two sides spoke, in order."""
    others = tuple(other)
    return tuple(
        Span(start, end)
        for first in one
        for second in others
        if (start := max(first.start, second.start)) < (end := min(first.end, second.end))
    )


def _span(event: Event) -> Span:
    return Span(event.data["start"], event.data["end"])


def _spans(turn: Event) -> Iterator[Span]:
    return (Span(start, end) for start, end in turn.data.get("spans", ()))


def _is_keys(utterance: Event) -> bool:
    """Whether the caller has pressed keys and said nothing."""
    message = read_keys(utterance.data.get("text", ""))
    return bool(message.keys) and not message.words


def _is_made(sound: Event) -> bool:
    """Whether it is the caller that has made a sound, and not the place where it is: that has a volume, or no end."""
    return "end" in sound.data and "volume" not in sound.data


def _of_turns(result: CallResult, speaker: Speaker) -> tuple[Span, ...]:
    return joined_spans(
        Span(turn.time, turn.end)
        for turn in result.said_by(speaker)
        if turn.time is not None and turn.end is not None and turn.end > turn.time
    )


def _detected(samples: NDArray[np.int16]) -> Iterator[Span]:
    from pytest_agentsim.audio.pcm import FRAME_BYTES, SAMPLE_RATE, SILENCE
    from pytest_agentsim.audio.vad import SpeechDetector, SpeechEnded

    detector = SpeechDetector()
    pcm = samples.tobytes()
    # Silence at the end, so that speech which lasts until then ends as well.
    pcm += bytes(-len(pcm) % FRAME_BYTES) + SILENCE * 25
    for start in range(0, len(pcm), FRAME_BYTES):
        told = detector.feed(pcm[start : start + FRAME_BYTES])
        if isinstance(told, SpeechEnded):
            yield Span(told.start / SAMPLE_RATE, min(told.end, len(samples)) / SAMPLE_RATE)
