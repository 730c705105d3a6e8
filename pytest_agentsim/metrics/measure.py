"""Measures a finished call: each metric gives a value, whatever becomes of the others."""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import replace
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from pytest_agentsim.errors import AgentSimError
from pytest_agentsim.metric_value import MetricOutcome, MetricValue
from pytest_agentsim.metrics.measured_call import NO_JUDGE, MeasuredCall
from pytest_agentsim.metrics.metric import (
    DoesNotApply,
    Measurement,
    Metric,
    Need,
    NotJudged,
    NotMeasurable,
)
from pytest_agentsim.metrics.registry import every_metric
from pytest_agentsim.metrics.settings import check_settings
from pytest_agentsim.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pytest_agentsim.judge.interface import Judge
    from pytest_agentsim.metrics.context import CallContext
    from pytest_agentsim.result import CallResult

__all__ = ["measure", "measured"]

NO_AUDIO = "a text call has no audio"

_TURNS: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


async def measured(
    result: CallResult,
    recording: Path | None = None,
    *,
    metrics: Iterable[Metric] | None = None,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    judge: Judge | None = None,
    context: CallContext | None = None,
) -> CallResult:
    """Return a call with its metrics: the given ones, or all; `settings` are those of each metric by its name.

    `recording` is the stereo file of a voice call, `judge` whoever judges what cannot be computed, `context` what is
    known of the call beside it. A metric that raises or gives what is no value is one that failed, and the others go
    on.
    """
    chosen = every_metric() if metrics is None else tuple(metrics)
    call = MeasuredCall(result, recording, judge, context)
    settings = settings or {}
    computed = [each for each in chosen if not each.is_judged and Need.OTHERS not in each.needs]
    if recording is None:
        measure(call, computed, settings)
    else:
        await _aside(call, computed, settings)
    judged = [each for each in chosen if each.is_judged and Need.OTHERS not in each.needs]
    await _add_awaited(call, judged, settings)
    # What looks at the others' values comes last, one after the other, so that the later see the earlier.
    for metric in chosen:
        if Need.OTHERS in metric.needs:
            await _add_awaited(call, [metric], settings)
    return replace(result, metrics=tuple(call.values[each.name] for each in chosen))


async def _aside(
    call: MeasuredCall, metrics: Sequence[Metric], settings: Mapping[str, Mapping[str, Any]]
) -> None:
    """Measure without holding up the calls that are still on the line.

    Threads take turns of 5 ms, so that several of them would let the frames of the other calls be late: the package's
    own metrics are measured for one call after another. What users have written may wait for something else.
    """
    ours = [each for each in metrics if each.is_built_in]
    theirs = [each for each in metrics if not each.is_built_in]
    async with _TURNS.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
        await asyncio.to_thread(measure, call, ours, settings)
    if theirs:
        await asyncio.to_thread(measure, call, theirs, settings)


async def _add_awaited(
    call: MeasuredCall, metrics: Sequence[Metric], settings: Mapping[str, Mapping[str, Any]]
) -> None:
    """Add the values of metrics that may wait for somebody, all at once."""
    values = await asyncio.gather(*(_awaited(each, call, settings.get(each.name, {})) for each in metrics))
    call.values.update(zip((each.name for each in metrics), values, strict=True))


def measure(call: MeasuredCall, metrics: Iterable[Metric], settings: Mapping[str, Mapping[str, Any]]) -> None:
    """Add the values of metrics that need not wait for anybody."""
    is_text = call.result.channel == "text"
    for metric in metrics:
        call.values[metric.name] = (
            _on_text(metric)
            if is_text and Need.VOICE in metric.needs
            else _value(metric, call, settings.get(metric.name, {}))
        )


@lru_cache(maxsize=256)
def _on_text(metric: Metric) -> MetricValue:
    """The value of a metric of voice on any text call; most metrics are, and most calls of a quick suite."""
    return _without_value(metric, DoesNotApply(NO_AUDIO))


def _value(metric: Metric, call: MeasuredCall, settings: Mapping[str, Any]) -> MetricValue:
    try:
        check_settings(metric, settings)
        _check_needs(metric, call)
        return _as_value(metric, metric.function(call, **settings))
    except Exception as error:  # noqa: BLE001 - also what users have written
        return _without_value(metric, error)


async def _awaited(metric: Metric, call: MeasuredCall, settings: Mapping[str, Any]) -> MetricValue:
    try:
        check_settings(metric, settings)
        _check_needs(metric, call)
        found = metric.function(call, **settings)
        return _as_value(metric, await found if inspect.isawaitable(found) else found)
    except Exception as error:  # noqa: BLE001 - also what users have written
        return _without_value(metric, error)


def _check_needs(metric: Metric, call: MeasuredCall) -> None:
    if Need.VOICE in metric.needs and call.result.channel == "text":
        raise DoesNotApply(NO_AUDIO)
    if Need.JUDGE in metric.needs and call.judge is None:
        raise NotJudged(NO_JUDGE)
    if Need.RECORDING in metric.needs:
        call.audio  # noqa: B018 - raises where there is none


def _as_value(metric: Metric, found: object) -> MetricValue:
    if found is None:
        raise DoesNotApply("it does not apply to this call")
    measurement = found if isinstance(found, Measurement) else Measurement(_plain(found))
    if measurement.value is None:
        raise DoesNotApply(" ".join(measurement.explanation) or "it does not apply to this call")
    value = _plain(measurement.value)
    numbers = [value, *measurement.details.values()]
    for each in numbers:
        if isinstance(each, float) and not isfinite(each):
            raise ValueError(f"it gave {each}, which is no finite number")
    return MetricValue(
        metric.name,
        metric.title,
        MetricOutcome.MEASURED,
        value,
        metric.unit,
        metric.direction,
        explanation=tuple(visible_line(line) for line in measurement.explanation),
        details={name: float(number) for name, number in measurement.details.items()},
        evidence=tuple(
            each if each.text.isprintable() else replace(each, text=visible_line(each.text))
            for each in measurement.evidence
        ),
        extra=dict(measurement.extra),
    )


def _plain(value: object) -> float | bool | str | None:
    """Return a value as Python's own kind, also if it is one of numpy."""
    item = getattr(value, "item", None)
    plain = item() if callable(item) else value
    if plain is None or isinstance(plain, bool | int | float | str):
        return plain
    raise TypeError(f"it gave a {type(value).__name__}, where a number, a truth value or a word is expected")


def _without_value(metric: Metric, error: Exception) -> MetricValue:
    match error:
        case DoesNotApply():
            outcome, reason = MetricOutcome.SKIPPED, str(error)
        case NotMeasurable():
            outcome, reason = MetricOutcome.NOT_MEASURABLE, str(error)
        case NotJudged():
            outcome, reason = MetricOutcome.NOT_JUDGED, str(error)
        case _:
            outcome = MetricOutcome.FAILED
            reason = str(error) if isinstance(error, AgentSimError) else f"{type(error).__name__}: {error}"
    reason = visible_line(reason)
    return MetricValue(metric.name, metric.title, outcome, None, metric.unit, metric.direction, reason)
