"""The append-only log of one call, and the views of it that a `CallResult` carries."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pytest_agentsim.result import Event, EventKind, Speaker, ToolCall, Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pytest_agentsim.clock import Clock
    from pytest_agentsim.redaction import Redactor

__all__ = [
    "JOURNAL",
    "WATCHER",
    "EventLog",
    "conditions_fired_in",
    "metadata_in",
    "tool_calls_in",
    "turns_in",
]

WATCHER: ContextVar[Callable[[Event], object] | None] = ContextVar("agentsim_watcher", default=None)
"""Who is told of each event of the calls that are begun in this context, on the calls' own thread."""

JOURNAL: ContextVar[Callable[[Event], object] | None] = ContextVar("agentsim_journal", default=None)
"""What keeps each event of the calls that are begun in this context, in case their run is killed."""

_SPEAKERS = {EventKind.CALLER_TURN: Speaker.CALLER, EventKind.AGENT_TURN: Speaker.AGENT}


class EventLog:
    """Events with the clock's time since the log was opened; secrets are blotted out on the way in."""

    def __init__(self, clock: Clock, redactor: Redactor) -> None:
        self._clock = clock
        self._redactor = redactor
        self._began = clock.now()
        self._events: list[Event] = []
        self._turns: list[Turn] = []
        self._watcher = WATCHER.get()
        self._journal = JOURNAL.get()

    @property
    def is_watched(self) -> bool:
        """Whether somebody is told of each event, for whom it is worth while to say more."""
        return self._watcher is not None

    @property
    def elapsed(self) -> float:
        """Seconds since the log was opened."""
        return self._clock.now() - self._began

    @property
    def events(self) -> tuple[Event, ...]:
        return tuple(self._events)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What both sides have said so far."""
        return tuple(self._turns)

    def add(self, kind: EventKind, **data: Any) -> Event:
        """Append an event that happens now; turns are numbered on the way.

        A turn that took time brings its `start` and `end`, in seconds since the log was opened, and `interrupted`. A
        RECOGNIZED event brings the words (`text`) of the turn `number`, which was logged without them.
        """
        # Not the names of the fields: an agent's secret may happen to be one of them.
        data = {name: self._redactor.data(value) for name, value in data.items()}
        if kind in _SPEAKERS:
            data["number"] = len(self._turns) + 1
        event = Event(self.elapsed, kind, data)
        self._events.append(event)
        _take(event, self._turns)
        if self._journal is not None:
            self._journal(event)
        if self._watcher is not None:
            self._watcher(event)
        return event

    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The agent's function calls in order, each with the first later result of the same id."""
        return tool_calls_in(self._events)

    def metadata(self) -> dict[str, Any]:
        """The agent's metadata merged, the last write of a key winning."""
        return metadata_in(self._events)

    def conditions_fired(self) -> tuple[int, ...]:
        """The conditions that have spoken, in order."""
        return conditions_fired_in(self._events)


def turns_in(events: Iterable[Event]) -> tuple[Turn, ...]:
    """Return what both sides say in some events."""
    turns: list[Turn] = []
    for event in events:
        _take(event, turns)
    return tuple(turns)


def tool_calls_in(events: Iterable[Event]) -> tuple[ToolCall, ...]:
    """Return the function calls in some events, each with the first later result of the same id."""
    calls: list[ToolCall] = []
    answered: set[int] = set()
    turns_so_far = 0
    for event in events:
        data = event.data
        if event.kind in _SPEAKERS:
            turns_so_far = data["number"]
        elif event.kind is EventKind.FUNCTION_CALL:
            calls.append(ToolCall(data["id"], data["name"], data["arguments"], event.time, turns_so_far))
        elif event.kind is EventKind.FUNCTION_CALL_RESULT:
            for position, call in enumerate(calls):
                if call.id == data["id"] and position not in answered:
                    calls[position] = replace(call, result=data["result"])
                    answered.add(position)
                    break
    return tuple(calls)


def metadata_in(events: Iterable[Event]) -> dict[str, Any]:
    """Return the metadata in some events merged, the last write of a key winning."""
    merged: dict[str, Any] = {}
    for event in events:
        if event.kind is EventKind.METADATA:
            merged.update(event.data["metadata"])
    return merged


def conditions_fired_in(events: Iterable[Event]) -> tuple[int, ...]:
    """Return the conditions that speak in some events, in order."""
    return tuple(
        condition
        for event in events
        if event.kind is EventKind.ACTION
        for condition in event.data["conditions"]
    )


def _take(event: Event, turns: list[Turn]) -> None:
    """Add what an event says to the turns."""
    if event.kind in _SPEAKERS:
        turns.append(_turn(event))
    elif event.kind is EventKind.RECOGNIZED:
        position = event.data["number"] - 1
        turns[position] = replace(turns[position], text=event.data["text"])


def _turn(event: Event) -> Turn:
    data = event.data
    return Turn(
        data["number"],
        _SPEAKERS[event.kind],
        data["text"],
        data.get("start", event.time),
        data.get("end"),
        data.get("interrupted", False),
    )
