"""A pytest plugin that notes how long collection and the run of the items take.

It writes JSON to the file that PHASE_TIMES names: wall clock and CPU seconds of each phase.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_times: dict[str, dict[str, float]] = {}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    with _noted("collection"):
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop() -> Generator[None, object, object]:
    with _noted("run"):
        return (yield)


def pytest_unconfigure() -> None:
    Path(os.environ["PHASE_TIMES"]).write_text(json.dumps(_times), encoding="utf-8")


@contextmanager
def _noted(phase: str) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    _times[phase] = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
