"""What a bot answers in one turn, before anybody decides how it travels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import Enum

__all__ = ["Bot", "Reply", "ToolCall"]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A function that the bot has called, with what came back."""

    id: str
    name: str
    arguments: Mapping[str, Any]
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """One turn of the bot.

    `keys` are pressed before the words, of which there may be none. `tool_calls` happened before it spoke. `facts` are
    told ahead of the reply, `metadata` together with it. `ends_call` means that the bot hangs up after these words.
    """

    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    ends_call: bool = False
    keys: str = ""


class Bot(Protocol):
    """Somebody who can hold a conversation."""

    @property
    def state(self) -> Enum:
        """What the bot waits to hear."""
        ...

    def greet(self) -> Reply:
        """Return the words that open the call."""
        ...

    def hear(self, text: str, digits: str = "") -> Reply:
        """Return the answer to what the caller said and the keys that the caller pressed with it."""
        ...

    def hear_beep(self) -> Reply | None:
        """Return what to say after the beep of an answering machine; None if there is nothing to say to one."""
        ...
