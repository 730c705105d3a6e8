"""All metrics by name: those of the package and those that users add with `@pytest_agentsim.metric`."""

from __future__ import annotations

import importlib
import inspect
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, overload

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.metric_value import Direction
from pytest_agentsim.metrics.metric import Metric, Need

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pytest_agentsim.metrics.measured_call import MeasuredCall

__all__ = ["built_in", "every_metric", "metric", "metric_named", "register", "unregister"]

# Imported when the first metric is asked for; each registers its own.
FAMILIES = (
    "conversation",
    "latency",
    "interruptions",
    "silence",
    "talking",
    "tools",
    "level",
    "pitch",
    "keypad",
    "transcription",
    "repetition",
    "outcome",
    "truthfulness",
    "conciseness",
    "endings",
    "mood",
    "subjects",
    "listening",
)

_METRICS: dict[str, Metric] = {}


def every_metric() -> tuple[Metric, ...]:
    """All metrics, those of the package first, in the order in which they were defined."""
    _import_families()
    return tuple(_METRICS.values())


@cache
def _import_families() -> None:
    for family in FAMILIES:
        importlib.import_module(f"pytest_agentsim.metrics.{family}")
    # In the order of the families, whichever of them somebody has imported before.
    ordered = sorted(_METRICS.values(), key=_place)
    _METRICS.clear()
    _METRICS.update((each.name, each) for each in ordered)


def _place(metric: Metric) -> int:
    module = inspect.unwrap(metric.function).__module__.rpartition(".")[2]
    return FAMILIES.index(module) if metric.is_built_in and module in FAMILIES else len(FAMILIES)


def metric_named(name: str) -> Metric | None:
    """Return a metric by the name that users write; None when there is none."""
    return next((each for each in every_metric() if each.name == name), None)


def register(metric: Metric) -> Metric:
    """Make a metric known. Raises ConfigurationError when another one has its name.

    A function that is defined anew, as when its module is loaded again, replaces its former self.
    """
    known = _METRICS.get(metric.name)
    if known is not None and _origin(known) != _origin(metric):
        raise ConfigurationError(
            f"The metric {metric.name!r} of {_origin(metric)} has the name of one that is defined in "
            f"{_origin(known)}; give it another with @metric(name=…)."
        )
    _METRICS[metric.name] = metric
    return metric


def unregister(metrics: Iterable[Metric]) -> None:
    """Forget metrics that were registered for a run."""
    for each in metrics:
        if _METRICS.get(each.name) is each:
            del _METRICS[each.name]


def built_in(
    title: str,
    *,
    unit: str = "",
    direction: Direction = Direction.NEITHER,
    needs: Iterable[Need] = (),
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function of a `MeasuredCall` under its own name; its docstring is the definition."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        register(
            Metric(
                function.__name__,
                title,
                function,
                unit,
                direction,
                frozenset(needs),
                inspect.getdoc(function) or "",
                is_built_in=True,
            )
        )
        return function

    return decorate


@overload
def metric(function: Callable[..., Any], /) -> Callable[..., Any]: ...


@overload
def metric(
    *,
    name: str = ...,
    title: str = ...,
    unit: str = ...,
    direction: str = ...,
    channel: str = ...,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]: ...


def metric(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str = "",
    title: str = "",
    unit: str = "",
    direction: str = "neither",
    channel: str = "both",
) -> Any:
    """Make a function a metric of every call, known by the function's name.

    The function takes the `CallResult`, and as a second parameter, if it has one, the `CallAudio` of a voice call. It
    returns a number, a truth value (True is good), a word, a `Measurement`, or None where it does not apply. Settings
    are its keyword-only parameters. `direction` is "higher" or "lower" where one of them is better; `channel` is
    "voice" if it is to be skipped on text. Raises ConfigurationError for a name that another metric has.
    """

    def decorate(decorated: Callable[..., Any]) -> Callable[..., Any]:
        takes_audio = _positional(decorated) > 1
        needs = {Need.RECORDING} if takes_audio else set()
        if takes_audio or channel == "voice":
            needs.add(Need.VOICE)
        chosen = name or decorated.__name__
        register(
            Metric(
                chosen,
                title or chosen.replace("_", " ").capitalize(),
                _of_measured_call(decorated, takes_audio=takes_audio),
                unit,
                Direction(direction),
                frozenset(needs),
                inspect.getdoc(decorated) or "",
            )
        )
        return decorated

    return decorate if function is None else decorate(function)


def _of_measured_call(function: Callable[..., Any], *, takes_audio: bool) -> Callable[..., Any]:
    @wraps(function)
    def measured(call: MeasuredCall, **settings: Any) -> Any:
        return (
            function(call.result, call.audio, **settings)
            if takes_audio
            else function(call.result, **settings)
        )

    return measured


def _positional(function: Callable[..., Any]) -> int:
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(each.kind in kinds for each in inspect.signature(function).parameters.values())


def _origin(metric: Metric) -> str:
    function = inspect.unwrap(metric.function)
    return f"{function.__module__}.{function.__qualname__}"
