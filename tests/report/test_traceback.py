"""Where a user's mistake is shown: in the user's own files."""

from __future__ import annotations

import runpy
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.errors import ScenarioError
from pytest_agentsim.report.traceback import only_users_frames
from pytest_agentsim.scenario.expectations import expectations_from

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Error = pytest.ExceptionInfo[BaseException]

WRONG = {"agent_say": "hello"}
MESSAGE = '"agent_say" is not a field of expect'
USERS_TEST = """\
from pytest_agentsim.scenario.expectations import expectations_from

def helper(wrong):
    return expectations_from(wrong)

def test_it():
    a_local = 7
    return helper({"agent_say": "hello"})
"""


WITHOUT_OPTIONS: Any = SimpleNamespace(getoption=lambda _, default=None: default)


def raised_by(function: Callable[..., Any], *arguments: Any) -> Error:
    """Return what a function raises, with no frame of this file in its traceback."""
    with ThreadPoolExecutor(1) as thread:
        error = thread.submit(function, *arguments).exception()
    assert isinstance(error, ScenarioError)
    return pytest.ExceptionInfo.from_exception(error)


@pytest.fixture
def users_error(tmp_path: Path) -> Error:
    """An error of ours that a test file of the user has run into, in a function that a test of it calls."""
    path = tmp_path / "test_users.py"
    path.write_text(USERS_TEST, encoding="utf-8")
    return raised_by(runpy.run_path(str(path))["test_it"])


def shown(error: Error, config: Any = WITHOUT_OPTIONS) -> str:
    return str(only_users_frames(error, config))


def test_the_users_lines_are_shown_and_ours_are_not(users_error: Error) -> None:
    text = shown(users_error)
    assert '>       return helper({"agent_say": "hello"})' in text
    assert ">       return expectations_from(wrong)" in text
    assert f"pytest_agentsim.errors.ScenarioError: <python>:1:1: expect.agent_say: {MESSAGE}" in text
    assert "expectations.py" not in text
    assert "thread.py" not in text


def test_the_error_is_placed_at_the_users_line(users_error: Error, tmp_path: Path) -> None:
    crash = only_users_frames(users_error, WITHOUT_OPTIONS).reprcrash
    assert (crash.path, crash.lineno) == (str(tmp_path / "test_users.py"), 4)
    assert MESSAGE in crash.message


def test_an_error_that_met_no_file_of_the_user_is_its_message_alone() -> None:
    text = shown(raised_by(expectations_from, WRONG))
    assert MESSAGE in text
    assert "File" not in text
    assert ".py" not in text


def test_code_that_was_made_from_a_string_is_no_file_of_the_user() -> None:
    namespace: dict[str, Any] = {"expectations_from": expectations_from}
    exec("def made(wrong):\n    return expectations_from(wrong)", namespace)  # noqa: S102  (the code above)
    assert ">" not in shown(raised_by(namespace["made"], WRONG)).replace("<python>", "")


def test_without_options_locals_are_not_shown(users_error: Error, pytester: pytest.Pytester) -> None:
    text = shown(users_error, pytester.parseconfig())
    assert text == shown(users_error)
    assert "a_local    = 7" not in text


def test_locals_are_shown_on_request(users_error: Error, pytester: pytest.Pytester) -> None:
    assert "a_local    = 7" in shown(users_error, pytester.parseconfig("--showlocals"))


def test_a_short_traceback_is_short(users_error: Error, pytester: pytest.Pytester) -> None:
    text = shown(users_error, pytester.parseconfig("--tb=short"))
    assert "in helper\n    return expectations_from(wrong)" in text
    assert "def helper" not in text
    assert "expectations.py" not in text


@pytest.mark.parametrize("option", ["--full-trace", "--tb=native"])
def test_all_frames_are_shown_on_request(option: str, users_error: Error, pytester: pytest.Pytester) -> None:
    text = shown(users_error, pytester.parseconfig(option))
    assert "test_users.py" in text
    assert "expectations.py" in text
    assert MESSAGE in text


def test_a_native_traceback_is_pythons_own(users_error: Error, pytester: pytest.Pytester) -> None:
    text = shown(users_error, pytester.parseconfig("--tb=native"))
    assert text.startswith("Traceback (most recent call last):\n  File ")
