"""Calls that are over at once, in the place of `run_call`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.result import (
    CallResult,
    EndedBy,
    Event,
    EventKind,
    HarnessCheck,
    Latency,
    Reason,
    Speaker,
    Status,
    Turn,
)

if TYPE_CHECKING:
    from pytest_agentsim.spec import CallSpec


async def recorded_if_wanted(spec: CallSpec, **_: Any) -> CallResult:
    """A call that goes well and leaves a recording if there is to be one."""
    if spec.recording is not None:
        spec.recording.write_bytes(b"RIFF")
    return a_result(spec)


def a_result(spec: CallSpec) -> CallResult:
    """Return a call in which both sides said something; over voice it has been listened to."""
    spoken = spec.channel == "voice"
    turns = (Turn(1, Speaker.CALLER, "Hi", 0.0, 1.0), Turn(2, Speaker.AGENT, "Hello", 1.8, 2.5))
    return CallResult(
        scenario=spec.scenario.name,
        run_id=spec.run_id,
        batch_id=spec.batch_id,
        channel=spec.channel,
        personality=spec.personality.name,
        seed=spec.seed,
        status=Status.COMPLETED,
        ended_by=EndedBy.CALLER,
        ended_reason=Reason.CALLER_ENDED,
        detail="The caller ended the call.",
        started_at="2026-01-01T00:00:00.000+00:00",
        duration=3.0,
        events=(Event(3.0, EventKind.ENDED),),
        turns=turns,
        recording=spec.recording.name if spec.recording else "",
        latencies=(Latency(2, 0.4), Latency(4, None), Latency(6, 0.8), Latency(8, 1.2)) if spoken else (),
        harness=HarnessCheck(150, 0.001, 0.002, 0.003, 0.021) if spoken else None,
    )
