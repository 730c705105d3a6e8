"""`agentsim report`: makes a page of the calls that a run has stored."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_agentsim.cli.status import OK, PROBLEMS

if TYPE_CHECKING:
    import argparse

    from pytest_agentsim.report.page.against import Against
    from pytest_agentsim.report.page.other import OtherResults

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  (it has no public name)

__all__ = ["add_command"]

PAGE = "report.html"
BASELINES = ".agentsim/baselines"


def add_command(commands: Commands) -> None:
    """Add the command to those of the parser."""
    parser = commands.add_parser(
        "report",
        help="make a page to look at of the calls that a run has stored",
        description="Make one HTML file of all calls below a directory; nobody is called for it.",
    )
    parser.add_argument(
        "results", type=Path, metavar="RESULTS_DIR", help="what a run has written to, as agentsim-results"
    )
    parser.add_argument(
        "-o", "--output", type=Path, default=Path(PAGE), metavar="FILE", help=f"the page ({PAGE})"
    )
    parser.add_argument("--name", default="", metavar="NAME", help="the title of the page")
    parser.add_argument(
        "--compare",
        type=Path,
        metavar="OTHER_DIR",
        help="what another run has written to, to look at side by side",
    )
    parser.add_argument(
        "--baseline", default="", metavar="NAME", help="the baseline to compare the metrics with, or its file"
    )
    parser.add_argument(
        "--baselines",
        type=Path,
        default=Path(BASELINES),
        metavar="DIR",
        help=f"where baselines are kept ({BASELINES})",
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from pytest_agentsim.errors import AgentSimError
    from pytest_agentsim.report.page.render import write_page
    from pytest_agentsim.report.stored import stored_calls
    from pytest_agentsim.wording import counted

    try:
        calls = stored_calls(options.results)
        other = _other(options.compare)
        against = _against(options.baseline, options.baselines)
        write_page(calls, options.output, options.results, name=options.name, other=other, against=against)
    except AgentSimError as error:
        sys.stderr.write(f"{error}\n")
        return PROBLEMS
    problems = sum(bool(call.problem) for call in calls)
    note = f", {counted(problems, 'call')} not whole" if problems else ""
    sys.stdout.write(f"{options.output}: {counted(len(calls), 'call')}{note}\n")
    return OK


def _other(directory: Path | None) -> OtherResults | None:
    from pytest_agentsim.report.page.other import OtherResults
    from pytest_agentsim.report.stored import stored_calls

    if directory is None:
        return None
    return OtherResults(directory.as_posix(), directory, stored_calls(directory))


def _against(name: str, folder: Path) -> Against | None:
    from pytest_agentsim.baseline.file import load_baseline, load_baselines
    from pytest_agentsim.report.page.against import Against

    if not name:
        return None
    file = Path(name)
    if file.suffix == ".json":
        name, folder = file.stem, file.parent
    return Against(load_baseline(folder, name), load_baselines(folder))
