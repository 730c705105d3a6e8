"""Finished calls whose metrics are known beforehand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pytest_agentsim.result import (
    CallResult,
    EndedBy,
    Event,
    EventKind,
    HarnessCheck,
    Reason,
    Speaker,
    Status,
    Turn,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

ON_TIME = HarnessCheck(frames=500, lateness_p50=0.0, lateness_p99=0.001, lateness_max=0.002, gap_p99=0.02)

Said = tuple[str, float, float, str]
"""Who ("caller" or "agent"), from when, until when, and the words."""


def a_text_call(*said: tuple[str, float, str], **changes: Any) -> CallResult:
    """A call by text: who said when what."""
    turns = tuple(Turn(number, Speaker(who), words, at) for number, (who, at, words) in enumerate(said, 1))
    return _a_call("text", turns, (), **changes)


def a_voice_call(*said: Said, **changes: Any) -> CallResult:
    """A voice call as the harness logs it, in which each turn is one stretch of speech."""
    turns = tuple(
        Turn(number, Speaker(who), words, start, end)
        for number, (who, start, end, words) in enumerate(said, 1)
    )
    return _a_call("voice", turns, _logged(said), **({"harness": ON_TIME} | changes))


def with_events(call: CallResult, *events: Event) -> CallResult:
    """The call with more in its log, in order of time."""
    return replace(call, events=tuple(sorted((*call.events, *events), key=lambda each: each.time)))


def cut_off(call: CallResult, number: int, by: str = "the agent's speech.started") -> CallResult:
    """The call in which the caller's turn of that number was cut short."""
    cut = next(turn for turn in call.turns if turn.number == number)
    return replace(
        call,
        turns=tuple(replace(turn, interrupted=True) if turn is cut else turn for turn in call.turns),
        events=tuple(
            replace(event, data={**event.data, "cut_off_by": by})
            if event.kind is EventKind.UTTERANCE and event.data["start"] == cut.time
            else event
            for event in call.events
        ),
    )


def a_transcript(*said: Said, **changes: Any) -> CallResult:
    """A voice call of which only the times of the turns are known."""
    return replace(a_voice_call(*said, **changes), events=(), harness=None)


def _logged(said: Sequence[Said]) -> tuple[Event, ...]:
    events = []
    for number, (who, start, end, words) in enumerate(said, 1):
        about = {"start": start, "end": end, "text": words}
        if who == "caller":
            events += [
                Event(end, EventKind.UTTERANCE, about),
                Event(end, EventKind.CALLER_TURN, {**about, "number": number}),
            ]
        else:
            spans = {"spans": [[start, end]], "number": number}
            events.append(Event(end, EventKind.AGENT_TURN, {**about, **spans}))
    return tuple(events)


def _a_call(channel: str, turns: tuple[Turn, ...], events: tuple[Event, ...], **changes: Any) -> CallResult:
    last = max((turn.time if turn.end is None else turn.end for turn in turns), default=0.0)
    call = CallResult(
        scenario="a scenario",
        run_id="run",
        batch_id="batch",
        channel=channel,
        personality="normal",
        seed=1,
        status=Status.COMPLETED,
        ended_by=EndedBy.CALLER,
        ended_reason=Reason.CALLER_ENDED,
        detail="The caller ended the call.",
        started_at="2026-01-01T00:00:00.000+00:00",
        duration=last,
        events=events,
        turns=turns,
    )
    return replace(call, **changes)
