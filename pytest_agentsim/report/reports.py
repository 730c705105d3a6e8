"""The files that a run writes about its calls once it is over, made from what is stored of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.errors import AgentSimError
from pytest_agentsim.report.github import add_step_summary, error_commands, is_on_github, step_summary
from pytest_agentsim.report.item_report import attached
from pytest_agentsim.report.stored import load_calls
from pytest_agentsim.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pytest_agentsim.report.page.against import Against
    from pytest_agentsim.report.stored import StoredCall
    from pytest_agentsim.settings import Settings

__all__ = ["WrittenReports", "check_reports_can_be_written", "write_reports"]


@dataclass(frozen=True, slots=True)
class WrittenReports:
    """What the reports of a run have come to.

    `files` are those to be named, each as what it is ("report") and its path; `commands` are lines for a CI system to
    read, `problems` are sentences about what could not be written.
    """

    files: tuple[tuple[str, Path], ...] = ()
    commands: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def check_reports_can_be_written() -> None:
    """Raise pytest.UsageError before a run whose report could not be made after it."""
    from pytest_agentsim.report.page.render import check_page_can_be_made

    try:
        check_page_can_be_made()
    except AgentSimError as error:
        raise pytest.UsageError(str(error)) from None


def write_reports(
    reports: Sequence[pytest.TestReport], config: pytest.Config, settings: Settings
) -> WrittenReports:
    """Write what the settings and the CI system ask for."""
    asked_for, on_github = list(_asked_for(settings, config)), is_on_github()
    folders = [Path(call["artifacts"]) for report in reports for call in attached(report)["calls"]]
    if not folders or not (asked_for or on_github):
        return WrittenReports()
    calls = load_calls(folders)
    files: list[tuple[str, Path]] = []
    problems: list[str] = []
    for path, kind, write in asked_for:
        try:
            write(calls, path)
        except AgentSimError as error:
            problems.append(visible_line(str(error)))
            continue
        if kind:
            files.append((kind, path))
    commands = (
        error_commands(calls, root=config.rootpath, start=config.invocation_params.dir) if on_github else ()
    )
    return WrittenReports(tuple(files), tuple(commands), tuple(problems))


def _asked_for(
    settings: Settings, config: pytest.Config
) -> Iterator[tuple[Path, str, Callable[[Sequence[StoredCall], Path], None]]]:
    if settings.html is not None:
        from pytest_agentsim.report.page.render import write_page

        output, name = settings.output, settings.name
        against = _against(settings, config)
        yield (
            settings.html,
            "report",
            lambda calls, path: write_page(calls, path, output, name=name, against=against),
        )
    if settings.results_json is not None:
        from pytest_agentsim.report.results_json import write_results

        name = settings.name
        yield settings.results_json, "results", lambda calls, path: write_results(calls, path, name=name)
    if settings.markdown is not None:
        from pytest_agentsim.report.markdown import write_markdown

        name = settings.name
        yield settings.markdown, "report", lambda calls, path: write_markdown(calls, path, name=name)
    summary = step_summary()
    if summary is not None:
        name = settings.name
        # Nobody looks for a file whose name the runner has made up.
        yield summary, "", lambda calls, path: add_step_summary(calls, path, name=name)


def _against(settings: Settings, config: pytest.Config) -> Against | None:
    """The baseline that the run was compared with, which may have another one in its place by now."""
    from pytest_agentsim.baseline.file import load_baselines
    from pytest_agentsim.report.page.against import Against

    baseline = getattr(config.pluginmanager.get_plugin("agentsim-baseline"), "before", None)
    return None if baseline is None else Against(baseline, load_baselines(settings.baselines))
