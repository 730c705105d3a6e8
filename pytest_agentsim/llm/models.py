"""The language models of one run: what they share, and a client for each."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pytest_agentsim.llm.budget import Budget
from pytest_agentsim.llm.client import LanguageModel
from pytest_agentsim.llm.pacing import Pacing
from pytest_agentsim.llm.prompts import Prompts
from pytest_agentsim.llm.scope import ModelScope
from pytest_agentsim.llm.server import server_of
from pytest_agentsim.redaction import redactor_for
from pytest_agentsim.side_channel.functions import functions_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_agentsim.llm.settings import ModelSettings
    from pytest_agentsim.spec import CallSpec

__all__ = ["LanguageModels"]


class LanguageModels:
    """Makes the clients; the limits of `settings` hold for all of them together."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._budget = Budget(
            settings.max_calls, settings.max_cost, process=settings.process, processes=settings.processes
        )
        self._pacing = Pacing(settings.concurrency, settings.rate)
        self._models: dict[str, LanguageModel] = {}
        self.prompts = Prompts(settings.prompts)

    def named(self, name: str) -> LanguageModel:
        """Return the client of a model, such as "openai:gpt-5"; raises ConfigurationError."""
        server = server_of(name, self._settings.base_url)
        if server.name not in self._models:
            self._models[server.name] = LanguageModel(
                server, self._settings, pacing=self._pacing, budget=self._budget
            )
        return self._models[server.name]

    @contextmanager
    def on_call(self, spec: CallSpec) -> Iterator[ModelScope]:
        """Let what is asked within belong to a call."""
        secrets = (*spec.endpoint.secrets, *functions_of(spec.scenario.script).secrets)
        with ModelScope(redactor_for(secrets)).entered() as scope:
            yield scope

    @property
    def exhausted(self) -> str:
        """A sentence about the budget where it is spent and more was wanted; else nothing."""
        return self._budget.exhausted

    async def close(self) -> None:
        """Leave no connection open."""
        for each in self._models.values():
            await each.close()
