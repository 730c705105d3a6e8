"""A test of a pass rate that ends as soon as it is sure, or has used up its trials.

`SequentialTest` is Wald's test, `TruncatedTest` the same with a last trial; the latter also tells what it is worth:
its true error rates and the number of trials to expect, computed exactly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Characteristic", "SequentialTest", "TruncatedTest", "fewest_passing", "rate_test"]


@dataclass(frozen=True, slots=True)
class SequentialTest:
    """Wald's sequential probability ratio test for a Bernoulli rate.

    After each trial the logarithm of the likelihood ratio of the rates p1 = `acceptable` and p0 = `unacceptable`,
    s·ln(p1/p0) + f·ln((1-p1)/(1-p0)) for s successes and f failures, is compared with ln((1-b)/a) and ln(b/(1-a)):
    above the first the rate is good enough, below the second it is not. The wanted probability of passing a rate of p0
    is a = `wrong_pass`, that of failing a rate of p1 is b = `wrong_fail`. Between the two rates either is right.
    Source: A. Wald, "Sequential tests of statistical hypotheses", Annals of Mathematical Statistics 16 (1945).
    """

    unacceptable: float
    acceptable: float
    wrong_pass: float = 0.05
    wrong_fail: float = 0.05

    def __post_init__(self) -> None:
        if not 0 <= self.unacceptable < self.acceptable <= 1:
            raise ValueError("the rates lie between 0 and 1, the unacceptable one below the acceptable one")
        if self.unacceptable == 0 and self.acceptable == 1:
            raise ValueError("rates of 0 and 1 leave nothing to test")
        if not (0 < self.wrong_pass < 0.5 and 0 < self.wrong_fail < 0.5):
            raise ValueError("error rates lie between 0 and 0.5")

    def evidence(self, successes: int, trials: int) -> float:
        """The logarithm of the likelihood ratio: above 0 for the acceptable rate, below 0 against it."""
        return _times(successes, self.acceptable, self.unacceptable) + _times(
            trials - successes, 1 - self.acceptable, 1 - self.unacceptable
        )

    def verdict(self, successes: int, trials: int) -> bool | None:
        """Tell whether the rate is good enough; None while more trials are needed."""
        evidence = self.evidence(successes, trials)
        if evidence >= math.log((1 - self.wrong_fail) / self.wrong_pass):
            return True
        if evidence <= math.log(self.wrong_fail / (1 - self.wrong_pass)):
            return False
        return None


class Characteristic(NamedTuple):
    """What a test does with agents of some true rate."""

    passes: float  # probability
    trials: float  # expected number


@dataclass(frozen=True, slots=True)
class TruncatedTest:
    """A sequential test with at most `most` trials, of which `needed` have to succeed where nothing is sure before.

    It also ends when the trials that are left cannot change what those `most` trials would say.
    """

    test: SequentialTest
    most: int
    needed: int

    def verdict(self, successes: int, trials: int) -> bool | None:
        """Tell whether the rate is good enough; None while more trials are needed, as before the first one."""
        if trials < 1:
            return None
        if successes >= self.needed:
            return True
        if trials - successes > self.most - self.needed:
            return False
        return self.test.verdict(successes, trials)

    def fewest_further(self, successes: int, trials: int) -> int:
        """Return how many more trials there have to be at least before there can be a verdict; 0 when there is."""
        for further in range(self.most - trials + 1):
            best = self.verdict(successes + further, trials + further)
            worst = self.verdict(successes, trials + further)
            if best is not None or worst is not None:
                return further
        return 0

    def characteristic(self, rate: float) -> Characteristic:
        """Compute what becomes of an agent that passes the share `rate` (0.0 to 1.0) of its calls.

        Exact: the probabilities of all numbers of successes are carried on from one trial to the next.
        """
        passes = expected = 0.0
        undecided = {0: 1.0}
        for trial in range(1, self.most + 1):
            expected += sum(undecided.values())
            arrived: dict[int, float] = {}
            for successes, probability in undecided.items():
                arrived[successes] = arrived.get(successes, 0.0) + probability * (1 - rate)
                arrived[successes + 1] = arrived.get(successes + 1, 0.0) + probability * rate
            undecided = {}
            for successes, probability in arrived.items():
                verdict = self.verdict(successes, trial)
                if verdict is None:
                    undecided[successes] = probability
                elif verdict:
                    passes += probability
        return Characteristic(passes, expected)


def rate_test(pass_rate: float, most: int, *, margin: float = 0.1, error_rate: float = 0.05) -> TruncatedTest:
    """Return the test of whether an agent passes the share `pass_rate` of its calls, in at most `most` of them.

    A rate that is `margin` below the wanted one is unacceptable; one above it by as much, but at most half way up to 1,
    is acceptable. A wanted rate of 1 thus fails with the first failure, as it should.
    """
    if not 0 <= pass_rate <= 1 or not 0 < margin < 1 or most < 1:
        raise ValueError("a rate lies in 0 to 1, a margin between them, and there is at least one trial")
    test = SequentialTest(
        unacceptable=pass_rate - min(margin, pass_rate / 2),
        acceptable=pass_rate + min(margin, (1 - pass_rate) / 2),
        wrong_pass=error_rate,
        wrong_fail=error_rate,
    )
    return TruncatedTest(test, most, fewest_passing(most, pass_rate))


def fewest_passing(runs: int, pass_rate: float) -> int:
    """Return how many of the runs have to pass for a share of at least `pass_rate`."""
    needed = max(0, math.ceil(pass_rate * runs) - 1)
    # The product may be off by a rounding error: 0.28 · 25 is a little more than 7.
    while needed / runs < pass_rate:
        needed += 1
    return needed


def _times(count: int, likelihood: float, other: float) -> float:
    """The logarithm of a likelihood ratio, `count` times; nothing for what has not happened."""
    if count == 0:
        return 0.0
    if other == 0:
        return math.inf
    return count * math.log(likelihood / other) if likelihood > 0 else -math.inf
