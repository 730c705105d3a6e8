"""A failing item on the terminal: the line that was not met, what was expected, and the call as a conversation."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any, Protocol

from pytest_agentsim.report.layout import STYLES, Paragraph, laid_out, plain, underline
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pytest

    from pytest_agentsim.report.failure import Failure
    from pytest_agentsim.report.layout import Line

__all__ = ["FailingItem", "end_of_output", "show_as_conversation", "told"]

NARROWEST = 40  # columns
MOST_OUTPUT = 10  # lines that an agent has printed
ERROR = "E   "
POINTER = ">"
PYTESTS_OWN_STYLES = ("native", "line", "no")

# Where in a scenario file the expectations begin, also in JSON.
_EXPECTATIONS = re.compile(r"""\s*(-\s+)?["']?expect["']?\s*:""")


class Writer(Protocol):
    """What is used of pytest's terminal writer."""

    hasmarkup: bool
    fullwidth: int

    def write(self, msg: str, **markup: bool) -> None: ...
    def line(self, s: str = "", **markup: bool) -> None: ...


def told(failure: Failure, *, everything: bool) -> dict[str, Any]:
    """Return what the terminal shows of a failure as JSON-able data: all of the call, or what the evidence is about."""
    return {
        "expectations": [each.to_json() for each in failure.expectations()],
        "conversation": [each.to_json() for each in failure.conversation(everything=everything)],
        "everything": everything,
    }


def show_as_conversation(
    report: pytest.TestReport, failure: Mapping[str, Any], config: pytest.Config
) -> None:
    """Let a report of pytest's show itself in our way, unless the user has asked pytest for another one."""
    if config.getoption("tbstyle", "auto") in PYTESTS_OWN_STYLES or config.getoption("fulltrace", False):
        return
    if hasattr(report.longrepr, "reprtraceback") and hasattr(report.longrepr, "reprcrash"):
        report.longrepr = FailingItem(report.longrepr, failure)  # type: ignore[assignment]


def end_of_output(output: str) -> str:
    """Return the last lines that an agent has printed: calls overlap, and each failing item would repeat all of it."""
    lines = output.splitlines()
    left_out = len(lines) - MOST_OUTPUT
    if left_out <= 0:
        return output
    return "\n".join((f"… ({counted(left_out, 'earlier line')}; -v shows all)", *lines[-MOST_OUTPUT:]))


class FailingItem:
    """What pytest shows of a failing item, in colours where its terminal has them.

    All else that plugins ask of it comes from what pytest has made of the failure.
    """

    def __init__(self, pytests: Any, failure: Mapping[str, Any]) -> None:
        self._pytests = pytests
        self._expectations = [Paragraph.from_json(each) for each in failure["expectations"]]
        self._conversation = [Paragraph.from_json(each) for each in failure["conversation"]]
        self._everything = bool(failure["everything"])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what copying and pickling ask for before there is anything
            raise AttributeError(name)
        return getattr(self._pytests, name)

    def __str__(self) -> str:
        """Return it as it is where there are no colours, whatever the environment says."""
        writer = _Plain(shutil.get_terminal_size().columns)
        self.toterminal(writer)
        return "".join(writer.written).strip("\n")

    def toterminal(self, tw: Writer) -> None:
        """Write it, as wide as the terminal."""
        entry = self._pytests.reprtraceback.reprentries[-1]
        place = getattr(entry, "reprfileloc", None)
        is_short = getattr(entry, "style", "") == "short"
        if place is not None and is_short:
            place.toterminal(tw)
        source = list(_source(entry, everything=self._everything))
        for text in source:
            tw.line(text, **STYLES["bad" if text.startswith(POINTER) else ""])
        if source:
            tw.line()
        width = max(NARROWEST, tw.fullwidth)
        for paragraph in self._expectations:
            for line in laid_out(paragraph, width - len(ERROR)):
                _write(tw, ((ERROR, "bad"), *line))
        for paragraph in self._conversation:
            # What cannot be wrapped, as a path, goes to the edge.
            for line in laid_out(paragraph, width):
                _write(tw, line)
        for part in (getattr(entry, "reprlocals", None), None if is_short else place):
            if part is not None:
                tw.line()
                part.toterminal(tw)


class _Plain:
    """A writer without a terminal."""

    hasmarkup = False

    def __init__(self, width: int) -> None:
        self.fullwidth = width
        self.written: list[str] = []

    def write(self, msg: str, **_: bool) -> None:
        self.written.append(msg)

    def line(self, s: str = "", **_: bool) -> None:
        self.written.append(f"{s}\n")


def _source(entry: Any, *, everything: bool) -> Iterator[str]:
    """Yield the lines of the user's file: from `expect:` on, unless all of them are asked for."""
    lines: Sequence[str] = getattr(entry, "lines", ())
    if getattr(entry, "style", "value") == "value":  # the message alone
        return
    shown: list[str] = []
    for line in lines:
        if line.startswith(ERROR.rstrip()):
            break
        shown.append(line)
    starts = [number for number, line in enumerate(shown) if _EXPECTATIONS.match(line.lstrip(POINTER))]
    while shown and not shown[-1].strip():
        shown.pop()
    yield from shown[starts[-1] if starts and not everything else 0 :]


def _write(tw: Writer, line: Line) -> None:
    if not tw.hasmarkup:
        tw.line(plain(line).rstrip())
        marks = underline(line)
        if marks:
            tw.line(marks)
        return
    for text, style in line:
        tw.write(text, **STYLES[style])
    tw.line()
