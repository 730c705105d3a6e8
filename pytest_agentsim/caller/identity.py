"""Who the caller is, as far as it can say so: the profile, and how short it speaks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_agentsim.caller.person import sentence
from pytest_agentsim.caller.spoken import look_up

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Identity"]

SINGULAR_IN_S = ("ss", "us", "is")


@dataclass(frozen=True, slots=True)
class Identity:
    """The caller's data; a terse caller says bare values, as they are written."""

    variables: Mapping[str, Any]
    terse: bool

    def datum(self, name: str) -> str:
        """Say what the profile has under a name such as "date of birth"; "" when it has nothing."""
        found = look_up(name, self.variables)
        return "" if found is None else self.my(name, found.value)

    def my(self, name: str, value: str) -> str:
        """Say that something of the caller's has a value."""
        if self.terse:
            return value
        plain = re.sub(r"^(?:full|complete|own)\s+(?=name)", "", name, flags=re.IGNORECASE)
        plural = plain.endswith("s") and not plain.endswith(SINGULAR_IN_S)
        return sentence(f"my {plain} {'are' if plural else 'is'} {value}")
