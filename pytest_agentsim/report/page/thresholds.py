"""What a scenario wants of its metrics: the thresholds that its expectations put on them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import ScenarioError
from pytest_agentsim.expect.metrics import wanted_of
from pytest_agentsim.metric_value import is_number, value_named
from pytest_agentsim.report.asked import ASKED
from pytest_agentsim.report.page.words import line_shown, number_shown, text_shown
from pytest_agentsim.scenario.expectations import MetricExpectation, expectations_from

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pytest_agentsim.expect import Verdict
    from pytest_agentsim.metric_value import MetricValue
    from pytest_agentsim.scenario.quantity import Quantity

__all__ = ["Threshold", "expected_metrics", "thresholds_of"]


@dataclass(frozen=True, slots=True)
class Threshold:
    """What is wanted of a metric, or of a detail of it, and what came of it.

    `low` and `high` are the ends of what is allowed, in the metric's unit; None where there is none.
    """

    of: str
    words: str
    outcome: str
    value: MetricValue
    low: float | None
    high: float | None

    def to_json(self) -> dict[str, Any]:
        has_bar = is_number(self.value.value) and (self.low is not None or self.high is not None)
        return {
            "of": self.of,
            "words": self.words,
            "outcome": self.outcome,
            "value": number_shown(self.value.value, self.value.unit) if self.value.is_measured else "",
            "number": self.value.value if has_bar else None,
            "low": self.low,
            "high": self.high,
        }


def expected_metrics(directory: Path) -> Mapping[str, MetricExpectation]:
    """Return what was expected of the metrics of a stored call, by the path of the expectation.

    Empty where that was not stored, or cannot be read: the verdicts tell what came of it all the same.
    """
    try:
        document = json.loads((directory / ASKED).read_text(encoding="utf-8"))
        return {
            each["path"]: found
            for each in document["expect"]
            if "metrics" in each["written"] and (found := _read(json.dumps(each["written"]))) is not None
        }
    except (AttributeError, LookupError, OSError, TypeError, ValueError):
        return {}


def thresholds_of(
    value: MetricValue, verdicts: tuple[Verdict, ...], expected: Mapping[str, MetricExpectation]
) -> list[Threshold]:
    """Return the thresholds of a metric and of its details, as ``latency_p95``, in the order of the verdicts."""
    return [_threshold(each, name, value, expected.get(each.path)) for each, name in _about(value, verdicts)]


def _about(value: MetricValue, verdicts: tuple[Verdict, ...]) -> list[tuple[Verdict, str]]:
    names = {value.name: "", **{f"{value.name}_{each}": each for each in value.details}}
    found = [(verdict, verdict.path.rpartition("metrics.")) for verdict in verdicts]
    return [(verdict, names[name]) for verdict, (_, metrics, name) in found if metrics and name in names]


def _threshold(
    verdict: Verdict, detail: str, value: MetricValue, expected: MetricExpectation | None
) -> Threshold:
    of = value_named(f"{value.name}_{detail}", (value,)) if detail else value
    measured = of if of is not None else value
    if expected is None or not measured.is_measured:
        words = text_shown(verdict.message or verdict.path)
        return Threshold(line_shown(detail), words, verdict.outcome.value, measured, None, None)
    ends = (expected.limits.minimum or expected.above, expected.limits.maximum or expected.below)
    low, high = (None if each is None else _in_unit(each, measured.unit) for each in ends)
    # "at most 5 s" says by itself that it is wanted, "true" does not.
    words = text_shown(f"{'has to be ' if expected.value is not None else ''}{wanted_of(expected, measured)}")
    return Threshold(line_shown(detail), words, verdict.outcome.value, measured, low, high)


def _in_unit(quantity: Quantity, unit: str) -> float | None:
    try:
        return quantity.in_unit(unit)
    except ValueError:  # of another kind; the verdict says so
        return None


@lru_cache(maxsize=1024)
def _read(written: str) -> MetricExpectation | None:
    """Read an expectation; the runs of a scenario all have the same."""
    try:
        [found] = expectations_from(json.loads(written))
    except ScenarioError:
        return None
    return found.value if isinstance(found.value, MetricExpectation) else None
