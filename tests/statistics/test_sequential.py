"""Decisions that end when they are sure, against Wald's formulas and against all possible courses."""

from __future__ import annotations

import math
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pytest_agentsim.statistics.sequential import SequentialTest, TruncatedTest, fewest_passing, rate_test

RATES = st.sampled_from([0.0, 0.1, 0.5, 0.67, 0.8, 0.9, 0.95, 1.0])


@given(st.integers(0, 40), st.integers(0, 40))
def test_the_evidence_is_the_ratio_of_the_two_likelihoods(successes, failures):
    test = SequentialTest(0.8, 0.95)
    trials = successes + failures
    expected = stats.binom.logpmf(successes, trials, 0.95) - stats.binom.logpmf(successes, trials, 0.8)
    assert test.evidence(successes, trials) == pytest.approx(expected, abs=1e-9)


def test_it_ends_where_the_evidence_crosses_walds_limits():
    test = SequentialTest(0.8, 0.95, wrong_pass=0.05, wrong_fail=0.1)
    passes = math.ceil(math.log(0.9 / 0.05) / math.log(0.95 / 0.8))
    assert test.verdict(passes - 1, passes - 1) is None
    assert test.verdict(passes, passes) is True
    fails = math.ceil(math.log(0.95 / 0.1) / math.log(0.2 / 0.05))
    assert test.verdict(0, fails - 1) is None
    assert test.verdict(0, fails) is False


def test_one_failure_ends_the_test_of_an_agent_that_must_never_fail():
    assert SequentialTest(0.9, 1.0).verdict(20, 21) is False


def test_one_success_ends_the_test_of_an_agent_that_need_not_pass():
    assert SequentialTest(0.0, 0.1).verdict(1, 9) is True


@pytest.mark.parametrize(("low", "high"), [(0.8, 0.95), (0.5, 0.7), (0.9, 1.0), (0.05, 0.3)])
@pytest.mark.parametrize("error", [0.01, 0.05, 0.1])
def test_without_a_last_trial_in_sight_it_keeps_the_error_rates(low, high, error):
    test = TruncatedTest(SequentialTest(low, high, error, error), most=1000, needed=round(500 * (low + high)))
    # Wald: no more than the wanted rate divided by one minus the other one.
    assert test.characteristic(low).passes <= error / (1 - error)
    assert 1 - test.characteristic(high).passes <= error / (1 - error)


@pytest.mark.parametrize("rate", [0.8, 0.95])
def test_the_expected_number_of_trials_is_about_walds(rate):
    test = SequentialTest(0.8, 0.95)
    found = TruncatedTest(test, most=1000, needed=875).characteristic(rate)
    limit = math.log(0.95 / 0.05)
    drift = rate * math.log(0.95 / 0.8) + (1 - rate) * math.log(0.05 / 0.2)
    wald = (found.passes * limit - (1 - found.passes) * limit) / drift
    assert found.trials == pytest.approx(wald, rel=0.25)


@given(RATES, st.integers(1, 9), st.floats(0, 1), st.sampled_from([0.05, 0.1, 0.3]))
@settings(deadline=None, max_examples=50)
def test_what_becomes_of_an_agent_is_counted_over_all_courses(pass_rate, most, rate, margin):
    test = rate_test(pass_rate, most, margin=margin)
    passes = trials = 0.0
    for course in product((0, 1), repeat=most):
        probability = math.prod(rate if each else 1 - rate for each in course)
        ended = next(n for n in range(1, most + 1) if test.verdict(sum(course[:n]), n) is not None)
        passes += probability * bool(test.verdict(sum(course[:ended]), ended))
        trials += probability * ended
    assert test.characteristic(rate) == pytest.approx((passes, trials), abs=1e-9)


@given(RATES, st.integers(1, 60), st.data())
def test_there_is_always_a_verdict_after_the_last_trial(pass_rate, most, data):
    successes = data.draw(st.integers(0, most))
    assert rate_test(pass_rate, most).verdict(successes, most) is (successes / most >= pass_rate)


@given(RATES, st.integers(1, 40), st.data())
def test_the_fewest_further_trials_are_those_of_the_shortest_course(pass_rate, most, data):
    test = rate_test(pass_rate, most)
    trials = data.draw(st.integers(0, most))
    successes = data.draw(st.integers(0, trials))
    further = test.fewest_further(successes, trials)
    ends = [
        [test.verdict(successes + passed, trials + number) for passed in range(number + 1)]
        for number in range(further + 1)
    ]
    assert any(each is not None for each in ends[-1])
    assert all(each is None for course in ends[:-1] for each in course)


def test_an_agent_without_a_failure_is_passed_early():
    test = rate_test(0.9, 50)
    assert next(n for n in range(1, 51) if test.verdict(n, n)) == 18


def test_it_ends_when_the_trials_that_are_left_change_nothing():
    test = rate_test(0.9, 10)
    assert test.verdict(9, 9) is True
    assert test.verdict(4, 6) is False


@pytest.mark.parametrize(
    ("pass_rate", "unacceptable", "acceptable"),
    [(0.9, 0.8, 0.95), (0.8, 0.7, 0.9), (0.5, 0.4, 0.6), (1.0, 0.9, 1.0), (0.0, 0.0, 0.1), (0.1, 0.05, 0.2)],
)
def test_the_margin_lies_around_the_wanted_rate(pass_rate, unacceptable, acceptable):
    test = rate_test(pass_rate, 10).test
    assert (test.unacceptable, test.acceptable) == pytest.approx((unacceptable, acceptable))


@given(st.integers(1, 400), st.integers(0, 1000))
def test_as_many_have_to_pass_as_make_the_share(runs, thousandths):
    needed = fewest_passing(runs, thousandths / 1000)
    assert needed * 1000 >= thousandths * runs
    assert (needed - 1) * 1000 < thousandths * runs


@pytest.mark.parametrize(
    "arguments",
    [(0.9, 0.8), (0.5, 0.5), (-0.1, 0.5), (0.5, 1.1), (0.0, 1.0), (0.5, 0.6, 0.0), (0.5, 0.6, 0.1, 0.5)],
)
def test_a_test_that_cannot_be_is_refused(arguments):
    with pytest.raises(ValueError, match="rates"):
        SequentialTest(*arguments)


@pytest.mark.parametrize("arguments", [(1.1, 3), (0.5, 0), (-0.1, 3)])
def test_a_rate_that_cannot_be_wanted_is_refused(arguments):
    with pytest.raises(ValueError, match="a rate lies in 0 to 1"):
        rate_test(*arguments)
