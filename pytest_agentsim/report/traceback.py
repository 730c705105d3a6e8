"""Tracebacks without frames of ours: an error of ours says in a sentence what to do, and the rest is the user's."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from typing import Any

__all__ = ["only_users_frames"]

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


def only_users_frames(error: pytest.ExceptionInfo[BaseException], config: pytest.Config | None = None) -> Any:
    """Return how pytest shows an error: through the user's own files, or the message alone if it met none.

    All frames are there when the user wants them: with `--full-trace` or `--tb=native`.
    """
    style = config.getoption("tbstyle", "auto") if config is not None else "auto"
    locals_too = config.getoption("showlocals", False) if config is not None else False
    if style == "native":
        return error.getrepr(style="native")
    if config is not None and config.getoption("fulltrace", False):
        return error.getrepr(style="long", showlocals=locals_too, tbfilter=False)
    users = error.traceback.filter(lambda entry: _is_users(Path(entry.path)))
    if not users:
        return error.getrepr(style="value", chain=False)
    error.traceback = users
    return error.getrepr(style="short" if style == "short" else "long", showlocals=locals_too, chain=False)


def _is_users(path: Path) -> bool:
    # Code that was made from a string has no file, and nothing to show.
    return path.is_file() and not any(path.resolve().is_relative_to(folder) for folder in _NOT_THE_USERS)
