"""Who has begun to speak while the other side was speaking, and until when that one went on."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.metrics.speech import Span, joined_spans
from pytest_agentsim.result import EventKind, Speaker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_agentsim.metrics.measured_call import MeasuredCall
    from pytest_agentsim.result import CallResult, Turn

__all__ = ["PAUSE", "Intrusion", "intrusions", "turn_at"]

# s. A shorter silence within what one side says is a breath between two sentences: it has not stopped.
PAUSE = 0.5

# s. Two that overlap for less than that meet at a turn's end: frames of 20 ms are what either side can react in.
LEAST_OVERLAP = 0.05

_BY_THE_AGENT = ("the agent's speech.started", "the agent's voice")  # what an utterance can be `cut_off_by`


@dataclass(frozen=True, slots=True)
class Intrusion:
    """One side began its `turn` at `time` while the other was speaking, which went on until `until`; in seconds."""

    by: Speaker
    time: float
    until: float
    turn: int | None

    @property
    def seconds(self) -> float:
        """How long the other side spoke on."""
        return self.until - self.time


def intrusions(call: MeasuredCall, by: Speaker) -> tuple[Intrusion, ...]:
    """Return how often one side has cut into what the other was saying, in order.

    The caller's own: it begins to speak 50 ms or more before the agent's stretch of speech ends. The agent's likewise;
    and whenever the caller has fallen silent because the agent claimed the turn, even before the agent was heard.
    Pauses below 0.5 s in which the other side did not begin do not end a stretch. Raises DoesNotApply, NotMeasurable.
    """
    speech = call.spoken
    barge_ins = {
        event.data.get("start")
        for event in call.result.events_of(EventKind.BARGE_IN)
        if event.data["by"] == "caller"
    }
    # Where the log tells that the caller cut in, a breath that the agent took at that moment is no end.
    agent = _stretches(
        speech.agent, [span.start for span in speech.caller if not _is_near(span.start, barge_ins)]
    )
    caller = _stretches(speech.caller, [span.start for span in speech.agent])
    if by is Speaker.CALLER:
        found = _begun_within(caller, agent)
    else:
        found = dict(_begun_within(agent, caller))
        found.update(_cut_off(call.result, agent, found))
    return tuple(
        Intrusion(by, time, until, _number(turn_at(call.result, by, time)))
        for time, until in sorted(found.items())
    )


def turn_at(result: CallResult, speaker: Speaker, time: float) -> Turn | None:
    """Return a side's turn that is going on at a time, else its next one; None after its last.

    A turn whose time is not known is never it. Where a transcript that was read does not tell when turns ended, it is
    the one that began nearest to the time.
    """
    turns = [turn for turn in result.said_by(speaker) if turn.time is not None]
    if result.channel != "text" and any(turn.end is None for turn in turns):
        return min(turns, key=lambda turn: abs((turn.time or 0.0) - time))
    for turn in turns:
        end = turn.time if turn.end is None else turn.end
        if end is not None and time <= end:
            return turn
    return None


def _stretches(spans: Iterable[Span], onsets: Iterable[float]) -> tuple[Span, ...]:
    """Return spans joined over pauses in which none of the other side's `onsets` lies."""
    others = tuple(onsets)
    bridges = [
        Span(before.end, after.start)
        for before, after in _neighbours(spans)
        if after.start - before.end < PAUSE
        and not any(before.end <= onset <= after.start for onset in others)
    ]
    return joined_spans((*spans, *bridges))


def _neighbours(spans: Iterable[Span]) -> Iterator[tuple[Span, Span]]:
    ordered = sorted(spans)
    return itertools.pairwise(ordered)


def _begun_within(ones: Iterable[Span], others: Iterable[Span]) -> dict[float, float]:
    """Return when one side began within a stretch of the other, with the end of that stretch."""
    ends = tuple(others)
    return {
        one.start: other.end
        for one in ones
        for other in ends
        if other.start < one.start <= other.end - LEAST_OVERLAP
    }


def _cut_off(
    result: CallResult, agent: Iterable[Span], known: dict[float, float]
) -> Iterator[tuple[float, float]]:
    """Yield where the caller stopped because of the agent, which is not `known` to have begun before that."""
    stretches = tuple(agent)
    for said in _unfinished(result):
        was_first = any(each.start <= said.start and each.end >= said.end for each in stretches)
        is_known = any(said.start <= time <= said.end for time in known)
        if not was_first and not is_known:
            yield said.end, said.end


def _unfinished(result: CallResult) -> Iterator[Span]:
    utterances = result.events_of(EventKind.UTTERANCE)
    if utterances:
        for event in utterances:
            if event.data.get("cut_off_by") in _BY_THE_AGENT:
                yield Span(event.data["start"], event.data["end"])
        return
    for turn in result.said_by(Speaker.CALLER):
        if turn.interrupted and turn.time is not None and turn.end is not None:
            yield Span(turn.time, turn.end)


def _is_near(time: float, times: Iterable[float | None]) -> bool:
    return any(each is not None and abs(each - time) <= LEAST_OVERLAP for each in times)


def _number(turn: Turn | None) -> int | None:
    return None if turn is None else turn.number
