"""Where on the time line of a call what has happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.key_presses import read_keys
from pytest_agentsim.report.page.words import line_shown, seconds_shown
from pytest_agentsim.result import EventKind, Speaker
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_agentsim.result import CallResult, Event, Turn

__all__ = ["answers", "timeline"]

FRAME = 0.02  # s
MOST_MARKS = 2_000


def answers(result: CallResult) -> list[tuple[int, float | None]]:
    """Return how long the agent took for each answer: the number of its turn, and seconds or None.

    None stands for what the harness itself has disturbed. Over text they are those of the metric `latency`.
    """
    if result.latencies:
        return [(each.turn, each.seconds) for each in result.latencies]
    latency = next((each for each in result.metrics if each.name == "latency"), None)
    by_turn = latency.extra.get("by_turn", {}) if latency is not None else {}
    return (
        [(int(turn), float(seconds)) for turn, seconds in by_turn.items()]
        if isinstance(by_turn, dict)
        else []
    )


def timeline(result: CallResult) -> dict[str, Any]:
    """Return the lanes of the time line; all times are in seconds since the call began.

    ``length`` is where it ends, ``caller`` and ``agent`` are their utterances ``[start, end, turn]``, ``gaps`` the
    agent's pauses before an answer ``[start, end, turn, words]``, ``marks`` what happened at a moment, ``noise`` the
    sounds, ``lost`` and ``late`` what a bad line did to the audio ``[start, end, words]``.
    """
    length = max([result.duration or 0.0, *(turn.end or turn.time or 0.0 for turn in result.turns)])
    return {
        "length": _rounded(length),
        "caller": [each for turn in result.said_by(Speaker.CALLER) for each in _utterances(turn, result)],
        "agent": [each for turn in result.said_by(Speaker.AGENT) for each in _utterances(turn, result)],
        "gaps": list(_gaps(result)),
        "marks": [*_marks(result)][:MOST_MARKS],
        "noise": [*_noise(result, length)][:MOST_MARKS],
        "lost": [*_lost(result)][:MOST_MARKS],
        "late": [*_late(result)][:MOST_MARKS],
    }


def _utterances(turn: Turn, result: CallResult) -> Iterator[list[Any]]:
    if turn.time is None:
        return
    spans = _spans(result).get(turn.number) if turn.speaker is Speaker.AGENT else None
    for start, end in spans or [(turn.time, turn.end if turn.end is not None else turn.time)]:
        yield [_rounded(start), _rounded(end), turn.number]


def _spans(result: CallResult) -> dict[int, list[tuple[float, float]]]:
    return {
        event.data["number"]: [(float(start), float(end)) for start, end in event.data.get("spans", ())]
        for event in result.events_of(EventKind.AGENT_TURN)
        if "number" in event.data
    }


def _gaps(result: CallResult) -> Iterator[list[Any]]:
    turns = {turn.number: turn for turn in result.turns}
    for number, seconds in answers(result):
        turn = turns.get(number)
        if turn is None or turn.time is None:
            continue
        if seconds is None:
            yield [_rounded(turn.time), _rounded(turn.time), number, "not measurable: the harness was late"]
        else:
            yield [
                _rounded(max(0.0, turn.time - seconds)),
                _rounded(turn.time),
                number,
                seconds_shown(seconds),
            ]


def _marks(result: CallResult) -> Iterator[dict[str, Any]]:
    """What happened at a moment, in the order of the log."""
    for event in result.events:
        mark = _mark_of(event)
        if mark is not None:
            kind, words, time = mark
            yield {"kind": kind, "time": _rounded(time), "words": line_shown(words)}
    for turn in result.turns:
        keys = read_keys(turn.text).keys
        if keys and turn.time is not None:
            who = turn.speaker.value
            yield {
                "kind": "keys",
                "time": _rounded(turn.time),
                "words": f"the {who} pressed {' '.join(keys)}",
            }


def _mark_of(event: Event) -> tuple[str, str, float] | None:
    """The kind of mark, what to say of it, and when it was; None for what is not marked."""
    data = event.data
    match event.kind:
        case EventKind.FUNCTION_CALL:
            return "tool", f"function call {data.get('name', '')}", event.time
        case EventKind.BARGE_IN:
            return "barge-in", f"the {data.get('by', 'caller')} cuts in", float(data.get("start", event.time))
        case EventKind.INTERRUPTED:
            return "barge-in", f"the caller is interrupted by {data.get('by', 'the agent')}", event.time
        case EventKind.PROTOCOL_VIOLATION:
            return "problem", f"protocol violation: {data.get('message', '')}", event.time
        case EventKind.WARNING:
            return "problem", str(data.get("message", "")), event.time
        case EventKind.RETRY:
            return "problem", f"connecting again: {data.get('failure', '')}", event.time
        case EventKind.SMS:
            return "message", "the caller sends a text message", event.time
        case EventKind.CLIENT_MESSAGE:
            return "message", f"client message {data.get('t', '')}", event.time
        case EventKind.FUNCTION:
            return "tool", f"the caller runs {data.get('name', 'a function')}", event.time
        case _:
            return None


def _noise(result: CallResult, length: float) -> Iterator[list[Any]]:
    for event in result.events_of(EventKind.SOUND):
        start = float(event.data.get("start", event.time))
        sound = str(event.data.get("sound", "sound"))
        if sound and sound != "off":
            yield [_rounded(start), _rounded(float(event.data.get("end", length))), line_shown(sound)]


def _lost(result: CallResult) -> Iterator[list[Any]]:
    for event in result.events_of(EventKind.NETWORK):
        for begin, end in event.data.get("lost", ()):
            yield [*_span(event, begin, end), f"{counted(end - begin + 1, 'frame')} lost {_way(event)}"]


def _late(result: CallResult) -> Iterator[list[Any]]:
    """What was late in each second, as one stretch: on a jittery line it is every frame, each by another delay."""
    for event in result.events_of(EventKind.NETWORK):
        late = event.data.get("late", ())
        if late:
            frames = counted(sum(end - begin + 1 for begin, end, _ in late), "frame")
            words = f"{frames} up to {max(each[2] for each in late)} ms late {_way(event)}"
            yield [*_span(event, late[0][0], late[-1][1]), words]


def _way(event: Event) -> str:
    return "to the agent" if event.data.get("direction") == "send" else "from the agent"


def _span(event: Event, begin: int, end: int) -> tuple[float, float]:
    start, first = float(event.data.get("start", event.time)), int(event.data.get("first", 0))
    return _rounded(start + (begin - first) * FRAME), _rounded(start + (end - first + 1) * FRAME)


def _rounded(seconds: float) -> float:
    return round(seconds, 4)
