"""How often the language models may be asked in a run, and how much that may cost."""

from __future__ import annotations

from pytest_agentsim.llm.errors import BudgetSpent
from pytest_agentsim.wording import counted

__all__ = ["Budget"]


class Budget:
    """What is left to be spent; `max_cost` is in dollars, and None stands for no limit.

    Of several processes, each has its share: this is the one of the number `process`, counted from 0. Requests that are
    under way when the last dollar is spent still come to their end, so the cost may exceed the limit by theirs.
    """

    def __init__(
        self,
        max_calls: int | None = None,
        max_cost: float | None = None,
        *,
        process: int = 0,
        processes: int = 1,
    ) -> None:
        self._max_calls = max_calls
        self._max_cost = max_cost
        self._share = (
            None if max_calls is None else max_calls // processes + (process < max_calls % processes)
        )
        self._processes = processes
        self._calls = 0
        self._cost = 0.0
        self.exhausted = ""

    @property
    def limits_cost(self) -> bool:
        """Whether it matters what a request costs."""
        return self._max_cost is not None

    def take(self) -> None:
        """Take note that one more request is made; raises BudgetSpent where none is left."""
        if self._max_calls is not None and self._share is not None and self._calls >= self._share:
            self._refuse(
                f"the {counted(self._max_calls, 'request')} of --agentsim-max-llm-calls have been made"
            )
        if self._max_cost is not None and self._cost >= self._max_cost / self._processes:
            self._refuse(f"the ${self._max_cost:g} of --agentsim-max-cost are spent")
        self._calls += 1

    def spend(self, cost: float | None) -> None:
        """Take note of what a request has cost, in dollars."""
        self._cost += cost or 0.0

    def _refuse(self, why: str) -> None:
        shared = f" ({self._processes} processes share them evenly)" if self._processes > 1 else ""
        self.exhausted = f"No more is asked of language models in this run, because {why}{shared}"
        raise BudgetSpent(self.exhausted)
