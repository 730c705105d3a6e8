"""What the offline matcher cannot make use of in the triggers of a scenario, before any call is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher import keypress, trigger
from pytest_agentsim.caller.matcher.acts import Act
from pytest_agentsim.scenario import contains
from pytest_agentsim.scenario.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from pytest_agentsim.scenario.model import Scenario

__all__ = ["advice_on_triggers"]


def advice_on_triggers(scenario: Scenario) -> Iterator[Problem]:
    """Warn of triggers that name no act that is known, and of those that cannot be told from an earlier one.

    Triggers with the same words are left alone: they take turns in script order.
    """
    if scenario.script is None or scenario.language.lower()[:2] != "en":
        return
    earlier: dict[Hashable, str] = {}
    for condition in scenario.script.standard:
        text = condition.trigger or ""
        meaning = _meaning(text)
        if meaning is None:
            continue
        if not meaning:
            message = f"the offline matcher knows no act in {text!r} and compares words alone"
            hint = 'begin with what the agent does: "The agent asks for", "confirms that", "tells you"'
            yield Problem(condition.location, "", message, hint, Severity.WARNING)
        elif earlier.setdefault(meaning, text).casefold() != text.casefold():
            message = f"{text!r} cannot be told from {earlier[meaning]!r}: both fire whenever one does"
            yield Problem(condition.location, "", message, "name what differs", Severity.WARNING)


def _meaning(text: str) -> Hashable:
    """Return what a trigger is taken to mean; empty when that is nothing, None when it is taken by the letter."""
    try:
        if contains.parse(text) or keypress.parse(text):
            return None
    except contains.ContainsError:  # an error of its own
        return None
    alternatives = trigger.parse(text)
    if any(part.act is Act.UNKNOWN for parts in alternatives for part in parts):
        return ()
    return tuple(
        tuple(
            (part.act, tuple((topic.words_set, topic.sides, topic.whether) for topic in part.topics))
            for part in parts
        )
        for parts in alternatives
    )
