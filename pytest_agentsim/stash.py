"""Where the plugin keeps what belongs to a run or to an item: pytest's own stashes, by these keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_agentsim.run_state import ItemCalls, RunState
    from pytest_agentsim.scenario.model import ScenarioFile
    from pytest_agentsim.settings import Settings

__all__ = ["FILES", "ITEM_CALLS", "RUN", "SETTINGS", "TAG_MARKS"]

SETTINGS: pytest.StashKey[Settings] = pytest.StashKey()
RUN: pytest.StashKey[RunState] = pytest.StashKey()
FILES: pytest.StashKey[list[ScenarioFile]] = pytest.StashKey()
TAG_MARKS: pytest.StashKey[dict[str, pytest.MarkDecorator]] = pytest.StashKey()
ITEM_CALLS: pytest.StashKey[ItemCalls] = pytest.StashKey()
