"""What is kept of an item's calls: of each run its seed, whether it passed, its verdicts and its metrics."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_agentsim.metric_value import Direction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_agentsim.expect import Verdict
    from pytest_agentsim.metric_value import MetricValue, Number
    from pytest_agentsim.result import CallResult

__all__ = ["ItemRecord", "MetricKind", "RunRecord", "item_record"]


@dataclass(frozen=True, slots=True)
class MetricKind:
    """What one has to know of a metric to compare two of its values."""

    unit: str = ""
    direction: Direction = Direction.NEITHER


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One call: `passed` is None where nothing was expected; `metrics` has details too, as ``latency_p95``."""

    number: int
    seed: int
    passed: bool | None
    status: str
    verdicts: tuple[tuple[str, str], ...] = ()
    metrics: Mapping[str, Number] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return JSON-able data."""
        return {
            "run": self.number,
            "seed": self.seed,
            "passed": self.passed,
            "status": self.status,
            "verdicts": [list(each) for each in self.verdicts],
            "metrics": dict(self.metrics),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> RunRecord:
        """Read what `to_json` wrote; raises LookupError, TypeError or ValueError for anything else."""
        passed, metrics = document["passed"], document["metrics"]
        if not (passed is None or isinstance(passed, bool)) or not isinstance(metrics, dict):
            raise ValueError("a run has no verdict or no metrics")
        return cls(
            int(document["run"]),
            int(document["seed"]),
            passed,
            str(document["status"]),
            tuple((str(path), str(outcome)) for path, outcome in document["verdicts"]),
            metrics,
        )


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """The runs of one item."""

    scenario: str
    channel: str
    personality: str
    runs: tuple[RunRecord, ...]
    kinds: Mapping[str, MetricKind] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return JSON-able data, without the kinds of metrics, which are the same in all items."""
        return {
            "scenario": self.scenario,
            "channel": self.channel,
            "personality": self.personality,
            "runs": [run.to_json() for run in self.runs],
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> ItemRecord:
        """Read what `to_json` wrote; raises LookupError, TypeError or ValueError for anything else."""
        return cls(
            str(document["scenario"]),
            str(document["channel"]),
            str(document["personality"]),
            tuple(RunRecord.from_json(run) for run in document["runs"]),
        )


def item_record(
    results: Sequence[CallResult], verdicts: Sequence[tuple[Verdict, ...]], *, passed: bool
) -> ItemRecord | None:
    """Record an item's calls; None without any. `passed` tells how the item went, for calls without verdicts."""
    if not results:
        return None
    last = results[-1]
    of_runs = verdicts if len(verdicts) == len(results) else ()
    return ItemRecord(
        last.scenario,
        last.channel,
        last.personality,
        tuple(
            RunRecord(
                number,
                result.seed,
                _passed(of_runs[number - 1] if of_runs else (), passed if len(results) == 1 else None),
                result.status.value,
                tuple((each.path, each.outcome.value) for each in (of_runs[number - 1] if of_runs else ())),
                dict(_values(result.metrics)),
            )
            for number, result in enumerate(results, start=1)
        ),
        {
            name: MetricKind(value.unit, value.direction)
            for result in results
            for value in result.metrics
            for name, _ in _values([value])
        },
    )


def _passed(verdicts: tuple[Verdict, ...], otherwise: bool | None) -> bool | None:
    return all(each.passed for each in verdicts) if verdicts else otherwise


def _values(metrics: Sequence[MetricValue]) -> list[tuple[str, Number]]:
    """Name all values of metrics that were measured, details too; what JSON cannot carry is left out."""
    found: list[tuple[str, Number]] = []
    for metric in metrics:
        if metric.is_measured:
            found.append((metric.name, metric.value))
            found += [(f"{metric.name}_{name}", value) for name, value in metric.details.items()]
    return [(name, value) for name, value in found if not isinstance(value, float) or math.isfinite(value)]
