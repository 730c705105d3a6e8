"""What metrics must be: limits with units, values, and what has no value."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentsim.errors import ScenarioError
from pytest_agentsim.expect import Outcome
from pytest_agentsim.metric_value import Evidence, MetricOutcome, MetricValue
from pytest_agentsim.scenario.expectations import expectations_from
from tests.expect.calls import a_call, verdict_on


def measured(name: str, value: Any, unit: str = "", **more: Any) -> MetricValue:
    return MetricValue(name, name, MetricOutcome.MEASURED, value, unit, **more)


CALL = a_call(
    metrics=(
        measured(
            "latency",
            1.2,
            "s",
            details={"p95": 2.31},
            evidence=(Evidence("answered after 2.31 s", 4, 12.34),),
        ),
        measured("talk_ratio", 0.45),
        measured("agent_level", -23.5, "dBFS"),
        measured("infrastructure_issues", True),
        measured("sentiment", "positive"),
        measured("turns", 8),
        measured("detect_silence_in_conversation", True, details={"longest": 3.2}),
        measured("ai_interrupting_user", 2),
    )
)


@pytest.mark.parametrize(
    "expected",
    [
        {"latency_p95": {"max": "2.31s"}},
        {"latency_p95": {"max": 2.31}},
        {"latency_p95": {"max": "2310 ms"}},
        {"latency": {"min": "1s", "max": "0.1min"}},
        {"talk_ratio": {"min": "30%", "max": "60%"}},
        {"talk_ratio": {"min": 0.3}},
        {"agent_level": {"min": "-30dB", "max": "-20 dBFS"}},
        {"infrastructure_issues": True},
        {"sentiment": "Positive"},
        {"turns": 8},
        {"latency": "1200ms"},
        {"turns": {"above": 7, "below": 9}},
        {"turns": {"not": 7}},
        {"sentiment": {"one_of": ["neutral", "Positive"]}},
        {"sentiment": {"not": "negative"}},
        {"sentiment": {"any_of": ["negative", "positive"]}},
        {"turns": {"any_of": [{"max": 3}, {"min": 8}]}},
        {"infrastructure_issues": {"not": False}},
        {"infrastructure_issues": {"min": 5}},
        {"infrastructure_issues": 5},
    ],
    ids=str,
)
def test_what_is_within_its_limits_is_met(expected: dict[str, Any]) -> None:
    assert verdict_on({"metrics": expected}, CALL).outcome is Outcome.MET


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ({"latency_p95": {"max": "1.5s"}}, "expected latency_p95 to be at most 1.5 s, but it is 2.31 s"),
        ({"latency": {"min": 2}}, "expected latency to be at least 2 s, but it is 1.2 s"),
        ({"talk_ratio": {"min": "50%", "max": "60%"}}, "to be from 50% to 60%, but it is 0.45"),
        ({"turns": 7}, "expected turns to be exactly 7, but it is 8"),
        ({"infrastructure_issues": False}, "expected infrastructure_issues to be false, but it is true"),
        ({"sentiment": "negative"}, "expected sentiment to be negative, but it is positive"),
        ({"infrastructure_issues": {"max": 1}}, "to be at most 1, a number, but it is true"),
        ({"sentiment": True}, "expected sentiment to be true, but it is positive"),
        (
            {"talk_ratio": {"max": "3s"}},
            "to be at most 3 s (it has no unit, and 3 s cannot be compared with that), but it is 0.45",
        ),
        ({"turns": {"above": 8}}, "expected turns to be more than 8, but it is 8"),
        ({"latency": {"below": "1.2s"}}, "expected latency to be less than 1.2 s, but it is 1.2 s"),
        ({"turns": {"not": 8}}, "expected turns to be anything but 8, but it is 8"),
        ({"turns": {"min": 1, "not": 8}}, "expected turns to be at least 1 and anything but 8, but it is 8"),
        ({"sentiment": {"one_of": ["a", "b"]}}, "expected sentiment to be one of a, b, but it is positive"),
        ({"turns": {"any_of": [7, {"max": 3}]}}, "expected turns to be exactly 7 or at most 3, but it is 8"),
        ({"infrastructure_issues": 0}, "expected infrastructure_issues to be exactly 0, but it is true"),
        ({"latency_p59": {"max": 1}}, "the call has no metric 'latency_p59'; did you mean 'latency_p95'?"),
    ],
)
def test_what_is_not_says_what_was_expected_and_what_it_is(expected: dict[str, Any], message: str) -> None:
    verdict = verdict_on({"metrics": expected}, CALL)
    assert verdict.outcome is Outcome.NOT_MET
    assert message in verdict.message


def test_a_failure_shows_the_evidence_of_the_metric_with_its_turn_and_time() -> None:
    verdict = verdict_on({"metrics": {"latency": {"max": "1s"}}}, CALL)
    assert verdict.evidence == ("turn 4, at 12.3 s: answered after 2.31 s",)
    assert verdict.turns == (4,)


@pytest.mark.parametrize(
    ("outcome", "verdict", "passes"),
    [
        (MetricOutcome.SKIPPED, Outcome.SKIPPED, True),
        (MetricOutcome.NOT_MEASURABLE, Outcome.NOT_MEASURED, True),
        (MetricOutcome.NOT_JUDGED, Outcome.NOT_JUDGED, True),
        (MetricOutcome.FAILED, Outcome.NOT_MET, False),
    ],
)
def test_a_metric_without_a_value_is_told_with_its_reason(
    outcome: MetricOutcome, verdict: Outcome, passes: bool
) -> None:
    call = a_call(metrics=(MetricValue("csat", "CSAT", outcome, reason="so it is"),))
    found = verdict_on({"metrics": {"csat": {"min": 70}}}, call)
    assert (found.outcome, found.passed) == (verdict, passes)
    assert found.message.endswith("so it is")


def test_a_judged_metric_without_a_judge_fails_where_a_judge_is_required() -> None:
    call = a_call(metrics=(MetricValue("csat", "CSAT", MetricOutcome.NOT_JUDGED, reason="nobody is there"),))
    assert not verdict_on({"metrics": {"csat": {"min": 70}}}, call, require_judge=True).passed


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ({"silence": {"max": "3s"}}, "expected detect_silence_in_conversation_longest to be at most 3 s"),
        ({"interruptions": {"by_agent": {"max": 0}}}, "expected ai_interrupting_user to be at most 0"),
        ({"recording": {"level": {"min": "-20dB"}}}, "expected agent_level to be at least -20 dB"),
    ],
)
def test_fields_with_words_of_their_own_stand_for_metrics(expected: dict[str, Any], message: str) -> None:
    assert message in verdict_on(expected, CALL).message


@pytest.mark.parametrize(
    ("expected", "problem"),
    [
        ({"metrics": {"latency": {"max": "fast"}}}, "'fast' is not a number with a unit such as 1.5s"),
        ({"metrics": {"latency": {"max": "3 parsecs"}}}, "'3 parsecs' is not a number with a unit"),
        ({"metrics": {"latency": {"min": 3, "max": 2}}}, "min (3) is more than max (2)"),
        ({"metrics": {"latency": {"most": 3}}}, '"most" is not a field of limits'),
        ({"metrics": {}}, "cannot be empty"),
        ({"duration": {"max": True}}, "must be a number or text"),
    ],
)
def test_limits_that_are_none_are_refused(expected: dict[str, Any], problem: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        expectations_from(expected)
    assert problem in str(refused.value)
