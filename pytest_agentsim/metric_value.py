"""What a metric says about one call: plain data, to JSON and back."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Direction", "Evidence", "MetricOutcome", "MetricValue", "Number", "value_named"]

Number = float | bool | str | None
"""What a metric can be: a number, a verdict (True is good), or a word; None where it has no value."""


class Direction(StrEnum):
    """Which way a metric is better."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class MetricOutcome(StrEnum):
    """What came of measuring."""

    MEASURED = "measured"
    SKIPPED = "skipped"
    """It does not apply to this call."""
    NOT_MEASURABLE = "not measurable"
    """It applies, but nothing true can be said: the harness was late, or the recording is lost."""
    NOT_JUDGED = "not judged"
    """It takes a judge, and none is configured."""
    FAILED = "failed"
    """The metric itself has failed."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where in the call something was found: the number of a turn, a time in seconds, and what was said or done."""

    text: str
    turn: int | None = None
    time: float | None = None


@dataclass(frozen=True, slots=True)
class MetricValue:
    """One metric of one call.

    `value` is in `unit` and None unless `outcome` is "measured"; `reason` says why it is not. `details` are further
    numbers of the same unit, as the percentiles of a latency; `extra` is what else a custom metric has left, JSON-able.
    """

    name: str
    title: str
    outcome: MetricOutcome
    value: Number = None
    unit: str = ""
    direction: Direction = Direction.NEITHER
    reason: str = ""
    explanation: tuple[str, ...] = ()
    details: Mapping[str, float] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_measured(self) -> bool:
        return self.outcome is MetricOutcome.MEASURED

    def detail(self, name: str) -> MetricValue:
        """Return one of the `details` as a metric of its own, named like ``latency_p95``. Raises KeyError."""
        return replace(self, name=f"{self.name}_{name}", value=self.details[name], details={})

    def to_json(self) -> dict[str, Any]:
        """Return JSON-able data; what is empty is left out."""
        document: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name == "evidence":
                value = [
                    {"text": found.text, "turn": found.turn, "time": found.time} for found in self.evidence
                ]
            if value or each.name in ("name", "title", "outcome", "value"):
                document[each.name] = value
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> MetricValue:
        """Read what `to_json` wrote, also through a JSON file; unknown keys are ignored."""
        known = {each.name for each in fields(cls)}
        values = {key: value for key, value in document.items() if key in known}
        values["outcome"] = MetricOutcome(document["outcome"])
        values["direction"] = Direction(document.get("direction", Direction.NEITHER))
        values["explanation"] = tuple(document.get("explanation", ()))
        values["evidence"] = tuple(Evidence(**each) for each in document.get("evidence", ()))
        return cls(**values)


def value_named(name: str, values: Iterable[MetricValue]) -> MetricValue | None:
    """Return the value of a metric, or of a detail as ``latency_p95``; None when there is none of that name."""
    every = tuple(values)
    for each in every:
        if each.name == name:
            return each
    # The longest first: what follows a shorter one may be part of another metric's name.
    for each in sorted(every, key=lambda value: -len(value.name)):
        detail = name.removeprefix(f"{each.name}_")
        if detail == name:
            continue
        if detail in each.details:
            return each.detail(detail)
        if not each.is_measured:
            return replace(each, name=name)
    return None


def is_number(value: object) -> bool:
    """Tell whether a value is a number that can be compared: no truth value, not infinite, not NaN."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
