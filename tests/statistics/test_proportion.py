"""Intervals of pass rates, against scipy and published figures."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pytest_agentsim.statistics.proportion import newcombe_interval, wilson_interval

COUNTS = st.integers(1, 500).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials)))
CONFIDENCES = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.999])


@given(COUNTS, CONFIDENCES)
def test_the_wilson_interval_is_that_of_scipy(counts, confidence):
    expected = stats.binomtest(*counts).proportion_ci(confidence, method="wilson")
    assert wilson_interval(*counts, confidence) == pytest.approx((expected.low, expected.high), abs=1e-12)


@given(COUNTS, CONFIDENCES)
def test_it_has_the_share_that_was_seen_and_stays_within_0_and_1(counts, confidence):
    successes, trials = counts
    low, high = wilson_interval(successes, trials, confidence)
    assert 0 <= low <= successes / trials <= high <= 1


@given(COUNTS)
def test_failures_have_the_mirrored_interval(counts):
    successes, trials = counts
    low, high = wilson_interval(trials - successes, trials)
    assert wilson_interval(successes, trials) == pytest.approx((1 - high, 1 - low), abs=1e-12)


def test_its_ends_are_the_rates_that_a_score_test_just_rejects():
    low, high = wilson_interval(7, 10)
    for rate in (low, high):
        assert abs(0.7 - rate) / math.sqrt(rate * (1 - rate) / 10) == pytest.approx(1.959964, abs=1e-5)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        # Table II of the paper, method 10.
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0000),
        ((10, 10, 0, 10), 0.6075, 1.0000),
    ],
)
def test_the_interval_of_a_difference_is_that_of_the_paper(counts, low, high):
    found = newcombe_interval(*counts)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(COUNTS, COUNTS)
def test_the_other_way_round_a_difference_changes_its_sign(one, other):
    value, low, high = newcombe_interval(*one, *other)
    assert newcombe_interval(*other, *one) == pytest.approx((-value, -high, -low), abs=1e-12)
    assert -1 <= low <= value <= high <= 1


@pytest.mark.parametrize("counts", [(0, 0), (-1, 3), (4, 3)])
def test_counts_that_cannot_be_are_refused(counts):
    with pytest.raises(ValueError, match="trial"):
        wilson_interval(*counts)


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95, math.nan])
def test_a_confidence_lies_between_0_and_1(confidence):
    with pytest.raises(ValueError, match=r"such as 0\.95"):
        wilson_interval(1, 2, confidence)
