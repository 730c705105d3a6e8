"""The page docs/metrics.md tells of the metrics as they are."""

from __future__ import annotations

import ast
import re

import pytest
import yaml

from docs.make_metrics import PAGE, page
from pytest_agentsim.metrics.registry import every_metric, metric_named
from pytest_agentsim.metrics.settings import check_settings

TEXT = PAGE.read_text(encoding="utf-8")
NAMES = [each.name for each in every_metric()]


def test_the_catalogue_is_that_of_the_package() -> None:
    assert page(TEXT) == TEXT, "run: python docs/make_metrics.py"


@pytest.mark.parametrize("name", NAMES)
def test_every_metric_is_in_the_catalogue(name: str) -> None:
    assert f"\n| [`{name}`](#{name}) | " in TEXT


@pytest.mark.parametrize("name", NAMES)
def test_every_definition_says_where_it_is_specified(name: str) -> None:
    metric = metric_named(name)
    assert metric is not None
    plain = name in ("duration", "turns", "agent_turns")
    assert plain or re.search(r"[Ss]pecified|[Bb]eyond|platform_spec", metric.definition)


def test_the_settings_on_the_page_are_settings() -> None:
    for written in re.findall(r"```yaml\nmetrics:\n(.*?)```", TEXT, re.DOTALL):
        for each in yaml.safe_load(written):
            name, settings = (each, {}) if isinstance(each, str) else next(iter(each.items()))
            metric = metric_named(name)
            assert metric is not None
            check_settings(metric, settings)


def test_the_python_on_the_page_is_python() -> None:
    for code in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL):
        compile(code, "metrics.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def test_the_metrics_of_ones_own_on_the_page_measure(own_metrics, value_of, tmp_path) -> None:
    from tests.metrics.audio import recorded, sine
    from tests.metrics.calls import a_voice_call

    code = next(
        each for each in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if "longest_turn" in each
    )
    exec(compile(code, "metrics.md", "exec"), {"__name__": "metrics_page"})  # noqa: S102 - it is ours
    call = a_voice_call(("agent", 0, 1, "Hello there"))
    path = recorded(tmp_path / "call.wav", agent=sine(400, 1, 0.1))
    assert value_of("longest_turn", call).value == 2
    assert value_of("headroom", call, path).value == pytest.approx(20, abs=0.01)
