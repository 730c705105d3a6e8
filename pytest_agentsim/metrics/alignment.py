"""How one sequence of words or keys becomes another with the fewest changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Change", "changes", "distance"]


@dataclass(frozen=True, slots=True)
class Change:
    """What was said at `place` has become what was heard; `said` is None for what was added, `heard` for what is gone.

    What was added stands before `place`.
    """

    place: int
    said: str | None
    heard: str | None


def distance(said: Sequence[str], heard: Sequence[str]) -> int:
    """Return how many insertions, deletions and substitutions it takes at least (V. I. Levenshtein, 1966)."""
    return len(changes(said, heard))


def changes(said: Sequence[str], heard: Sequence[str]) -> list[Change]:
    """Return the fewest changes that make `heard` of `said`, in order."""
    first, said_end, heard_end = 0, len(said), len(heard)
    # Most of it is usually the same, and what is compared takes time by the product of both lengths.
    while first < min(said_end, heard_end) and said[first] == heard[first]:
        first += 1
    while said_end > first and heard_end > first and said[said_end - 1] == heard[heard_end - 1]:
        said_end, heard_end = said_end - 1, heard_end - 1
    costs = _costs(said[first:said_end], heard[first:heard_end])
    found: list[Change] = []
    row, column = said_end - first, heard_end - first
    while row or column:
        one = said[first + row - 1] if row else None
        other = heard[first + column - 1] if column else None
        here = costs[row][column]
        if row and column and here == costs[row - 1][column - 1] + (one != other):
            row, column = row - 1, column - 1
            if one != other:
                found.append(Change(first + row, one, other))
        elif row and here == costs[row - 1][column] + 1:
            row -= 1
            found.append(Change(first + row, one, None))
        else:
            column -= 1
            found.append(Change(first + row, None, other))
    return found[::-1]


def _costs(said: Sequence[str], heard: Sequence[str]) -> list[list[int]]:
    """Return for all first parts of one and of the other how many changes make one into the other."""
    rows = [list(range(len(heard) + 1))]
    for number, one in enumerate(said, 1):
        above, row = rows[-1], [number]
        for column, other in enumerate(heard):
            if one == other:
                row.append(above[column])
            else:
                row.append(1 + min(above[column], above[column + 1], row[column]))
        rows.append(row)
    return rows
