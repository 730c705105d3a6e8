"""Whether a run differs from its baseline by more than chance: metric by metric, for each scenario and for all.

Of a scenario the runs are compared: in pairs where both sides have made the same runs with the same seeds, by signed
ranks (numbers) or McNemar's test (passed or not); else as two sets, by rank sums or Fisher's test. Over all scenarios
it is their means that are paired, so that a scenario counts once however often it is run. What is asked of many
scenarios at once is asked more strictly (Holm), so that among scenarios that have not changed one looks changed for a
metric in at most 5 % of the comparisons.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import fmean, median
from typing import TYPE_CHECKING

from pytest_agentsim.baseline.record import MetricKind
from pytest_agentsim.metric_value import Direction, is_number
from pytest_agentsim.statistics.counts import fisher_test, mcnemar_test
from pytest_agentsim.statistics.interval import Estimate
from pytest_agentsim.statistics.proportion import newcombe_interval
from pytest_agentsim.statistics.rank_sum import rank_sum_test, unpaired_shift
from pytest_agentsim.statistics.signed_rank import paired_shift, signed_rank_test

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pytest_agentsim.baseline.record import ItemRecord, RunRecord

__all__ = ["ALL", "PASS_RATE", "Comparison", "Finding", "compare"]

PASS_RATE = "pass_rate"  # noqa: S105  (no password)
ALL = ""
"""The item of a comparison over all scenarios."""

SIGNIFICANCE = 0.05


class Finding(StrEnum):
    """What a comparison has found."""

    BETTER = "better"
    WORSE = "worse"
    HIGHER = "higher"
    LOWER = "lower"
    NOTHING = "no difference shown"
    TOO_FEW = "too few to tell"

    @property
    def is_change(self) -> bool:
        """Whether there is a difference beyond chance."""
        return self not in (Finding.NOTHING, Finding.TOO_FEW)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A metric before and after: its median, or its share (0.0 to 1.0) where `is_share`.

    `shift` is by how much it has risen, in the unit of the metric, with its 95 % interval (without ends where there
    are too few values for one, and for the mean of shares over all scenarios). `probability` is that of so
    large a difference by chance alone, `smallest` the least that there can be with so few values. `counts` are the
    values on either side: runs, or scenarios where `item` is `ALL`.
    """

    item: str
    metric: str
    kind: MetricKind
    before: float
    after: float
    shift: Estimate
    counts: tuple[int, int]
    is_paired: bool
    is_share: bool
    probability: float
    smallest: float
    finding: Finding = Finding.NOTHING

    @property
    def worsening(self) -> float:
        """By how much the metric is worse than before; where neither direction is worse, by how much it differs."""
        if self.kind.direction is Direction.LOWER:
            return self.shift.value
        return -self.shift.value if self.kind.direction is Direction.HIGHER else abs(self.shift.value)


def compare(
    before: Mapping[str, ItemRecord],
    after: Mapping[str, ItemRecord],
    kinds: Mapping[str, MetricKind],
) -> tuple[Comparison, ...]:
    """Compare the items that both sides have; `kinds` are those of the metrics, of which unknown ones are left out.

    For each metric those over all scenarios come first.
    """
    both = [node_id for node_id in after if node_id in before]
    every = {PASS_RATE: MetricKind(direction=Direction.HIGHER), **kinds}
    found: list[Comparison] = []
    for metric, kind in every.items():
        of_items = [
            comparison
            for node_id in both
            if (comparison := _of_item(node_id, metric, kind, before[node_id], after[node_id])) is not None
        ]
        overall = _of_all(metric, kind, [(before[each], after[each]) for each in both])
        if overall is not None:
            found.append(_judged(overall, overall.probability, 1))
        found += _judged_together(of_items)
    return tuple(found)


def _of_item(
    node_id: str, metric: str, kind: MetricKind, before: ItemRecord, after: ItemRecord
) -> Comparison | None:
    old, new = _values(before.runs, metric), _values(after.runs, metric)
    if not old or not new:
        return None
    is_paired = _seeds(before.runs) == _seeds(after.runs)
    if is_paired:
        common = [key for key in new if key in old]
        if not common:
            return None
        earlier, later = [old[key] for key in common], [new[key] for key in common]
    else:
        earlier, later = list(old.values()), list(new.values())
    if all(isinstance(value, bool) for value in (*earlier, *later)):
        return _of_shares(node_id, metric, kind, earlier, later, is_paired=is_paired)
    return _of_numbers(node_id, metric, kind, earlier, later, is_paired=is_paired)


def _of_all(
    metric: str, kind: MetricKind, items: Iterable[tuple[ItemRecord, ItemRecord]]
) -> Comparison | None:
    """Pair the means of the scenarios."""
    pairs = [
        (fmean(old.values()), fmean(new.values()), [*old.values(), *new.values()])
        for before, after in items
        if (old := _values(before.runs, metric)) and (new := _values(after.runs, metric))
    ]
    if not pairs:
        return None
    is_share = all(isinstance(value, bool) for _, _, values in pairs for value in values)
    found = _of_numbers(
        ALL, metric, kind, [old for old, _, _ in pairs], [new for _, new, _ in pairs], is_paired=True
    )
    if not is_share:
        return found
    # The median of shares says little: it is 1 as long as most scenarios pass.
    means = (fmean(old for old, _, _ in pairs), fmean(new for _, new, _ in pairs))
    shift = Estimate(means[1] - means[0], -math.inf, math.inf)
    return replace(found, before=means[0], after=means[1], shift=shift, is_share=True)


def _of_numbers(
    node_id: str,
    metric: str,
    kind: MetricKind,
    before: Sequence[float],
    after: Sequence[float],
    *,
    is_paired: bool,
) -> Comparison:
    if is_paired:
        # Differences of decimal numbers that are equal but for rounding would otherwise have signs and ranks.
        differences = [_rounded(new - old) for old, new in zip(before, after, strict=True)]
        probability, shift = signed_rank_test(differences), paired_shift(differences)
        smallest = 2.0 ** (1 - len(differences))
    else:
        probability, shift = rank_sum_test(after, before), unpaired_shift(after, before)
        smallest = 2 / math.comb(len(before) + len(after), len(before))
    return Comparison(
        node_id,
        metric,
        kind,
        median(before),
        median(after),
        shift,
        (len(before), len(after)),
        is_paired,
        False,
        probability,
        min(1.0, smallest),
    )


def _of_shares(
    node_id: str,
    metric: str,
    kind: MetricKind,
    before: Sequence[float],
    after: Sequence[float],
    *,
    is_paired: bool,
) -> Comparison:
    old, new = sum(map(bool, before)), sum(map(bool, after))
    if is_paired:
        pairs = list(zip(before, after, strict=True))
        probability = mcnemar_test(
            sum(bool(first and not second) for first, second in pairs),
            sum(bool(second and not first) for first, second in pairs),
        )
        smallest = 2.0 ** (1 - len(pairs))
    else:
        probability = fisher_test(new, len(after), old, len(before))
        smallest = fisher_test(len(after), len(after), 0, len(before))
    return Comparison(
        node_id,
        metric,
        kind,
        old / len(before),
        new / len(after),
        newcombe_interval(new, len(after), old, len(before)),
        (len(before), len(after)),
        is_paired,
        True,
        probability,
        min(1.0, smallest),
    )


def _judged_together(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Judge the comparisons of one metric in several scenarios, by Holm's step-down procedure.

    Those that cannot show anything, however large a difference is, do not make it stricter for the others.
    """
    able = sorted(
        (each for each in comparisons if each.smallest <= SIGNIFICANCE), key=lambda each: each.probability
    )
    adjusted: dict[str, float] = defaultdict(lambda: 1.0)
    largest = 0.0
    for place, each in enumerate(able):
        largest = max(largest, min(1.0, each.probability * (len(able) - place)))
        adjusted[each.item] = largest
    return [_judged(each, adjusted[each.item], len(able)) for each in comparisons]


def _judged(comparison: Comparison, probability: float, family: int) -> Comparison:
    # Sides that differ in their spread alone are not better or worse.
    if probability <= SIGNIFICANCE and comparison.shift.value != 0:
        return replace(comparison, probability=probability, finding=_change(comparison))
    is_hopeless = comparison.smallest * max(1, family) > SIGNIFICANCE
    return replace(
        comparison, probability=probability, finding=Finding.TOO_FEW if is_hopeless else Finding.NOTHING
    )


def _change(comparison: Comparison) -> Finding:
    has_risen = comparison.shift.value > 0
    match comparison.kind.direction:
        case Direction.HIGHER:
            return Finding.BETTER if has_risen else Finding.WORSE
        case Direction.LOWER:
            return Finding.WORSE if has_risen else Finding.BETTER
        case _:
            return Finding.HIGHER if has_risen else Finding.LOWER


def _values(runs: Iterable[RunRecord], metric: str) -> dict[tuple[int, int], float]:
    """Return the runs' values that can be compared, truth values among them, by number and seed."""
    found: dict[tuple[int, int], float] = {}
    for run in runs:
        value = run.passed if metric == PASS_RATE else run.metrics.get(metric)
        if isinstance(value, bool | int | float) and (isinstance(value, bool) or is_number(value)):
            found[run.number, run.seed] = value
    return found


def _seeds(runs: Iterable[RunRecord]) -> set[tuple[int, int]]:
    return {(run.number, run.seed) for run in runs}


def _rounded(difference: float) -> float:
    return round(difference, 9)
