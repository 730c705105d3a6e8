"""The results of a run as one JSON document with the field names of the hosted platforms (platform_spec section j.3).

What the platforms have no field for is in each run's ``agentsim``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import ArtifactError
from pytest_agentsim.metric_value import MetricOutcome, is_number, value_named
from pytest_agentsim.metrics.percentiles import spread
from pytest_agentsim.result import FailureKind, Reason, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pytest_agentsim.expect import Verdict
    from pytest_agentsim.metric_value import MetricValue
    from pytest_agentsim.report.stored import StoredCall
    from pytest_agentsim.result import CallResult

__all__ = ["results_document", "write_results"]

EXPECTED_OUTCOME = "expected_outcome"
MET = 100.0

# platform_spec section j.1; other reasons keep their own names.
_END_REASONS = {
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
    Reason.INTERNAL_ERROR: "Testing agent-pipeline-error",
    Reason.SPEECH_ENGINE_FAILED: "Testing agent-pipeline-error",
}
_NOT_CONNECTED = (Reason.CONNECTION_FAILED, Reason.SECRET_REJECTED, Reason.CREDENTIALS_REJECTED)


def write_results(calls: Sequence[StoredCall], path: Path, *, name: str = "") -> None:
    """Write the document of some stored calls to a file; raises ArtifactError when that fails."""
    text = json.dumps(results_document(calls, name=name), ensure_ascii=False, indent=1, default=str)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise ArtifactError(f"The results cannot be written to {path}: {error.strerror or error}.") from None


def results_document(calls: Sequence[StoredCall], *, name: str = "") -> dict[str, Any]:
    """Return the document: totals over all calls, and each call as a run; unfinished ones only count."""
    whole = [(call, call.result) for call in calls if call.result is not None]
    results = [result for _, result in whole]
    passed = [result.run_id for call, result in whole if call.passed]
    judged = [value for result in results if (value := value_named(EXPECTED_OUTCOME, result.metrics))]
    decided = [value for value in judged if value.is_measured]
    failed = [(call, result) for call, result in whole if call.passed is False]
    rate = round(100 * len(passed) / len(calls), 2) if calls else 0.0
    return {
        "id": results[0].batch_id if results else "",
        "name": name,
        "status": "completed" if whole else "failed",
        "success_rate": rate,
        "met_expected_outcome_count": sum(value.value == MET for value in decided),
        "total_expected_outcome_count": len(decided),
        "run_as_text": all(result.channel == "text" for result in results),
        "overall_evaluation": {"success_rate": rate, "metric_summary": _metric_summary(results)},
        "total_duration": _minutes(sum(result.duration or 0.0 for result in results)),
        "total_runs_count": len(calls),
        "completed_runs_count": sum(result.status is Status.COMPLETED for result in results),
        "success_runs_count": len(passed),
        "failed_runs_count": len(calls) - len(passed),
        "successful_calls": len(passed),
        "connected_runs": [each.run_id for each in results if each.ended_reason not in _NOT_CONNECTED],
        "not_connected_runs": [each.run_id for each in results if each.ended_reason in _NOT_CONNECTED],
        "failed_infrastructure_runs": sum(_is_of_infrastructure(result) for _, result in failed),
        "failed_workflow_runs": sum(not _is_of_infrastructure(result) for _, result in failed),
        "scenarios": [{"id": each, "name": each} for each in dict.fromkeys(r.scenario for r in results)],
        "metrics": list(dict.fromkeys(value.name for result in results for value in result.metrics)),
        "runs_by_tags": _by_tags(whole),
        "runs": {result.run_id: _run(call, result) for call, result in whole},
        "agentsim": {"unfinished": [call.directory.as_posix() for call in calls if call.result is None]},
    }


def _run(call: StoredCall, result: CallResult) -> dict[str, Any]:
    judgement = call.judgement
    verdicts = judgement.verdicts if judgement is not None else ()
    failing = [verdict for verdict in verdicts if not verdict.passed]
    outcome = value_named(EXPECTED_OUTCOME, result.metrics)
    return {
        "id": result.run_id,
        "result_id": result.batch_id,
        "scenario": result.scenario,
        "scenario_name": result.scenario,
        "personality_name": result.personality,
        "status": "completed" if result.status is Status.COMPLETED else "failed",
        "success": bool(call.passed),
        "evaluation_status": "success" if call.passed else "failure",
        "error_message": "" if result.status is Status.COMPLETED else result.detail,
        "call_ended_reason": _END_REASONS.get(result.ended_reason, result.ended_reason.value),
        "run_as_text": result.channel == "text",
        "duration": None if result.duration is None else _minutes(result.duration),
        "executed_at": result.started_at,
        "timestamp": result.started_at,
        "expected_outcome_prompt": result.expected_outcome,
        "expected_outcome": _outcome(outcome),
        "evaluation": {"metrics": [_metric(value) for value in result.metrics]},
        "transcript": result.transcript_text(),
        "transcript_object": result.transcript(),
        "voice_recording_url": "" if call.recording is None else call.recording.as_posix(),
        "metadata": result.metadata,
        "agentsim": {
            "node_id": "" if judgement is None else judgement.node_id,
            "outcome": call.outcome,
            "tags": [] if judgement is None else list(judgement.tags),
            "channel": result.channel,
            "seed": result.seed,
            "ended_by": result.ended_by.value,
            "ended_reason": result.ended_reason.value,
            "failure_kind": None if result.failure_kind is None else result.failure_kind.value,
            "duration": result.duration,
            "conditions_fired": list(result.conditions_fired),
            "verdicts": [_verdict(verdict) for verdict in verdicts],
            "failed": [verdict.message for verdict in failing],
            "artifacts": call.directory.as_posix(),
        },
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "path": verdict.path,
        "outcome": verdict.outcome.value,
        "message": verdict.message,
        "evidence": list(verdict.evidence),
        "turns": list(verdict.turns),
        "words": [{"turn": each.turn, "start": each.start, "end": each.end} for each in verdict.words],
        "tool_calls": list(verdict.tool_calls),
        "location": verdict.location,
    }


def _outcome(value: MetricValue | None) -> dict[str, Any] | None:
    if value is None or not value.is_measured:
        return None
    return {
        "score": value.value,
        "explanation": list(value.explanation),
        "outcome_alignments": value.extra.get("outcome_alignments", []),
    }


def _metric(value: MetricValue) -> dict[str, Any]:
    """One metric; numbers and truth values are its score, words its enum."""
    word = value.value if isinstance(value.value, str) else None
    return {
        "id": value.name,
        "name": value.title,
        "type": _type(value),
        "score": None if word is not None else value.value,
        "enum": word,
        "value": value.value,
        "explanation": list(value.explanation) or ([value.reason] if value.reason else []),
        "extra": {**value.details, **value.extra},
        "agentsim": {"outcome": value.outcome.value, "unit": value.unit, "direction": value.direction.value},
    }


def _type(value: MetricValue) -> str:
    if isinstance(value.value, bool):
        return "binary"
    return "enum" if isinstance(value.value, str) else "numeric"


def _metric_summary(results: Iterable[CallResult]) -> dict[str, Any]:
    """Each metric over all runs: the mean of numbers with its percentiles, the share of what is true."""
    found: dict[str, list[MetricValue]] = {}
    for value in (value for result in results for value in result.metrics):
        if value.outcome is MetricOutcome.MEASURED:
            found.setdefault(value.name, []).append(value)
    summary = {}
    for name, values in found.items():
        numbers = [float(number) for each in values if is_number(number := each.value) and number is not None]
        truths = [each.value for each in values if isinstance(each.value, bool)]
        entry: dict[str, Any] = {
            "id": name,
            "name": values[0].title,
            "type": _type(values[0]),
            "runs": len(values),
        }
        if numbers:
            entry |= {"score": round(sum(numbers) / len(numbers), 6), **_percentiles(numbers)}
        elif truths:
            entry["score"] = round(100 * sum(truths) / len(truths), 2)
        summary[name] = entry
    return summary


def _percentiles(numbers: Sequence[float]) -> dict[str, float]:
    return {name: value for name, value in spread(numbers).items() if name != "average"}


def _by_tags(whole: Iterable[tuple[StoredCall, CallResult]]) -> dict[str, list[str]]:
    by_tag: dict[str, list[str]] = {}
    for call, result in whole:
        for tag in call.judgement.tags if call.judgement is not None else ():
            by_tag.setdefault(tag, []).append(result.run_id)
    return by_tag


def _is_of_infrastructure(result: CallResult) -> bool:
    return result.failure_kind is FailureKind.INFRASTRUCTURE


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"
