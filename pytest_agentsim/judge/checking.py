"""Whether an answer is one to its question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.judge.interface import BLOCKED, NO, YES, AnswerKind, JudgeError
from pytest_agentsim.metric_value import is_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.judge.interface import Answer, Judge, Question
    from pytest_agentsim.result import CallResult

__all__ = ["ask"]

BEST_RATING = 5.0


async def ask(judge: Judge, questions: Sequence[Question], call: CallResult) -> Sequence[Answer]:
    """Return the judge's answers, one to each question; raises JudgeError for what are none."""
    answers = tuple(await judge.answers(questions, call))
    if len(answers) != len(questions):
        raise JudgeError(f"the judge gave {len(answers)} answers to {len(questions)} questions")
    for question, answer in zip(questions, answers, strict=True):
        if answer.value is not None and not _fits(question, answer.value):
            raise JudgeError(f"the judge answered {answer.value!r}, where {_expected(question)} is expected")
    return answers


def _fits(question: Question, value: bool | float | str) -> bool:
    match question.kind:
        case AnswerKind.LINE:
            return value in (YES, NO, BLOCKED)
        case AnswerKind.BINARY:
            return isinstance(value, bool)
        case AnswerKind.RATING:
            return is_number(value) and 0.0 <= float(value) <= BEST_RATING
        case AnswerKind.NUMBER:
            return is_number(value)
        case AnswerKind.WORD:
            return value in question.options


def _expected(question: Question) -> str:
    match question.kind:
        case AnswerKind.LINE:
            return f"{YES}, {NO} or {BLOCKED}"
        case AnswerKind.BINARY:
            return "true or false"
        case AnswerKind.RATING:
            return f"a number from 0 to {BEST_RATING:g}"
        case AnswerKind.NUMBER:
            return "a number"
        case AnswerKind.WORD:
            return f"one of {', '.join(question.options)}"
