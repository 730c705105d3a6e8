"""One answer of several."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from pytest_agentsim.judge.interface import BLOCKED, Answer, AnswerKind, JudgeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.judge.interface import Question

__all__ = ["agreed"]


def agreed(question: Question, answers: Sequence[Answer]) -> Answer:
    """Return the answer that most give, and of numbers the median, with the explanation of one who says so.

    Where no value has more votes than every other one, a line of an expected outcome is "blocked", for a person to look
    at, and any other question is an error (JudgeError).
    """
    if len(answers) == 1:
        return answers[0]
    if question.kind in (AnswerKind.RATING, AnswerKind.NUMBER):
        return _middle(answers)
    counts = Counter(each.value for each in answers)
    (value, votes), *others = counts.most_common()
    if others and others[0][1] == votes:
        tally = ", ".join(f"{count} for {_shown(each)}" for each, count in counts.most_common())
        if question.kind is AnswerKind.LINE:
            return Answer(BLOCKED, f"the votes are divided: {tally}")
        raise JudgeError(f"the judge's votes are divided: {tally}; use an odd number of agentsim_judge_votes")
    chosen = next(each for each in answers if each.value == value)
    return _explained(chosen, f"{votes} of {len(answers)} votes")


def _middle(answers: Sequence[Answer]) -> Answer:
    numbers = [float(each.value) for each in answers if each.value is not None]
    if len(numbers) * 2 <= len(answers):
        return _explained(next(each for each in answers if each.value is None), "most votes")
    value = median(numbers)
    nearest = min(
        (each for each in answers if each.value is not None),
        key=lambda each: abs(float(each.value or 0) - value),
    )
    return _explained(replace(nearest, value=value), f"the median of {len(numbers)} votes")


def _explained(answer: Answer, votes: str) -> Answer:
    return replace(answer, explanation=f"{answer.explanation} ({votes})".strip())


def _shown(value: object) -> str:
    return "does not apply" if value is None else str(value)
