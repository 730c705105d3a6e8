"""Which words of a transcript an expectation or a metric points at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_agentsim.expect import Outcome
from pytest_agentsim.report.page.words import line_shown, text_shown
from pytest_agentsim.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_agentsim.expect import Verdict, Words
    from pytest_agentsim.result import CallResult, Turn

__all__ = ["Highlight", "highlights", "highlights_of_tools"]

LONGEST_LABEL = 200  # characters


@dataclass(frozen=True, slots=True)
class Highlight:
    """That a turn is evidence of something, and which part of its text as it is shown, if not all of it.

    `expectation` is the place of the verdict among the call's; None for a metric's.
    """

    label: str
    good: bool
    expectation: int | None = None
    start: int | None = None
    end: int | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "good": self.good,
            "expectation": self.expectation,
            "start": self.start,
            "end": self.end,
        }


def highlights(result: CallResult, verdicts: Sequence[Verdict]) -> dict[int, tuple[Highlight, ...]]:
    """Return what each turn is evidence of, by its number; what was not met comes first."""
    turns = {turn.number: turn for turn in result.turns}
    found: dict[int, list[Highlight]] = {}
    for number, highlight in (*_of_verdicts(verdicts, turns), *_of_metrics(result)):
        if number in turns:
            found.setdefault(number, []).append(highlight)
    return {number: tuple(sorted(each, key=lambda one: one.good)) for number, each in found.items()}


def highlights_of_tools(verdicts: Sequence[Verdict]) -> dict[int, tuple[Highlight, ...]]:
    """Return what each function call is evidence of, by its number from 1 on."""
    found: dict[int, list[Highlight]] = {}
    for index, verdict in enumerate(verdicts):
        for number in verdict.tool_calls:
            highlight = Highlight(_label(verdict), verdict.outcome is not Outcome.NOT_MET, index)
            found.setdefault(number, []).append(highlight)
    return {number: tuple(each) for number, each in found.items()}


def _of_verdicts(verdicts: Sequence[Verdict], turns: dict[int, Turn]) -> Iterator[tuple[int, Highlight]]:
    for index, verdict in enumerate(verdicts):
        label, good = _label(verdict), verdict.outcome is not Outcome.NOT_MET
        for number in dict.fromkeys(verdict.turns):
            if number not in turns:
                continue
            spans = [_shown(turns[number], each) for each in verdict.words if each.turn == number]
            if not spans:
                yield number, Highlight(label, good, index)
            yield from ((number, Highlight(label, good, index, *span)) for span in spans)


def _shown(turn: Turn, words: Words) -> tuple[int, int]:
    """Return where words are in the text of a turn as it is shown."""
    shown = text_shown(turn.text)
    start, end = (min(len(visible(turn.text[:each])), len(shown)) for each in (words.start, words.end))
    return start, end


def _label(verdict: Verdict) -> str:
    what = "is met here" if verdict.outcome is Outcome.MET and not verdict.message else verdict.message
    return line_shown(f"{verdict.path}: {what}", LONGEST_LABEL)


def _of_metrics(result: CallResult) -> Iterator[tuple[int, Highlight]]:
    found: set[tuple[int, str]] = set()
    for value in result.metrics:
        # How long each answer took stands beside the answer already.
        if value.name == "latency":
            continue
        for each in value.evidence:
            # Several metrics may have found the same.
            if each.turn is not None and (each.turn, each.text) not in found:
                found.add((each.turn, each.text))
                label = line_shown(f"{value.title}: {each.text}", LONGEST_LABEL)
                yield each.turn, Highlight(label, good=True)
