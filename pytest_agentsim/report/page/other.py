"""The calls of another run beside those of the page, and which scenarios went another way in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from pytest_agentsim.report.page.words import line_shown
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pytest_agentsim.report.page.overview import Entry, Overview
    from pytest_agentsim.report.page.row import Row
    from pytest_agentsim.report.stored import StoredCall

__all__ = ["Change", "Changes", "OtherResults", "changes", "comparison_address"]


@dataclass(frozen=True, slots=True)
class OtherResults:
    """The calls of another run, the directory that it has written to, and what somebody calls it."""

    name: str
    output: Path
    calls: Sequence[StoredCall]

    @property
    def shown_name(self) -> str:
        """What it is called on the page."""
        return line_shown(self.name)


@dataclass(frozen=True, slots=True)
class Change:
    """A scenario that went another way in the other run; rates are the shares of calls that passed (0.0 to 1.0).

    `address` is that of the comparison of two calls which show it.
    """

    title: str
    words: str
    before: float
    after: float
    address: str

    @property
    def is_worse(self) -> bool:
        return self.after < self.before


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between two runs, what is worse first; `unchanged` and the others count scenarios."""

    found: tuple[Change, ...]
    unchanged: int
    only_here: int
    only_there: int

    @property
    def counts_words(self) -> str:
        """Say how many scenarios there is no change of."""
        parts = [f"{counted(self.unchanged, 'scenario')} went as before"]
        parts += [f"{self.only_here} only in this run"] if self.only_here else []
        parts += [f"{self.only_there} only in the other"] if self.only_there else []
        return f"{', '.join(parts)}."


def changes(here: Overview, there: Overview) -> Changes:
    """Compare how the scenarios of two runs went; those without an outcome on either side count as unchanged."""
    theirs = {_identity(entry): entry for entry in there.entries}
    ours = {_identity(entry): entry for entry in here.entries}
    both = [(theirs[identity], entry) for identity, entry in ours.items() if identity in theirs]
    found = [change for before, after in both if (change := _change(before, after)) is not None]
    found.sort(key=lambda each: each.after - each.before)
    return Changes(tuple(found), len(both) - len(found), len(ours) - len(both), len(theirs) - len(both))


def comparison_address(first: Row, second: Row) -> str:
    """Return the part of the page's address that shows two calls side by side."""
    return f"#compare:{quote(first.key, safe='')}&{quote(second.key, safe='')}"


def _identity(entry: Entry) -> tuple[str, ...]:
    row = entry.rows[0]
    return row.item, row.scenario, row.channel, row.personality


def _change(before: Entry, after: Entry) -> Change | None:
    old, new = before.rate, after.rate
    if old is None or new is None or old == new:
        return None
    # The calls that show it: the first that went another way than before, beside one of those.
    later = next((row for row in after.rows if row.passed is (new > old)), after.rows[0])
    earlier = next((row for row in before.rows if row.passed is (old > new)), before.rows[0])
    words = f"{before.passed_words} before, {after.passed_words} now"
    return Change(later.title, words, old, new, comparison_address(earlier, later))
