"""All calls of a page at a glance: a row each, and what the rows say together."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.metrics.percentiles import percentile
from pytest_agentsim.report.page.repeated import Repeated, repeated
from pytest_agentsim.report.page.row import ORDER, WORDS, Row, row_of
from pytest_agentsim.report.stored import UNFINISHED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pytest_agentsim.report.stored import StoredCall

__all__ = ["ChannelLatency", "Entry", "Overview", "overview"]

SHOWN = 5
"""How many of the slowest and flakiest calls are named."""


@dataclass(frozen=True, slots=True)
class ChannelLatency:
    """How long the agent takes to answer over one channel, in seconds."""

    channel: str
    p50: float
    p95: float
    longest: float


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands together in the table: a call, or the runs of an item."""

    rows: tuple[Row, ...]
    repeated: Repeated | None = None

    @property
    def head(self) -> Row | Repeated:
        """What the table is sorted by."""
        return self.repeated or self.rows[0]

    @property
    def outcome_order(self) -> int:
        """Where among the outcomes it stands; what failed is first."""
        return ORDER.index(self.head.outcome)

    @property
    def rate(self) -> float | None:
        """The share of its calls that passed (0.0 to 1.0); None where nobody can tell."""
        if self.repeated is not None:
            return self.repeated.tally.rate
        return None if self.rows[0].passed is None else float(self.rows[0].passed)

    @property
    def passed_words(self) -> str:
        """Say in two or three words how it went."""
        if self.repeated is not None:
            return f"{self.repeated.tally.passed} of {self.repeated.tally.runs}"
        return self.rows[0].outcome_words

    @property
    def flakiness(self) -> float:
        """How much the runs differ (0.0 to 1.0); less than nothing of a single call."""
        return self.repeated.flakiness if self.repeated is not None else -1.0


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page tells of all calls; `rows` are in the order of the calls."""

    rows: tuple[Row, ...]
    entries: tuple[Entry, ...]
    outcomes: tuple[tuple[str, str, int], ...]  # outcome, its words, how many
    channels: tuple[str, ...]
    personalities: tuple[str, ...]
    tags: tuple[str, ...]
    repeated: tuple[Repeated, ...]
    flakiest: tuple[Repeated, ...]
    slowest: tuple[Row, ...]
    not_judged: tuple[tuple[Row, int], ...]  # the first of a scenario's calls, and how many there are
    unfinished: tuple[Row, ...]
    latencies: tuple[ChannelLatency, ...]
    answers: int
    not_measurable: int
    on_the_line: float  # s


def overview(calls: Sequence[StoredCall], keys: Sequence[str]) -> Overview:
    """Sum the calls up; `keys` name them in the page's address."""
    rows = tuple(row_of(call, key, index) for index, (call, key) in enumerate(zip(calls, keys, strict=True)))
    entries = tuple(_entries(calls, rows))
    waits = [each for row in rows for each in row.waits]
    measured = [each for each in waits if each is not None]
    outcomes = Counter(row.outcome for row in rows)
    groups = tuple(each.repeated for each in entries if each.repeated is not None)
    flaky = sorted((each for each in groups if each.tally.is_flaky), key=lambda each: -each.flakiness)
    return Overview(
        rows=rows,
        entries=entries,
        outcomes=tuple((each, WORDS.get(each, each), outcomes[each]) for each in ORDER if outcomes[each]),
        channels=_different(row.channel for row in rows),
        personalities=_different(row.personality for row in rows),
        tags=_different(tag for row in rows for tag in row.tags),
        repeated=groups,
        flakiest=tuple(flaky[:SHOWN]),
        slowest=tuple(
            sorted((row for row in rows if row.latency is not None), key=lambda row: -row.slowest)[:SHOWN]
        ),
        not_judged=tuple(_not_judged(rows)),
        unfinished=tuple(row for row in rows if row.outcome == UNFINISHED),
        latencies=tuple(_latencies(rows)),
        answers=len(measured),
        not_measurable=len(waits) - len(measured),
        on_the_line=sum(row.duration or 0.0 for row in rows),
    )


def _latencies(rows: Sequence[Row]) -> Iterator[ChannelLatency]:
    for channel in _different(row.channel for row in rows):
        measured = [each for row in rows if row.channel == channel for each in row.waits if each is not None]
        if measured:
            p50, p95 = (percentile(measured, share) for share in (0.5, 0.95))
            yield ChannelLatency(channel, p50, p95, max(measured))


def _not_judged(rows: Iterable[Row]) -> Iterator[tuple[Row, int]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.not_judged:
            groups[row.scenario].append(row)
    yield from ((group[0], len(group)) for group in groups.values())


def _entries(calls: Sequence[StoredCall], rows: Sequence[Row]) -> Iterator[Entry]:
    """Put the runs of an item together, each group in the place of its first run."""
    groups: dict[tuple[str, ...], list[tuple[StoredCall, Row]]] = defaultdict(list)
    for call, row in zip(calls, rows, strict=True):
        item = call.judgement.node_id if call.judgement is not None else row.key
        groups[item, row.title, row.channel, row.personality].append((call, row))
    for group in groups.values():
        together = repeated(group)
        if together is not None:
            yield Entry(together.rows, together)
        else:
            yield from (Entry((row,)) for _, row in group)


def _different(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if name}))
