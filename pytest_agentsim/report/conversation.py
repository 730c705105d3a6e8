"""A call as a conversation: what was said and which functions were called, in order, and what of it is evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.expect import Outcome
from pytest_agentsim.expect.finding import as_json
from pytest_agentsim.report.layout import EVIDENCE, Paragraph
from pytest_agentsim.visible import ELLIPSIS, shortened, visible_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_agentsim.expect import Verdict
    from pytest_agentsim.report.layout import Piece
    from pytest_agentsim.result import CallResult, ToolCall, Turn

__all__ = ["LONGEST_TURN", "Entry", "Mark", "as_paragraph", "conversation"]

TOOL = "tool"
LONGEST_NAME = 60  # characters
LONGEST_TURN = 600


@dataclass(frozen=True, slots=True)
class Mark:
    """Words of an entry, from `start` to before `end`: an expectation was met by them, or was not because of them."""

    start: int
    end: int
    is_met: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A turn, or a function call after the turn of that number; its text is as it was said, whatever is in it.

    `who` is "caller", "agent" or "tool", `time` in seconds since the call began. `has_missed` and `has_met` tell that
    it is evidence of what was not met, and of what was.
    """

    who: str
    turn: int
    text: str
    time: float | None
    marks: tuple[Mark, ...] = ()
    has_missed: bool = False
    has_met: bool = False
    interrupted: bool = False


def conversation(result: CallResult, verdicts: Sequence[Verdict]) -> Iterator[Entry]:
    """Yield the turns of a call, each with the function calls after it."""
    missed = [each for each in verdicts if not each.passed]
    met = [each for each in verdicts if each.outcome is Outcome.MET]
    after: dict[int, list[Entry]] = {}
    for number, call in enumerate(result.tool_calls, start=1):
        after.setdefault(call.after_turn, []).append(_of_tool(call, number, missed, met))
    yield from after.pop(0, ())
    for turn in result.turns:
        yield _of_turn(turn, missed, met)
        yield from after.pop(turn.number, ())


def as_paragraph(entry: Entry) -> Paragraph:
    """Lay an entry out as a person reads it: evidence is marked beside it, by ">" what was not met, by "+" what was."""
    sign = (">", "bad") if entry.has_missed else ("+", "good") if entry.has_met else (" ", "")
    time = "" if entry.time is None else f"{entry.time:.1f} s"
    number = "" if entry.who == "tool" else str(entry.turn)
    lead = (sign, (f"{time:>8} ", "faint"), (f"{number:>3} ", "faint"), (f"{entry.who:<8}", entry.who))
    words = tuple(_words(entry)) or (("(no words)", "faint"),)
    return Paragraph(lead, (*words, (" (interrupted)", "faint")) if entry.interrupted else words)


def _words(entry: Entry) -> Iterator[Piece]:
    """Yield what was said in pieces that can be shown, those that are evidence in a style of their own."""
    text = entry.text
    first = entry.marks[0].start if entry.marks else 0
    start = max(0, min(first - LONGEST_TURN // 3, len(text) - LONGEST_TURN))
    end = start + LONGEST_TURN
    pieces: list[Piece] = [(ELLIPSIS, "")] if start else []
    for mark in entry.marks:
        if mark.start < end:
            pieces.append((text[start : mark.start], ""))
            pieces.append((text[mark.start : min(mark.end, end)], "met" if mark.is_met else EVIDENCE))
            start = mark.end
    pieces.append((text[start:end], ""))
    if end < len(text):
        pieces.append((ELLIPSIS, ""))
    yield from _in_one_line(pieces)


def _in_one_line(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield pieces with single blanks within and between them, and none around them."""
    ends_in_blank = True
    kept: list[Piece] = []
    for raw, style in pieces:
        text = re.sub(r"\s+", " ", raw)
        text = text[1:] if ends_in_blank and text.startswith(" ") else text
        if text:
            ends_in_blank = text.endswith(" ")
            kept.append((visible_line(text), style))
    if kept:
        kept[-1] = (kept[-1][0].rstrip(" "), kept[-1][1])
    return iter([each for each in kept if each[0]])


def _of_turn(turn: Turn, missed: Sequence[Verdict], met: Sequence[Verdict]) -> Entry:
    marks = [
        Mark(words.start, words.end, is_met)
        for verdicts, is_met in ((missed, False), (met, True))
        for verdict in verdicts
        for words in verdict.words
        if words.turn == turn.number
    ]
    return Entry(
        turn.speaker.value,
        turn.number,
        turn.text,
        turn.time,
        _without_overlaps(marks),
        any(turn.number in verdict.turns for verdict in missed),
        any(turn.number in verdict.turns for verdict in met),
        turn.interrupted,
    )


def _of_tool(call: ToolCall, number: int, missed: Sequence[Verdict], met: Sequence[Verdict]) -> Entry:
    returned = "no result" if call.result is None else as_json(call.result)
    return Entry(
        TOOL,
        call.after_turn,
        f"{shortened(call.name, LONGEST_NAME)}({as_json(call.arguments)}) -> {returned}",
        call.time,
        has_missed=any(number in verdict.tool_calls for verdict in missed),
        has_met=any(number in verdict.tool_calls for verdict in met),
    )


def _without_overlaps(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Of marks that overlap, keep the first."""
    kept: list[Mark] = []
    for each in marks:
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            kept.append(each)
    return tuple(sorted(kept, key=lambda mark: mark.start))
