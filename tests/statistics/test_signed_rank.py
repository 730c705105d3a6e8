"""Paired measurements, against scipy and against all choices of signs."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pytest_agentsim.statistics.signed_rank import paired_shift, signed_rank_test

FEW_WITH_TIES = st.lists(st.integers(-4, 4), min_size=1, max_size=9)
WITHOUT_TIES = st.lists(st.integers(1, 10_000), min_size=1, max_size=45, unique=True)


@given(WITHOUT_TIES, st.randoms())
def test_without_ties_the_p_value_is_scipys_exact_one(sizes, random):
    differences = [random.choice((-1, 1)) * size / 100 for size in sizes]
    expected = stats.wilcoxon(differences, method="exact").pvalue
    assert signed_rank_test(differences) == pytest.approx(expected, rel=1e-9)


@given(FEW_WITH_TIES)
def test_with_ties_it_counts_all_choices_of_signs(differences):
    sizes = [abs(each) for each in differences if each]
    ranks = stats.rankdata(sizes) if sizes else []
    seen = sum(
        rank for rank, each in zip(ranks, [each for each in differences if each], strict=True) if each > 0
    )
    sums = [
        sum(rank for rank, sign in zip(ranks, signs, strict=True) if sign)
        for signs in product((0, 1), repeat=len(sizes))
    ]
    below, above = (np.mean([each <= seen for each in sums]), np.mean([each >= seen for each in sums]))
    assert signed_rank_test(differences) == pytest.approx(min(1.0, 2 * min(below, above)))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_many_pairs_have_scipys_approximation(seed):
    differences = np.random.default_rng(seed).normal(0.1, 1, 150).round(1).tolist()
    moved = [each for each in differences if each]
    expected = stats.wilcoxon(moved, method="asymptotic", correction=True).pvalue
    assert signed_rank_test(differences) == pytest.approx(expected, rel=1e-9)


def test_the_approximation_meets_the_exact_value_where_it_takes_over(monkeypatch):
    differences = [index if index % 3 else -index for index in range(1, 101)]
    exact = signed_rank_test(differences)
    monkeypatch.setattr("pytest_agentsim.statistics.signed_rank.MOST_EXACT", 99)
    assert exact == pytest.approx(signed_rank_test(differences), rel=0.1)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60))
@settings(deadline=None)
def test_the_shift_is_the_median_of_the_means_of_all_pairs(differences):
    ordered = sorted(differences)
    means = [(ordered[i] + ordered[j]) / 2 for i in range(len(ordered)) for j in range(i, len(ordered))]
    assert paired_shift(differences).value == pytest.approx(np.median(means), abs=1e-6)


@given(WITHOUT_TIES, st.randoms(), st.sampled_from([0.8, 0.95, 0.99]))
@settings(deadline=None)
def test_its_interval_has_what_the_test_does_not_reject(sizes, random, confidence):
    differences = [random.choice((-1, 1)) * size / 100 for size in sizes]
    shift = paired_shift(differences, confidence)
    width = max(1e-3, 1e-6 * abs(shift.value))
    for end, outwards in ((shift.low, -width), (shift.high, width)):
        if math.isfinite(end):
            # Just beyond, the test rejects.
            assert signed_rank_test([each - end - outwards for each in differences]) <= 1 - confidence + 1e-9
        else:
            assert signed_rank_test([abs(each) for each in differences]) > 1 - confidence


@pytest.mark.parametrize(("pairs", "ends"), [(5, math.inf), (6, 1.0)])
def test_five_pairs_are_too_few_for_an_interval_at_95_percent(pairs, ends):
    assert paired_shift([1.0] * pairs) == (1.0, *((-ends, ends) if math.isinf(ends) else (1.0, 1.0)))


@given(st.lists(st.integers(-1000, 1000), min_size=6, max_size=40), st.integers(-500, 500))
@settings(deadline=None)
def test_a_shift_of_all_values_shifts_the_interval(differences, by):
    moved = paired_shift([each + by for each in differences])
    assert moved == pytest.approx([each + by for each in paired_shift(differences)], abs=1e-6)


def test_thousands_of_pairs_take_no_thousands_of_thousands_of_means():
    shift = paired_shift(np.random.default_rng(1).normal(0.5, 1, 20_000).tolist())
    assert shift.low < 0.5 < shift.high
    assert shift.high - shift.low == pytest.approx(2 * 1.96 / math.sqrt(20_000 * 3 / math.pi), rel=0.1)


def test_without_a_difference_nothing_is_said():
    assert signed_rank_test([0.0, 0.0]) == 1.0
    with pytest.raises(ValueError, match="no shift"):
        paired_shift([])


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_values_that_cannot_be_compared_are_refused(value):
    for function in (signed_rank_test, paired_shift):
        with pytest.raises(ValueError, match="finite"):
            function([1.0, value])
