"""What the calls in flight are doing, shown on the terminal while pytest waits for one of them."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.report.layout import cells
from pytest_agentsim.visible import ELLIPSIS, shortened, visible_line
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["LiveLine", "PlainLines", "Progress", "live_line_for"]

REDRAWING_TIME = 0.1  # s
PLAIN_LINES_TIME = 30.0  # s
LONGEST_NAME = 60  # characters, where no terminal sets a limit

# Control sequences of the VT100 (ECMA-48). None of them needs to know in which column the cursor stands.
ROOM_BELOW = "\x1bD\x1b[A"  # down a line, which scrolls at the bottom, and up again
ERASE_BELOW = "\x1b[J"  # from the cursor to the end of the screen
SAVE_CURSOR, RESTORE_CURSOR = "\x1b7", "\x1b8"
NEXT_LINE = "\r\x1b[B"
WRAP_OFF, WRAP_ON = "\x1b[?7l", "\x1b[?7h"

# Ways of capturing that keep off the screen what tests and agents print.
CAPTURES_OFF_SCREEN = ("fd", "sys")


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the calls of the run stand.

    `longest` names the call that has been running longest, "" for none; `seconds` is for how long.
    """

    in_flight: int
    done: int
    failed: int
    longest: str
    seconds: float


class LiveLine:
    """A line below what pytest has written, on a terminal; the cursor stays where pytest has left it.

    Nothing else may write to the terminal between `show` and `clear`.
    """

    def __init__(self, reporter: pytest.TerminalReporter, *, now: Callable[[], float]) -> None:
        self._config = reporter.config
        self._now = now
        self._shown = ""
        self._drawn_at = float("-inf")

    def show(self, progress: Progress) -> None:
        """Draw the line, or draw it anew if it would change; at most every 0.1 s."""
        now = self._now()
        if now - self._drawn_at < REDRAWING_TIME:
            return
        with _outside_capture(self._config):
            columns, lines = shutil.get_terminal_size()
            # Not into the last column: terminals differ in where the cursor is then.
            text = _cut(_sentence(progress, longest_name=columns), columns - 1)
            if text != self._shown and lines > 1 and not self._is_at_the_edge(columns):
                self._draw(text, progress.failed)
                self._shown, self._drawn_at = text, now

    def clear(self) -> None:
        """Erase the line if it is shown."""
        if self._shown:
            self._shown = ""
            with _outside_capture(self._config):
                self._config.get_terminal_writer().write_raw(ERASE_BELOW, flush=True)

    def _is_at_the_edge(self, columns: int) -> bool:
        """Tell whether what pytest writes next wraps; no cursor movement would preserve that."""
        width = self._config.get_terminal_writer().width_of_current_line
        return width > 0 and width % columns == 0

    def _draw(self, text: str, failed: int) -> None:
        writer = self._config.get_terminal_writer()
        before, failures, after = _around_failures(text, failed)
        # The terminal is told not to wrap, as it may find characters wider than we do.
        writer.write_raw(f"{ROOM_BELOW}{ERASE_BELOW}{SAVE_CURSOR}{NEXT_LINE}{WRAP_OFF}")
        # One by one: of what cannot be encoded pytest escapes all that it writes at once.
        writer.write_raw(before)
        writer.write_raw(writer.markup(failures, red=True))
        writer.write_raw(after)
        writer.write_raw(f"{WRAP_ON}{RESTORE_CURSOR}", flush=True)


class PlainLines:
    """Now and then a line between those of pytest, for logs and for terminals that others write to as well."""

    def __init__(self, reporter: pytest.TerminalReporter, *, now: Callable[[], float]) -> None:
        self._reporter = reporter
        self._now = now
        self._written_at: float | None = None

    def show(self, progress: Progress) -> None:
        """Write a line at most every 30 s, the first one 30 s after it has first been asked for."""
        now = self._now()
        if self._written_at is None:
            self._written_at = now
        if now - self._written_at < PLAIN_LINES_TIME:
            return
        self._written_at = now
        text = _sentence(progress, longest_name=LONGEST_NAME)
        before, failures, after = _around_failures(text, progress.failed)
        with _outside_capture(self._reporter.config):
            self._reporter.ensure_newline()
            self._reporter.write(before)
            self._reporter.write(failures, red=True)
            self._reporter.line(after)
            self._reporter.flush()

    def clear(self) -> None:
        """Do nothing: what is written in a log stays."""


def live_line_for(
    config: pytest.Config, now: Callable[[], float] = time.monotonic
) -> LiveLine | PlainLines | None:
    """Return what shows the progress of a run: a live line where it can be drawn, plain lines elsewhere.

    None where nobody is to see it: in quiet runs, without a terminal reporter, and in workers of a
    distributed run. `now` is in seconds.
    """
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if not isinstance(reporter, pytest.TerminalReporter) or hasattr(config, "workerinput"):
        return None
    if config.get_verbosity() < 0:
        return None
    is_live = _can_move_the_cursor(reporter) and _has_the_screen_to_itself(config)
    return LiveLine(reporter, now=now) if is_live else PlainLines(reporter, now=now)


def _can_move_the_cursor(reporter: pytest.TerminalReporter) -> bool:
    # Before pytest 9, all that is written counts towards the width of pytest's own line.
    is_raw_writing_possible = hasattr(reporter.config.get_terminal_writer(), "write_raw")
    is_terminal = bool(reporter.isatty) and reporter.hasmarkup and os.environ.get("TERM") != "dumb"
    return is_terminal and is_raw_writing_possible


def _has_the_screen_to_itself(config: pytest.Config) -> bool:
    """Tell whether nothing is written to the terminal while pytest waits."""
    logs_live = config.getoption("log_cli_level", None) is not None or (
        config.pluginmanager.has_plugin("logging") and config.getini("log_cli")
    )
    return config.getoption("capture", "no") in CAPTURES_OFF_SCREEN and not logs_live


@contextmanager
def _outside_capture(config: pytest.Config) -> Iterator[None]:
    """Let what is written within reach the terminal, and ask that one for its size."""
    manager = config.pluginmanager.get_plugin("capturemanager")
    if manager is None:
        yield
        return
    with manager.global_and_fixture_disabled():
        yield


def _sentence(progress: Progress, *, longest_name: int) -> str:
    """Say where the calls stand, with at most `longest_name` characters of the longest one's name."""
    calls = counted(progress.in_flight, "call")
    counts = f"agentsim: {calls} in flight, {progress.done} done, {progress.failed} failed"
    if not progress.longest:
        return counts
    name = visible_line(shortened(progress.longest, longest_name))
    return f"{counts}; longest {_minutes(progress.seconds)} {name}"


def _minutes(seconds: float) -> str:
    """Say a duration as a clock does: "0:42", "1:00:07"."""
    minutes, seconds = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _around_failures(text: str, failed: int) -> tuple[str, str, str]:
    """Split a sentence before and after the number of failed calls, if there are any."""
    return text.partition(f"{failed} failed") if failed else (text, "", "")


def _cut(text: str, width: int) -> str:
    """Return as much of a text as fits into so many cells of a terminal, with an ellipsis if that is not all."""
    if cells(text) <= width:
        return text
    left = width - cells(ELLIPSIS)
    end = 0
    while (left := left - cells(text[end])) >= 0:
        end += 1
    return text[:end] + ELLIPSIS if width else ""
