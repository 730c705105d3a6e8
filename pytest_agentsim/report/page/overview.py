"""All calls of a page at a glance: a row each, and what the rows say together."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.expect import Outcome
from pytest_agentsim.metrics.percentiles import percentile
from pytest_agentsim.report.page.call_view import call_title, fault_of
from pytest_agentsim.report.page.timeline import answers
from pytest_agentsim.report.page.words import line_shown, seconds_shown
from pytest_agentsim.report.stored import UNFINISHED
from pytest_agentsim.report.verdicts import CallOutcome
from pytest_agentsim.statistics.proportion import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pytest_agentsim.report.stored import StoredCall

__all__ = ["ChannelLatency", "Overview", "Repeated", "Row", "overview"]

SHOWN = 5
"""How many of the slowest and flakiest calls are named."""

ORDER = (
    CallOutcome.FAILED.value,
    CallOutcome.ERROR.value,
    UNFINISHED,
    CallOutcome.XPASSED.value,
    CallOutcome.XFAILED.value,
    CallOutcome.SKIPPED.value,
    CallOutcome.PASSED.value,
)
WORDS = {
    CallOutcome.XFAILED.value: "failed as expected",
    CallOutcome.XPASSED.value: "passed unexpectedly",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One call in the table; `key` names it in the page's address. Times are in seconds.

    `waits` are the agent's answers in their order, None where not measurable; `latency` is their median.
    """

    key: str
    title: str
    detail: str
    outcome: str
    outcome_words: str
    outcome_order: int
    fault: str
    channel: str
    personality: str
    tags: tuple[str, ...]
    turns: int
    duration: float | None
    waits: tuple[float | None, ...]
    latency: float | None
    began: str
    reason: str
    search: str
    not_judged: int

    @property
    def slowest(self) -> float:
        """How long the slowest answer took; 0 where none was measured."""
        return max((each for each in self.waits if each is not None), default=0.0)

    @property
    def duration_words(self) -> str:
        return "" if self.duration is None else seconds_shown(self.duration)

    @property
    def latency_words(self) -> str:
        return "" if self.latency is None else seconds_shown(self.latency)


@dataclass(frozen=True, slots=True)
class Repeated:
    """Several calls of one scenario by the same personality over the same channel; rates are 0.0 to 1.0."""

    title: str
    detail: str
    passed: int
    calls: int
    low: float
    high: float
    keys: tuple[str, ...]

    @property
    def rate(self) -> float:
        return self.passed / self.calls

    @property
    def is_flaky(self) -> bool:
        return 0 < self.passed < self.calls


@dataclass(frozen=True, slots=True)
class ChannelLatency:
    """How long the agent takes to answer over one channel, in seconds."""

    channel: str
    p50: float
    p95: float
    longest: float


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page tells of all calls."""

    rows: tuple[Row, ...]
    outcomes: tuple[tuple[str, str, int], ...]  # outcome, its words, how many
    channels: tuple[str, ...]
    personalities: tuple[str, ...]
    tags: tuple[str, ...]
    repeated: tuple[Repeated, ...]
    flakiest: tuple[Repeated, ...]
    slowest: tuple[Row, ...]
    not_judged: tuple[Row, ...]
    unfinished: tuple[Row, ...]
    latencies: tuple[ChannelLatency, ...]
    answers: int
    not_measurable: int
    on_the_line: float  # s


def overview(calls: Sequence[StoredCall], keys: Sequence[str]) -> Overview:
    """Sum the calls up; `keys` name them in the page's address."""
    rows = tuple(_row(call, key) for call, key in zip(calls, keys, strict=True))
    waits = [each for row in rows for each in row.waits]
    measured = [each for each in waits if each is not None]
    outcomes = Counter(row.outcome for row in rows)
    repeated = _repeated(calls, rows)
    flaky = sorted((each for each in repeated if each.is_flaky), key=lambda each: abs(each.rate - 0.5))
    return Overview(
        rows=rows,
        outcomes=tuple((each, WORDS.get(each, each), outcomes[each]) for each in ORDER if outcomes[each]),
        channels=_different(row.channel for row in rows),
        personalities=_different(row.personality for row in rows),
        tags=_different(tag for row in rows for tag in row.tags),
        repeated=repeated,
        flakiest=tuple(flaky[:SHOWN]),
        slowest=tuple(
            sorted((row for row in rows if row.latency is not None), key=lambda row: -row.slowest)[:SHOWN]
        ),
        not_judged=tuple(row for row in rows if row.not_judged),
        unfinished=tuple(row for row in rows if row.outcome == UNFINISHED),
        latencies=tuple(_latencies(rows)),
        answers=len(measured),
        not_measurable=len(waits) - len(measured),
        on_the_line=sum(row.duration or 0.0 for row in rows),
    )


def _row(call: StoredCall, key: str) -> Row:
    result, judgement = call.result, call.judgement
    waits = tuple(seconds for _, seconds in answers(result)) if result is not None else ()
    measured = [each for each in waits if each is not None]
    title, reason = call_title(call), _reason(call)
    detail = line_shown(judgement.node_id) if judgement is not None else line_shown(str(call.directory))
    if judgement is not None and judgement.runs > 1:
        detail += f", run {judgement.run} of {judgement.runs}"
    tags = tuple(map(line_shown, judgement.tags)) if judgement is not None else ()
    personality = line_shown(result.personality) if result is not None else ""
    return Row(
        key=key,
        title=title,
        detail=detail,
        outcome=call.outcome,
        outcome_words=WORDS.get(call.outcome, call.outcome),
        outcome_order=ORDER.index(call.outcome),
        fault=fault_of(call),
        channel=line_shown(result.channel) if result is not None else "",
        personality=personality,
        tags=tags,
        turns=len(result.turns) if result is not None else 0,
        duration=result.duration if result is not None else None,
        waits=waits,
        latency=percentile(measured, 0.5) if measured else None,
        began=result.started_at if result is not None else "",
        reason=reason,
        search=" ".join((title, detail, reason, personality, *tags)).casefold(),
        not_judged=_not_judged(call),
    )


def _reason(call: StoredCall) -> str:
    """Say in one line why a call is not as expected, or what is wrong with its files."""
    if call.judgement is not None:
        missed = [each for each in call.judgement.verdicts if not each.passed]
        if missed:
            more = f" (and {len(missed) - 1} more)" if len(missed) > 1 else ""
            return line_shown(missed[0].message) + more
        if call.judgement.message:
            return line_shown(call.judgement.message)
    return line_shown(call.problem)


def _latencies(rows: Sequence[Row]) -> Iterator[ChannelLatency]:
    for channel in _different(row.channel for row in rows):
        measured = [each for row in rows if row.channel == channel for each in row.waits if each is not None]
        if measured:
            p50, p95 = (percentile(measured, share) for share in (0.5, 0.95))
            yield ChannelLatency(channel, p50, p95, max(measured))


def _not_judged(call: StoredCall) -> int:
    verdicts = call.judgement.verdicts if call.judgement is not None else ()
    return sum(each.outcome is Outcome.NOT_JUDGED for each in verdicts)


def _repeated(calls: Sequence[StoredCall], rows: Sequence[Row]) -> tuple[Repeated, ...]:
    groups: dict[tuple[str, ...], list[tuple[bool, str]]] = defaultdict(list)
    for call, row in zip(calls, rows, strict=True):
        if call.passed is not None:
            file = call.judgement.file if call.judgement is not None else ""
            groups[file, row.title, row.channel, row.personality].append((call.passed, row.key))
    return tuple(_of_group(*names, group=group) for (_, *names), group in groups.items() if len(group) > 1)


def _of_group(title: str, channel: str, personality: str, *, group: Sequence[tuple[bool, str]]) -> Repeated:
    passed = sum(each for each, _ in group)
    interval = wilson_interval(passed, len(group))
    detail = ", ".join(each for each in (channel, personality) if each)
    return Repeated(
        title, detail, passed, len(group), interval.low, interval.high, tuple(key for _, key in group)
    )


def _different(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if name}))
