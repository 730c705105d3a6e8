"""Measurements that are not paired, against scipy and against all ways to choose a side."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pytest_agentsim.statistics.rank_sum import rank_sum_test, unpaired_shift

UNIQUE = st.lists(st.integers(-10_000, 10_000), min_size=2, max_size=40, unique=True)
SIDE = st.lists(st.integers(0, 4), min_size=1, max_size=5)


@given(UNIQUE, st.data())
@settings(deadline=None)
def test_without_ties_the_p_value_is_scipys_exact_one(values, data):
    cut = data.draw(st.integers(1, len(values) - 1))
    one, other = values[:cut], values[cut:]
    expected = stats.mannwhitneyu(one, other, method="exact").pvalue
    assert rank_sum_test(one, other) == pytest.approx(expected, rel=1e-9)


@given(SIDE, SIDE)
def test_with_ties_it_counts_all_choices_of_a_side(one, other):
    ranks = stats.rankdata([*one, *other])
    seen = sum(ranks[: len(one)])
    sums = [sum(each) for each in combinations(ranks, len(one))]
    below, above = (np.mean([each <= seen for each in sums]), np.mean([each >= seen for each in sums]))
    assert rank_sum_test(one, other) == pytest.approx(min(1.0, 2 * min(below, above)))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_many_values_have_scipys_approximation(seed):
    generator = np.random.default_rng(seed)
    one, other = generator.normal(0, 1, 50).round(1), generator.normal(0.2, 1, 30).round(1)
    expected = stats.mannwhitneyu(one, other, method="asymptotic", use_continuity=True).pvalue
    assert rank_sum_test(one.tolist(), other.tolist()) == pytest.approx(expected, rel=1e-9)


def test_many_equal_values_are_no_difference():
    assert rank_sum_test([1.0] * 50, [1.0] * 50) == 1.0


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=25), st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=25)
)  # fmt: skip
@settings(deadline=None)
def test_the_shift_is_the_median_of_all_differences(one, other):
    expected = np.median(np.subtract.outer(one, other))
    assert unpaired_shift(one, other).value == pytest.approx(expected, abs=1e-6)


@given(UNIQUE, st.data(), st.sampled_from([0.8, 0.95, 0.99]))
@settings(deadline=None)
def test_its_interval_has_what_the_test_does_not_reject(values, data, confidence):
    cut = data.draw(st.integers(1, len(values) - 1))
    one, other = values[:cut], values[cut:]
    shift = unpaired_shift(one, other, confidence)
    for end, outwards in ((shift.low, -0.001), (shift.high, 0.001)):
        if math.isfinite(end):
            assert rank_sum_test([each - end - outwards for each in one], other) <= 1 - confidence + 1e-9
        else:
            assert rank_sum_test([each + 1e6 for each in one], other) > 1 - confidence


def test_three_and_three_values_are_too_few_for_an_interval_at_95_percent():
    assert unpaired_shift([1, 2, 3], [4, 5, 6]) == (-3, -math.inf, math.inf)
    assert math.isfinite(unpaired_shift([1, 2, 3, 4], [4, 5, 6, 7]).low)


@given(
    st.lists(st.integers(-99, 99), min_size=4, max_size=20),
    st.lists(st.integers(-99, 99), min_size=4, max_size=20),
)
@settings(deadline=None)
def test_the_other_way_round_a_shift_changes_its_sign(one, other):
    value, low, high = unpaired_shift(one, other)
    assert unpaired_shift(other, one) == pytest.approx((-value, -high, -low), abs=1e-9)
    assert low <= value <= high


def test_a_side_without_values_is_refused():
    for function in (rank_sum_test, unpaired_shift):
        with pytest.raises(ValueError, match="nothing to compare"):
            function([], [1.0])
