"""What an item that is set up ahead of its turn and its calls know of that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_agentsim.call_logs import CallLog

if TYPE_CHECKING:
    from pytest_agentsim.runner import TimeLimit

__all__ = ["Ahead", "SetUpPaused"]


@dataclass(frozen=True, slots=True)
class Ahead:
    """In an item's stash while it is set up ahead of its turn; its calls keep to the limit and write to the log."""

    time_limit: TimeLimit | None = None
    log: CallLog = field(default_factory=CallLog)


class SetUpPaused(Exception):
    """Ends a set-up ahead of the item's turn where the fixture `call` has asked for calls; it goes on later."""
