"""For how long the agent has let the caller wait for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from pytest_agentsim.metrics.floor import PAUSE
from pytest_agentsim.metrics.speech import Span, joined_spans
from pytest_agentsim.result import EventKind, Speaker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_agentsim.metrics.measured_call import MeasuredCall
    from pytest_agentsim.result import CallResult, Turn

__all__ = ["Wait", "waits_for_the_agent"]


@dataclass(frozen=True, slots=True)
class Wait:
    """The agent was awaited from `start` on and silent for `silence` seconds; `turn` is what it had been asked."""

    start: float
    silence: float
    turn: int | None


def waits_for_the_agent(call: MeasuredCall) -> Iterator[Wait]:
    """Yield how long the agent was silent after each of the caller's turns; after the last one until the call's end.

    Several turns of the caller without an answer make one wait, of which what the caller says is no part. Raises
    NotMeasurable.
    """
    return _by_text(call) if call.result.channel == "text" else _by_voice(call)


def _by_text(call: MeasuredCall) -> Iterator[Wait]:
    asked = None
    for turn in call.result.turns:
        if turn.speaker is Speaker.CALLER:
            asked = asked or turn
        elif asked is not None:
            since = call.start_of(asked)
            yield Wait(since, call.start_of(turn) - since, asked.number)
            asked = None
    if asked is not None:
        since = call.start_of(asked)
        yield Wait(since, call.duration - since, asked.number)


def _by_voice(call: MeasuredCall) -> Iterator[Wait]:
    turns = _turns_of_the_caller(call)
    agent = joined_spans((*call.speech.agent, *_keys(call.result)))
    first, silence = None, 0.0
    for turn, following in zip_longest(turns, turns[1:]):
        first = first or turn
        until = call.duration if following is None else following.start
        answer = next((each.start for each in agent if each.end > turn.end), until)
        silence += max(0.0, min(answer, until) - turn.end)
        if answer < until or following is None:
            yield Wait(first.end, silence, first.number)
            first, silence = None, 0.0


@dataclass(frozen=True, slots=True)
class _Turn:
    start: float
    end: float
    number: int | None = None


def _turns_of_the_caller(call: MeasuredCall) -> list[_Turn]:
    turns = call.result.said_by(Speaker.CALLER)
    if any(each.end is None for each in turns) or not turns:
        return [_Turn(each.start, each.end) for each in joined_spans(call.spoken.caller, gap=PAUSE)]
    over = {event.data["number"]: event.time for event in call.result.events_of(EventKind.CALLER_TURN)}
    return [
        _Turn(call.start_of(each), _end(call, each, over.get(each.number, 0.0)), each.number)
        for each in turns
    ]


def _end(call: MeasuredCall, turn: Turn, logged: float) -> float:
    """Return when a turn was over: the log has it after a silence that the caller has kept at the end of the turn."""
    end = call.start_of(turn) if turn.end is None else turn.end
    return end if turn.interrupted else max(end, logged)


def _keys(result: CallResult) -> Iterator[Span]:
    for event in result.events_of(EventKind.AGENT_TURN):
        if "keys" in event.data:
            yield from (Span(start, end) for start, end in event.data.get("spans", ()))
