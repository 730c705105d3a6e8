"""What a language model is asked and what it answers, as plain data that no client library is needed for."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_agentsim.redaction import Redactor

__all__ = ["Message", "ModelAnswer", "ModelRequest"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the conversation with the model.

    With `keyed` false its words do not count when a request is looked up among recorded ones: they tell what is
    different on every call, such as how long it took.
    """

    role: Literal["user", "assistant"]
    text: str
    keyed: bool = True


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One question to a language model.

    `purpose` is who asks, "judge", "matcher" or "caller"; `prompt` names the prompt and its version. `system` holds the
    author's words and ours, never the agent's; what was said on a call is quoted in `messages`. `schema` is that of the
    JSON object to be answered, None for words. `sample` tells apart several answers to one question, from 1; at 0
    there is one, and it is the likeliest.
    """

    purpose: str
    prompt: str
    system: str
    messages: tuple[Message, ...]
    schema: Mapping[str, Any] | None = None
    sample: int = 0

    def redacted(self, redactor: Redactor) -> ModelRequest:
        """Return the request without secrets."""
        return replace(
            self,
            system=redactor.text(self.system),
            messages=tuple(replace(each, text=redactor.text(each.text)) for each in self.messages),
        )

    def followed_by(self, answer: str, objection: str) -> ModelRequest:
        """Return the request with the model's answer and what is wrong with it."""
        more = (Message("assistant", answer), Message("user", objection))
        return replace(self, messages=(*self.messages, *more))

    def key(self, model: str) -> str:
        """Return what a recorded answer is found by: a digest of all that the answer depends on."""
        content = {
            "model": model,
            "purpose": self.purpose,
            "system": self.system,
            "messages": [[each.role, each.text] for each in self.messages if each.keyed],
            "schema": self.schema,
            "sample": self.sample,
        }
        written = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(written.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """What a model has answered; `cost` is in dollars, None where the price is not known."""

    text: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = field(default=None, compare=False)

    def redacted(self, redactor: Redactor) -> ModelAnswer:
        """Return the answer without secrets."""
        return replace(self, text=redactor.text(self.text))
