"""Puts the instructions of a structured scenario into words, and finds words where the scenario has none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_agentsim.llm.caller_model import CallerModel, Part
    from pytest_agentsim.result import Turn
    from pytest_agentsim.scenario.model import Script

__all__ = ["LanguageModelImproviser"]


class LanguageModelImproviser:
    """Speaks for a caller who follows a script; raises ModelError."""

    def __init__(self, model: CallerModel, part: Part, script: Script) -> None:
        self._model = model
        self._part = part
        self._script = script

    async def word(
        self, instruction: str, *, agent_text: str, history: Sequence[Turn], fetched: Mapping[str, Any]
    ) -> str:
        """Return what the caller says to do as instructed; `fetched` is what functions have found out."""
        part = replace(self._part, facts={**self._part.facts, **fetched})
        task = self._model.task("caller_step", instruction=instruction)
        said: str = (await self._model.turn(part, task, agent_text=agent_text, history=history))["say"]
        return said

    async def improvise(self, *, agent_text: str, history: Sequence[Turn]) -> str:
        """Return what the caller says where nothing in its script holds."""
        script = "\n".join(
            f"- {each.trigger or 'then'}: {each.action.source}" for each in self._script.conditions
        )
        task = self._model.task("caller_improvise", script=script)
        said: str = (await self._model.turn(self._part, task, agent_text=agent_text, history=history))["say"]
        return said
