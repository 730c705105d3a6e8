"""What our own marks ask for of the item that has them."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import ConfigurationError, ScenarioError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeVar

    import pytest

    from pytest_agentsim.scenario.model import Expectation, Scenario

    T = TypeVar("T")

__all__ = ["as_marked", "check_runs", "marked_expectations", "marked_file", "marked_outcome"]


def marked_file(node: pytest.Item) -> tuple[str, str | None] | None:
    """Return the scenario file that an item is about, and the scenario's name if it says one."""
    return _closest(node, "scenario", _path_and_name, "scenario('x.scenario.yaml', name=None)")


def marked_outcome(node: pytest.Item) -> str:
    """Return the expected outcome that an item's mark tells; empty without one."""
    return _closest(node, "expect_outcome", _outcome, "expect_outcome('The agent should …')") or ""


def marked_expectations(node: pytest.Item) -> tuple[Expectation, ...]:
    """Return what the item's marks `expect` and `expect_metric` name, those of the outermost mark first."""
    marks = [mark for mark in node.iter_markers() if mark.name in _EXPECTING][::-1]
    written = [(mark.name, _read(mark, *_EXPECTING[mark.name])) for mark in marks]
    return tuple(expectation for name, each in written for expectation in _expectations(name, each))


def as_marked(scenario: Scenario, node: pytest.Item) -> Scenario:
    """Return the scenario with the runs and the further expectations that the item's marks ask for."""
    runs = _closest(node, "runs", _runs, "runs(3, pass_rate=1.0), with 1 run or more and a rate from 0 to 1")
    if runs is not None:
        number, pass_rate = runs
        scenario = replace(scenario, runs=number, pass_rate=pass_rate)
    further = marked_expectations(node)
    if not further:
        return scenario
    from pytest_agentsim.scenario.rubric import of_rubric

    # A mark says more of a metric than the rubric of the folder.
    said = {each.value.name for each in further if hasattr(each.value, "limits")}
    kept = [each for each in scenario.expect if not of_rubric(each) or each.value.name not in said]
    return replace(scenario, expect=(*kept, *further))


def check_runs(node: pytest.Item) -> None:
    """Raise ConfigurationError for several runs of a test that has no call which could be made several times."""
    if node.get_closest_marker("runs") is None:
        return
    if not {"agentsim", "call"} & set(getattr(node, "fixturenames", ())):
        raise ConfigurationError(
            f"{node.name} has the mark `runs`, which says how often the fixture `call` makes its call; take "
            "`call` as an argument, or make the calls in a loop with `simulate`."
        )


def _closest(node: pytest.Item, name: str, reader: Callable[..., T], usage: str) -> T | None:
    mark = node.get_closest_marker(name)
    return None if mark is None else _read(mark, reader, usage)


def _read(mark: pytest.Mark, reader: Callable[..., T], usage: str) -> T:
    """Return what `reader` makes of a mark's arguments; raises ConfigurationError when they do not fit it."""
    try:
        return reader(*mark.args, **mark.kwargs)
    except (TypeError, ValueError):
        raise ConfigurationError(f"the mark {mark.name} is written {usage}.") from None


def _path_and_name(path: str | os.PathLike[str], name: str | None = None) -> tuple[str, str | None]:
    return os.fspath(path), name


def _runs(n: int, pass_rate: float = 1.0) -> tuple[int, float]:
    if not isinstance(n, int) or n < 1 or not 0 <= pass_rate <= 1:
        raise ValueError
    return n, float(pass_rate)


def _outcome(text: str) -> str:
    return text


def _expected(**expectations: Any) -> dict[str, Any]:
    return expectations


def _expected_metric(name: str, *value: Any, **limits: Any) -> dict[str, Any]:
    if len(value) > 1 or bool(value) == bool(limits) or limits.keys() - {"min", "max"}:
        raise ValueError
    return {"metrics": {name: value[0] if value else limits}}


# By mark: what reads its arguments, and how it is written.
_EXPECTING: dict[str, tuple[Callable[..., dict[str, Any]], str]] = {
    "expect": (_expected, "expect(agent_says='…', turns={'max': 8})"),
    "expect_metric": (
        _expected_metric,
        "expect_metric('latency_p95', max='1.5s', min=0) or expect_metric('csat', 80)",
    ),
}


def _expectations(name: str, written: dict[str, Any]) -> Iterator[Expectation]:
    from pytest_agentsim.scenario.expectations import expectations_from

    try:
        for expectation in expectations_from(written):
            yield replace(expectation, location=None)  # a mark has no place in a scenario file
    except ScenarioError as error:
        problems = "; ".join(f"{problem.path}: {problem.message}" for problem in error.problems)
        raise ConfigurationError(f"the mark {name} cannot be used: {problems}") from None
