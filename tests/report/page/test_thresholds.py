"""The thresholds that expectations put on metrics."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pytest_agentsim.expect import Outcome
from pytest_agentsim.metric_value import Direction, MetricOutcome, MetricValue
from pytest_agentsim.report.asked import ASKED, Asked, write_asked
from pytest_agentsim.report.page.thresholds import expected_metrics, thresholds_of
from pytest_agentsim.scenario.expectations import expectations_from
from tests.report.page.conftest import MET

LATENCY = MetricValue(
    "latency", "Latency", MetricOutcome.MEASURED, 0.4, "s", Direction.LOWER, details={"p95": 0.9}
)


@pytest.fixture
def told(tmp_path):
    """Stores what was expected, and tells the thresholds of a metric as the page has them."""

    def tell(value, expected, outcome=Outcome.MET):
        found = expectations_from(expected)
        write_asked(Asked("desk", expect=found), tmp_path)
        verdicts = tuple(replace(MET, path=each.path, outcome=outcome, message="") for each in found)
        return [each.to_json() for each in thresholds_of(value, verdicts, expected_metrics(tmp_path))]

    return tell


def test_a_threshold_is_told_in_words_and_in_the_unit_of_the_metric(told):
    [threshold] = told(LATENCY, {"metrics": {"latency": {"max": "500ms"}}})
    assert threshold == {
        "of": "",
        "words": "at most 0.5 s",
        "outcome": "met",
        "value": "0.40 s",
        "number": 0.4,
        "low": None,
        "high": 0.5,
    }


def test_a_threshold_on_a_detail_stands_with_its_metric(told):
    [threshold] = told(LATENCY, {"metrics": {"latency_p95": {"max": 0.5}}}, Outcome.NOT_MET)
    assert (threshold["of"], threshold["words"], threshold["value"]) == ("p95", "at most 0.5 s", "0.90 s")
    assert (threshold["outcome"], threshold["number"]) == ("not met", 0.9)


def test_a_range_has_both_ends(told):
    [threshold] = told(LATENCY, {"metrics": {"latency": {"min": "0.1s", "max": "2s"}}})
    assert (threshold["low"], threshold["high"]) == (0.1, 2.0)


def test_a_truth_value_has_to_be_what_is_expected(told):
    value = MetricValue("tool_call_success", "Tool Call Success", MetricOutcome.MEASURED, True)
    [threshold] = told(value, {"metrics": {"tool_call_success": True}})
    assert (threshold["words"], threshold["number"]) == ("has to be true", None)


def test_what_is_expected_of_other_metrics_is_left_out(told):
    assert told(LATENCY, {"metrics": {"turns": {"max": 5}}, "status": "completed"}) == []


def test_a_metric_without_a_value_says_what_the_verdict_says(told, tmp_path):
    value = replace(LATENCY, outcome=MetricOutcome.SKIPPED, value=None, details={}, reason="no answers")
    verdict = replace(
        MET, path="expect.metrics.latency", outcome=Outcome.SKIPPED, message="latency is skipped"
    )
    [threshold] = [each.to_json() for each in thresholds_of(value, (verdict,), {})]
    assert (threshold["words"], threshold["outcome"], threshold["value"]) == (
        "latency is skipped",
        "skipped",
        "",
    )


@pytest.mark.parametrize(
    "stored",
    [
        None,
        "{",
        "[]",
        '{"expect": [1]}',
        '{"expect": [{"path": "a", "written": {"metrics": {"a": {"max": "x"}}}}]}',
    ],
)
def test_what_cannot_be_read_expects_nothing(tmp_path, stored):
    if stored is not None:
        (tmp_path / ASKED).write_text(stored)
    assert expected_metrics(tmp_path) == {}


def test_what_was_stored_is_what_is_read(tmp_path):
    found = expectations_from({"metrics": {"latency": {"max": "1s"}}, "agent_says": ["hello"]})
    write_asked(Asked("desk", expect=found), tmp_path)
    assert json.loads((tmp_path / ASKED).read_text())["expect"]
    assert list(expected_metrics(tmp_path)) == ["expect.metrics.latency"]
