"""What a user sees of a run, without what differs from one run to the next anyhow."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest

__all__ = ["ReportsInOrder", "Seen", "differences", "junit_lines", "plain"]

# What two runs of the same suite never have in common.
_CHANGING = (
    (re.compile(r"\b\d+\.\d+( ?s\b)| \(\d+:\d\d:\d\d\)"), r"<time>"),
    (re.compile(r"\b\d+(\.\d+)? ms\b"), "<time>"),
    (re.compile(r"\bin <time>"), "in <time>"),
    (re.compile(r"\b0x[0-9a-f]+"), "<address>"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:<port>"),
    (re.compile(r"(?<![0-9a-f])[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<run>"),
    (re.compile(r"Thread-\d+|agentsim-conversation(-\d+)?"), "<thread>"),
    (re.compile(r"(^|_ |= |- |\* )[=_*-]{2,}|[=_*-]{3,}( |$)"), "--"),
)
_CHANGING_PROPERTIES = re.compile(r"(run|run_\d+|batch)_id|duration|time_to_first_word|.*latency.*")


@dataclass(frozen=True, slots=True)
class Seen:
    """One run: how it ended, its reports in their order, its texts, its JUnit file, what the suite has noted.

    `noted` has the notes in their order for each first word of theirs, as what is set up early is noted early.
    """

    exit_code: int
    reports: list[str]
    terminal: list[str]
    junit: list[str]
    notes: list[str] = field(compare=False)

    @property
    def noted(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for line in self.notes:
            word, _, rest = line.partition(" ")
            found.setdefault(word, []).append(rest)
        return found

    def __contains__(self, text: str) -> bool:
        return any(text in line for line in self.terminal)

    def outcomes(self) -> dict[str, str]:
        """Return what became of each item's test: the last report that was no success, or that of the call."""
        found: dict[str, str] = {}
        for report in self.reports:
            name, when, outcome = report.rsplit(" ", 2)
            if when == "call" or outcome != "passed":
                found[name] = outcome
        return found


class ReportsInOrder:
    """A plugin that notes each report as it comes."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.lines.append(f"{report.nodeid} {report.when} {report.outcome}")


def plain(text: str) -> str:
    """Return a line of text without times, addresses and ids."""
    for pattern, instead in _CHANGING:
        text = pattern.sub(instead, text)
    return text


def junit_lines(path: Path) -> list[str]:
    """Return the test cases of a JUnit file as lines of text; none without a file."""
    if not path.exists():
        return []
    lines = []
    for case in ET.parse(path).iter("testcase"):  # noqa: S314  (pytest's own)
        lines.append(f"{case.get('classname')}::{case.get('name')}")
        for each in case.iter():
            if each.tag == "property":
                if not _CHANGING_PROPERTIES.fullmatch(each.get("name", "")):
                    lines.append(f"  {each.get('name')}={plain(each.get('value', ''))}")
            elif each.tag not in ("testcase", "properties"):
                told = f"{each.get('message', '')}\n{each.text or ''}"
                lines += [f"  {each.tag}: {plain(line)}" for line in told.splitlines()]
    return lines


def differences(serial: Seen, overlapped: Seen, *, but: Sequence[str] = ()) -> str:
    """Show where two runs differ, other than in certain fields; empty if nowhere."""
    return "\n".join(
        line
        for name in ("exit_code", "reports", "terminal", "junit", "noted")
        if name not in but
        for line in difflib.unified_diff(
            _lines(getattr(serial, name)),
            _lines(getattr(overlapped, name)),
            f"{name}, one by one",
            f"{name}, overlapping",
            lineterm="",
        )
    )


def _lines(given: object) -> list[str]:
    if isinstance(given, dict):
        return [f"{word} {rest}" for word in sorted(given) for rest in given[word]]
    return given if isinstance(given, list) else [str(given)]
