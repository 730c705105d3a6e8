"""A call as it happens: what is written of each event."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentsim.report.live_call import lines_of
from pytest_agentsim.result import Event, EventKind


def shown(kind: EventKind, time: float = 1.5, **data: Any) -> list[str]:
    return [text for text, _ in lines_of(Event(time, kind, data))]


@pytest.mark.parametrize(
    ("kind", "data", "line"),
    [
        (EventKind.CALLER_TURN, {"text": "Hello  there", "number": 1}, "    1.5 s  caller  Hello there"),
        (
            EventKind.AGENT_TURN,
            {"text": "Hi", "number": 2, "start": 2.0, "end": 3.25, "level": -19.6, "interrupted": True},
            "    2.0 s   agent  Hi  [1.2 s, -20 dBFS, cut off]",
        ),
        (
            EventKind.AGENT_TURN,
            {"text": "", "number": 2, "start": 2.0, "end": 3.0},
            "    2.0 s   agent  (not recognised yet)  [1.0 s]",
        ),
        (EventKind.RECOGNIZED, {"text": "Hi", "number": 2}, "    1.5 s   agent  (turn 2 was) Hi"),
        (
            EventKind.FUNCTION_CALL,
            {"name": "cancel", "arguments": {"id": 7}},
            "    1.5 s    tool  cancel({'id': 7})",
        ),
        (EventKind.SMS, {"text": "Code 5"}, "    1.5 s  caller  sends a text message: Code 5"),
        (EventKind.BARGE_IN, {"by": "caller", "start": 1.25}, "    1.2 s  caller  cuts in"),
        (EventKind.WARNING, {"message": "late"}, "    1.5 s          warning: late"),
        (
            EventKind.ENDED,
            {"status": "failed", "detail": "Nobody spoke."},
            "    1.5 s          failed: Nobody spoke.",
        ),
    ],
)
def test_an_event_that_people_want_to_see_is_a_line(kind: EventKind, data: dict[str, Any], line: str) -> None:
    assert shown(kind, **data) == [line]


@pytest.mark.parametrize("kind", [EventKind.FRAME, EventKind.AUDIO, EventKind.ACTION, EventKind.CONNECTING])
def test_what_only_the_log_needs_is_not_shown(kind: EventKind) -> None:
    assert shown(kind) == []


def candidate(number: int, score: float, *, holds: bool = False) -> dict[str, Any]:
    return {
        "condition_id": number,
        "trigger": f"t{number}",
        "score": score,
        "holds": holds,
        "reason": f"r{number}",
    }


def test_a_decision_shows_what_holds_and_what_came_nearest() -> None:
    candidates = [candidate(1, 0.1), candidate(2, 0.9, holds=True), candidate(3, 0.3), candidate(4, 0.2)]
    lines = shown(EventKind.DECISION, move="triggers", threshold=0.5, candidates=candidates)
    assert [line.strip() for line in lines] == [
        "triggers, a trigger holds from 0.50:",
        "-> 0.90  2: t2  (r2)",
        "0.30  3: t3  (r3)",
        "0.20  4: t4  (r4)",
    ]


def test_hostile_words_do_nothing_to_the_terminal() -> None:
    [line] = shown(EventKind.AGENT_TURN, text="\x1b[2Jgone\u202e", number=1)
    assert "\x1b" not in line
    assert "\u202e" not in line
