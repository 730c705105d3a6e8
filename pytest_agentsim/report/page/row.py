"""A call as a row of the table, and what it can be found and sorted by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.expect import Outcome
from pytest_agentsim.metrics.percentiles import percentile
from pytest_agentsim.report.page.call_view import call_title, fault_of
from pytest_agentsim.report.page.timeline import answers
from pytest_agentsim.report.page.words import line_shown, seconds_shown
from pytest_agentsim.report.stored import UNFINISHED
from pytest_agentsim.report.verdicts import CallOutcome

if TYPE_CHECKING:
    from pytest_agentsim.report.stored import StoredCall

__all__ = ["ORDER", "WORDS", "Row", "row_of"]

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
    """One call in the table; `key` names it in the page's address, `index` is its place. Times are in seconds.

    `waits` are the agent's answers in their order, None where not measurable; `latency` is their median. `run` is its
    number among the runs of its item, `scenario` what the calls that can be compared with it have in common. `passed`
    is None where nobody can tell.
    """

    key: str
    index: int
    run: int
    item: str
    scenario: str
    title: str
    detail: str
    outcome: str
    passed: bool | None
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
    is_repeated: bool = False
    counted_in: str = "answer"

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


def row_of(call: StoredCall, key: str, index: int) -> Row:
    """Return the row of a call; `key` names it in the page's address, `index` is its place among the calls."""
    result, judgement = call.shown, call.judgement
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
        index=index,
        run=judgement.run if judgement is not None else 1,
        item=line_shown(judgement.node_id) if judgement is not None else key,
        scenario=line_shown(f"{judgement.file}::{title}") if judgement is not None else title,
        title=title,
        detail=detail,
        outcome=call.outcome,
        passed=call.passed,
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
        is_repeated=judgement is not None and judgement.runs > 1,
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


def _not_judged(call: StoredCall) -> int:
    verdicts = call.judgement.verdicts if call.judgement is not None else ()
    return sum(each.outcome is Outcome.NOT_JUDGED for each in verdicts)
