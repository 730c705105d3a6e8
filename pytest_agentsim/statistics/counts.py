"""Tests of whether two sets of passing and failing calls differ: exact, for few calls as well as for many."""

from __future__ import annotations

from math import comb

from pytest_agentsim.statistics.proportion import check_counts

__all__ = ["fisher_test", "mcnemar_test"]


def fisher_test(successes: int, trials: int, other_successes: int, other_trials: int) -> float:
    """Return the two-sided p-value (0.0 to 1.0) of "both rates are the same", for calls that are not paired.

    The sum of the hypergeometric probabilities C(n1, x)·C(n2, s-x) / C(n1+n2, s) of all tables with the same margins
    that are not more likely than the one seen.
    Source: R. A. Fisher, "On the interpretation of χ² from contingency tables, and the calculation of P", Journal of
    the Royal Statistical Society 85 (1922).
    """
    check_counts(successes, trials)
    check_counts(other_successes, other_trials)
    total = successes + other_successes
    fewest, most = max(0, total - other_trials), min(trials, total)
    # Whole numbers, each made of the one before, so that nothing is lost and many calls take no time.
    ways = [comb(trials, fewest) * comb(other_trials, total - fewest)]
    for here in range(fewest, most):
        there = total - here
        ways.append(
            ways[-1] * (trials - here) * there // ((here + 1) * (other_trials - there + 1)),
        )
    seen = ways[successes - fewest]
    return sum(each for each in ways if each <= seen) / sum(ways)


def mcnemar_test(only_first: int, only_second: int) -> float:
    """Return the two-sided p-value (0.0 to 1.0) of "neither side passes more", for pairs of calls.

    `only_first` pairs passed on the first side alone, `only_second` on the second side alone; the others say nothing.
    Exact: with n of these pairs, twice the probability that a binomial of n and ½ is not above the smaller number.
    Source: Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages",
    Psychometrika 12 (1947), with the binomial distribution in place of its approximation.
    """
    if only_first < 0 or only_second < 0:
        raise ValueError("there are no negative numbers of pairs")
    pairs = only_first + only_second
    tail: int = sum(comb(pairs, count) for count in range(min(only_first, only_second) + 1))
    return min(1.0, tail / 2 ** (pairs - 1)) if pairs else 1.0
