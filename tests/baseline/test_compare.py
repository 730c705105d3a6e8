"""Whether a run differs from its baseline by more than chance."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.baseline.compare import ALL, PASS_RATE, Comparison, Finding, compare
from pytest_agentsim.baseline.record import ItemRecord, MetricKind, RunRecord
from pytest_agentsim.metric_value import Direction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KINDS = {
    "latency": MetricKind("s", Direction.LOWER),
    "score": MetricKind("", Direction.HIGHER),
    "turns": MetricKind(),
}


def an_item(
    values: Sequence[float | bool | str | None], *, metric: str = "latency", seeds: int = 0
) -> ItemRecord:
    """An item with one run for each value; a truth value of `PASS_RATE` says whether it passed."""
    runs = []
    for number, value in enumerate(values, start=1):
        passed = value if metric == PASS_RATE and isinstance(value, bool) else None
        metrics = {} if metric == PASS_RATE else {metric: value}
        runs.append(RunRecord(number, seeds + number, passed, "completed", (), metrics))
    return ItemRecord("hours", "text", "normal", tuple(runs))


def compared(
    before: Mapping[str, ItemRecord], after: Mapping[str, ItemRecord]
) -> dict[tuple[str, str], Comparison]:
    return {(each.item, each.metric): each for each in compare(before, after, KINDS)}


def of_one(before: ItemRecord, after: ItemRecord, metric: str = "latency") -> Comparison:
    return compared({"a": before}, {"a": after})["a", metric]


TEN = [1.0, 1.1, 0.9, 1.05, 0.95, 1.2, 0.8, 1.02, 0.98, 1.0]


@pytest.mark.parametrize(
    ("metric", "up", "down"),
    [
        ("latency", Finding.WORSE, Finding.BETTER),
        ("score", Finding.BETTER, Finding.WORSE),
        ("turns", Finding.HIGHER, Finding.LOWER),
    ],
)
def test_the_direction_of_a_metric_says_what_is_worse(metric: str, up: Finding, down: Finding) -> None:
    before = an_item(TEN, metric=metric)
    after = an_item([value + 0.5 for value in TEN], metric=metric)
    assert of_one(before, after, metric).finding is up
    assert of_one(after, before, metric).finding is down


def test_a_shift_has_its_interval_and_its_sides() -> None:
    found = of_one(an_item(TEN), an_item([value + 0.5 for value in TEN]))
    assert (found.before, found.after) == (1.0, 1.5)
    assert found.shift == pytest.approx((0.5, 0.5, 0.5))
    assert found.counts == (10, 10)
    assert found.probability == pytest.approx(2 / 1024)


def test_noise_is_no_difference() -> None:
    found = of_one(an_item(TEN), an_item(TEN[::-1]))
    assert found.finding is Finding.NOTHING


def test_the_same_values_are_no_difference() -> None:
    assert of_one(an_item(TEN), an_item(TEN)).finding is Finding.NOTHING


def test_a_difference_in_a_single_run_is_too_few_to_tell() -> None:
    assert of_one(an_item([1.0]), an_item([5.0])).finding is Finding.TOO_FEW


def test_runs_with_the_same_seeds_are_paired() -> None:
    before = [float(10 * number) for number in range(8)]
    after = [value + 1 for value in before]
    paired = of_one(an_item(before), an_item(after))
    apart = of_one(an_item(before), an_item(after, seeds=100))
    assert (paired.is_paired, paired.finding) == (True, Finding.WORSE)
    # Between runs there is far more than between the sides.
    assert (apart.is_paired, apart.finding) == (False, Finding.NOTHING)


def test_sides_with_other_runs_are_two_sets() -> None:
    found = of_one(an_item(TEN), an_item([value + 1 for value in TEN[:5]]))
    assert (found.is_paired, found.counts, found.finding) == (False, (10, 5), Finding.WORSE)


def test_a_run_without_a_value_on_one_side_has_no_pair() -> None:
    after: list[float | None] = [value + 1 for value in TEN]
    after[3] = None
    found = of_one(an_item(TEN), an_item(after))
    assert (found.is_paired, found.counts) == (True, (9, 9))


@pytest.mark.parametrize("seeds", [0, 100])
def test_pass_rates_are_shares(seeds: int) -> None:
    before = an_item([True] * 10, metric=PASS_RATE)
    after = an_item([True] * 2 + [False] * 8, metric=PASS_RATE, seeds=seeds)
    found = of_one(before, after, PASS_RATE)
    assert (found.before, found.after, found.is_share) == (1.0, 0.2, True)
    assert found.finding is Finding.WORSE
    assert found.shift.low < -0.8 < found.shift.high < 0


def test_one_failure_more_is_no_difference() -> None:
    before = an_item([True] * 10, metric=PASS_RATE)
    after = an_item([False] + [True] * 9, metric=PASS_RATE)
    assert of_one(before, after, PASS_RATE).finding is Finding.NOTHING


def test_words_and_values_that_are_missing_are_not_compared() -> None:
    assert ("a", "latency") not in compared({"a": an_item(["x"])}, {"a": an_item(["y"])})
    assert ("a", "latency") not in compared({"a": an_item([None])}, {"a": an_item([1.0])})


def test_only_items_of_both_sides_are_compared() -> None:
    found = compared({"a": an_item(TEN), "b": an_item(TEN)}, {"a": an_item(TEN), "c": an_item(TEN)})
    assert {item for item, _ in found} == {ALL, "a"}


def test_over_all_scenarios_each_counts_once() -> None:
    before = {str(number): an_item([float(number)] * 3) for number in range(8)}
    after = {str(number): an_item([number + 0.5] * 3) for number in range(8)}
    found = compared(before, after)[ALL, "latency"]
    assert (found.counts, found.finding) == ((8, 8), Finding.WORSE)
    assert found.shift.value == pytest.approx(0.5)
    few = compared({"a": before["1"]}, {"a": after["1"]})[ALL, "latency"]
    assert few.finding is Finding.TOO_FEW


def test_over_all_scenarios_shares_have_their_mean() -> None:
    before = {str(number): an_item([True, True], metric=PASS_RATE) for number in range(8)}
    after = {str(number): an_item([True, False], metric=PASS_RATE) for number in range(8)}
    found = compared(before, after)[ALL, PASS_RATE]
    assert (found.before, found.after, found.finding) == (1.0, 0.5, Finding.WORSE)
    assert found.shift.value == -0.5


def test_many_scenarios_are_asked_more_strictly() -> None:
    before, after = an_item(TEN[:8]), an_item([value + 0.5 for value in TEN[:8]])
    assert compared({"a": before}, {"a": after})["a", "latency"].finding is Finding.WORSE
    # One of eight that has changed: 8 · 2/2⁸ is more than 5 %.
    same = {str(number): before for number in range(7)}
    found = compared({"a": before, **same}, {"a": after, **same})["a", "latency"]
    assert found.probability == pytest.approx(8 * 2 / 256)
    assert found.finding is Finding.TOO_FEW


def test_scenarios_with_single_runs_do_not_make_it_stricter_for_others() -> None:
    before, after = an_item(TEN), an_item([value + 0.5 for value in TEN])
    single = {str(number): an_item([1.0]) for number in range(100)}
    found = compared({"a": before, **single}, {"a": after, **single})["a", "latency"]
    assert found.finding is Finding.WORSE


def test_sides_that_differ_in_their_spread_alone_are_no_difference() -> None:
    before = an_item([0.0] * 20)
    after = an_item([0.0] * 12 + [1.0] * 8, seeds=100)
    found = of_one(before, after)
    assert found.probability < 0.05
    assert (found.shift.value, found.finding) == (0.0, Finding.NOTHING)


def test_in_runs_that_have_not_changed_scenarios_hardly_ever_look_changed() -> None:
    chance = random.Random(7)  # noqa: S311  (no secret)

    def a_side() -> dict[str, ItemRecord]:
        return {
            str(number): an_item([chance.lognormvariate(0, 0.3) for _ in range(10)]) for number in range(10)
        }

    flagged = 0
    for _ in range(100):
        found = compare(a_side(), a_side(), {"latency": KINDS["latency"]})
        flagged += any(each.finding.is_change for each in found if each.item != ALL)
    assert flagged <= 8
