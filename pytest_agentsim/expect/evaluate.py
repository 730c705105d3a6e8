"""Evaluates all expectations on a call; each gives a verdict with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.caller.matcher.offline import OfflineMatcher
from pytest_agentsim.expect import course, ending, words
from pytest_agentsim.expect.keys import keys
from pytest_agentsim.expect.metadata import metadata
from pytest_agentsim.expect.metrics import metric
from pytest_agentsim.expect.moments import in_order
from pytest_agentsim.expect.outcome import expected_outcome
from pytest_agentsim.expect.tools import tool_calls
from pytest_agentsim.expect.verdict import Outcome, Verdict
from pytest_agentsim.scenario.model import ExpectationKind
from pytest_agentsim.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytest_agentsim.expect.finding import Finding
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.scenario.model import Expectation

__all__ = ["evaluate"]


def evaluate(
    expectations: Sequence[Expectation],
    result: CallResult,
    *,
    matcher: OfflineMatcher | None = None,
    require_completed: bool = True,
    require_judge: bool = False,
) -> tuple[Verdict, ...]:
    """Evaluate all expectations on a call.

    Unless an expectation is about how the call ends, and with `require_completed`, the call must also have
    completed. An expected outcome is met where the metric of that name is 100; where that has no value, or only some
    lines could be judged, it is not judged, which `require_judge` makes a failure.
    `matcher` tells whether a `condition` holds; by default that is the offline one for the call's language.
    """
    matcher = matcher or OfflineMatcher(language=result.language)
    verdicts = (
        [ending.completed(result)] if require_completed and not ending.speaks_of_the_end(expectations) else []
    )
    for index, expectation in enumerate(expectations):
        finding = _EVALUATIONS[expectation.kind](expectation.value, result, matcher)
        verdicts.append(_verdict(expectation, index, finding, require_judge=require_judge))
    if result.expected_outcome:
        verdicts.append(expected_outcome(result, required=require_judge))
    return tuple(verdicts)


def _verdict(expectation: Expectation, index: int, finding: Finding, *, require_judge: bool) -> Verdict:
    return Verdict(
        finding.outcome or (Outcome.NOT_MET if finding.message else Outcome.MET),
        visible_line(expectation.path),
        visible_line(finding.message),
        tuple(visible_line(line) for line in finding.evidence if line),
        finding.turns,
        f"{expectation.location.file}:{expectation.location.line}" if expectation.location else "",
        index,
        required=require_judge and finding.outcome is Outcome.NOT_JUDGED,
        words=finding.words,
        tool_calls=finding.tool_calls,
    )


_EVALUATIONS: dict[ExpectationKind, Callable[[Any, CallResult, OfflineMatcher], Finding]] = {
    ExpectationKind.STATUS: ending.status,
    ExpectationKind.ENDED_BY: ending.ended_by,
    ExpectationKind.ENDED_REASON: ending.ended_reason,
    ExpectationKind.CONDITIONS_FIRED: course.conditions_fired,
    ExpectationKind.AGENT_SAYS: words.agent_says,
    ExpectationKind.AGENT_NEVER_SAYS: words.agent_never_says,
    ExpectationKind.TOOL_CALLS: tool_calls,
    ExpectationKind.NEVER_CALLS: tool_calls,
    ExpectationKind.TOOL_ORDER: in_order,
    ExpectationKind.IN_ORDER: in_order,
    ExpectationKind.METADATA: metadata,
    ExpectationKind.TURNS: course.turns,
    ExpectationKind.DURATION: metric,
    ExpectationKind.SILENCE: metric,
    ExpectationKind.INTERRUPTIONS: metric,
    ExpectationKind.RECORDING: metric,
    ExpectationKind.KEYS: keys,
    ExpectationKind.METRICS: metric,
}
