"""The files that a run writes about its calls once it is over, made from what is stored of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.errors import AgentSimError
from pytest_agentsim.report.item_report import attached
from pytest_agentsim.report.stored import load_calls
from pytest_agentsim.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pytest_agentsim.report.stored import StoredCall
    from pytest_agentsim.settings import Settings

__all__ = ["check_reports_can_be_written", "write_reports"]


def check_reports_can_be_written() -> None:
    """Raise pytest.UsageError before a run whose report could not be made after it."""
    from pytest_agentsim.report.page.render import check_page_can_be_made

    try:
        check_page_can_be_made()
    except AgentSimError as error:
        raise pytest.UsageError(str(error)) from None


def write_reports(reports: Sequence[pytest.TestReport], settings: Settings) -> tuple[list[str], list[str]]:
    """Write what the settings ask for; return a line about each file, and a sentence about each that failed."""
    folders = [Path(call["artifacts"]) for report in reports for call in attached(report)["calls"]]
    if not folders:
        return [], []
    calls = load_calls(folders)
    written: list[str] = []
    problems: list[str] = []
    for path, kind, write in _asked_for(settings):
        try:
            write(calls, path)
            written.append(visible_line(f"{kind}: {path}"))
        except AgentSimError as error:
            problems.append(visible_line(str(error)))
    return written, problems


def _asked_for(
    settings: Settings,
) -> Iterator[tuple[Path, str, Callable[[Sequence[StoredCall], Path], None]]]:
    if settings.html is not None:
        from pytest_agentsim.report.page.render import write_page

        output, name = settings.output, settings.name
        yield settings.html, "report", lambda calls, path: write_page(calls, path, output, name=name)
    if settings.results_json is not None:
        from pytest_agentsim.report.results_json import write_results

        name = settings.name
        yield settings.results_json, "results", lambda calls, path: write_results(calls, path, name=name)
