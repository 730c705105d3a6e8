"""Stored calls measured and judged anew: nobody is called for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_agentsim.errors import ArtifactError
from pytest_agentsim.expect import evaluate
from pytest_agentsim.metric_value import MetricOutcome, value_named
from pytest_agentsim.metrics.measure import measured
from pytest_agentsim.metrics.selection import chosen_metrics
from pytest_agentsim.report.asked import Asked, load_asked
from pytest_agentsim.report.verdicts import CallOutcome, Judgement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pytest_agentsim.expect import Verdict
    from pytest_agentsim.judge.interface import Judge
    from pytest_agentsim.metric_value import MetricValue
    from pytest_agentsim.report.stored import StoredCall
    from pytest_agentsim.result import CallResult

__all__ = ["ScoredCall", "ScoredItem", "items_of", "score"]


@dataclass(frozen=True, slots=True)
class ScoredCall:
    """A stored call with its metrics and verdicts as they are today; `problem` says why it could not be scored."""

    stored: StoredCall
    asked: Asked | None = None
    result: CallResult | None = None
    verdicts: tuple[Verdict, ...] = ()
    problem: str = ""

    @property
    def name(self) -> str:
        """The item that the call is of, or its folder where no item has judged it."""
        judgement = self.stored.judgement
        return self.stored.directory.as_posix() if judgement is None else judgement.node_id

    @property
    def passed(self) -> bool | None:
        """Whether all that is expected is met; None where that cannot be told."""
        return None if self.result is None else all(verdict.passed for verdict in self.verdicts)

    @property
    def has_changed(self) -> bool:
        """Whether the verdict is another one than that of the run."""
        before = self.stored.passed
        return before is not None and self.passed is not None and before is not self.passed

    def judgement(self) -> Judgement | None:
        """Return the judgement as it is today, to be stored in place of the run's."""
        before = self.stored.judgement
        if before is None or self.passed is None:
            return None
        outcome = CallOutcome.PASSED if self.passed else CallOutcome.FAILED
        return replace(before, outcome=outcome, verdicts=self.verdicts)


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """The runs of one item."""

    name: str
    calls: tuple[ScoredCall, ...]

    @property
    def passed(self) -> bool | None:
        """Whether enough runs have passed; None where not one could be scored."""
        known = [call.passed for call in self.calls if call.passed is not None]
        if not known:
            return None
        asked = self.calls[0].asked
        return sum(known) / len(known) >= (1.0 if asked is None else asked.pass_rate)


async def score(
    calls: Iterable[StoredCall],
    *,
    scenarios: Mapping[str, Asked] | None = None,
    judge: Judge | None = None,
) -> tuple[ScoredCall, ...]:
    """Measure and judge stored calls by what is asked of them today.

    That is what `scenarios` has for the name of a call's scenario, else what was stored beside the call. Without a
    `judge`, judged metrics keep the values that they have.
    """
    return tuple([await _scored(call, scenarios or {}, judge) for call in calls])


def items_of(calls: Sequence[ScoredCall]) -> tuple[ScoredItem, ...]:
    """Return the items that the calls are of, in the calls' order."""
    by_name: dict[str, list[ScoredCall]] = {}
    for call in calls:
        by_name.setdefault(call.name, []).append(call)
    return tuple(ScoredItem(name, tuple(runs)) for name, runs in by_name.items())


async def _scored(call: StoredCall, scenarios: Mapping[str, Asked], judge: Judge | None) -> ScoredCall:
    if call.result is None:
        return ScoredCall(call, problem=call.problem)
    try:
        asked = scenarios.get(call.result.scenario) or load_asked(call.directory)
    except ArtifactError as error:
        return ScoredCall(call, problem=str(error))
    if asked is None:
        asked = Asked(call.result.scenario, expected_outcome=call.result.expected_outcome)
    result = replace(call.result, expected_outcome=asked.expected_outcome)
    metrics = chosen_metrics(asked.metrics, asked.expect, expected_outcome=asked.expected_outcome)
    result = await measured(
        result, call.recording, metrics=metrics, settings=asked.metric_settings, judge=judge
    )
    kept = _with_kept_judgements(result, call.result) if judge is None else result
    return ScoredCall(call, asked, kept, evaluate(asked.expect, kept), call.problem)


def _with_kept_judgements(result: CallResult, before: CallResult) -> CallResult:
    """Put the values that a judge has given once in the place of those that none could give now."""
    same_outcome = result.expected_outcome == before.expected_outcome

    def kept(value: MetricValue) -> MetricValue:
        if value.outcome is not MetricOutcome.NOT_JUDGED or (
            value.name == "expected_outcome" and not same_outcome
        ):
            return value
        return value_named(value.name, before.metrics) or value

    return replace(result, metrics=tuple(map(kept, result.metrics)))
