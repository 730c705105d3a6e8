"""The text of a trigger as what it speaks of: characters, keys, or something that the agent does."""

from __future__ import annotations

from functools import lru_cache

from pytest_agentsim.caller.matcher import keypress, trigger
from pytest_agentsim.scenario import contains

__all__ = ["parsed"]


# A suite has many triggers more than once, and each is looked at in every turn.
@lru_cache(maxsize=4096)
def parsed(text: str) -> contains.Contains | keypress.KeyPress | trigger.Alternatives:
    """Return what the text of a trigger means; nothing for an expression that is malformed."""
    try:
        expression = contains.parse(text)
    except contains.ContainsError:  # reported when the scenario was loaded; here it can only never hold
        return ()
    return expression or keypress.parse(text) or trigger.parse(text)
