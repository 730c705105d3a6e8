"""What the offline matcher cannot make use of in the triggers of a scenario, before any call is made."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.acts import Act
from pytest_agentsim.caller.matcher.parsing import parsed
from pytest_agentsim.scenario.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from pytest_agentsim.caller.matcher.interface import Trigger
    from pytest_agentsim.scenario.model import Scenario
    from pytest_agentsim.scenario.problems import Location

__all__ = ["advice_on_triggers", "unclear"]

BEGIN = 'begin with what the agent does: "The agent asks for", "confirms that", "tells you"'


def advice_on_triggers(scenario: Scenario) -> Iterator[Problem]:
    """Warn of conditions whose trigger the offline matcher makes nothing of, or cannot tell from an earlier one."""
    from pytest_agentsim.caller.triggers import triggers_of_script

    if scenario.script is None or scenario.language.lower()[:2] != "en":
        return
    places = {each.id: each.location for each in scenario.script.standard}
    triggers = triggers_of_script(scenario.script)
    yield from unclear(((each, each.text, places[each.condition_id]) for each in triggers), hint=BEGIN)


def unclear(triggers: Iterable[tuple[Trigger, str, Location]], *, hint: str) -> Iterator[Problem]:
    """Warn of triggers that name no act that is known, and of those that cannot be told from an earlier one.

    Each comes with what its author calls it, and its place. `hint` tells how one is written. Triggers with the same
    words are left alone: they take turns in script order. So are those with examples, which are compared with these.
    """
    earlier: dict[Hashable, tuple[str, str]] = {}
    for trigger, name, location in triggers:
        meaning = _meaning(trigger.text)
        if meaning is None or trigger.examples:
            continue
        if not meaning:
            message = f"the offline matcher knows no act in {name!r} and compares words alone"
            yield Problem(location, "", message, hint, Severity.WARNING)
            continue
        text, before = earlier.setdefault(meaning, (trigger.text, name))
        if text.casefold() != trigger.text.casefold():
            message = f"{name!r} cannot be told from {before!r}: both fire whenever one does"
            yield Problem(location, "", message, "name what differs", Severity.WARNING)


@lru_cache(maxsize=4096)
def _meaning(text: str) -> Hashable:
    """Return what a trigger is taken to mean; empty when that is nothing, None when it is taken by the letter."""
    alternatives = parsed(text)
    if not isinstance(alternatives, tuple) or not alternatives:  # what is malformed is an error of its own
        return None
    if any(part.act is Act.UNKNOWN for parts in alternatives for part in parts):
        return ()
    return tuple(
        tuple(
            (part.act, tuple((topic.words_set, topic.sides, topic.whether) for topic in part.topics))
            for part in parts
        )
        for parts in alternatives
    )
