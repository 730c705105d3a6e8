"""A language model as a matcher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.interface import Candidate, MatchDecision
from pytest_agentsim.llm.answers import ask_for_data, object_of
from pytest_agentsim.llm.quoting import entries_of_turns, quoted
from pytest_agentsim.llm.request import Message, ModelRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.caller.matcher.interface import Trigger
    from pytest_agentsim.llm.client import LanguageModel
    from pytest_agentsim.llm.prompts import Prompts
    from pytest_agentsim.result import Turn

__all__ = ["LanguageModelMatcher"]

THRESHOLD = 0.5
TURNS = 20  # of the conversation so far that the model sees


class LanguageModelMatcher:
    """Asks a model about all triggers at once; it gives a reason for each.

    `decide` raises ModelError. A score says how sure the model is; whether a trigger holds is what it says itself.
    """

    def __init__(self, model: LanguageModel, prompts: Prompts) -> None:
        self._model = model
        self._prompts = prompts

    async def decide(
        self, agent_text: str, *, history: Sequence[Turn], triggers: Sequence[Trigger]
    ) -> MatchDecision:
        """Judge every trigger against the agent's latest message; nothing is asked about silence."""
        if not triggers or not agent_text.strip():
            candidates = (
                Candidate(each.condition_id, each.text, 0.0, holds=False, reason="the agent said nothing")
                for each in triggers
            )
            return MatchDecision(tuple(candidates), THRESHOLD)
        data, _ = await ask_for_data(
            self._model, self.request(agent_text, history=history, triggers=triggers), self._prompts
        )
        answers = (data[name] for name in _names(triggers))
        return MatchDecision(
            tuple(
                Candidate(
                    trigger.condition_id,
                    trigger.text,
                    round(answer["score"] / 100, 3),
                    holds=answer["holds"],
                    reason=" ".join(answer["reason"].split()),
                )
                for trigger, answer in zip(triggers, answers, strict=True)
            ),
            THRESHOLD,
        )

    def request(
        self, agent_text: str, *, history: Sequence[Turn], triggers: Sequence[Trigger]
    ) -> ModelRequest:
        """Return what the model is asked: the triggers in the system prompt, what was said as data in the message."""
        prompt = self._prompts.named("matcher")
        listed = "\n".join(
            f"{name}: {' '.join(each.text.split())}"
            for name, each in zip(_names(triggers), triggers, strict=True)
        )
        content = self._prompts.named("matcher_data").filled(
            history=quoted("conversation", entries_of_turns(history[-TURNS:])),
            latest=quoted("message", [{"speaker": "main agent", "says": agent_text}]),
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


def _names(triggers: Sequence[Trigger]) -> list[str]:
    return [f"trigger_{number}" for number in range(1, len(triggers) + 1)]
