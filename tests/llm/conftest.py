"""A model server, and clients that ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.llm.budget import Budget
from pytest_agentsim.llm.client import LanguageModel
from pytest_agentsim.llm.pacing import Pacing
from pytest_agentsim.llm.prompt import Prompts
from pytest_agentsim.llm.server import server_of
from pytest_agentsim.llm.settings import ModelSettings
from tests.llm.model_server import ModelServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEY = "sk-open-sesame-1234"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    started = ModelServer()
    yield started
    started.stop()


@pytest.fixture
def pauses() -> list[float]:
    """The pauses between attempts, which are not made."""
    return []


@pytest.fixture
def prompts() -> Prompts:
    return Prompts()


@pytest.fixture
async def connect(server: ModelServer, pauses: list[float]) -> Any:
    """Makes clients: `connect("openai:gpt-4o-mini", timeout=…)`."""
    pytest.importorskip("pydantic_ai")
    made: list[LanguageModel] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    def make(name: str = "test-model", *, budget: Budget | None = None, **settings: Any) -> LanguageModel:
        made.append(
            LanguageModel(
                server_of(name, server.url, {"AGENTSIM_LLM_API_KEY": KEY}),
                ModelSettings(base_url=server.url, **settings),
                pacing=Pacing(8),
                budget=budget or Budget(),
                sleep=sleep,
            )
        )
        return made[-1]

    yield make
    for model in made:
        await model.close()


@pytest.fixture
def model(connect: Callable[..., LanguageModel]) -> LanguageModel:
    return connect()
