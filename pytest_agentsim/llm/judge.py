"""A language model as a judge."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.judge.interface import BLOCKED, NO, YES, Answer, AnswerKind, JudgeError
from pytest_agentsim.judge.quotes import occurs
from pytest_agentsim.llm.answers import ask_for_data, object_of
from pytest_agentsim.llm.errors import ModelError
from pytest_agentsim.llm.quoting import entries_of_call, quoted
from pytest_agentsim.llm.request import Message, ModelRequest
from pytest_agentsim.llm.votes import agreed
from pytest_agentsim.visible import shortened, visible_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.judge.interface import Question
    from pytest_agentsim.llm.client import LanguageModel
    from pytest_agentsim.llm.prompt import Prompts
    from pytest_agentsim.result import CallResult

__all__ = ["LanguageModelJudge"]

LONGEST_QUOTE = 80  # characters
NOTHING_SAID = "nothing was said on the call"


class LanguageModelJudge:
    """Asks a model all questions of one metric at once, `votes` times, and answers as most of its answers do.

    The words that the model quotes have to occur in the call. Where they do not, it is asked once more; a line of an
    expected outcome whose evidence is still made up is "blocked", and anything else is an error.
    """

    def __init__(self, model: LanguageModel, prompts: Prompts, *, votes: int = 1) -> None:
        self._model = model
        self._prompts = prompts
        self._votes = votes

    @property
    def name(self) -> str:
        return self._model.name

    async def answers(self, questions: Sequence[Question], call: CallResult) -> Sequence[Answer]:
        """Return an answer to each question; raises JudgeError."""
        if not call.turns and not call.tool_calls:
            return [
                Answer(BLOCKED if each.kind is AnswerKind.LINE else None, NOTHING_SAID) for each in questions
            ]
        samples = range(1, self._votes + 1) if self._votes > 1 else (0,)
        try:
            # The first alone, so that what is wrong with all of them is found once.
            first = await self._answers(questions, call, samples[0])
            others = await asyncio.gather(*(self._answers(questions, call, each) for each in samples[1:]))
        except (ModelError, ConfigurationError) as error:
            raise JudgeError(f"the judge could not answer: {error}") from None
        return [agreed(question, given) for question, *given in zip(questions, first, *others, strict=True)]

    async def _answers(self, questions: Sequence[Question], call: CallResult, sample: int) -> list[Answer]:
        data, objection = await ask_for_data(
            self._model,
            self.request(questions, call, sample),
            self._prompts,
            lambda data: _made_up(data, call),
        )
        answers = [_answer(data[name]) for name in _names(questions)]
        if not objection:
            return answers
        return [_without_made_up(*each, call) for each in zip(questions, answers, strict=True)]

    def request(self, questions: Sequence[Question], call: CallResult, sample: int = 0) -> ModelRequest:
        """Return what the model is asked: the questions in the system prompt, the call as data in a message."""
        prompt, data = self._prompts.named("judge"), self._prompts.named("judge_data")
        listed = "\n".join(
            f"{name}: {_told(question)}" for name, question in zip(_names(questions), questions, strict=True)
        )
        end = {
            "ended by": call.ended_by.value,
            "status": call.status.value,
            "reason": call.ended_reason.value,
        }
        content = data.filled(
            call=quoted("call", entries_of_call(call)), end=quoted("end", [{**end, "detail": call.detail}])
        )
        messages = [Message("user", content)]
        if call.duration is not None:
            # Not part of the key of a recorded answer: no two calls take equally long.
            messages.insert(0, Message("user", f"The call lasted {call.duration:.1f} s.", keyed=False))
        return ModelRequest(
            purpose="judge",
            prompt=prompt.title,
            system=prompt.filled(questions=listed),
            messages=tuple(messages),
            schema=object_of(
                {name: _schema(each) for name, each in zip(_names(questions), questions, strict=True)}
            ),
            sample=sample,
        )


def _names(questions: Sequence[Question]) -> list[str]:
    return [f"question_{number}" for number in range(1, len(questions) + 1)]


def _told(question: Question) -> str:
    """A question in the prompt, its further lines indented so that none of them looks like another question."""
    return question.text.strip().replace("\n", "\n    ")


def _schema(question: Question) -> dict[str, Any]:
    return object_of(
        {
            "explanation": {"type": "string"},
            "quotes": {"type": "array", "items": {"type": "string"}},
            "value": _value_schema(question),
        }
    )


def _value_schema(question: Question) -> dict[str, Any]:
    match question.kind:
        case AnswerKind.LINE:
            return {"type": "string", "enum": [YES, NO, BLOCKED]}
        case AnswerKind.BINARY:
            return {"type": ["boolean", "null"]}
        case AnswerKind.RATING:
            return {"type": ["number", "null"], "minimum": 0, "maximum": 5}
        case AnswerKind.NUMBER:
            return {"type": ["number", "null"]}
        case AnswerKind.WORD:
            return {"type": ["string", "null"], "enum": [*question.options, None]}


def _answer(data: dict[str, Any]) -> Answer:
    quotes = tuple(each for each in data["quotes"] if each.strip())
    return Answer(data["value"], data["explanation"].strip(), quotes)


def _made_up(data: dict[str, Any], call: CallResult) -> str:
    """Say which of the quoted words occur nowhere in the call; nothing where all do."""
    wrong = [
        f"{name} quotes {_short(quote)!r}"
        for name, answer in data.items()
        for quote in answer["quotes"]
        if quote.strip() and not occurs(quote, call)
    ]
    if not wrong:
        return ""
    return f"{'; '.join(wrong)}. These words occur nowhere in the record. Copy quotes exactly, or give none."


def _without_made_up(question: Question, answer: Answer, call: CallResult) -> Answer:
    wrong = [each for each in answer.quotes if not occurs(each, call)]
    if not wrong:
        return answer
    why = f"the judge rests its answer on words that nobody has said: {_short(wrong[0])!r}"
    if question.kind is not AnswerKind.LINE:
        raise JudgeError(f"{why}; ask again, or use a better model")
    return Answer(BLOCKED, f"not decided, because {why}")


def _short(quote: str) -> str:
    return visible_line(shortened(quote, LONGEST_QUOTE))
