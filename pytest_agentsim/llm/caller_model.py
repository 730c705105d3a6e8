"""What a language model says for a caller: what it is asked, and what is made of the answer."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_agentsim.llm.answers import ask_for_data, object_of
from pytest_agentsim.llm.errors import ModelError
from pytest_agentsim.llm.made_up import made_up_in
from pytest_agentsim.llm.quoting import entries_of_turns, entry_of_agent, quoted
from pytest_agentsim.llm.request import Message, ModelRequest
from pytest_agentsim.scenario.personality import Wording
from pytest_agentsim.visible import shortened, visible_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_agentsim.llm.client import LanguageModel
    from pytest_agentsim.llm.prompt import Prompts
    from pytest_agentsim.result import Turn
    from pytest_agentsim.scenario.personality import Personality

__all__ = ["CallerModel", "Part"]

TURNS = 40  # of the conversation so far that the model sees
LONGEST_QUOTE = 80  # characters

MANNERS = {
    Wording.PLAIN: "you speak in plain sentences",
    Wording.TERSE: "you use as few words as will do",
    Wording.CHATTY: "you talk freely and at some length",
}

_NOT_SPOKEN = re.compile(r"<[^<>]*>|\[[^\[\]]*\]|\*[^*\n]+\*|^\s*(?:testing|main) agent\s*:", re.IGNORECASE)


# What a model says that has forgotten which side it is on, or that it plays at all.
_OUT_OF_ROLE = re.compile(
    r"\b(?:how (?:can|may) I (?:help|assist) you|thank you for calling|"
    r"as an? (?:AI|(?:large )?language model)|I(?:'m| am) (?:an? )?(?:AI|language model|virtual assistant))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """Who the caller is; `facts` are its profile, `language` is a code such as "en"."""

    role: str
    personality: Personality
    language: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def manner(self) -> str:
        """How the caller behaves, as a model is told."""
        plain = MANNERS[self.personality.wording]
        return f"{self.personality.prompt.strip()} ({plain})" if self.personality.prompt.strip() else plain


class CallerModel:
    """Asks a model what the caller says in a turn; `task` is what it is told about that turn."""

    def __init__(self, model: LanguageModel, prompts: Prompts) -> None:
        self._model = model
        self._prompts = prompts

    def task(self, name: str, **values: str) -> str:
        """Return the text of one of the prompts that tell what the caller does."""
        return self._prompts.named(name).filled(**values)

    async def turn(
        self,
        part: Part,
        task: str,
        *,
        agent_text: str,
        history: Sequence[Turn],
        more: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return the answer, which has `say` and what the schemas of `more` ask for; raises ModelError.

        Numbers and addresses that the caller has not been given, and what cannot be spoken, are objected to once.
        """
        request = self.request(part, task, agent_text=agent_text, history=history, more=more)
        known = (task, json.dumps(part.facts, ensure_ascii=False, default=str), part.role, agent_text)
        said = [turn.text for turn in history]
        data, objection = await ask_for_data(
            self._model, request, self._prompts, lambda data: _objection(data["say"], (*known, *said))
        )
        if objection:
            raise ModelError(
                f"The model {self._model.name!r} does not keep to what the caller may say: {objection}"
            )
        return {**data, "say": " ".join(data["say"].split())}

    def request(
        self,
        part: Part,
        task: str,
        *,
        agent_text: str,
        history: Sequence[Turn],
        more: Mapping[str, Any] | None = None,
    ) -> ModelRequest:
        """Return what the model is asked: the caller's part in the system prompt, what was said in the message."""
        prompt = self._prompts.named("caller")
        facts = json.dumps(dict(part.facts), ensure_ascii=False, indent=1, default=str)
        latest = [entry_of_agent(agent_text)] if agent_text else []
        content = self._prompts.named("caller_data").filled(
            conversation=quoted("conversation", [*entries_of_turns(history[-TURNS:]), *latest])
        )
        return ModelRequest(
            purpose="caller",
            prompt=prompt.title,
            system=prompt.filled(
                role=part.role or "a customer",
                manner=part.manner,
                language=part.language,
                facts=facts,
                part=task,
            ),
            messages=(Message("user", content),),
            schema=object_of({**(more or {}), "say": {"type": "string"}}),
        )


def _objection(words: str, known: Sequence[str]) -> str:
    wrong = _NOT_SPOKEN.search(words)
    if wrong is not None:
        return f"{_short(wrong[0])!r} in `say` is nothing that is spoken"
    wrong = _OUT_OF_ROLE.search(words)
    if wrong is not None:
        return f"{_short(wrong[0])!r} in `say` is what the assistant says, and you are the customer"
    invented = made_up_in(words, known)
    if invented:
        return f"{_short(invented[0])!r} in `say` is made up: the caller has not been given it"
    return ""


def _short(text: str) -> str:
    return visible_line(shortened(text.strip(), LONGEST_QUOTE))
