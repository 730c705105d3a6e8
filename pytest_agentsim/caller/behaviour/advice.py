"""What the author of a behavioural scenario should know of how rules will follow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.caller.behaviour.deeds import datum_named
from pytest_agentsim.caller.behaviour.plan import LANGUAGE_MODEL, LONGEST_QUOTE, plan_of, with_facts
from pytest_agentsim.caller.matcher.advice import unclear
from pytest_agentsim.caller.matcher.interface import Trigger
from pytest_agentsim.caller.realiser import OfflineRealiser
from pytest_agentsim.scenario.personality import Wording
from pytest_agentsim.scenario.problems import Problem, Severity
from pytest_agentsim.scenario.template import placeholders
from pytest_agentsim.visible import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_agentsim.caller.behaviour.plan import Plan, PlannedStep
    from pytest_agentsim.scenario.model import Scenario
    from pytest_agentsim.scenario.problems import Location

__all__ = ["advice_on", "advice_on_awaited"]

END_TOOLS = ("TOOL_END_CALL", "TOOL_END_CALL_ONLY_ON_TRANSFER")
WAITING = 'begin the "when" with what is done to you: "asked for", "told that", "offered"'
REWORD = "say it in other words, write conditional_actions, or run it with a language model"


def advice_on(scenario: Scenario) -> Iterator[Problem]:
    """Warn of the steps that rules cannot follow, and of what they lack for those that they can."""
    plan = plan_of(scenario)
    if plan is None:
        return
    if plan.obstacle:
        yield _warning(
            scenario.location, plan.obstacle, "write conditional_actions, or run it with a language model"
        )
    for unable in plan.unable:
        hint = REWORD if unable.needs == LANGUAGE_MODEL else f"add {unable.needs.split()[0]} to tools"
        yield _warning(unable.step.location or scenario.location, str(unable), hint)
    for planned in plan.steps:
        for message, hint in _on_step(planned, scenario):
            place = planned.step.location or scenario.location
            yield _warning(place, f"step {planned.step.number} {message}", hint)
    yield from _on_triggers(plan, scenario)


def advice_on_awaited(scenario: Scenario) -> Iterator[Problem]:
    """Warn of steps that rules can do, whose time the offline matcher cannot see or cannot tell from another's."""
    plan = plan_of(scenario)
    if plan is not None and not plan.why_not:
        yield from _on_triggers(plan, scenario)


def _on_triggers(plan: Plan, scenario: Scenario) -> Iterator[Problem]:
    yield from unclear(
        (
            (
                Trigger(each.step.number, each.trigger),
                shortened(each.step.text, LONGEST_QUOTE),
                each.step.location or scenario.location,
            )
            for each in plan.steps
        ),
        hint=WAITING,
    )


def _on_step(planned: PlannedStep, scenario: Scenario) -> Iterator[tuple[str, str]]:
    if planned.deed.ends and not set(END_TOOLS) & set(scenario.tools):
        yield (
            "ends the call, which the caller may not do: it says goodbye and waits for the agent to hang up",
            "add TOOL_END_CALL to tools",
        )
    known = with_facts(scenario.behaviour, scenario.profile.variables) if scenario.behaviour else {}
    realiser = OfflineRealiser(role="", variables=known, wording=Wording.PLAIN, language="en")
    for part in realiser.left_over(planned.deed.instruction) if known else ():
        if datum_named(part) and not placeholders(part):
            hint = f"it has: {', '.join(sorted(known))}"
            yield f'gives "{datum_named(part)}", which the test profile does not have', hint


def _warning(location: Location, message: str, hint: str) -> Problem:
    return Problem(location, "instructions", message, hint, Severity.WARNING)
