"""What a judge is asked about a finished call, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from pytest_agentsim.errors import AgentSimError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.result import CallResult

__all__ = ["BLOCKED", "NO", "YES", "Answer", "AnswerKind", "Judge", "JudgeError", "Question"]

# What a judge answers to `AnswerKind.LINE` (platform_spec section i.1, "Expected Outcome").
YES, NO, BLOCKED = "yes", "no", "blocked"


class JudgeError(AgentSimError):
    """A judge could not answer; the message says why and what to do."""


class AnswerKind(StrEnum):
    """What kind of value an answer has (platform_spec section i.3)."""

    LINE = "line"
    """A line of an expected outcome: "yes", "no", or "blocked" where the call never came to it."""
    BINARY = "binary"
    """True is good."""
    RATING = "rating"
    """A number from 0 to 5, 5 is best."""
    NUMBER = "number"
    WORD = "word"
    """One of the question's options."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to be decided about a call.

    `text` is a line of an expected outcome, or the instructions of a metric; it is the author's, while the call's words
    are data that no judge obeys. `topic` is the metric that asks. `options` are the words of a `WORD`.
    """

    topic: str
    text: str
    kind: AnswerKind
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a judge says; `value` is of the question's kind, or None where the question does not apply to the call.

    `quotes` are words of the transcript, as they stand there, that the answer rests on.
    """

    value: bool | float | str | None
    explanation: str = ""
    quotes: tuple[str, ...] = ()


@runtime_checkable
class Judge(Protocol):
    """Answers questions about finished calls: a language model, a person's function, a stub."""

    @property
    def name(self) -> str:
        """Who it is, for the report, such as the name of a model."""
        ...

    async def answers(self, questions: Sequence[Question], call: CallResult) -> Sequence[Answer]:
        """Return an answer to each question, in their order; raises JudgeError."""
        ...
