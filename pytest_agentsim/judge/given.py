"""What the fixture `judge` may give: a judge, a function that is one, or None."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.judge.interface import Answer, AnswerKind, Judge, Question

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytest_agentsim.result import CallResult

__all__ = ["FunctionJudge", "as_judge"]


class FunctionJudge:
    """A function of a `Question` and a `CallResult`, sync or async, as a judge.

    It returns an `Answer` or only its value: True and False for yes and no, a number, a word, or None where the
    question does not apply.
    """

    def __init__(self, function: Callable[[Question, CallResult], Any]) -> None:
        self._function = function

    @property
    def name(self) -> str:
        return getattr(self._function, "__name__", type(self._function).__name__)

    async def answers(self, questions: Sequence[Question], call: CallResult) -> Sequence[Answer]:
        return [await self._answer(question, call) for question in questions]

    async def _answer(self, question: Question, call: CallResult) -> Answer:
        found = self._function(question, call)
        if inspect.isawaitable(found):
            found = await found
        answer = found if isinstance(found, Answer) else Answer(found)
        if question.kind is AnswerKind.LINE and isinstance(answer.value, bool):
            return Answer("yes" if answer.value else "no", answer.explanation, answer.quotes)
        return answer


def as_judge(given: object) -> Judge | None:
    """Return what the fixture `judge` gave as a judge; None if there is none. Raises ConfigurationError."""
    if given is None:
        return None
    if isinstance(given, Judge) and not isinstance(given, type):
        return given
    if callable(given):
        return FunctionJudge(given)
    raise ConfigurationError(
        f"the fixture `judge` gave a {type(given).__name__}; it has to give a judge, with a `name` and a coroutine "
        "`answers(questions, call)`, a function of a question and a call, or None."
    )
