"""The language models of one run: what they share, and a client for each."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_agentsim.llm.budget import Budget
from pytest_agentsim.llm.cassette import Cassette
from pytest_agentsim.llm.client import LanguageModel
from pytest_agentsim.llm.pacing import Pacing
from pytest_agentsim.llm.prompt import Prompts
from pytest_agentsim.llm.scope import ModelScope
from pytest_agentsim.llm.server import server_of
from pytest_agentsim.redaction import redactor_for
from pytest_agentsim.report.artifacts import artifact_directory
from pytest_agentsim.side_channel.functions import functions_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from pytest_agentsim.caller.matcher.interface import Matcher
    from pytest_agentsim.judge.interface import Judge
    from pytest_agentsim.llm.caller_model import CallerModel
    from pytest_agentsim.llm.settings import ModelSettings
    from pytest_agentsim.spec import CallSpec

__all__ = ["LanguageModels"]

FOLDER = "cassettes"


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
        self.problem = ""

    def named(self, name: str) -> LanguageModel:
        """Return the client of a model, such as "openai:gpt-5"; raises ConfigurationError."""
        server = server_of(name, self._settings.base_url, is_asked=self._settings.record_mode != "none")
        if server.name not in self._models:
            self._models[server.name] = LanguageModel(
                server, self._settings, pacing=self._pacing, budget=self._budget
            )
        return self._models[server.name]

    @cached_property
    def judge(self) -> Judge | None:
        """Who judges what cannot be computed; None for nobody. Raises ConfigurationError."""
        settings = self._settings
        if not settings.judge_model:
            return None
        from pytest_agentsim.llm.judge import LanguageModelJudge

        return LanguageModelJudge(self.named(settings.judge_model), self.prompts, votes=settings.judge_votes)

    @cached_property
    def matcher(self) -> Matcher | None:
        """Who decides which triggers hold; None for the offline matcher. Raises ConfigurationError."""
        if not self._settings.matcher_model:
            return None
        from pytest_agentsim.llm.matcher import LanguageModelMatcher

        return LanguageModelMatcher(self.named(self._settings.matcher_model), self.prompts)

    @cached_property
    def caller(self) -> CallerModel | None:
        """Who speaks for callers whose words are left open; None for nobody. Raises ConfigurationError."""
        if not self._settings.caller_model:
            return None
        from pytest_agentsim.llm.caller_model import CallerModel

        return CallerModel(self.named(self._settings.caller_model), self.prompts)

    @asynccontextmanager
    async def on_call(
        self, spec: CallSpec, *, directory: Path, node_id: str, run_number: int
    ) -> AsyncIterator[ModelScope]:
        """Let what is asked within belong to a call, the nth of a pytest item whose file is in that directory."""
        secrets = (*spec.endpoint.secrets, *functions_of(spec.scenario.script).secrets)
        cassette = self._cassette(directory, node_id, run_number)
        if cassette is not None:
            await asyncio.to_thread(cassette.load)
        with ModelScope(redactor_for(secrets), cassette).entered() as scope:
            try:
                yield scope
            except BaseException:
                scope.give_up()
                raise
            finally:
                if cassette is not None:
                    await self._save(cassette)

    def _cassette(self, directory: Path, node_id: str, run_number: int) -> Cassette | None:
        mode = self._settings.record_mode
        if mode is None:
            return None
        folder = self._settings.cassettes
        if folder is None:
            file, separator, item = node_id.partition("::")
            place = artifact_directory(
                directory / FOLDER, f"{file.rpartition('/')[2]}{separator}{item}", run_number
            )
        else:
            place = artifact_directory(folder, node_id, run_number)
        return Cassette(place.with_name(f"{place.name}.yaml"), mode, node_id)

    async def _save(self, cassette: Cassette) -> None:
        try:
            await asyncio.to_thread(cassette.save)
        except OSError as error:
            self.problem = f"The recording {cassette.path} cannot be written: {error}"

    @property
    def problems(self) -> tuple[str, ...]:
        """Sentences for the end of the run: that the budget is spent, that a recording could not be written."""
        return tuple(each for each in (self._budget.exhausted, self.problem) if each)

    async def close(self) -> None:
        """Leave no connection open."""
        for each in self._models.values():
            await each.close()
