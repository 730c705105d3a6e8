"""What metrics of a call must be."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from pytest_agentsim.expect.finding import WELL, Finding
from pytest_agentsim.expect.verdict import Outcome
from pytest_agentsim.metric_value import MetricOutcome, value_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_agentsim.caller.matcher.offline import OfflineMatcher
    from pytest_agentsim.metric_value import MetricValue
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.scenario.expectations import MetricExpectation
    from pytest_agentsim.scenario.quantity import Limits, Quantity

__all__ = ["metric"]

SHOWN = 5  # pieces of evidence
SLACK = 1e-9  # what computing in binary loses

_WITHOUT_VALUE = {
    MetricOutcome.SKIPPED: Outcome.SKIPPED,
    MetricOutcome.NOT_MEASURABLE: Outcome.NOT_MEASURED,
    MetricOutcome.NOT_JUDGED: Outcome.NOT_JUDGED,
}


def metric(expected: MetricExpectation, result: CallResult, _: OfflineMatcher) -> Finding:
    """A metric that must lie within limits or have a value; one that does not apply to the call is skipped."""
    found = value_named(expected.name, result.metrics)
    if found is None:
        return Finding(f"the call has no metric {expected.name!r}{_hint(expected.name, result)}")
    if found.outcome is MetricOutcome.FAILED:
        return Finding(f"{expected.name} could not be measured: {found.reason}")
    if not found.is_measured:
        message = f"{expected.name} is {found.outcome.value}: {found.reason}"
        return Finding(message, outcome=_WITHOUT_VALUE[found.outcome])
    wanted, is_met = _compared(expected, found)
    if is_met:
        return WELL
    evidence = tuple(_evidence(found))
    turns = tuple(dict.fromkeys(each.turn for each in found.evidence[:SHOWN] if each.turn))
    return Finding(f"expected {expected.name} to be {wanted}, but it is {_shown(found)}", evidence, turns)


def _compared(expected: MetricExpectation, found: MetricValue) -> tuple[str, bool]:
    """Return what is expected in words, and whether it is so."""
    value = found.value
    if expected.value is not None:
        same_kind = isinstance(value, bool) == isinstance(expected.value, bool)
        return _word(expected.value), same_kind and _plain(value) == _plain(expected.value)
    limits = expected.limits
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{limits}, a number", False
    try:
        low, high = _bound(limits.minimum, found.unit), _bound(limits.maximum, found.unit)
    except ValueError as error:
        return f"{limits} ({error})", False
    is_met = (low is None or value >= low - SLACK) and (high is None or value <= high + SLACK)
    return _told(limits, found.unit), is_met


def _bound(quantity: Quantity | None, unit: str) -> float | None:
    return None if quantity is None else quantity.in_unit(unit)


def _told(limits: Limits, unit: str) -> str:
    has_unit = any(each is not None and each.unit for each in (limits.minimum, limits.maximum))
    return str(limits) if has_unit or not unit else f"{limits} {unit}"


def _shown(found: MetricValue) -> str:
    if isinstance(found.value, bool | str):
        return _word(found.value)
    unit = f" {found.unit}" if found.unit else ""
    return f"{found.value:.6g}{unit}"


def _word(value: bool | str) -> str:
    return str(value).lower() if isinstance(value, bool) else value


def _plain(value: object) -> object:
    return value.strip().casefold() if isinstance(value, str) else value


def _evidence(found: MetricValue) -> Iterator[str]:
    yield from found.explanation[:SHOWN]
    for each in found.evidence[:SHOWN]:
        where = [f"turn {each.turn}"] if each.turn else []
        where += [f"at {each.time:.1f} s"] if each.time is not None else []
        yield f"{', '.join(where)}: {each.text}" if where else each.text
    if len(found.evidence) > SHOWN:
        yield f"and {len(found.evidence) - SHOWN} more"


def _hint(name: str, result: CallResult) -> str:
    names = [each.name for each in result.metrics]
    names += [f"{each.name}_{detail}" for each in result.metrics for detail in each.details]
    near = difflib.get_close_matches(name, names, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
