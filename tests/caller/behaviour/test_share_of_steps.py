"""How often the step is taken that an agent calls for, on calls that the rules were made with and on others."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

BENCHMARK = Path(__file__).parents[3] / "benchmarks" / "steps.py"


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    specification = importlib.util.spec_from_file_location("benchmark_of_steps", BENCHMARK)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


# What was measured, less what a change of the matcher's weights may cost.
@pytest.mark.parametrize(("half", "right", "false"), [("development", 0.83, 0.07), ("held_out", 0.63, 0.10)])
def test_the_step_that_is_called_for_is_taken(
    benchmark: ModuleType, half: str, right: float, false: float
) -> None:
    found = benchmark.outcomes(half)
    assert benchmark.share_right(found) >= right
    assert benchmark.share_false(found) <= false


def test_the_halves_are_of_one_size(benchmark: ModuleType) -> None:
    assert len(benchmark.outcomes("development")) == len(benchmark.outcomes("held_out"))
