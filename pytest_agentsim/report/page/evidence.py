"""Which words of a transcript an expectation or a metric points at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_agentsim.expect import Outcome
from pytest_agentsim.report.page.words import line_shown, text_shown
from pytest_agentsim.visible import ELLIPSIS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_agentsim.expect import Verdict
    from pytest_agentsim.result import CallResult, Turn

__all__ = ["Highlight", "highlights"]

SHORTEST_QUOTE = 2  # characters
LONGEST_LABEL = 200  # characters
# As the message of an expectation quotes the words that it is about; see `pytest_agentsim.expect`.
_QUOTED = re.compile(r"the agent (?:said|did not say) (?:'(.+?)'|\"(.+?)\")(?:,| in |:|$)")


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
    """Return what each turn is evidence of, by its number."""
    turns = {turn.number: turn for turn in result.turns}
    found: dict[int, list[Highlight]] = {}
    for number, highlight in (*_of_verdicts(verdicts, turns), *_of_metrics(result)):
        if number in turns:
            found.setdefault(number, []).append(highlight)
    return {number: tuple(each) for number, each in found.items()}


def _of_verdicts(verdicts: Sequence[Verdict], turns: dict[int, Turn]) -> Iterator[tuple[int, Highlight]]:
    for index, verdict in enumerate(verdicts):
        for number in dict.fromkeys(verdict.turns):
            place = _place(verdict, turns[number]) if number in turns else None
            start, end = place or (None, None)
            yield (
                number,
                Highlight(
                    line_shown(f"{verdict.path}: {verdict.message}", LONGEST_LABEL),
                    verdict.outcome is not Outcome.NOT_MET,
                    index,
                    start,
                    end,
                ),
            )


def _place(verdict: Verdict, turn: Turn) -> tuple[int, int] | None:
    """Return where in the shown text of a turn the words are that the expectation names; None if it is all of it."""
    text = text_shown(turn.text)
    quoted = _QUOTED.search(verdict.message)
    words = [next(filter(None, quoted.groups()))] if quoted else []
    words += [
        each.partition(": ")[2].strip(ELLIPSIS) for each in verdict.evidence if each.startswith("turn ")
    ]
    for each in words:
        parts = [re.escape(part) for part in each.split()]
        found = re.search(r"\s+".join(parts), text, re.IGNORECASE) if len(each) >= SHORTEST_QUOTE else None
        if found and found.end() - found.start() < len(text):
            return found.start(), found.end()
    return None


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
