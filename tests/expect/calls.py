"""Finished calls, written by hand, and what becomes of one expectation on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.expect import evaluate
from pytest_agentsim.result import CallResult, EndedBy, Reason, Speaker, Status, ToolCall, Turn
from pytest_agentsim.scenario.expectations import expectations_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_agentsim.expect import Verdict

__all__ = ["CANCELLED", "a_call", "a_tool_call", "verdict_on"]

CANCELLED = (
    "caller: Hi, I need to cancel",
    "agent: Can I have your name?",
    "caller: Sarah Johnson",
    "agent: It has been cancelled. Your confirmation number is ACM-1042.",
    "caller: Thanks",
)


def a_call(*said: str, **changes: Any) -> CallResult:
    """Return a completed call; each turn is written as "caller: …" or "agent: …", and takes place at its number."""
    parts = [each.partition(": ") for each in said]
    turns = tuple(
        Turn(number, Speaker(speaker), text, float(number))
        for number, (speaker, _, text) in enumerate(parts, start=1)
    )
    values: dict[str, Any] = {
        "scenario": "cancel",
        "run_id": "run-1",
        "batch_id": "batch-1",
        "channel": "text",
        "personality": "normal",
        "seed": 1,
        "status": Status.COMPLETED,
        "ended_by": EndedBy.CALLER,
        "ended_reason": Reason.CALLER_ENDED,
        "detail": "The caller ended the call.",
        "started_at": "2026-01-01T00:00:00.000+00:00",
        "duration": 9.0,
        "events": (),
        "turns": turns,
    }
    return CallResult(**{**values, **changes})


def a_tool_call(name: str, after_turn: int, /, *, time: float | None = None, **arguments: Any) -> ToolCall:
    """Return a function call after a turn, half a second later unless `time` says another time."""
    at = after_turn + 0.5 if time is None else time
    return ToolCall(f"{name}-{after_turn}", name, arguments, at, after_turn)


def verdict_on(expected: Mapping[str, Any], result: CallResult, **settings: Any) -> Verdict:
    """Return what comes of the only expectation."""
    [verdict] = evaluate(expectations_from(expected), result, require_completed=False, **settings)
    return verdict
