"""The expected outcome of a scenario, judged line by line (platform_spec section i.1, "Expected Outcome")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.judge.interface import BLOCKED, NO, YES, Answer, AnswerKind, Question

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["FAILED", "PASSED", "REVIEW_REQUIRED", "JudgedLine", "lines_of", "questions_of", "score"]

PASSED, REVIEW_REQUIRED, FAILED = 100.0, 50.0, 0.0

TOPIC = "expected_outcome"

_BULLET = re.compile(r"\s*(?:[-*•]|\(?\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True)
class JudgedLine:
    """A line and whether the call is as it says: "yes", "no", or "blocked"."""

    line: str
    answer: Answer

    @property
    def aligned(self) -> str:
        # What does not apply to this call is something that it never came to.
        return BLOCKED if self.answer.value is None else str(self.answer.value)


def lines_of(expected_outcome: str) -> tuple[str, ...]:
    """Return the lines of an expected outcome, without bullets and numbers."""
    lines = (_BULLET.sub("", line, count=1).strip() for line in expected_outcome.splitlines())
    return tuple(line for line in lines if line)


def questions_of(expected_outcome: str) -> tuple[Question, ...]:
    """Return a question for each line."""
    return tuple(Question(TOPIC, line, AnswerKind.LINE) for line in lines_of(expected_outcome))


def score(judged: Sequence[JudgedLine]) -> float:
    """100 if all lines are met, 0 if one is not, else 50: a person has to look at it."""
    found = {each.aligned for each in judged}
    if NO in found:
        return FAILED
    return PASSED if found <= {YES} else REVIEW_REQUIRED
