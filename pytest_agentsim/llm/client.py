"""Asks a language model, within the limits of the run."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.llm.errors import ModelError, PassingError
from pytest_agentsim.llm.scope import current_scope
from pytest_agentsim.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pytest_agentsim.llm.budget import Budget
    from pytest_agentsim.llm.pacing import Pacing
    from pytest_agentsim.llm.request import ModelAnswer, ModelRequest
    from pytest_agentsim.llm.scope import ModelScope
    from pytest_agentsim.llm.server import ModelServer
    from pytest_agentsim.llm.settings import ModelSettings

__all__ = ["Connection", "LanguageModel"]

ATTEMPTS = 4
FIRST_PAUSE = 0.5  # s, doubled before each further attempt
LONGEST_PAUSE = 30.0  # s, whatever the server asks for
SHORTEST_KEY = 12  # characters of a key that is a secret


class Connection(Protocol):
    """Sends requests to one model."""

    async def send(self, request: ModelRequest) -> ModelAnswer:
        """Make one attempt at an answer; raises ModelError."""
        ...

    async def close(self) -> None:
        """Leave no connection open."""
        ...


class LanguageModel:
    """One model on one server; `sleep` takes seconds.

    The client library is imported when the model is asked for the first time: a run whose answers are all recorded does
    without it, and without a key.
    """

    def __init__(
        self,
        server: ModelServer,
        settings: ModelSettings,
        *,
        pacing: Pacing,
        budget: Budget,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._server = server
        self._settings = settings
        self._pacing = pacing
        self._budget = budget
        self._sleep = sleep
        # Shorter ones are words such as "ollama" and "EMPTY", which servers that need no key are given.
        self._redactor = Redactor([server.key] if len(server.key.reveal()) >= SHORTEST_KEY else [])
        self._connection: Connection | None = None
        self._unpriced = ""
        self._connecting = asyncio.Lock()

    @property
    def name(self) -> str:
        """The model as reports and recordings have it, such as "openai:gpt-5"."""
        return self._server.name

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        """Return the answer; raises ModelError, and ConfigurationError where the model cannot be asked at all.

        A request that came at a bad moment is made again, up to three times, when the server says or after a growing
        pause. What has been asked on the same call before gets the same answer.
        """
        scope = current_scope()
        request = request.redacted(scope.redactor)
        request = request.redacted(self._redactor)
        key = request.key(self.name)
        if key not in scope.answers:
            scope.answers[key] = await self._answer(request, scope)
        return scope.answers[key]

    async def _answer(self, request: ModelRequest, scope: ModelScope) -> ModelAnswer:
        recorder = scope.recorder
        recorded = recorder.recorded(request, self.name) if recorder is not None else None
        if recorded is not None:
            scope.count.add(request.purpose, self.name, recorded, replayed=True)
            return recorded
        try:
            answer = (await self._ask_server(request)).redacted(scope.redactor).redacted(self._redactor)
        except BaseException:
            scope.give_up()
            raise
        if recorder is not None:
            recorder.record(request, self.name, answer)
        scope.count.add(request.purpose, self.name, answer, replayed=False)
        return answer

    async def close(self) -> None:
        """Leave no connection open."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def _ask_server(self, request: ModelRequest) -> ModelAnswer:
        connection = await self._connected()
        if self._unpriced:
            raise ModelError(self._unpriced)
        self._budget.take()
        async with self._pacing.one():
            answer = await self._attempts(connection, request)
        answer = replace(answer, cost=self._cost(answer))
        self._budget.spend(answer.cost)
        return answer

    async def _attempts(self, connection: Connection, request: ModelRequest) -> ModelAnswer:
        for attempt in range(ATTEMPTS - 1):
            try:
                return await connection.send(request)
            except PassingError as error:
                pause = FIRST_PAUSE * 2**attempt if error.pause is None else error.pause
                await self._sleep(min(pause, LONGEST_PAUSE))
        return await connection.send(request)

    async def _connected(self) -> Connection:
        async with self._connecting:
            if self._connection is None:
                self._server.check_key()
                # It takes seconds, in which other calls have to go on.
                await asyncio.to_thread(_import_client)
                from pytest_agentsim.llm.openai_connection import OpenAIConnection

                settings = self._settings
                self._connection = OpenAIConnection(
                    self._server, timeout=settings.timeout, form=settings.form, stream=settings.stream
                )
            return self._connection

    def _cost(self, answer: ModelAnswer) -> float | None:
        """Return what an answer has cost, in dollars. Raises ModelError where a limit needs it and nobody knows."""
        for name in (self._server.name, self._server.model):
            if name in self._settings.prices:
                return self._settings.prices[name].of(answer.input_tokens, answer.output_tokens)
        if self._server.is_local:
            return 0.0
        if answer.cost is None and self._budget.limits_cost:
            self._unpriced = (
                f"Nobody knows what the model {self.name!r} costs, which --agentsim-max-cost has to: say it in "
                f"agentsim_llm_prices, like '{self.name} = 0.15 0.60', the dollars for a million tokens of what it is "
                "asked and of what it answers"
            )
            raise ModelError(self._unpriced)
        return answer.cost


def _import_client() -> None:
    try:
        import_module("pytest_agentsim.llm.openai_connection")
    except ImportError as error:
        raise ConfigurationError(
            f"A language model needs further packages ({error}): pip install 'pytest-agentsim[llm]'"
        ) from None
