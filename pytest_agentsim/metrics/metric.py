"""What a metric is: a function of a finished call, and what a reader has to know of its number."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pytest_agentsim.metric_value import Direction, Evidence, Number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["DoesNotApply", "Measurement", "Metric", "Need", "NotJudged", "NotMeasurable"]


class DoesNotApply(Exception):
    """Raised by a metric that has nothing to say about this call; the message says why."""


class NotMeasurable(Exception):
    """Raised by a metric that applies but cannot say anything true; the message says why."""


class NotJudged(Exception):
    """Raised by a metric that takes a judge where none can say anything; the message says why."""


class Need(StrEnum):
    """What a metric cannot do without."""

    VOICE = "voice"
    RECORDING = "recording"
    JUDGE = "judge"
    LISTENER = "listener"
    """A judge that hears the recording."""
    OTHERS = "others"
    """The values of the other metrics; it is measured after them."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a metric returns when there is more to tell than its number; see `MetricValue`."""

    value: Number
    explanation: tuple[str, ...] = ()
    details: Mapping[str, float] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric that is known by `name`, the slug that users write; `title` is what the hosted platforms call it.

    `function` takes a `MeasuredCall`; its keyword-only parameters are the metric's settings, with their defaults. It
    returns a number, a truth value (True is good), a word, a `Measurement` or, to be skipped, None; or an awaitable of
    these. It raises `DoesNotApply` and `NotMeasurable`. `definition` says what is measured and where that is specified.
    One that is `on_request` is measured where a scenario asks for it; `reads` are texts among which are the titles of
    others that it reads.
    """

    name: str
    title: str
    function: Callable[..., Any]
    unit: str = ""
    direction: Direction = Direction.NEITHER
    needs: frozenset[Need] = frozenset()
    definition: str = ""
    is_built_in: bool = False
    on_request: bool = False
    reads: frozenset[str] = frozenset()

    @property
    def is_judged(self) -> bool:
        return bool(self.needs & {Need.JUDGE, Need.LISTENER})

    @property
    def settings(self) -> dict[str, Any]:
        """What can be set, with the defaults."""
        return {
            each.name: each.default
            for each in inspect.signature(self.function).parameters.values()
            if each.kind is inspect.Parameter.KEYWORD_ONLY
        }
