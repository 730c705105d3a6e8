"""The judge of a command: a language model, named on the command line or in the environment."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import AsyncIterator

    from pytest_agentsim.judge.interface import Judge

__all__ = ["add_judge_options", "judge_of"]


def add_judge_options(parser: argparse.ArgumentParser) -> None:
    """Add what says which model judges; the environment is that of pytest's options."""
    group = parser.add_argument_group("the judge")
    group.add_argument(
        "--judge-model",
        default=os.environ.get("AGENTSIM_JUDGE_MODEL", ""),
        metavar="MODEL",
        help="the language model that judges, as openai:gpt-5 or ollama:llama3 (or AGENTSIM_JUDGE_MODEL)",
    )
    group.add_argument(
        "--judge-votes",
        type=int,
        default=1,
        metavar="N",
        help="how often it is asked each question (default 1)",
    )
    group.add_argument(
        "--llm-base-url",
        default=os.environ.get("AGENTSIM_LLM_BASE_URL", ""),
        metavar="URL",
        help="the address of its server (or AGENTSIM_LLM_BASE_URL)",
    )
    group.add_argument(
        "--llm-form", choices=("schema", "tool", "words"), default="schema", help="how answers are asked for"
    )
    group.add_argument("--prompts", type=Path, metavar="DIR", help="a folder of prompts of your own")
    group.add_argument(
        "--max-llm-calls", type=int, metavar="N", help="how many requests may be made to language models"
    )


@asynccontextmanager
async def judge_of(options: argparse.Namespace) -> AsyncIterator[Judge | None]:
    """Give the judge that the options name, None where they name none; raises ConfigurationError."""
    if not options.judge_model:
        yield None
        return
    from pytest_agentsim.llm.models import LanguageModels
    from pytest_agentsim.llm.settings import ModelSettings

    models = LanguageModels(
        ModelSettings(
            judge_model=options.judge_model,
            judge_votes=max(1, options.judge_votes),
            base_url=options.llm_base_url,
            form=options.llm_form,
            prompts=options.prompts,
            max_calls=options.max_llm_calls,
        )
    )
    try:
        yield models.judge
    finally:
        await models.close()
