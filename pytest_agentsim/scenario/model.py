"""The scenario as the rest of the package knows it, whatever dialect the file was written in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pytest_agentsim.scenario.action import Action
    from pytest_agentsim.scenario.instructions import Behaviour
    from pytest_agentsim.scenario.personality import Personality
    from pytest_agentsim.scenario.problems import Location, Problem
    from pytest_agentsim.scenario.profile import TestProfile

__all__ = [
    "Channel",
    "Condition",
    "Expectation",
    "ExpectationKind",
    "OnNoMatch",
    "Scenario",
    "ScenarioFile",
    "ScenarioType",
    "Script",
]


class ScenarioType(StrEnum):
    """What drives the caller."""

    STRUCTURED = "conditional_actions"
    BEHAVIOURAL = "instruction"


class Channel(StrEnum):
    """What the call is made over."""

    TEXT = "text"
    VOICE = "voice"
    BOTH = "both"


class OnNoMatch(StrEnum):
    """What the caller does when no trigger holds for what the agent said."""

    CLARIFY = "clarify"
    IMPROVISE = "improvise"
    WAIT = "wait"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Condition:
    """One row of a structured scenario: when it fires and what the caller does then.

    The first message has neither `trigger` nor `follows`; a standard condition has a `trigger`; a followup has
    the id of the condition that it `follows`. `examples` are sentences of an agent for which the trigger holds.
    """

    id: int
    action: Action
    fixed_message: bool
    location: Location
    trigger: str | None = None
    follows: int | None = None
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """The conditions of a structured scenario in script order; the first message comes first."""

    role: str
    conditions: tuple[Condition, ...]
    functions: tuple[Mapping[str, Any], ...] = ()

    @property
    def first_message(self) -> Condition:
        return self.conditions[0]

    @property
    def standard(self) -> tuple[Condition, ...]:
        """The conditions that wait for a trigger."""
        return tuple(each for each in self.conditions if each.trigger is not None)

    def followups_of(self, condition_id: int) -> tuple[Condition, ...]:
        """The conditions that fire in the turn after `condition_id`."""
        return tuple(each for each in self.conditions if each.follows == condition_id)

    def __getitem__(self, condition_id: int) -> Condition:
        for each in self.conditions:
            if each.id == condition_id:
                return each
        raise KeyError(condition_id)


class ExpectationKind(StrEnum):
    """What an expectation looks at; the values are the keys under ``expect:``."""

    STATUS = "status"
    ENDED_BY = "ended_by"
    ENDED_REASON = "ended_reason"
    CONDITIONS_FIRED = "conditions_fired"
    AGENT_SAYS = "agent_says"
    AGENT_NEVER_SAYS = "agent_never_says"
    TOOL_CALLS = "tool_calls"
    NEVER_CALLS = "never_calls"
    TOOL_ORDER = "tool_order"
    IN_ORDER = "in_order"
    METADATA = "metadata"
    TURNS = "turns"
    DURATION = "duration"
    SILENCE = "silence"
    INTERRUPTIONS = "interruptions"
    RECORDING = "recording"
    KEYS = "keys"
    METRICS = "metrics"


@dataclass(frozen=True, slots=True)
class Expectation:
    """One assertion over a finished call.

    List-valued keys give one expectation an item (`agent_says`, `agent_never_says`, `tool_calls`, `never_calls`),
    mappings one a key (`metadata`, `metrics`, …); their `value` is normalised by `scenario.expectations`, which
    documents it. `written` is the mapping under ``expect:`` that says this and nothing else, as it can be stored.
    """

    kind: ExpectationKind
    value: Any
    path: str
    location: Location | None = None
    written: Any = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, repr=False)
class Scenario:
    """One test case: what the caller does and what success looks like.

    A structured one has a `script`. A behavioural one has `instructions`, which `behaviour` is made from, and a
    `first_message`.
    """

    name: str
    key: str
    scenario_type: ScenarioType
    language: str
    profile: TestProfile
    location: Location
    personality: Personality
    channel: Channel | None = None
    script: Script | None = None
    instructions: str = ""
    behaviour: Behaviour | None = None
    first_message: str = ""
    expected_outcome: str = ""
    expect: tuple[Expectation, ...] = ()
    tools: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    marks: tuple[Any, ...] = ()
    metrics: tuple[str, ...] = ()
    metric_settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    expected_tool_calls: tuple[dict[str, Any], ...] | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    runs: int = 1
    pass_rate: float = 1.0
    max_duration: float | None = None  # s
    on_no_match: OnNoMatch = OnNoMatch.CLARIFY
    voices: Mapping[str, str] = field(default_factory=dict)
    random_interruptions: bool | None = None

    def __repr__(self) -> str:
        return f"<Scenario {self.name!r} at {self.location}>"

    @property
    def can_hang_up(self) -> bool:
        """Whether the caller may end the call by itself (`TOOL_END_CALL`)."""
        return "TOOL_END_CALL" in self.tools

    @property
    def interrupts_at_random(self) -> bool:
        """Whether a caller whose personality interrupts does so; a script is left alone unless it asks for it."""
        asked = self.random_interruptions
        return self.scenario_type is ScenarioType.BEHAVIOURAL if asked is None else asked


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """All scenarios of one file, with the warnings and the platform's fields that mean nothing here."""

    path: Path
    name: str
    description: str
    scenarios: tuple[Scenario, ...]
    warnings: tuple[Problem, ...] = ()
    ignored_fields: tuple[str, ...] = ()
