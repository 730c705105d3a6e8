"""What has been asked of the language models, and what it cost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_agentsim.result import ModelUse

if TYPE_CHECKING:
    from pytest_agentsim.llm.request import ModelAnswer

__all__ = ["UseCount"]


class UseCount:
    """Counts requests by who asked which model."""

    def __init__(self) -> None:
        self._uses: dict[tuple[str, str], ModelUse] = {}

    def add(self, purpose: str, model: str, answer: ModelAnswer, *, replayed: bool) -> None:
        """Count one answer; what was replayed from a recording costs nothing."""
        found = self._uses.get((purpose, model), ModelUse(purpose, model))
        if replayed:
            found = replace(found, replayed=found.replayed + 1)
        else:
            known = found.cost is not None and answer.cost is not None
            found = replace(
                found,
                requests=found.requests + 1,
                input_tokens=found.input_tokens + answer.input_tokens,
                output_tokens=found.output_tokens + answer.output_tokens,
                cost=(found.cost or 0.0) + (answer.cost or 0.0) if known else None,
            )
        self._uses[purpose, model] = found

    @property
    def uses(self) -> tuple[ModelUse, ...]:
        """One entry for each purpose and model, in the order in which they were first asked."""
        return tuple(self._uses.values())
