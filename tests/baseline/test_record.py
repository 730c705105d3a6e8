"""What is kept of an item's calls."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest

from pytest_agentsim.baseline.record import ItemRecord, MetricKind, item_record
from pytest_agentsim.expect import Outcome, Verdict
from pytest_agentsim.metric_value import Direction, MetricOutcome, MetricValue
from pytest_agentsim.result import CallResult, EndedBy, Reason, Status

MET = Verdict(Outcome.MET, "call", "")
NOT_MET = Verdict(Outcome.NOT_MET, "expect.turns", "too many")
LATENCY = MetricValue(
    "latency", "Latency", MetricOutcome.MEASURED, 0.5, "s", Direction.LOWER, details={"p95": 0.7}
)


def a_result(seed: int = 7, *metrics: MetricValue) -> CallResult:
    values: dict[str, Any] = {
        "run_id": "run",
        "batch_id": "batch",
        "channel": "text",
        "personality": "normal",
        "status": Status.COMPLETED,
        "ended_by": EndedBy.CALLER,
        "ended_reason": Reason.CALLER_ENDED,
        "detail": "",
        "started_at": "",
        "duration": 1.0,
        "events": (),
        "turns": (),
    }
    return CallResult(scenario="hours", seed=seed, metrics=metrics, **values)


def recorded(
    results: list[CallResult], verdicts: list[tuple[Verdict, ...]], *, passed: bool = True
) -> ItemRecord:
    record = item_record(results, verdicts, passed=passed)
    assert record is not None
    return record


def test_an_item_without_calls_has_no_record() -> None:
    assert item_record([], [], passed=True) is None


def test_each_run_has_its_seed_and_its_verdicts() -> None:
    record = recorded([a_result(3), a_result(4)], [(MET,), (MET, NOT_MET)])
    assert [(run.number, run.seed, run.passed) for run in record.runs] == [(1, 3, True), (2, 4, False)]
    assert record.runs[1].verdicts == (("call", "met"), ("expect.turns", "not met"))


def test_metrics_are_there_with_their_details_and_what_they_are() -> None:
    record = recorded([a_result(3, LATENCY)], [(MET,)])
    assert record.runs[0].metrics == {"latency": 0.5, "latency_p95": 0.7}
    assert record.kinds == {name: MetricKind("s", Direction.LOWER) for name in ("latency", "latency_p95")}


@pytest.mark.parametrize(
    "metric",
    [
        replace(LATENCY, outcome=MetricOutcome.NOT_MEASURABLE, value=None),
        replace(LATENCY, value=math.nan, details={}),
        replace(LATENCY, value=math.inf, details={}),
    ],
)
def test_what_is_no_value_is_left_out(metric: MetricValue) -> None:
    assert recorded([a_result(3, metric)], [(MET,)]).runs[0].metrics == {}


@pytest.mark.parametrize("passed", [True, False])
def test_a_call_without_verdicts_went_as_its_item_did(passed: bool) -> None:
    assert recorded([a_result()], [], passed=passed).runs[0].passed is passed


def test_of_several_calls_without_verdicts_nobody_knows_which_passed() -> None:
    assert [run.passed for run in recorded([a_result(), a_result()], []).runs] == [None, None]


def test_a_record_survives_a_json_file() -> None:
    record = recorded([a_result(3, LATENCY), a_result(4)], [(MET,), (NOT_MET,)])
    again = ItemRecord.from_json(json.loads(json.dumps(record.to_json())))
    assert again == replace(record, kinds={})
