"""A language model as a matcher."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.interface import Candidate, MatchDecision
from pytest_agentsim.caller.matcher.offline import OfflineMatcher, is_exact
from pytest_agentsim.llm.answers import ask_for_data, object_of
from pytest_agentsim.llm.quoting import entries_of_turns, entry_of_agent, quoted
from pytest_agentsim.llm.request import Message, ModelRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.caller.matcher.interface import Trigger
    from pytest_agentsim.llm.client import LanguageModel
    from pytest_agentsim.llm.prompt import Prompts
    from pytest_agentsim.result import Turn

__all__ = ["LanguageModelMatcher"]

THRESHOLD = 0.5
TURNS = 20  # of the conversation so far that the model sees


class LanguageModelMatcher:
    """Asks a model about all triggers at once; it gives a reason for each.

    `decide` raises ModelError. A score says how sure the model is; whether a trigger holds is what it says itself.
    Triggers about characters (`contains "…"`) and keys are left to the offline matcher, which cannot err about them.
    """

    def __init__(self, model: LanguageModel, prompts: Prompts) -> None:
        self._model = model
        self._prompts = prompts
        self._offline = OfflineMatcher()

    async def decide(
        self, agent_text: str, *, history: Sequence[Turn], triggers: Sequence[Trigger]
    ) -> MatchDecision:
        """Judge every trigger against the agent's latest message; nothing is asked about silence."""
        exact = [each for each in triggers if is_exact(each.text)]
        others = [each for each in triggers if each not in exact]
        computed = await self._offline.decide(agent_text, history=history, triggers=exact)
        candidates = [*computed.candidates, *await self._asked(agent_text, history, others)]
        order = {each.condition_id: position for position, each in enumerate(triggers)}
        return MatchDecision(tuple(sorted(candidates, key=lambda each: order[each.condition_id])), THRESHOLD)

    async def _asked(
        self, agent_text: str, history: Sequence[Turn], triggers: Sequence[Trigger]
    ) -> list[Candidate]:
        if not triggers or not agent_text.strip():
            return [
                Candidate(each.condition_id, each.text, 0.0, holds=False, reason="the agent said nothing")
                for each in triggers
            ]
        data, _ = await ask_for_data(
            self._model, self.request(agent_text, history=history, triggers=triggers), self._prompts
        )
        return [
            Candidate(
                trigger.condition_id,
                trigger.text,
                round(data[name]["score"] / 100, 3),
                holds=data[name]["holds"],
                reason=" ".join(data[name]["reason"].split()),
            )
            for name, trigger in zip(_names(triggers), triggers, strict=True)
        ]

    def request(
        self, agent_text: str, *, history: Sequence[Turn], triggers: Sequence[Trigger]
    ) -> ModelRequest:
        """Return what the model is asked: the triggers in the system prompt, what was said as data in the message."""
        prompt = self._prompts.named("matcher")
        listed = "\n".join(
            f"{name}: {_told(each)}" for name, each in zip(_names(triggers), triggers, strict=True)
        )
        content = self._prompts.named("matcher_data").filled(
            history=quoted("conversation", entries_of_turns(history[-TURNS:])),
            latest=quoted("message", [entry_of_agent(agent_text)]),
        )
        answer = object_of(
            {
                "reason": {"type": "string"},
                "score": {"type": "integer", "minimum": 0, "maximum": 100},
                "holds": {"type": "boolean"},
            }
        )
        return ModelRequest(
            purpose="matcher",
            prompt=prompt.title,
            system=prompt.filled(triggers=listed),
            messages=(Message("user", content),),
            schema=object_of(dict.fromkeys(_names(triggers), answer)),
        )


def _told(trigger: Trigger) -> str:
    """A trigger in one line, with what its author says that it holds for."""
    text = " ".join(trigger.text.split())
    examples = "; ".join(json.dumps(each, ensure_ascii=False) for each in trigger.examples)
    return f"{text} (it holds for such as {examples})" if examples else text


def _names(triggers: Sequence[Trigger]) -> list[str]:
    return [f"trigger_{number}" for number in range(1, len(triggers) + 1)]
