"""Tests of passing and failing calls, against scipy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pytest_agentsim.statistics.counts import fisher_test, mcnemar_test

COUNTS = st.integers(1, 60).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials)))


@given(COUNTS, COUNTS)
def test_fishers_test_is_that_of_scipy(one, other):
    table = [[one[0], one[1] - one[0]], [other[0], other[1] - other[0]]]
    assert fisher_test(*one, *other) == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-9)


def test_the_lady_tasting_tea_may_have_guessed():
    assert fisher_test(3, 4, 1, 4) == pytest.approx(34 / 70)


@given(st.integers(0, 200), st.integers(0, 200))
def test_mcnemars_test_is_a_binomial_test_of_the_pairs_that_differ(first, second):
    expected = stats.binomtest(first, first + second).pvalue if first + second else 1.0
    assert mcnemar_test(first, second) == pytest.approx(expected, rel=1e-9)


def test_pairs_that_agree_say_nothing():
    assert mcnemar_test(0, 0) == 1.0


def test_many_calls_do_not_overflow():
    assert fisher_test(4000, 8000, 5000, 8000) < 1e-20
    assert 0 < mcnemar_test(400, 1600) < 1e-100


def test_counts_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="5 of 3 trials"):
        fisher_test(1, 2, 5, 3)
    with pytest.raises(ValueError, match="negative"):
        mcnemar_test(-1, 2)
