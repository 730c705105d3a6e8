"""The test profile: identity data of the caller, flat or in the platform's two sections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

__all__ = ["TestProfile"]

AGENT_SECTIONS = ("main_agent_variables", "agent_variables")
CALLER_SECTIONS = ("testing_agent_variables", "caller_variables")


@dataclass(frozen=True, slots=True)
class TestProfile:
    """What `{{test_profile.…}}` looks up (platform_spec section f.1).

    `caller_variables` are only the caller's; `agent_variables` are the agent's too, and those of them whose
    name begins with ``X-`` become headers. A flat profile is both at once.
    """

    __test__: ClassVar[bool] = False  # pytest would take the name for a test class

    caller_variables: Mapping[str, Any] = field(default_factory=dict)
    agent_variables: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""

    @classmethod
    def of(cls, information: Mapping[str, Any]) -> TestProfile:
        """Read a profile as written in a file or returned by a fixture, sectioned or flat."""
        name = ""
        if isinstance(information.get("information"), Mapping):
            name = str(information.get("name", ""))
            information = information["information"]
        sections = (*AGENT_SECTIONS, *CALLER_SECTIONS)
        if not any(isinstance(information.get(key), Mapping) for key in sections):
            return cls(caller_variables=dict(information), agent_variables=dict(information), name=name)
        return cls(
            caller_variables=_merged(information, CALLER_SECTIONS),
            agent_variables=_merged(information, AGENT_SECTIONS),
            name=name or str(information.get("name", "")),
        )

    @property
    def variables(self) -> dict[str, Any]:
        """Both sections flattened; the caller's own come first where a name is in both."""
        return {**self.agent_variables, **self.caller_variables}

    @property
    def headers(self) -> dict[str, str]:
        """The fields that travel as HTTP headers when the call is opened."""
        return {
            key: str(value).lower() if isinstance(value, bool) else str(value)
            for key, value in self.agent_variables.items()
            if key.lower().startswith("x-")
        }

    def __bool__(self) -> bool:
        return bool(self.caller_variables or self.agent_variables)


def _merged(information: Mapping[str, Any], sections: tuple[str, ...]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for section in sections:
        value = information.get(section)
        if isinstance(value, Mapping):
            merged.update(value)
    return merged
