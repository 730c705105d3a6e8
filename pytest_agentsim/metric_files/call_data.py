"""The `data` that Python of the hosted platforms' metrics reads (platform_spec section i.4)."""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING, Any

from pytest_agentsim.metrics.latency import answers
from pytest_agentsim.metrics.metric import DoesNotApply, NotMeasurable
from pytest_agentsim.result import Reason, Speaker
from pytest_agentsim.scenario.rubric import IN_MILLISECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_agentsim.metric_value import MetricValue
    from pytest_agentsim.metrics.measured_call import MeasuredCall
    from pytest_agentsim.result import CallResult

__all__ = ["PlatformVerdict", "data_of"]

PASSED, NOT_PASSED = 5, 0  # platform_spec section i.3

ENDS = {
    Reason.CALLER_ENDED: "Testing agent-ended-call",
    Reason.AGENT_ENDED: "Main agent-ended-call",
    Reason.AGENT_CLOSED: "Main agent-ended-call",
    Reason.AGENT_TIMEOUT: "Main agent-silence-timed-out",
    Reason.NOBODY_SPOKE: "Main agent-silence-timed-out",
    Reason.MAX_DURATION: "exceeded-max-duration",
    Reason.CONNECTION_FAILED: "Main agent-call-not-connected",
    Reason.SECRET_REJECTED: "call-rejected",
    Reason.CREDENTIALS_REJECTED: "call-rejected",
    Reason.CANCELLED: "run-cancelled-by-user",
    Reason.UNKNOWN: "",
}
OTHER_END = "call-failed-unknown-error"


class PlatformVerdict(int):
    """A verdict of another metric: the platforms' 5 or 0, which is equal to True or False as well."""

    __slots__ = ()

    def __new__(cls, passed: bool) -> PlatformVerdict:
        return super().__new__(cls, PASSED if passed else NOT_PASSED)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, bool):
            return bool(self) is other
        return int(self) == other

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = int.__hash__


def data_of(call: MeasuredCall) -> dict[str, Any]:
    """Return what is known of a call, and of what was measured so far, by the platforms' names.

    Other metrics stand under their titles, and None where they have no value; their explanations as lists under
    `explanation`.
    """
    result, context = call.result, call.context
    outcome = call.values.get("expected_outcome")
    latency = call.values.get("latency")
    data: dict[str, Any] = {
        "transcript": result.transcript_text(),
        "transcript_json": list(_transcript(result)),
        "cekura_transcript_json": [
            {
                "role": "user" if turn.speaker is Speaker.CALLER else "assistant",
                "content": turn.text,
                "timestamp": turn.time,
            }
            for turn in result.turns
        ],
        "call_duration": result.duration,
        "call_end_reason": ENDS.get(result.ended_reason, OTHER_END),
        "voice_recording": "" if call.recording is None else call.recording.absolute().as_uri(),
        "agent_description": context.agent.description,
        "date": result.started_at[:10],
        "timestamp": result.started_at,
        "metadata": dict(result.metadata),
        "recording_data": _recording_data(call),
        "latency_data": list(_latency_data(result)),
        "Average Latency (in ms)": _value(latency) if latency else None,
        "tags": list(context.tags),
        "run_id": result.run_id,
        "test_profile": dict(context.test_profile),
        "expected_outcome": _value(outcome) if outcome else None,
        "expected_outcome_explanation": list(outcome.explanation) if outcome else [],
        "provider_call_id": "",
        "provider_call_data": {},
        "generated_mock_tool_entries": list(result.expected_tool_calls or ()),
        "dynamic_variables": {},
    }
    data["explanation"] = {each.title: list(each.explanation) for each in call.values.values()}
    return {**{each.title: _value(each) for each in call.values.values()}, **data}


def _value(value: MetricValue) -> Any:
    if isinstance(value.value, bool):
        return PlatformVerdict(value.value)
    if value.name in IN_MILLISECONDS and isinstance(value.value, int | float):
        return 1000 * value.value
    return value.value


def _transcript(result: CallResult) -> Iterator[dict[str, Any]]:
    for entry in result.transcript():
        start = entry["start_time"]
        minutes = "" if start is None else f"{int(start) // 60:02d}:{int(start) % 60:02d}"
        yield {"role": entry["role"], "time": minutes, **entry}


def _latency_data(result: CallResult) -> Iterator[dict[str, Any]]:
    times = {turn.number: turn.time for turn in result.turns}
    for each in answers(result):
        if each.seconds is not None:
            yield {
                "latency": 1000 * each.seconds,
                "speaker": "Main Agent",
                "start_time": times.get(each.turn),
            }


def _recording_data(call: MeasuredCall) -> dict[str, Any]:
    spoken = {"main_speaking": _spans(call, Speaker.AGENT), "testing_speaking": _spans(call, Speaker.CALLER)}
    without = {
        "has_audio_data": False,
        "sample_rate": 0,
        "shape": [0, 0],
        "separable_channels": False,
        "total_duration": call.result.duration,
    }
    if call.recording is None:
        return {**without, **spoken}
    try:
        with wave.open(str(call.recording), "rb") as recording:
            samples, rate = recording.getnframes(), recording.getframerate()
            channels = recording.getnchannels()
    except (OSError, EOFError, wave.Error):
        return {**without, **spoken}
    return {
        "has_audio_data": samples > 0,
        "sample_rate": rate,
        "shape": [samples, channels],
        "separable_channels": channels > 1,
        "total_duration": samples / rate,
        **spoken,
    }


def _spans(call: MeasuredCall, speaker: Speaker) -> list[list[float]]:
    try:
        return [[each.start, each.end] for each in call.speech.of(speaker)]
    except (DoesNotApply, NotMeasurable):
        return []
