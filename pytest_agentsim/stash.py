"""Where the plugin keeps what belongs to a run or to an item: in pytest's own stashes, and on functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_agentsim.ahead import Ahead
    from pytest_agentsim.run_state import ItemCalls, RunState
    from pytest_agentsim.scenario.model import Scenario, ScenarioFile
    from pytest_agentsim.settings import Settings

__all__ = ["AHEAD", "FILES", "ITEM_CALLS", "RUN", "SETTINGS", "TAG_MARKS", "scenario_of"]

SETTINGS: pytest.StashKey[Settings] = pytest.StashKey()
RUN: pytest.StashKey[RunState] = pytest.StashKey()
FILES: pytest.StashKey[list[ScenarioFile]] = pytest.StashKey()
TAG_MARKS: pytest.StashKey[dict[str, pytest.MarkDecorator]] = pytest.StashKey()
ITEM_CALLS: pytest.StashKey[ItemCalls] = pytest.StashKey()
AHEAD: pytest.StashKey[Ahead] = pytest.StashKey()


def scenario_of(item: pytest.Item) -> Scenario | None:
    """Return the scenario that an item's function was made from; None for other items."""
    scenario: Scenario | None = getattr(getattr(item, "function", None), "agentsim_scenario", None)
    return scenario
