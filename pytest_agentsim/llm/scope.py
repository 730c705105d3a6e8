"""What belongs to one call of those that ask language models: its secrets, what it has used, and its recording."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

from pytest_agentsim.llm.usage import UseCount
from pytest_agentsim.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_agentsim.llm.request import ModelAnswer, ModelRequest

__all__ = ["ModelScope", "Recorder", "current_scope"]


class Recorder(Protocol):
    """Keeps answers, and gives them again."""

    def recorded(self, request: ModelRequest, model: str) -> ModelAnswer | None:
        """Return the answer that was recorded; None where the model has to be asked. Raises ModelError."""
        ...

    def record(self, request: ModelRequest, model: str, answer: ModelAnswer) -> None:
        """Keep an answer."""
        ...

    def failed(self) -> None:
        """Take note that there was no answer."""
        ...


class ModelScope:
    """One call; secrets are blotted out of whatever is asked on it and of the answers.

    `answers` are those that have been given on it, by the keys of the requests.
    """

    def __init__(self, redactor: Redactor | None = None, recorder: Recorder | None = None) -> None:
        self.redactor = redactor or Redactor()
        self.recorder = recorder
        self.count = UseCount()
        self.answers: dict[str, ModelAnswer] = {}

    def give_up(self) -> None:
        """Take note that the call did not come to its end, so that its recording is none."""
        if self.recorder is not None:
            self.recorder.failed()

    @contextmanager
    def entered(self) -> Iterator[ModelScope]:
        """Let what is asked within belong to this call."""
        token = _CURRENT.set(self)
        try:
            yield self
        finally:
            _CURRENT.reset(token)


_CURRENT: ContextVar[ModelScope | None] = ContextVar("agentsim_model_scope", default=None)


def current_scope() -> ModelScope:
    """Return the call that is being made or judged right now; one of its own where there is none."""
    return _CURRENT.get() or ModelScope()
