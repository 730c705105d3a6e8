"""How much may be asked at once, in a minute and in a run."""

from __future__ import annotations

import asyncio

import pytest

from pytest_agentsim.llm.budget import Budget
from pytest_agentsim.llm.errors import BudgetSpent
from pytest_agentsim.llm.pacing import Pacing


async def test_no_more_requests_are_under_way_than_allowed():
    pacing, under_way, most = Pacing(2), 0, 0

    async def ask():
        nonlocal under_way, most
        async with pacing.one():
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1

    await asyncio.gather(*(ask() for _ in range(5)))
    assert most == 2


async def test_requests_begin_evenly_spread():
    now, begun = 100.0, []

    async def sleep(seconds):
        nonlocal now
        now += seconds

    pacing = Pacing(1, rate=30, sleep=sleep, now=lambda: now)
    for _ in range(3):
        async with pacing.one():
            begun.append(now)
    assert begun == [100.0, 102.0, 104.0]


def requests_of(budget):
    """How many requests a budget lets through, at most 100."""
    for made in range(100):
        try:
            budget.take()
        except BudgetSpent:
            return made
    return 100


@pytest.mark.parametrize(("calls", "processes"), [(10, 3), (2, 3), (7, 1)])
def test_processes_share_a_budget(calls, processes):
    shares = [requests_of(Budget(calls, process=each, processes=processes)) for each in range(processes)]
    assert sum(shares) == calls
    assert max(shares) - min(shares) <= 1


def test_processes_share_the_dollars():
    budget = Budget(max_cost=1.0, processes=2)
    budget.spend(0.5)
    assert requests_of(budget) == 0
    assert budget.exhausted.endswith(
        "because the $1 of --agentsim-max-cost are spent (2 processes share them evenly)"
    )


def test_no_budget_has_no_end():
    assert requests_of(Budget(process=1, processes=2)) == 100
