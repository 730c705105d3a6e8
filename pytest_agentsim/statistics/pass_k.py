"""How likely k further calls are to pass: at least one of them, or all of them."""

from __future__ import annotations

from math import comb

from pytest_agentsim.statistics.proportion import check_counts

__all__ = ["pass_at_k", "pass_hat_k"]


def pass_at_k(successes: int, trials: int, k: int) -> float:
    """Estimate the probability (0.0 to 1.0) that at least one of k calls passes.

    Without bias: 1 - C(n-c, k) / C(n, k) for c successes in n trials.
    Source: M. Chen et al., "Evaluating large language models trained on code", arXiv 2107.03374 (2021), equation 1.
    Raises ValueError for a k that is not among 1 to n.
    """
    _check(successes, trials, k)
    # Whole numbers until the last step, so that nothing is lost however large they are.
    every = comb(trials, k)
    return (every - comb(trials - successes, k)) / every


def pass_hat_k(successes: int, trials: int, k: int) -> float:
    """Estimate the probability (0.0 to 1.0) that all of k calls pass: pass^k, how reliable an agent is.

    Without bias: C(c, k) / C(n, k) for c successes in n trials.
    Source: S. Yao et al., "τ-bench: a benchmark for tool-agent-user interaction in real-world domains", arXiv
    2406.12045 (2024), section 4.
    Raises ValueError for a k that is not among 1 to n.
    """
    _check(successes, trials, k)
    return comb(successes, k) / comb(trials, k)


def _check(successes: int, trials: int, k: int) -> None:
    check_counts(successes, trials)
    if not 1 <= k <= trials:
        raise ValueError(f"k lies between 1 and the {trials} trials; {k} does not")
