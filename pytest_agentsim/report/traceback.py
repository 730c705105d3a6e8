"""Tracebacks without frames of ours: an error of ours says in a sentence what to do, and the rest is the user's."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.errors import AgentSimError
from pytest_agentsim.report.failure import ExpectationFailed
from pytest_agentsim.stash import scenario_of

if TYPE_CHECKING:
    from typing import Any

__all__ = ["is_for_users_alone", "only_users_frames"]

_NOT_THE_USERS = tuple(
    Path(each).resolve()
    for each in (
        Path(__file__).parents[1],
        Path(pytest.__file__).parent,
        sysconfig.get_path("purelib"),
        sysconfig.get_path("platlib"),
        sysconfig.get_path("stdlib"),
    )
)


def is_for_users_alone(error: BaseException, item: pytest.Item) -> bool:
    """Tell whether frames of ours would only bury what an error says.

    A failed expectation of a scenario file has its line there; one of a mark has no line at all.
    """
    if isinstance(error, ExpectationFailed):
        return scenario_of(item) is None
    return isinstance(error, AgentSimError)


def only_users_frames(error: pytest.ExceptionInfo[BaseException], config: pytest.Config) -> Any:
    """Return how pytest shows an error: through the user's own files, or the message alone if it met none.

    All frames are there when the user wants them: with `--full-trace` or `--tb=native`.
    """
    style = config.getoption("tbstyle", "auto")
    locals_too = config.getoption("showlocals", False)
    if style == "native":
        return error.getrepr(style="native")
    if config.getoption("fulltrace", False):
        return error.getrepr(style="long", showlocals=locals_too, tbfilter=False)
    users = error.traceback.filter(lambda entry: _is_users(Path(entry.path)))
    if not users:
        return error.getrepr(style="value", chain=False)
    error.traceback = users
    return error.getrepr(style="short" if style == "short" else "long", showlocals=locals_too, chain=False)


def _is_users(path: Path) -> bool:
    # Code that was made from a string has no file, and nothing to show.
    return path.is_file() and not any(path.resolve().is_relative_to(folder) for folder in _NOT_THE_USERS)
