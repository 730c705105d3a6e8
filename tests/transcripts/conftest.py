"""The example transcripts: one call, as each format tells it."""

from __future__ import annotations

from pathlib import Path

import pytest

DATA = Path(__file__).parent / "data"


@pytest.fixture
def example():
    """``example("vapi.json")``: the path of an example."""
    return DATA.joinpath
