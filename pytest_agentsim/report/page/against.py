"""How the metrics of the page's scenarios compare with a baseline, and how they were in those before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from pytest_agentsim.baseline.compare import ALL, PASS_RATE, Finding, compare
from pytest_agentsim.baseline.record import item_record
from pytest_agentsim.metric_value import is_number
from pytest_agentsim.report.comparison import FINDING_ORDER, is_detail
from pytest_agentsim.report.page.words import line_shown, number_shown
from pytest_agentsim.report.verdicts import CallOutcome
from pytest_agentsim.wording import counted, percentage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pytest_agentsim.baseline.compare import Comparison
    from pytest_agentsim.baseline.file import Baseline
    from pytest_agentsim.baseline.record import ItemRecord, MetricKind
    from pytest_agentsim.report.stored import StoredCall

__all__ = ["Against", "Compared", "Difference", "compared_with"]

SHOWN_DETAILS = ("p95",)
FEWEST_IN_HISTORY = 3
MOST_IN_HISTORY = 20
KINDS = {Finding.WORSE: "not-met", Finding.BETTER: "met", Finding.HIGHER: "other", Finding.LOWER: "other"}


@dataclass(frozen=True, slots=True)
class Against:
    """The baseline that a page is compared with, and all of its folder, the oldest first."""

    baseline: Baseline
    history: tuple[Baseline, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs, as a line of the overview; `item` is the node id, empty for all scenarios together."""

    item: str
    metric: str
    words: str
    kind: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The page's calls beside a baseline: what differs, the worst first, and each metric of each item by node id."""

    name: str
    saved_at: str
    differences: tuple[Difference, ...]
    rest_words: str
    items: Mapping[str, Mapping[str, dict[str, Any]]]

    @property
    def by_item(self) -> tuple[tuple[str, tuple[Difference, ...]], ...]:
        """The differences of each item, what is over all of them first, then what is worst."""
        found: dict[str, list[Difference]] = {ALL: []}
        for each in self.differences:
            found.setdefault(each.item, []).append(each)
        return tuple((item, tuple(group)) for item, group in found.items() if group)


def compared_with(against: Against, calls: Sequence[StoredCall]) -> Compared:
    """Compare stored calls with a baseline; each item's runs as the baseline has them."""
    records = _records(calls)
    kinds: dict[str, MetricKind] = {**against.baseline.kinds}
    for record in records.values():
        kinds |= record.kinds
    comparisons = compare(against.baseline.items, records, kinds)
    names = {each.metric for each in comparisons}
    own = {name for name in names if not is_detail(name, names)}
    shown = [each for each in comparisons if each.metric in own]
    titles = {
        value.name: value.title for call in calls if call.result is not None for value in call.result.metrics
    }
    batches = {call.result.batch_id for call in calls if call.result is not None}
    earlier = _earlier(against, batches)
    items: dict[str, dict[str, dict[str, Any]]] = {}
    for each in comparisons:
        if each.item != ALL and (each.metric in own or _is_telling_detail(each)):
            past = _past(each, earlier)
            items.setdefault(each.item, {})[each.metric] = _view(each, past, against.baseline.name)
    return Compared(
        line_shown(against.baseline.name),
        line_shown(against.baseline.saved_at.replace("T", " ").partition("+")[0]),
        tuple(_differences(shown, titles)),
        _rest(shown),
        items,
    )


def _records(calls: Iterable[StoredCall]) -> dict[str, ItemRecord]:
    by_item: dict[str, list[StoredCall]] = {}
    for call in calls:
        if call.result is not None and call.judgement is not None:
            by_item.setdefault(call.judgement.node_id, []).append(call)
    return {item: record for item, runs in by_item.items() if (record := _record(runs)) is not None}


def _record(calls: Sequence[StoredCall]) -> ItemRecord | None:
    runs = sorted(
        (
            (call.judgement, call.result)
            for call in calls
            if call.judgement is not None and call.result is not None
        ),
        key=lambda each: each[0].run,
    )
    passed = runs[0][0].item_outcome is CallOutcome.PASSED
    # What a test of Python has called by itself has no verdicts, as in the baseline.
    verdicts = [judgement.verdicts for judgement, _ in runs]
    return item_record([result for _, result in runs], verdicts if all(verdicts) else (), passed=passed)


def _earlier(against: Against, batches: set[str]) -> list[Baseline]:
    """Return the baselines of the history without the page's own calls, and with the one that is compared with."""
    by_name = {each.name: each for each in against.history if each.batch_id not in batches}
    by_name[against.baseline.name] = against.baseline
    return sorted(by_name.values(), key=lambda each: each.saved_at)[-MOST_IN_HISTORY:]


def _past(comparison: Comparison, earlier: Sequence[Baseline]) -> list[tuple[str, float]]:
    found = [
        (line_shown(each.name), value)
        for each in earlier
        if (value := _typical(each.items.get(comparison.item), comparison)) is not None
    ]
    return [*found, ("now", comparison.after)]


def _typical(item: ItemRecord | None, comparison: Comparison) -> float | None:
    """What a metric was in a scenario: the median of its runs, or the share that is true."""
    if item is None:
        return None
    every = [
        run.passed if comparison.metric == PASS_RATE else run.metrics.get(comparison.metric)
        for run in item.runs
    ]
    if comparison.is_share:
        truths = [each for each in every if isinstance(each, bool)]
        return fmean(truths) if truths else None
    numbers = [float(each) for each in every if is_number(each) and each is not None]
    return median(numbers) if numbers else None


def _is_telling_detail(comparison: Comparison) -> bool:
    return comparison.finding.is_change and comparison.metric.rpartition("_")[2] in SHOWN_DETAILS


def _view(comparison: Comparison, past: Sequence[tuple[str, float]], name: str) -> dict[str, Any]:
    return {
        "kind": KINDS.get(comparison.finding, ""),
        "finding": comparison.finding.value,
        "words": _words(comparison, line_shown(name)),
        "history": [[when, value, _number(comparison, value)] for when, value in past]
        if len(past) >= FEWEST_IN_HISTORY and len({value for _, value in past}) > 1
        else [],
    }


def _words(comparison: Comparison, name: str) -> str:
    then, now = (_number(comparison, value) for value in (comparison.before, comparison.after))
    if comparison.finding.is_change:
        finding = comparison.finding.capitalize()
        return f"{finding} than in {name}: {then}, now {now}{_runs(comparison)}; {_shift(comparison)}"
    return f"In {name} {then}" + (f", now {now}: {comparison.finding}" if then != now else "")


def _shift(comparison: Comparison) -> str:
    low, high = comparison.shift.low, comparison.shift.high
    by = _signed(comparison, comparison.shift.value)
    if not (math.isfinite(low) and math.isfinite(high)):
        return by
    return f"{by} ({_signed(comparison, low)} to {_signed(comparison, high)})"


def _runs(comparison: Comparison) -> str:
    return f" in {counted(comparison.counts[1], 'run')}" if comparison.counts[1] > 1 else ""


def _number(comparison: Comparison, value: float) -> str:
    return percentage(value) if comparison.is_share else number_shown(value, comparison.kind.unit)


def _signed(comparison: Comparison, value: float) -> str:
    number = _number(comparison, abs(value))
    return number if value == 0 else f"{'+' if value > 0 else '-'}{number}"


def _differences(comparisons: Iterable[Comparison], titles: Mapping[str, str]) -> Iterable[Difference]:
    changed = [each for each in comparisons if each.finding.is_change]
    for each in sorted(changed, key=lambda each: (FINDING_ORDER.index(each.finding), each.item != ALL)):
        then, now = (_number(each, value) for value in (each.before, each.after))
        if then == now:  # beyond chance, but less than anybody would read
            continue
        title = "Pass rate" if each.metric == PASS_RATE else line_shown(titles.get(each.metric, each.metric))
        where = f" of all {each.counts[1]} scenarios" if each.item == ALL else ""
        words = f"{title}{where} {each.finding}: {then}, now {now}"
        yield Difference(each.item, each.metric, words, KINDS.get(each.finding, ""))


def _rest(comparisons: Iterable[Comparison]) -> str:
    rest = [each for each in comparisons if not each.finding.is_change]
    hopeless = sum(each.finding is Finding.TOO_FEW for each in rest)
    if not rest:
        return ""
    few = f", {hopeless} have too few runs to tell" if hopeless else ""
    return f"Of {counted(len(rest), 'further comparison')}, {len(rest) - hopeless} show no difference{few}."
