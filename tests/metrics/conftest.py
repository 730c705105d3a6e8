"""Measuring a call in a test."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.metrics import registry
from pytest_agentsim.metrics.measure import measured

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from pytest_agentsim.metric_value import MetricValue
    from pytest_agentsim.result import CallResult


@pytest.fixture
def value_of() -> Callable[..., MetricValue]:
    """``value_of("latency", call, recording=None, **settings)``: what a metric says of a call."""

    def value(name: str, call: CallResult, recording: Path | None = None, **settings: Any) -> MetricValue:
        metric = registry.metric_named(name)
        assert metric is not None, f"there is no metric {name}"
        # The others too, for a metric may read them.
        result = asyncio.run(measured(call, recording, settings={name: settings}))
        return result.metric(name)

    return value


@pytest.fixture
def own_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget afterwards what a test has registered."""
    registry.every_metric()
    monkeypatch.setattr(registry, "_METRICS", dict(registry._METRICS))
