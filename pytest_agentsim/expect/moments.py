"""When something happened on a call, and what happened before and after what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_agentsim.expect.finding import Finding, contains, turn_line, words_at
from pytest_agentsim.expect.said import span_of
from pytest_agentsim.result import Speaker
from pytest_agentsim.scenario.moment import ToolUse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.caller.matcher.offline import OfflineMatcher
    from pytest_agentsim.expect.verdict import Words
    from pytest_agentsim.result import CallResult, ToolCall, Turn
    from pytest_agentsim.scenario.expectations import ToolExpectation
    from pytest_agentsim.scenario.moment import Moment, Phrase

__all__ = ["Happening", "Window", "in_order", "of_tool", "of_turn"]

TOLERANCE = 1e-6  # s, what adding times up loses


@dataclass(frozen=True, slots=True)
class Happening:
    """One time that something happened.

    `position` orders what happens on a call: the turn, and what comes after it. `begin` and `end` are in seconds, None
    where a transcript that was read does not tell them. `told` quotes it; it is the `words` of a turn if not all of
    it, or the function call of that number (from 1).
    """

    position: tuple[int, int]
    begin: float | None
    end: float | None
    told: str = ""
    words: tuple[Words, ...] = ()
    tool_call: int | None = None


def of_turn(turn: Turn, span: tuple[int, int]) -> Happening:
    """Return when a turn happened."""
    return Happening(
        (turn.number, 0),
        turn.time,
        turn.time if turn.end is None else turn.end,
        turn_line(turn, around=span[0]),
        words_at(turn, span),
    )


def of_tool(call: ToolCall, result: CallResult) -> Happening:
    """Return when a function was called."""
    # Two calls may be equal, down to the moment.
    index = next(index for index, each in enumerate(result.tool_calls) if each is call)
    where = f"after turn {call.after_turn}" if call.after_turn else "before the first turn"
    told = f"{where}: {call.name} is called"
    return Happening((call.after_turn, 1 + index), call.time, call.time, told, tool_call=1 + index)


class Window:
    """When something has to happen: after, before and soon after other moments, if an expectation says so."""

    def __init__(
        self, expected: Phrase | ToolExpectation, result: CallResult, matcher: OfflineMatcher
    ) -> None:
        self._expected = expected
        self._after = None if expected.after is None else _happenings(expected.after, result, matcher)
        before = () if expected.before is None else _happenings(expected.before, result, matcher)
        self._before = before[0] if before else None

    @property
    def never_opens(self) -> bool:
        """Whether the moment never happens after which something has to happen."""
        return self._after is not None and not self._after

    def has(self, happening: Happening) -> bool:
        """Tell whether something has happened at the right time."""
        if self._before is not None and happening.position >= self._before.position:
            return False
        if self._after is None:
            return self._is_soon_after(0.0, happening)
        earlier = [each for each in self._after if each.position < happening.position]
        return any(self._is_soon_after(each.end, happening) for each in earlier)

    def _is_soon_after(self, moment: float | None, happening: Happening) -> bool:
        if self._expected.within is None:
            return True
        if moment is None or happening.begin is None:
            return False
        return happening.begin - moment <= self._expected.within + TOLERANCE

    def __str__(self) -> str:
        expected = self._expected
        words = []
        if expected.within is not None:
            since = "the call began" if expected.after is None else _clause(expected.after)
            words.append(f"within {expected.within:g} s after {since}")
        elif expected.after is not None:
            words.append(f"after {_clause(expected.after)}")
        if expected.before is not None:
            words.append(f"before {_clause(expected.before)}")
        return " and ".join(words)


def in_order(expected: Sequence[Moment], result: CallResult, matcher: OfflineMatcher) -> Finding:
    """What must happen in this order, each after the one before it; other things may happen in between."""
    position = (-1, 0)
    reached: list[Happening] = []
    for number, moment in enumerate(expected, 1):
        found = _happenings(moment, result, matcher)
        later = next((each for each in found if each.position > position), None)
        if later is None:
            what = f"expected, as number {number} of {len(expected)} in order, that {moment}"
            if not found:
                return Finding(f"{what}, but that never happens", _numbered(reached))
            message = f"{what}, but that happens only before number {number - 1}"
            return replace(_at((found[-1],)), message=message, evidence=_numbered((*reached, found[-1])))
        position = later.position
        reached.append(later)
    return replace(_at(reached), evidence=_numbered(reached))


def _happenings(moment: Moment, result: CallResult, matcher: OfflineMatcher) -> tuple[Happening, ...]:
    if isinstance(moment, ToolUse):
        return tuple(
            of_tool(call, result)
            for call in result.tool_calls
            if call.name == moment.name
            and (not moment.arguments or contains(call.arguments, moment.arguments))
        )
    turns = result.said_by(Speaker.CALLER if moment.by_caller else Speaker.AGENT)
    spans = ((turn, span_of(moment, turn, result, matcher)) for turn in turns)
    return tuple(of_turn(turn, span) for turn, span in spans if span is not None)


def _clause(moment: Moment) -> str:
    return moment.name if isinstance(moment, ToolUse) else str(moment)


def _numbered(happenings: Sequence[Happening]) -> tuple[str, ...]:
    return tuple(f"{number}. {each.told}" for number, each in enumerate(happenings, 1))


def _at(happenings: Sequence[Happening]) -> Finding:
    """Point at what has happened."""
    said = [each for each in happenings if each.tool_call is None]
    return Finding(
        turns=tuple(dict.fromkeys(each.position[0] for each in said)),
        words=tuple(words for each in said for words in each.words),
        tool_calls=tuple(each.tool_call for each in happenings if each.tool_call is not None),
    )
