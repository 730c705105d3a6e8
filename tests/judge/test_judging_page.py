"""What docs/judging.md shows works."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from pytest_agentsim.judge.given import as_judge
from pytest_agentsim.metric_files.sources import read_metric_files
from pytest_agentsim.metric_files.variables import ROOTS
from pytest_agentsim.metrics.measure import measured
from pytest_agentsim.metrics.registry import metric_named
from pytest_agentsim.metrics.settings import check_settings
from pytest_agentsim.result import Event, EventKind, ToolCall
from pytest_agentsim.scenario.loader import LoadSettings
from pytest_agentsim.scenario.own_personalities import OwnPersonalities
from tests.judge.judges import Answering
from tests.metrics.calls import a_text_call, with_events

if TYPE_CHECKING:
    from pytest_agentsim.metrics.metric import Metric

TEXT = (Path(__file__).parents[2] / "docs" / "judging.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)


def block(about: str) -> str:
    return next(text for _, text in BLOCKS if about in text)


def of_file(folder: Path, name: str, text: str) -> Metric:
    (folder / name).write_text(text)
    found = read_metric_files([name], folder)
    assert not found.warnings
    return found.metrics[0]


def test_the_metrics_that_a_scenario_asks_for_are_known() -> None:
    asked = yaml.safe_load(block("topic_of_call: {nodes"))
    for each in asked["metrics"]:
        name, settings = (each, {}) if isinstance(each, str) else next(iter(each.items()))
        metric = metric_named(name)
        assert metric is not None
        check_settings(metric, settings)
    assert all(metric_named(name) for name in asked["expect"]["metrics"])


def test_the_metric_for_a_judge_is_judged(tmp_path: Path) -> None:
    metric = of_file(tmp_path, "identity.yaml", block("name: Identity verified"))
    call = a_text_call(("agent", 0, "Your date of birth?"))
    value = asyncio.run(measured(call, metrics=[metric], judge=as_judge(Answering(True)))).metrics[0]
    assert (value.name, value.value) == ("identity_verified", True)


@pytest.mark.parametrize(("said", "value"), [("Your number is A-7.", True), ("Good bye.", None)])
def test_the_metric_in_python_runs(tmp_path: Path, said: str, value: object) -> None:
    metric = of_file(tmp_path, "read_back.py", block("numbers = re.findall"))
    success = metric_named("tool_call_success")
    assert success is not None
    booked = ToolCall("1", "book", {}, 0.0, 0, {"id": "A-7"})
    call = with_events(
        a_text_call(("agent", 0, said), tool_calls=(booked,)), Event(0, EventKind.AGENT_TURN, {"number": 1})
    )
    call = asyncio.run(measured(call, metrics=[success, metric], judge=as_judge(Answering(True))))
    assert call.metric("read_back").value is value


def test_the_variables_on_the_page_are_variables() -> None:
    assert set(re.findall(r"\{\{\s*(\w+)", TEXT)) <= set(ROOTS)


@pytest.mark.parametrize("about", ["# team.agentsim.yaml", "evaluation_logic: and"])
def test_the_rubrics_on_the_page_are_rubrics(tmp_path: Path, about: str) -> None:
    (tmp_path / "a.agentsim.yaml").write_text(block(about))
    own = OwnPersonalities(tmp_path, metric_ids={812: "mine"})
    known = own.known_in(tmp_path, LoadSettings())
    assert not known.problems
    assert len(known.rubric) >= 3
