"""Runs the same suite one by one and overlapping, and compares what a user sees."""

from __future__ import annotations

import shutil
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from tests.plugin.overlap.seen import ReportsInOrder, Seen, differences, junit_lines, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.plugin.conftest import Suite

SECONDS_FOR_A_TEST = 60

AGENT = '''
import logging
import threading
import pytest
from notes import note
from pytest_agentsim import Agent

@pytest.fixture(scope="session")
def overlaps(pytestconfig):
    return pytestconfig.getoption("agentsim_concurrency") != "1"

@pytest.fixture(scope="session")
def closing(): return threading.Event()

@pytest.fixture(scope="session")
def desk(overlaps, closing):
    """A front desk that lets a party of N wait until all of them are on the line, where calls can be."""
    parties = {}
    def answer(text):
        if "fall over" in text:
            raise RuntimeError("the front desk fell over")
        if "hold the line" in text:
            closing.wait(20)
        if text.startswith("Party of ") and overlaps:
            number = int(text.split()[2])
            parties.setdefault(number, threading.Barrier(number)).wait(20)
        return "We are open from nine to five."
    return answer

@pytest.fixture(scope="session")
def agent(desk, closing):
    with Agent.from_callable(desk) as started:
        yield started
        closing.set()
'''

NOTES = """
from pathlib import Path

def note(*words):
    with Path(__file__).with_name("notes.txt").open("a", encoding="utf-8") as file:
        print(*words, file=file)
"""


@dataclass(frozen=True, slots=True)
class Both:
    """What a user sees of one suite that runs one by one, and overlapping."""

    serial: Seen
    overlapped: Seen

    def alike(self, *but: str, in_any_order: bool = False) -> Seen:
        """Return what is seen with overlap; fails where that differs from what is seen without it.

        Fields named in `but` may differ, and the terminal's lines be in any order if so wished.
        """
        seen = (self.serial, self.overlapped)
        if in_any_order:
            seen = tuple(replace(each, terminal=sorted(each.terminal)) for each in seen)
        different = differences(*seen, but=but)
        if different:
            pytest.fail(f"Runs differ with and without overlap:\n{different}", pytrace=False)
        return self.overlapped


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if __file__.rpartition("/")[0] in str(item.path):
            item.add_marker(pytest.mark.timeout(SECONDS_FOR_A_TEST))


@pytest.fixture
def suite(suite: Suite) -> Suite:
    """A suite whose agent can tell whether calls overlap, and whose code can `note` things."""
    suite.text("conftest.py", AGENT)
    suite.text("notes.py", NOTES)
    return suite


@pytest.fixture
def conftest(suite: Suite) -> Callable[[str], Path]:
    """Adds to the conftest.py of the suite."""
    return lambda source: suite.text("conftest.py", f"{AGENT}\n{source}")


@pytest.fixture
def party(scenario: Callable[..., dict[str, object]]) -> Callable[..., list[dict[str, object]]]:
    """Makes scenarios of which `of` (all of them, if not told) can only end when that many overlap."""

    def scenarios(
        number: int, *, of: int = 0, name: str = "call", **fields: object
    ) -> list[dict[str, object]]:
        return [scenario(f"{name} {each}", f"Party of {of or number}", **fields) for each in range(number)]

    return scenarios


@pytest.fixture
def both(suite: Suite, pytester: pytest.Pytester) -> Callable[..., Both]:
    """Runs pytest in the suite with and without overlap, each time as if for the first time."""

    def one(arguments: Sequence[str], concurrency: int, *, apart: bool) -> Seen:
        given = [
            *_without_what_changes_runs(arguments),
            f"--agentsim-concurrency={concurrency}",
            f"--basetemp={suite.path.parent / 'basetemp'}",
            *arguments,
        ]
        reports = ReportsInOrder()
        if apart:
            result = suite.run_apart(*given)
        else:
            with warnings.catch_warnings(action="default"):  # as in a process of its own
                result = pytester.runpytest_inprocess(*given, plugins=[reports])
        notes = suite.path / "notes.txt"
        return Seen(
            exit_code=int(result.ret),
            reports=reports.lines,
            terminal=[
                plain(line).replace(f"--agentsim-concurrency={concurrency}", "")
                for line in [*result.outlines, *result.errlines]
            ],
            junit=junit_lines(suite.path / "junit.xml"),
            notes=notes.read_text().splitlines() if notes.exists() else [],
        )

    def run_both(*arguments: str, first: Sequence[str] = (), apart: bool = False) -> Both:
        seen = []
        for concurrency in (1, 50):
            before = set(suite.path.rglob("*"))
            if first:
                one(first, concurrency, apart=apart)
                _remove({suite.path / "notes.txt"})
            seen.append(one(["--junitxml=junit.xml", *arguments], concurrency, apart=apart))
            _remove(set(suite.path.rglob("*")) - before)
        return Both(*seen)

    return run_both


def _without_what_changes_runs(arguments: Sequence[str]) -> list[str]:
    """Return the arguments that keep out plugins with an effect on every run, unless they are asked for."""
    return [
        each
        for name in ("randomly", "rerunfailures")
        if name not in arguments
        for each in ("-p", f"no:{name}")
    ]


def _remove(paths: set[Path]) -> None:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
