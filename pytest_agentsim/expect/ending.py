"""How a call ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.expect.finding import WELL, Finding, detail_of
from pytest_agentsim.expect.verdict import Outcome, Verdict
from pytest_agentsim.result import EndedBy, Status
from pytest_agentsim.scenario.model import ExpectationKind
from pytest_agentsim.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_agentsim.caller.matcher.offline import OfflineMatcher
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.scenario.model import Expectation

__all__ = ["completed", "ended_by", "ended_reason", "speaks_of_the_end", "status"]


def speaks_of_the_end(expectations: Iterable[Expectation]) -> bool:
    """Tell whether expectations say how the call is to end, so that it need not have completed."""
    about_the_end = (ExpectationKind.STATUS, ExpectationKind.ENDED_REASON)
    return any(
        expectation.kind in about_the_end
        # What the simulator ends has not completed.
        or (expectation.kind is ExpectationKind.ENDED_BY and expectation.value == EndedBy.SIMULATOR)
        for expectation in expectations
    )


def completed(result: CallResult) -> Verdict:
    """What is expected of every call: that it completed."""
    if result.status is Status.COMPLETED:
        return Verdict(Outcome.MET, "call", "the call completed")
    message = f"the call did not complete ({result.ended_reason.value})"
    if result.detail:
        message += f": {detail_of(result)}"
    return Verdict(Outcome.NOT_MET, "call", visible_line(message))


def status(expected: str, result: CallResult, _: OfflineMatcher) -> Finding:
    """How the call went as a call."""
    if result.status == expected:
        return WELL
    message = f"expected the status {expected}, but it is {result.status.value}"
    return Finding(message, (detail_of(result),))


def ended_by(expected: str, result: CallResult, _: OfflineMatcher) -> Finding:
    """Who ended the call."""
    if result.ended_by == expected:
        return WELL
    message = f"expected the {expected} to end the call, but the {result.ended_by.value} did"
    return Finding(message, (detail_of(result),))


def ended_reason(expected: str, result: CallResult, _: OfflineMatcher) -> Finding:
    """Why the call ended."""
    if result.ended_reason == expected:
        return WELL
    message = f"expected the call to end with {expected}, but it ended with {result.ended_reason.value}"
    return Finding(message, (detail_of(result),))
