"""The probability that k calls pass, against what choosing k of the calls really gives."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.statistics.pass_k import pass_at_k, pass_hat_k

SOME = st.integers(1, 8).flatmap(
    lambda trials: st.tuples(st.integers(0, trials), st.just(trials), st.integers(1, trials))
)


@given(SOME)
def test_they_are_the_shares_of_all_choices_of_k_calls(given_):
    successes, trials, k = given_
    choices = list(combinations([True] * successes + [False] * (trials - successes), k))
    assert pass_at_k(*given_) == float(Fraction(sum(map(any, choices)), len(choices)))
    assert pass_hat_k(*given_) == float(Fraction(sum(map(all, choices)), len(choices)))


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_one_call_passes_with_the_pass_rate(counts):
    successes, trials = counts
    assert pass_at_k(successes, trials, 1) == pass_hat_k(successes, trials, 1) == successes / trials


@given(SOME)
def test_further_calls_make_one_pass_more_likely_and_all_less(given_):
    successes, trials, k = given_
    if k < trials:
        assert pass_at_k(successes, trials, k + 1) >= pass_at_k(successes, trials, k)
        assert pass_hat_k(successes, trials, k + 1) <= pass_hat_k(successes, trials, k)


def test_seven_of_ten_runs():
    assert pass_hat_k(7, 10, 3) == pytest.approx(35 / 120)
    assert pass_at_k(7, 10, 3) == pytest.approx(119 / 120)


def test_large_numbers_do_not_overflow():
    assert pass_at_k(1, 100_000, 50_000) == pytest.approx(0.5)


@pytest.mark.parametrize("k", [0, 4, -1])
def test_k_is_one_of_the_numbers_of_trials(k):
    for estimate in (pass_at_k, pass_hat_k):
        with pytest.raises(ValueError, match="k lies between 1 and the 3 trials"):
            estimate(2, 3, k)
