"""What a caller waits for, whether its scenario has conditions or steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.interface import Trigger

if TYPE_CHECKING:
    from pytest_agentsim.scenario.model import Scenario, Script

__all__ = ["triggers_of", "triggers_of_script"]


def triggers_of_script(script: Script) -> tuple[Trigger, ...]:
    """Return the triggers of a script's standard conditions, in script order."""
    return tuple(
        Trigger(each.id, each.trigger, each.examples) for each in script.standard if each.trigger is not None
    )


def triggers_of(scenario: Scenario) -> tuple[Trigger, ...]:
    """Return the triggers of a scenario, with their placeholders; of instructions, those that rules can follow."""
    if scenario.script is not None:
        return triggers_of_script(scenario.script)
    from pytest_agentsim.caller.behaviour.plan import plan_of

    plan = plan_of(scenario)
    return tuple(Trigger(each.step.number, each.trigger) for each in plan.steps) if plan is not None else ()
