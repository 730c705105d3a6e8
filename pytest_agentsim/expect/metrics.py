"""What metrics of a call must be."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from pytest_agentsim.expect.finding import WELL, Finding, quoted_words
from pytest_agentsim.expect.verdict import Outcome
from pytest_agentsim.metric_value import MetricOutcome, value_named
from pytest_agentsim.scenario.quantity import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_agentsim.caller.matcher.offline import OfflineMatcher
    from pytest_agentsim.metric_value import MetricValue, Number
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.scenario.expectations import MetricExpectation
    from pytest_agentsim.scenario.quantity import Quantity

__all__ = ["metric", "wanted_of"]

SHOWN = 5  # pieces of evidence
SLACK = 1e-9  # what computing in binary loses
VERDICTS = (5.0, 0.0)  # what true and false are on the platforms (platform_spec section i.3)

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
    words = tuple(
        words for each in found.evidence[:SHOWN] for words in quoted_words(each.text, each.turn, result)
    )
    if is_met:
        # What was measured is met by a number; only what was judged is met by what somebody has said.
        quotes = tuple(f"turn {each.turn}: {each.text}" for each in found.evidence[:SHOWN] if each.turn)
        said = tuple(dict.fromkeys(each.turn for each in words))
        return Finding(evidence=quotes, turns=said, words=words) if words else WELL
    evidence = tuple(_evidence(found))
    turns = tuple(dict.fromkeys(each.turn for each in found.evidence[:SHOWN] if each.turn))
    message = f"expected {expected.name} to be {wanted}, but it is {_shown(found)}"
    return Finding(message, evidence, turns, words=words)


def wanted_of(expected: MetricExpectation, found: MetricValue) -> str:
    """Say what is expected of a metric that was measured: "at most 1.5 s"."""
    wanted, _ = _compared(expected, found)
    return wanted


def _compared(expected: MetricExpectation, found: MetricValue) -> tuple[str, bool]:
    """Return what is expected in words, and whether it is so."""
    parts = list(_parts(expected, found))
    return " and ".join(told for told, _ in parts), all(is_met for _, is_met in parts)


def _parts(expected: MetricExpectation, found: MetricValue) -> Iterator[tuple[str, bool]]:
    if expected.value is not None:
        yield _word(expected.value), _is(expected.value, found.value)
    limits = expected.limits
    if limits.minimum is not None or limits.maximum is not None:
        yield _within(limits, found, str(limits))
    if expected.above is not None:
        yield _within(Limits(minimum=expected.above), found, f"more than {expected.above}", is_strict=True)
    if expected.below is not None:
        yield _within(Limits(maximum=expected.below), found, f"less than {expected.below}", is_strict=True)
    if expected.one_of:
        yield f"one of {', '.join(expected.one_of)}", any(_is(each, found.value) for each in expected.one_of)
    if expected.excluded is not None:
        told, is_met = _compared(expected.excluded, found)
        yield f"anything but {told.removeprefix('exactly ')}", not is_met
    if expected.any_of:
        choices = [_compared(each, found) for each in expected.any_of]
        yield " or ".join(told for told, _ in choices), any(is_met for _, is_met in choices)


def _within(limits: Limits, found: MetricValue, wanted: str, *, is_strict: bool = False) -> tuple[str, bool]:
    value = _as_number(found.value, limits)
    if value is None:
        return f"{wanted}, a number", False
    try:
        low, high = _bound(limits.minimum, found.unit), _bound(limits.maximum, found.unit)
    except ValueError as error:
        return f"{wanted} ({error})", False
    slack = -SLACK if is_strict else SLACK
    is_met = (low is None or value >= low - slack) and (high is None or value <= high + slack)
    return _told(limits, wanted, found.unit), is_met


def _as_number(value: Number, limits: Limits) -> float | None:
    """Return a value as a number; a verdict is one where limits are in the platforms' 5 and 0."""
    if isinstance(value, bool):
        bounds = [each for each in (limits.minimum, limits.maximum) if each is not None]
        is_platforms = all(each.number in VERDICTS and not each.unit for each in bounds)
        return VERDICTS[not value] if is_platforms else None
    return value if isinstance(value, int | float) else None


def _is(wanted: bool | str, value: Number) -> bool:
    return isinstance(value, bool) == isinstance(wanted, bool) and _plain(value) == _plain(wanted)


def _bound(quantity: Quantity | None, unit: str) -> float | None:
    return None if quantity is None else quantity.in_unit(unit)


def _told(limits: Limits, wanted: str, unit: str) -> str:
    has_unit = any(each is not None and each.unit for each in (limits.minimum, limits.maximum))
    return wanted if has_unit or not unit else f"{wanted} {unit}"


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
