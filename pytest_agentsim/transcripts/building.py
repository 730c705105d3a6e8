"""Makes a `CallResult` of what a transcript tells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pytest_agentsim.result import CallResult, Event, EventKind, Speaker, ToolCall, Turn
from pytest_agentsim.transcripts.endings import ending
from pytest_agentsim.transcripts.told import Called, Item, Returned, Said

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_agentsim.transcripts.entry import Problems
    from pytest_agentsim.transcripts.moments import Moment
    from pytest_agentsim.transcripts.told import About, Told

__all__ = ["built"]

TEXT, VOICE = "text", "voice"
DIGITS = 6  # of seconds; epoch times in milliseconds would show their rounding errors beyond that

_KINDS = {Speaker.CALLER: EventKind.CALLER_TURN, Speaker.AGENT: EventKind.AGENT_TURN}


def built(
    told: Told, about: About, problems: Problems, *, name: str, channel: str | None, language: str
) -> CallResult:
    """Return the call that a transcript tells of.

    `name` stands for the scenario where the transcript names none. Without a `channel` the call is one by voice, unless
    the transcript says otherwise. Raises TranscriptError when the times of the entries cannot be those of one call.
    """
    began = _began(told, about, problems)
    timed = _in_order([_timed(item, began) for item in told.items])
    chosen = channel or about.channel or VOICE
    if chosen == VOICE and _take_no_time(timed):
        # Nobody speaks for no time: of each turn only one time was known, and it was written twice.
        timed = [replace(each, end=None) for each in timed]
    duration = _duration(timed, about, began, chosen)
    log = _Log(timed, chosen, about.metadata)
    end = ending(about.ended_reason, about.status)
    log.add(
        EventKind.ENDED,
        duration,
        status=end.status.value,
        ended_by=end.ended_by.value,
        reason=end.reason.value,
        detail=end.detail,
    )
    return CallResult(
        scenario=about.name or name,
        run_id=about.run_id,
        batch_id="",
        channel=chosen,
        personality=about.personality,
        seed=0,
        status=end.status,
        ended_by=end.ended_by,
        ended_reason=end.reason,
        detail=end.detail,
        started_at="" if began is None else _iso(began),
        duration=duration,
        events=tuple(log.events),
        turns=tuple(log.turns),
        tool_calls=tuple(log.tool_calls),
        metadata=about.metadata,
        language=language,
    )


# --- when -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Timed:
    """Something that was said or done, with its times in seconds since the call began, as far as they are known."""

    item: Item
    time: float | None
    end: float | None


def _began(told: Told, about: About, problems: Problems) -> float | None:
    """Return when the call began, in seconds since the epoch: no later than the first entry that has such a time."""
    moments = [(item, item.time) for item in told.items if item.time is not None]
    by_epoch = [moment.seconds for _, moment in moments if moment.is_epoch]
    if 0 < len(by_epoch) < len(moments):
        first = moments[0][1]
        other = next(item for item, moment in moments if moment.is_epoch != first.is_epoch)
        kinds = ("seconds since the call began", "seconds or milliseconds since 1970")
        raise problems.refuse(
            f"its time is in {kinds[not first.is_epoch]}, that of {moments[0][0].place} in {kinds[first.is_epoch]}; "
            "expected the same for all",
            other.place,
        )
    known = [
        each
        for each in (told.began if told.began is not None else about.began, *by_epoch)
        if each is not None
    ]
    return min(known, default=None)


def _timed(item: Item, began: float | None) -> _Timed:
    end = item.end if isinstance(item, Said) else None
    return _Timed(item, _since(item.time, began), _since(end, began))


def _since(moment: Moment | None, began: float | None) -> float | None:
    if moment is None:
        return None
    origin = began if moment.is_epoch and began is not None else 0.0
    return round(moment.seconds - origin, DIGITS)


def _in_order(items: Sequence[_Timed]) -> list[_Timed]:
    """Return the items by their times; one without stays behind the one before it."""
    keys, last = [], 0.0
    for each in items:
        last = last if each.time is None else each.time
        keys.append(last)
    order = sorted(range(len(items)), key=keys.__getitem__)
    return [items[index] for index in order]


def _take_no_time(items: Iterable[_Timed]) -> bool:
    said = [each for each in items if isinstance(each.item, Said)]
    return bool(said) and all(each.end is not None and each.end == each.time for each in said)


def _duration(items: Sequence[_Timed], about: About, began: float | None, channel: str) -> float | None:
    """Return how long the call lasted: as the transcript says, else until the last word if that is known."""
    said = about.duration
    if said is None and about.ended is not None and began is not None:
        said = max(0.0, round(about.ended - began, DIGITS))
    known = [time for each in items for time in (each.time, each.end) if time is not None]
    until = [each.time if channel == TEXT else each.end for each in items if isinstance(each.item, Said)]
    if said is not None:
        return max(said, *known) if known else said
    return max(known) if until and None not in until else None


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


# --- what -----------------------------------------------------------------------------------------------------------


class _Log:
    """The log of a call with the views of it, as `EventLog` keeps it of one that is being made."""

    def __init__(self, items: Iterable[_Timed], channel: str, metadata: dict[str, Any]) -> None:
        self.events: list[Event] = []
        self.turns: list[Turn] = []
        self.tool_calls: list[ToolCall] = []
        self._channel = channel
        self._unanswered: list[int] = []
        if metadata:
            self.add(EventKind.METADATA, 0.0, metadata=metadata)
        for each in items:
            match each.item:
                case Said():
                    self._turn(each.item, each)
                case Called():
                    self._call(each.item, each.time)
                case Returned():
                    self._result(each.item, each.time)

    def add(self, kind: EventKind, time: float | None, **data: Any) -> None:
        """Append an event; one whose time is not known is as late as the one before it."""
        if time is None:
            time = self.events[-1].time if self.events else 0.0
            data["untimed"] = True
        self.events.append(Event(time, kind, data))

    def _turn(self, said: Said, timed: _Timed) -> None:
        # What is written takes no time.
        end = None if self._channel == TEXT else timed.end
        turn = Turn(len(self.turns) + 1, said.speaker, said.text, timed.time, end, said.interrupted)
        self.turns.append(turn)
        self.add(
            _KINDS[said.speaker],
            turn.time,
            text=turn.text,
            number=turn.number,
            **({} if end is None else {"start": turn.time, "end": end}),
            **({"interrupted": True} if turn.interrupted else {}),
        )

    def _call(self, call: Called, time: float | None) -> None:
        self._unanswered.append(len(self.tool_calls))
        self.tool_calls.append(ToolCall(call.id, call.name, call.arguments, time, len(self.turns)))
        self.add(EventKind.FUNCTION_CALL, time, id=call.id, name=call.name, arguments=call.arguments)

    def _result(self, returned: Returned, time: float | None) -> None:
        position = next((each for each in self._unanswered if self._belongs(returned, each)), None)
        name = returned.name
        if position is not None:
            self._unanswered.remove(position)
            call = self.tool_calls[position]
            self.tool_calls[position] = replace(call, result=returned.result)
            name = name or call.name
        self.add(EventKind.FUNCTION_CALL_RESULT, time, id=returned.id, name=name, result=returned.result)

    def _belongs(self, returned: Returned, position: int) -> bool:
        call = self.tool_calls[position]
        return call.id == returned.id if returned.id and call.id else call.name == returned.name
