"""A behavioural scenario as a plan that rules can follow: which steps wait for what, and which they cannot do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pytest_agentsim.caller.behaviour.awaited import HOW_TO_HELP, awaited
from pytest_agentsim.caller.behaviour.constraints import constraint_of, is_constraint, wish_of
from pytest_agentsim.caller.behaviour.deeds import PLACEHOLDER, Kind, datum_named, read_deed
from pytest_agentsim.caller.behaviour.filling import filled, keys_to_press
from pytest_agentsim.caller.patterns import lazily
from pytest_agentsim.caller.realiser import OfflineRealiser
from pytest_agentsim.caller.spoken import look_up, words_of_key
from pytest_agentsim.scenario.personality import Wording
from pytest_agentsim.scenario.step import Parts
from pytest_agentsim.scenario.template import missing, placeholders
from pytest_agentsim.visible import shortened

if TYPE_CHECKING:
    from pytest_agentsim.caller.behaviour.deeds import Deed
    from pytest_agentsim.scenario.instructions import Behaviour
    from pytest_agentsim.scenario.model import Scenario
    from pytest_agentsim.scenario.step import Step
    from pytest_agentsim.scenario.template import Placeholder

__all__ = ["Plan", "PlannedStep", "Unable", "plan_of", "with_facts"]

READABLE = ("en", "multi")
LONGEST_QUOTE = 70  # characters
STAND_IN = "Something"
LANGUAGE_MODEL = "a language model"

REFUSING = lazily(r"(?:refuse|decline) to \w+ (?:your|the)\b", re.IGNORECASE)
NAMES_A_MENU = lazily(r"\bmenu\b", re.IGNORECASE)
ASKS_FOR = "The agent asks for"
KEYS_ARE_OFFERED = 'contains "press"'

WITH_A_MODEL = "reword it, write `conditional_actions`, or set `agentsim_caller_model`"

MANNER_ONLY = "it tells how to behave, not what to say"
NO_PREFERENCE = "needs a language model, or a step of its own: preferences only choose among what is offered"
NO_CONDITION = "no rule keeps to such a condition"
NO_WORDS = "no rule puts it into words"
NO_KEYS = "it names no keys"


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step that rules can do: what it does, and the trigger of that.

    `options` tells that it waits for a choice, `is_limit` that one offer is enough, because it may have to be refused.
    """

    step: Step
    deed: Deed
    trigger: str
    options: bool = False
    is_limit: bool = False

    @property
    def refuses(self) -> bool:
        """Whether it keeps a datum of the profile to itself, for a while or for good."""
        return bool(datum_named(self.deed.refusal)) or REFUSING.match(self.deed.instruction) is not None


@dataclass(frozen=True, slots=True)
class Unable:
    """A step that rules cannot do: what it needs, and why."""

    step: Step
    why: str
    needs: str = LANGUAGE_MODEL

    def __str__(self) -> str:
        return f'step {self.step.number} needs {self.needs}: "{shortened(self.step.text, LONGEST_QUOTE)}": {self.why}'


@dataclass(frozen=True, slots=True)
class Plan:
    """What rules make of a scenario's instructions.

    `preferences` are the wishes for the whole call. `obstacle` tells what is wrong with the whole of it. `last` is the
    number of a step that ends the call and waits for nothing but that everything else has been said.
    """

    behaviour: Behaviour
    steps: tuple[PlannedStep, ...]
    unable: tuple[Unable, ...] = ()
    obstacle: str = ""
    last: int | None = None
    preferences: tuple[str, ...] = ()

    @property
    def why_not(self) -> str:
        """Say why rules cannot follow the instructions; empty when they can."""
        return self.obstacle or "; ".join(map(str, self.unable))

    @property
    def advice(self) -> str:
        """Say why rules cannot follow the instructions, and what to do about it."""
        needs_model = self.obstacle or any(each.needs == LANGUAGE_MODEL for each in self.unable)
        return f"{self.why_not} ({WITH_A_MODEL if needs_model else 'add it there'})" if self.why_not else ""


def plan_of(scenario: Scenario) -> Plan | None:
    """Plan a scenario's instructions; None for a scenario that has none."""
    return None if scenario.behaviour is None else _plan_of(_TheVery(scenario))


class _TheVery:
    """A scenario as a key: it cannot be hashed by what is in it, and is planned when collected, checked and run."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _TheVery) and other.scenario is self.scenario

    def __hash__(self) -> int:
        return id(self.scenario)


@lru_cache(maxsize=1024)
def _plan_of(key: _TheVery) -> Plan | None:
    scenario = key.scenario
    behaviour = scenario.behaviour
    if behaviour is None:
        return None
    primary = scenario.language.lower().replace("_", "-").split("-")[0]
    if primary not in READABLE:
        return Plan(
            behaviour,
            (),
            obstacle=f"its `instructions` need a language model, because the caller speaks "
            f'"{scenario.language}": rules follow instructions in English only',
        )
    if not behaviour.steps:
        return Plan(
            behaviour, (), obstacle="its `instructions` need a language model, because they have no steps"
        )
    return _planned(behaviour, scenario.tools, _Variables(with_facts(behaviour, scenario.profile.variables)))


def with_facts(behaviour: Behaviour, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the profile's variables and those facts of the instructions that it does not have."""
    facts = {name: value for name, value in behaviour.facts.items() if look_up(name, variables) is None}
    return {**facts, **variables}


def _planned(behaviour: Behaviour, tools: tuple[str, ...], variables: _Variables) -> Plan:
    steps: list[PlannedStep] = []
    unable: list[Unable] = []
    last: int | None = None
    for position, step in enumerate(behaviour.steps):
        outcome = _plan(step, tools, variables, is_first=position == 0)
        if outcome is None:
            last = step.number
        elif isinstance(outcome, Unable):
            unable.append(outcome)
        else:
            steps.append(outcome)
    wishes = {each: wish_of(each) for each in behaviour.preferences}
    unwished = next((each for each, wish in wishes.items() if not wish), "")
    obstacle = f'its preference "{shortened(unwished, LONGEST_QUOTE)}" {NO_PREFERENCE}' if unwished else ""
    return Plan(behaviour, tuple(steps), tuple(unable), obstacle, last, tuple(filter(None, wishes.values())))


def _plan(
    step: Step, tools: tuple[str, ...], variables: _Variables, *, is_first: bool
) -> PlannedStep | Unable | None:
    """Return None for a step that ends the call when all else is done."""
    constraint = constraint_of(step.text)
    parts = step.parts if constraint is None else Parts(constraint.action, constraint.when)
    deed = read_deed(parts, has_keypad="TOOL_DTMF" in tools)
    if constraint is not None:
        deed = replace(deed, refusals=constraint.refusals, refusal=constraint.refusal)
    waits = awaited(parts.when)
    trigger = waits.trigger
    if not trigger and deed.kind is Kind.END and (waits.is_bare or waits.is_over):
        return None
    if waits.is_bare:
        datum = datum_named(deed.instruction)
        if datum:
            trigger = f"The agent asks for your {datum}"
        elif is_first and not parts.when:
            trigger = f"The agent {HOW_TO_HELP}"
    elif waits.trigger.startswith(ASKS_FOR):
        trigger += _by_its_own_name(deed.instruction, waits.trigger)
    problem = _problem(step, deed, tools, variables)
    if problem is not None:
        return problem
    if not trigger:
        return Unable(step, waits.why_not)
    if deed.kind is Kind.PRESS and NAMES_A_MENU.search(parts.when):
        trigger = KEYS_ARE_OFFERED
    if deed.kind is Kind.VERIFY:
        trigger = f"{trigger} or asks whether {deed.subject} is correct"
    options = waits.options and deed.kind in (Kind.SAY, Kind.CHOOSE)
    return PlannedStep(step, deed, trigger, options, options and constraint is not None)


def _by_its_own_name(instruction: str, trigger: str) -> str:
    """Wait for the name of the profile as well: who is asked for a booking reference may have a "confirmation code"."""
    datum = PLACEHOLDER.search(instruction)
    name = datum_named(instruction) if datum is not None else ""
    if not name or "name" in words_of_key(name) or words_of_key(name) & words_of_key(trigger):
        return ""
    return f" or asks for your {name}"


def _problem(step: Step, deed: Deed, tools: tuple[str, ...], variables: _Variables) -> Unable | None:
    if deed.kind is Kind.PRESS:
        if "TOOL_DTMF" not in tools:
            return Unable(step, "it presses keys", "TOOL_DTMF in `tools`")
        return None if variables.keys(deed.subject) else Unable(step, NO_KEYS)
    if deed.kind is Kind.TEXT and "SEND_SMS_TOOL_CALL" not in tools:
        return Unable(step, "it sends a text message", "SEND_SMS_TOOL_CALL in `tools`")
    if deed.kind not in (Kind.SAY, Kind.CHOOSE):
        return None
    left = variables.unspeakable(deed.instruction)
    if not left:
        return None
    if is_constraint(step.text):
        return Unable(step, NO_CONDITION)
    return Unable(step, MANNER_ONLY if variables.is_manner(left) else NO_WORDS)


class _Variables:
    """What is known of the caller's data before the call, for trying out what can be said."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self._variables = variables
        self._realiser = OfflineRealiser(role="", variables=variables, wording=Wording.PLAIN, language="en")

    def keys(self, subject: str) -> bool:
        """Whether keys are named; those of a profile that a fixture may bring are."""
        if placeholders(subject) or subject.lower().startswith("your "):
            return True
        return bool(keys_to_press(subject, self._variables))

    def unspeakable(self, instruction: str) -> tuple[str, ...]:
        """Return the parts of an instruction that no rule puts into words; data that is missing is none of them."""
        text = filled(instruction, self._completed(missing(instruction, self._variables)))
        return tuple(each for each in self._realiser.left_over(text) if not datum_named(each))

    def _completed(self, lacking: tuple[Placeholder, ...]) -> Mapping[str, Any]:
        """Stand something in for the keys of another profile, which a fixture may bring."""
        variables: dict[str, Any] = dict(self._variables)
        for each in lacking:
            level = variables
            for key in each.keys[:-1]:
                inner = level.get(key)
                level[key] = dict(inner) if isinstance(inner, Mapping) else {}
                level = level[key]
            level[each.keys[-1]] = STAND_IN
        return variables

    def is_manner(self, parts: tuple[str, ...]) -> bool:
        return all(self._realiser.is_manner(each) for each in parts)
