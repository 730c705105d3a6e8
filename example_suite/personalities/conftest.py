"""Everything in this folder is called by three different people."""

from __future__ import annotations

import pytest


@pytest.fixture(params=["normal", "impatient", "slow-speaker"])
def personality(request: pytest.FixtureRequest) -> str:
    """One item for each of the names."""
    name: str = request.param
    return name
