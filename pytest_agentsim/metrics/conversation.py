"""How much was said on a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.metrics.registry import built_in
from pytest_agentsim.result import Speaker

if TYPE_CHECKING:
    from pytest_agentsim.metrics.measured_call import MeasuredCall

__all__ = ["agent_turns", "duration", "turns"]


@built_in("Duration", unit="s")
def duration(call: MeasuredCall) -> float:
    """How long the call lasted, from connecting to its end."""
    return call.duration


@built_in("Turns")
def turns(call: MeasuredCall) -> int:
    """How many turns both sides had together."""
    return len(call.result.turns)


@built_in("Agent turns")
def agent_turns(call: MeasuredCall) -> int:
    """How many turns the agent had."""
    return len(call.result.said_by(Speaker.AGENT))
