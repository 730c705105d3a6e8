"""Judges that answer as a test says, and measuring with them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pytest_agentsim.judge.given import as_judge
from pytest_agentsim.metrics.context import AboutAgent, CallContext
from pytest_agentsim.metrics.measure import measured
from pytest_agentsim.metrics.registry import metric_named

if TYPE_CHECKING:
    from pytest_agentsim.judge import Question
    from pytest_agentsim.metric_value import MetricValue
    from pytest_agentsim.result import CallResult


class Answering:
    """Answers the questions one after the other, the last answer again and again, and remembers them."""

    def __init__(self, *values: Any) -> None:
        self._values = list(values)
        self.asked: list[Question] = []

    def __call__(self, question: Question, call: CallResult) -> Any:
        self.asked.append(question)
        return self._values.pop(0) if len(self._values) > 1 else self._values[0]


def judged(
    name: str,
    call: CallResult,
    judge: Any,
    *,
    about: AboutAgent | None = None,
    **settings: Any,
) -> MetricValue:
    """Return what a metric says of a call that `judge` judges."""
    metric = metric_named(name)
    assert metric is not None, f"there is no metric {name}"
    context = CallContext(about or AboutAgent())
    measuring = measured(
        call, metrics=[metric], settings={name: settings}, judge=as_judge(judge), context=context
    )
    return asyncio.run(measuring).metric(name)
