"""What travels from an item to the reports of the whole run, also from a worker process: plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pytest_agentsim.metric_value import MetricOutcome
from pytest_agentsim.report.failure import failure_kind
from pytest_agentsim.result import EventKind
from pytest_agentsim.visible import visible, visible_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pytest

    from pytest_agentsim.expect import Verdict
    from pytest_agentsim.repetition import Tally
    from pytest_agentsim.result import CallResult, FailureKind
    from pytest_agentsim.runner import RecordedCall

__all__ = ["attach", "attached", "is_of_scenario", "item_failure", "mark_as_scenario", "properties"]

ATTRIBUTE = "agentsim"
SCENARIO_ATTRIBUTE = "agentsim_scenario"
LONGEST_TRANSCRIPT = 100_000  # characters of a call
OWN_PROPERTIES = ("turns", "duration")  # metrics that the call's own properties tell already
SHOWN_DETAILS = ("p50", "p95")


def properties(
    calls: Sequence[RecordedCall],
    verdicts: Sequence[tuple[Verdict, ...]],
    *,
    tally: Tally | None = None,
    pass_k: int = 1,
) -> list[tuple[str, object]]:
    """The JUnit properties of an item: those of its last call, and of its runs together if it is repeated.

    `pass_k` is the k of pass@k and pass^k.
    """
    if not calls:
        return []
    result = calls[-1].result
    failure = item_failure(calls, verdicts, tally)
    found: list[tuple[str, object]] = [
        ("run_id", result.run_id),
        ("batch_id", result.batch_id),
        ("seed", result.seed),
        ("channel", result.channel),
        ("personality", result.personality),
        ("status", result.status.value),
        ("ended_by", result.ended_by.value),
        ("ended_reason", result.ended_reason.value),
        ("turns", len(result.turns)),
        ("duration", "" if result.duration is None else round(result.duration, 3)),
        ("artifacts", calls[-1].artifacts.as_posix()),
        *_of_voice(calls[-1]),
        *_of_metrics(result),
        *_of_models(result),
    ]
    if failure is not None:
        found.append(("failure_kind", failure.value))
    if tally is not None:
        found += [*_of_runs(tally, pass_k), *_of_each_run(calls, tally)]
    return found


def _of_runs(tally: Tally, k: int) -> Iterator[tuple[str, object]]:
    """What the runs of a repeated item say together."""
    yield "runs", tally.runs
    yield "runs_passed", tally.passed
    yield "runs_planned", tally.repetition.runs
    yield "pass_rate", _rounded(tally.rate)
    yield "pass_rate_low", _rounded(tally.interval.low)
    yield "pass_rate_high", _rounded(tally.interval.high)
    yield "pass_rate_wanted", tally.repetition.pass_rate
    yield "pass_k", tally.k_within(k)
    yield "pass_at_k", _rounded(tally.pass_at(k))
    yield "pass_hat_k", _rounded(tally.pass_hat(k))
    yield "flaky", "true" if tally.is_flaky else "false"
    if tally.first_failed is not None:
        yield "first_failed_run", tally.first_failed
        yield "first_failure", tally.reasons[tally.first_failed - 1]


def _of_each_run(calls: Sequence[RecordedCall], tally: Tally) -> Iterator[tuple[str, object]]:
    for number, (call, passed, reason) in enumerate(
        zip(calls, tally.outcomes, tally.reasons, strict=False), start=1
    ):
        yield f"run_{number}", "passed" if passed else "failed"
        about = {"id": call.result.run_id, "seed": call.result.seed, "reason": reason}
        yield from ((f"run_{number}_{name}", value) for name, value in about.items() if value != "")


def _of_voice(call: RecordedCall) -> Iterator[tuple[str, object]]:
    """What only voice calls have; all times are in seconds."""
    if call.result.channel == "voice":
        yield "caller_interruptions", call.result.caller_interruptions
    if call.result.harness is not None:
        yield "harness_lateness_p99", round(call.result.harness.lateness_p99, 6)
    if call.recording is not None:
        yield "recording", call.recording.as_posix()


def _of_metrics(result: CallResult) -> Iterator[tuple[str, object]]:
    """Every metric that has been measured, in its own unit, with the percentiles that people look at."""
    for value in result.metrics:
        if not value.is_measured or value.name in OWN_PROPERTIES:
            continue
        yield value.name, _rounded(value.value)
        for detail in SHOWN_DETAILS:
            if detail in value.details:
                yield f"{value.name}_{detail}", _rounded(value.details[detail])


def _of_models(result: CallResult) -> Iterator[tuple[str, object]]:
    """What was asked of language models, all together; the cost is in dollars."""
    uses = result.model_use
    if not uses:
        return
    yield "llm_requests", sum(each.requests for each in uses)
    yield "llm_replayed", sum(each.replayed for each in uses)
    yield "llm_input_tokens", sum(each.input_tokens for each in uses)
    yield "llm_output_tokens", sum(each.output_tokens for each in uses)
    costs = [each.cost for each in uses]
    if None not in costs:
        yield "llm_cost", round(sum(cost for cost in costs if cost is not None), 6)


def _rounded(value: object) -> object:
    return round(value, 4) if isinstance(value, float) else value


def item_failure(
    calls: Sequence[RecordedCall], verdicts: Sequence[tuple[Verdict, ...]], tally: Tally | None = None
) -> FailureKind | None:
    """Whose fault it is that an item's calls were not as expected; where nothing was, that one did not complete.

    Of a repeated item that is the first run which failed, if too few have passed.
    """
    if not calls or (tally is not None and tally.passes):
        return None
    if tally is not None and tally.first_failed is not None:
        place = tally.first_failed - 1
        return failure_kind(calls[place].result, verdicts[place])
    of_last = verdicts[-1] if len(verdicts) == len(calls) else ()
    return failure_kind(calls[-1].result, of_last) if of_last else calls[-1].result.failure_kind


def attach(
    report: pytest.TestReport,
    calls: Sequence[RecordedCall],
    verdicts: Sequence[tuple[Verdict, ...]],
    *,
    tally: Tally | None = None,
    pass_k: int = 1,
    told: dict[str, Any] | None = None,
) -> None:
    """Put what the run's summary and the JUnit file need on a test report, and what the terminal shows of its failure.

    `told` is what `pytest_agentsim.report.failing_item.told` has made of that.
    """
    failure = item_failure(calls, verdicts, tally)
    setattr(
        report,
        ATTRIBUTE,
        {
            "calls": [
                _summary(call, passed=passed)
                for call, passed in zip(calls, _passed(calls, verdicts, report), strict=True)
            ],
            "expectations": [
                {"outcome": verdict.outcome.value, "path": verdict.path, "message": verdict.message}
                for of_call in verdicts
                for verdict in of_call
            ],
            "failure_kind": "" if failure is None else failure.value,
            "repetition": None if tally is None else tally.to_json(pass_k),
            "failure": told,
            "transcript": "\n\n".join(_titled(call.result) for call in calls),
        },
    )


def mark_as_scenario(report: pytest.TestReport) -> None:
    """Note on a report that its item has a scenario, even if no call was made."""
    setattr(report, SCENARIO_ATTRIBUTE, True)


def is_of_scenario(report: pytest.TestReport) -> bool:
    """Tell whether a report's item has a scenario."""
    return hasattr(report, SCENARIO_ATTRIBUTE)


def attached(report: pytest.TestReport) -> dict[str, Any]:
    """What `attach` put on a report."""
    data: dict[str, Any] = getattr(report, ATTRIBUTE)
    return data


def _passed(
    calls: Sequence[RecordedCall], verdicts: Sequence[tuple[Verdict, ...]], report: pytest.TestReport
) -> list[bool]:
    """Tell of each call whether it was as expected; of one that nobody has judged its item's outcome decides."""
    # What a Python test has called itself is judged by its last calls.
    unjudged = [bool(report.passed)] * max(len(calls) - len(verdicts), 0)
    return unjudged + [all(each.passed for each in of_call) for of_call in verdicts[: len(calls)]]


def _summary(call: RecordedCall, *, passed: bool) -> dict[str, Any]:
    result = call.result
    return {
        "passed": passed,
        "scenario": visible_line(result.scenario),
        "status": result.status.value,
        "reason": result.ended_reason.value,
        "duration": result.duration,
        "turns": len(result.turns),
        "artifacts": str(call.artifacts),
        "recording": "" if call.recording is None else str(call.recording),
        "latencies": [latency.seconds for latency in result.latencies],
        "caller_interruptions": result.caller_interruptions,
        "model_use": [asdict(use) for use in result.model_use],
        "warnings": [
            visible_line(str(event.data["message"])) for event in result.events_of(EventKind.WARNING)
        ]
        + [
            f"the metric {value.name} failed: {value.reason}"
            for value in result.metrics
            if value.outcome is MetricOutcome.FAILED
        ],
    }


def _titled(result: CallResult) -> str:
    title = f"{result.scenario} ({result.personality}), {result.status.value}: {result.ended_reason.value}"
    return f"{visible_line(title)}\n{visible(_without_middle(result.transcript_text()))}"


def _without_middle(transcript: str) -> str:
    """Leave out the middle of what is too long for a report; the artifacts have all of it."""
    left_out = len(transcript) - LONGEST_TRANSCRIPT
    if left_out <= 0:
        return transcript
    half = LONGEST_TRANSCRIPT // 2
    note = f"… ({left_out} characters are left out here; the artifacts have them) …"
    return f"{transcript[:half]}\n{note}\n{transcript[-half:]}"
