"""What the fixture `judge` may give."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.judge import Answer, AnswerKind, Question
from pytest_agentsim.judge.given import as_judge
from tests.metrics.calls import a_text_call

LINE = Question("expected_outcome", "It works.", AnswerKind.LINE)
BINARY = Question("relevancy", "Is it on topic?", AnswerKind.BINARY)


async def answers(given: Any, *questions: Question) -> list[Answer]:
    judge = as_judge(given)
    assert judge is not None
    return list(await judge.answers(questions, a_text_call(("agent", 0.0, "Hello"))))


async def test_a_function_gives_values_or_answers() -> None:
    found = await answers(lambda question, call: question is LINE or Answer(False, "no"), LINE, BINARY)
    assert found == [Answer("yes"), Answer(False, "no")]


async def test_a_coroutine_function_is_awaited() -> None:
    async def judge(question: Question, call: Any) -> bool:
        return False

    assert await answers(judge, LINE) == [Answer("no")]


async def test_an_object_with_answers_is_taken_as_it_is() -> None:
    class Strict:
        name = "strict"

        async def answers(self, questions: Any, call: Any) -> list[Answer]:
            return [Answer("no")] * len(questions)

    strict = Strict()
    assert as_judge(strict) is strict


def test_nobody_is_none() -> None:
    assert as_judge(None) is None


def test_anything_else_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="the fixture `judge` gave a str"):
        as_judge("gpt-5")
