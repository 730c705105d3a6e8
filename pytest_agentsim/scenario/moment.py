"""What can happen on a call, as an author names it: what one side says, and what the agent does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["Moment", "Phrase", "PhraseKind", "Said", "ToolUse"]


class PhraseKind(StrEnum):
    """How a phrase is looked for."""

    TEXT = "text"
    REGEX = "regex"
    CONDITION = "condition"


@dataclass(frozen=True, slots=True)
class Said:
    """Words that occur in what the agent (or the caller) says, an expression that is found, a condition that holds."""

    kind: PhraseKind
    text: str
    by_caller: bool = False

    def __str__(self) -> str:
        what = {
            PhraseKind.TEXT: repr(self.text),
            PhraseKind.REGEX: f"something like /{self.text}/",
            PhraseKind.CONDITION: f"something for which {self.text!r} holds",
        }[self.kind]
        return f"the {'caller' if self.by_caller else 'agent'} says {what}"


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A call of a function, with at least these arguments."""

    name: str
    arguments: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.name} is called"


Moment = Said | ToolUse


@dataclass(frozen=True, slots=True)
class Phrase:
    """What the agent says: words that occur, a regular expression that is found, or a condition that holds.

    `turn` counts the agent's turns from 1; None stands for any of them. It is said after the first time that `after`
    happens, at most `within` seconds later, and before the first time that `before` does.
    """

    kind: PhraseKind
    text: str
    turn: int | None = None
    after: Moment | None = None
    before: Moment | None = None
    within: float | None = None
