"""Where the plugin keeps what belongs to a run or to an item: pytest's own stashes, by these keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_agentsim.run_state import ItemCalls, RunState
    from pytest_agentsim.scenario.model import ScenarioFile

__all__ = ["FILES", "ITEM_CALLS", "RUN"]

RUN: pytest.StashKey[RunState] = pytest.StashKey()
FILES: pytest.StashKey[list[ScenarioFile]] = pytest.StashKey()
ITEM_CALLS: pytest.StashKey[ItemCalls] = pytest.StashKey()
