"""Finished calls for the reports to show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.result import (
    CallResult,
    EndedBy,
    Event,
    EventKind,
    Reason,
    Speaker,
    Status,
    Turn,
)
from pytest_agentsim.runner import RecordedCall

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = {Speaker.CALLER: EventKind.CALLER_TURN, Speaker.AGENT: EventKind.AGENT_TURN}


def make_call(*said: str, artifacts: str = "out/item", **changes: Any) -> RecordedCall:
    """Return a completed call; each turn is written as "caller: …" or "agent: …", one a second."""
    turns, events = [], [Event(0.0, EventKind.CONNECTED)]
    for number, each in enumerate(said, start=1):
        speaker, _, text = each.partition(": ")
        turns.append(Turn(number, Speaker(speaker), text, float(number)))
        data = {"text": text, "number": number}
        events.append(Event(float(number), KINDS[Speaker(speaker)], data))
    events.append(Event(len(said) + 1.0, EventKind.ENDED, {"status": "completed"}))
    values: dict[str, Any] = {
        "scenario": "AP-01: cancel",
        "run_id": "run-1",
        "batch_id": "batch-1",
        "channel": "text",
        "personality": "normal",
        "seed": 7,
        "status": Status.COMPLETED,
        "ended_by": EndedBy.CALLER,
        "ended_reason": Reason.CALLER_ENDED,
        "detail": "The caller ended the call.",
        "started_at": "2026-01-01T00:00:00.000+00:00",
        "duration": 2.5,
        "events": tuple(events),
        "turns": tuple(turns),
    }
    return RecordedCall(CallResult(**{**values, **changes}), Path(artifacts))


@pytest.fixture
def a_call() -> Callable[..., RecordedCall]:
    """Makes calls: `a_call("caller: Hi", "agent: Hello", status=…)`."""
    return make_call
