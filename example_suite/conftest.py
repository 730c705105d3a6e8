"""Starts Acme Clinic, which takes calls by text and by voice, once for all scenarios."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_agentsim import Agent

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "an-example-secret"
USER = "example"


@pytest.fixture(scope="session")
def agent() -> Iterator[Agent]:
    """The clinic's agent as a process of its own, on a free port."""
    with Agent.from_command(
        [sys.executable, "-m", "acme_clinic", "--port", "{port}"],
        voice_url="ws://127.0.0.1:{port}/voice",
        voice={"user": USER, "password": SECRET, "end_of_turn": 0.6},
        directory=Path(__file__).parent,
        environment={"ACME_SECRET": SECRET, "ACME_USER": USER, "ACME_PASSWORD": SECRET},
        secret=SECRET,
        agent_id="acme-front-desk",
        turn_timeout=float(os.environ.get("AGENTSIM_TURN_TIMEOUT", "10")),  # s
    ) as started:
        yield started
