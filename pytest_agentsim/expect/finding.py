"""What an evaluation finds, and how it quotes a call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_agentsim.expect.verdict import Words
from pytest_agentsim.plain_text import squeezed, where
from pytest_agentsim.visible import shortened

if TYPE_CHECKING:
    from pytest_agentsim.expect.verdict import Outcome
    from pytest_agentsim.result import CallResult, Turn

__all__ = ["WELL", "Finding", "as_json", "contains", "detail_of", "quoted_words", "turn_line", "words_at"]

LONGEST_QUOTE = 300  # characters of a turn or a value
LONGEST_DETAIL = 1000  # characters


@dataclass(frozen=True, slots=True)
class Finding:
    """What an evaluation found: an empty message means that all is well, an `outcome` that it could not be decided.

    The other fields are those of a `Verdict`.
    """

    message: str = ""
    evidence: tuple[str, ...] = ()
    turns: tuple[int, ...] = ()
    outcome: Outcome | None = None
    words: tuple[Words, ...] = ()
    tool_calls: tuple[int, ...] = ()


WELL = Finding()


def turn_line(turn: Turn, *, around: int = 0) -> str:
    """Quote a turn, about where something is in its text."""
    place = len(squeezed(turn.text[:around]))
    return f"turn {turn.number}: {shortened(squeezed(turn.text), LONGEST_QUOTE, around=place)}"


def words_at(turn: Turn, span: tuple[int, int]) -> tuple[Words, ...]:
    """Return the words of a turn that stand there; none where that is nothing, or all that it says."""
    start, end = span
    is_part = turn.text[start:end].strip() not in ("", turn.text.strip())
    return (Words(turn.number, start, end),) if is_part else ()


def quoted_words(quote: str, number: int | None, result: CallResult) -> tuple[Words, ...]:
    """Return the words of a turn that a quote consists of, if they are there."""
    turn = next((each for each in result.turns if each.number == number), None)
    span = where(quote.strip(" .…\"'"), turn.text) if turn is not None else None
    return words_at(turn, span) if turn is not None and span is not None else ()


def detail_of(result: CallResult) -> str:
    """Return the sentence about the end of a call."""
    return shortened(squeezed(result.detail), LONGEST_DETAIL)


def contains(found: Any, expected: Any) -> bool:
    """Tell whether all that is expected is in what was found; mappings may have more keys."""
    if isinstance(expected, Mapping):
        return isinstance(found, Mapping) and all(
            key in found and contains(found[key], value) for key, value in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(found, list)
            and len(found) == len(expected)
            and all(contains(one, other) for one, other in zip(found, expected, strict=True))
        )
    return bool(found == expected and isinstance(found, bool) == isinstance(expected, bool))


def as_json(value: Any) -> str:
    """Return a value as JSON, shortened."""
    return shortened(json.dumps(value, ensure_ascii=False, default=str), LONGEST_QUOTE)
