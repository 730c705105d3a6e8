"""Measuring a call with metrics of files."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.errors import ScenarioError
from pytest_agentsim.judge.given import as_judge
from pytest_agentsim.metric_files.sources import read_metric_files
from pytest_agentsim.metrics import registry
from pytest_agentsim.metrics.measure import measured
from pytest_agentsim.metrics.selection import chosen_metrics

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_agentsim.result import CallResult

METRICS = Path(__file__).parent / "metrics"


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget afterwards what a test has registered, and where it has looked for modules."""
    registry.every_metric()
    monkeypatch.setattr(registry, "_METRICS", dict(registry._METRICS))
    import sys

    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "utils", raising=False)


@pytest.fixture
def measure() -> Callable[..., CallResult]:
    """``measure(call, "slug", …, judge=…, files=[…], context=…)``: the call with these metrics of these files."""

    def measuring(
        call: CallResult, *names: str, judge: Any = None, files: Any = ("metrics",), context: Any = None
    ) -> CallResult:
        for metric in read_metric_files(files, METRICS.parent).metrics:
            registry.register(metric)
        metrics = chosen_metrics(names)
        return asyncio.run(measured(call, metrics=metrics, judge=as_judge(judge), context=context))

    return measuring


@pytest.fixture
def problems(tmp_path: Path) -> Callable[..., list[str]]:
    """``problems(text, name="m.yaml")``: what is wrong with a file, as "line:column: path: message"."""

    def read(text: str, name: str = "m.yaml") -> list[str]:
        (tmp_path / name).write_text(text)
        try:
            found = read_metric_files([name], tmp_path, show=lambda path: path.name)
        except ScenarioError as error:
            return [str(each) for each in (*error.problems, *error.warnings)]
        return [str(each) for each in found.warnings]

    return read
