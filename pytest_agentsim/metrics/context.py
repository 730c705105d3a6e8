"""What is known of a call beside the call itself, for those who judge it: who is called, and by what scenario."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_agentsim.scenario.model import Scenario

__all__ = ["AboutAgent", "CallContext"]


@dataclass(frozen=True, slots=True)
class AboutAgent:
    """What is known of the agent under test.

    `description` is what it has been told to be and to do, its prompt; `knowledge` what else it may rely on, as text.
    """

    description: str = ""
    knowledge: str = ""


@dataclass(frozen=True, slots=True)
class CallContext:
    """What was known before a call began; empty where nobody knows, as of a call that was read from a file."""

    agent: AboutAgent = field(default_factory=AboutAgent)
    scenario: Scenario | None = None
    test_profile: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tags(self) -> tuple[str, ...]:
        return () if self.scenario is None else self.scenario.tags

    @property
    def instructions(self) -> str:
        """The free instructions of a behavioural scenario."""
        return "" if self.scenario is None else self.scenario.instructions

    @property
    def conditional_actions(self) -> str:
        """The script of a structured scenario as the platforms' JSON; empty where there is none."""
        script = None if self.scenario is None else self.scenario.script
        if script is None:
            return ""
        conditions = [
            {
                "id": each.id,
                "condition": "FIRST_MESSAGE"
                if each.trigger is None and each.follows is None
                else each.trigger
                if each.follows is None
                else each.follows,
                "action": each.action.source,
                "type": "standard" if each.follows is None else "action_followup",
                "fixed_message": each.fixed_message,
            }
            for each in script.conditions
        ]
        return json.dumps({"role": script.role, "conditions": conditions}, ensure_ascii=False)
