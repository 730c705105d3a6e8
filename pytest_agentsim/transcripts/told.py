"""What a transcript tells, before it becomes a `CallResult`: every format is read to this."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_agentsim.result import Speaker
    from pytest_agentsim.transcripts.moments import Moment

__all__ = ["About", "Called", "Item", "Returned", "Said", "Told"]


@dataclass(frozen=True, slots=True)
class Said:
    """A turn. Times are None where the transcript does not tell them; `interrupted` as in `result.Turn`."""

    place: str
    speaker: Speaker
    text: str
    time: Moment | None = None
    end: Moment | None = None
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Called:
    """A function call of the agent; `id` is empty where the transcript has none."""

    place: str
    id: str
    name: str
    arguments: Any
    time: Moment | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """What a function call has returned; it belongs to the call of that `id`, else to the one of that `name`."""

    place: str
    id: str
    name: str
    result: Any
    time: Moment | None = None


Item = Said | Called | Returned


@dataclass(frozen=True, slots=True)
class Told:
    """The conversation; `began` is when the call began, in seconds since the epoch, where the entries tell it."""

    items: tuple[Item, ...]
    began: float | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What stands around the entries: of whole call objects, not of bare lists. Times are in seconds.

    `began` and `ended` count from the epoch. `ended_reason` and `status` are in the platform's words.
    """

    name: str = ""
    run_id: str = ""
    personality: str = ""
    began: float | None = None
    ended: float | None = None
    duration: float | None = None
    ended_reason: str = ""
    status: str = ""
    channel: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
