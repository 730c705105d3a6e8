"""`agentsim score`: measures and judges the calls that a run has stored anew."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_agentsim.cli.judging import add_judge_options, judge_of
from pytest_agentsim.cli.status import OK, PROBLEMS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from pytest_agentsim.report.asked import Asked
    from pytest_agentsim.report.stored import StoredCall
    from pytest_agentsim.scenario.loader import LoadSettings
    from pytest_agentsim.scoring import ScoredCall, ScoredItem

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  (it has no public name)

__all__ = ["add_command"]


def add_command(commands: Commands) -> None:
    """Add the command to those of the parser."""
    parser = commands.add_parser(
        "score",
        help="measure and judge the calls that a run has stored anew, without calling anybody",
        description="Measure all calls below a directory and evaluate what is expected of them, as stored beside each "
        "call or as the given scenario files say today.",
    )
    parser.add_argument(
        "results", type=Path, metavar="RESULTS_DIR", help="what a run has written to, as agentsim-results"
    )
    parser.add_argument(
        "--scenarios",
        nargs="+",
        type=Path,
        default=[],
        metavar="FILE",
        help="scenario files whose expectations and metrics go before those that are stored, by the scenario's name",
    )
    parser.add_argument(
        "--python",
        nargs="+",
        type=Path,
        default=[],
        metavar="FILE",
        help="Python files that define metrics with @pytest_agentsim.metric",
    )
    parser.add_argument(
        "--metrics",
        nargs="+",
        default=[],
        metavar="FILE",
        help="files, folders and patterns of metrics, as agentsim_metrics names them",
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write the results with the platforms' field names"
    )
    parser.add_argument("--junitxml", type=Path, metavar="FILE", help="write JUnit XML, an item a test case")
    parser.add_argument(
        "--write", action="store_true", help="store the new metrics and verdicts beside the calls"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="print the metrics of each call")
    add_judge_options(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from pytest_agentsim.errors import AgentSimError, ScenarioError
    from pytest_agentsim.metric_files.sources import read_metric_files
    from pytest_agentsim.metrics.registry import register
    from pytest_agentsim.report.stored import stored_calls
    from pytest_agentsim.scoring import items_of

    try:
        for file in options.python:
            _import(file)
        if options.metrics:
            for metric in read_metric_files(options.metrics, Path.cwd()).metrics:
                register(metric)
        calls = asyncio.run(_scored(stored_calls(options.results), options))
        items = items_of(calls)
        for line in _told(items, verbose=options.verbose):
            sys.stdout.write(f"{line}\n")
        _write(calls, items, options)
    except ScenarioError as error:
        for problem in error.problems:
            sys.stderr.write(f"{problem}\n")
        return PROBLEMS
    except (AgentSimError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return PROBLEMS
    return OK if all(item.passed for item in items) else PROBLEMS


async def _scored(calls: Sequence[StoredCall], options: argparse.Namespace) -> tuple[ScoredCall, ...]:
    from pytest_agentsim.scoring import score

    async with judge_of(options) as judge:
        return await score(calls, scenarios=_asked_today(options.scenarios), judge=judge)


def _import(file: Path) -> None:
    from pytest_agentsim.errors import ConfigurationError

    spec = importlib.util.spec_from_file_location(f"agentsim_score_{file.stem}", file)
    if spec is None or spec.loader is None or not file.is_file():
        raise ConfigurationError(f"{file}: there is no such Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # noqa: BLE001  (whatever a user's file raises)
        raise ConfigurationError(f"{file}: cannot be imported: {type(error).__name__}: {error}") from None


def _asked_today(files: Sequence[Path]) -> dict[str, Asked]:
    from pytest_agentsim.report.asked import Asked
    from pytest_agentsim.scenario.loader import load_file

    return {
        scenario.name: Asked.by(scenario)
        for file in files
        for scenario in load_file(file, _settings_around(file)).scenarios
    }


def _settings_around(file: Path) -> LoadSettings:
    """Return how a scenario file is read: with the personalities and the rubric of its folder and above."""
    from pytest_agentsim.cli.project import project_of
    from pytest_agentsim.scenario.loader import LoadSettings
    from pytest_agentsim.scenario.own_personalities import OwnPersonalities

    project = project_of(file.parent)
    return LoadSettings(own=OwnPersonalities(project.root, project.personalities))


def _told(items: Sequence[ScoredItem], *, verbose: bool) -> Iterator[str]:
    from pytest_agentsim.visible import visible_line
    from pytest_agentsim.wording import counted

    for item in items:
        word = {True: "PASSED", False: "FAILED", None: "UNREAD"}[item.passed]
        runs = "" if len(item.calls) == 1 else f" ({_passed(item)} of {counted(len(item.calls), 'run')})"
        changed = " (the run's verdict was another)" if any(call.has_changed for call in item.calls) else ""
        yield f"{word} {visible_line(item.name)}{runs}{changed}"
        for call in item.calls:
            yield from _details(call, verbose=verbose)
    calls = [call for item in items for call in item.calls]
    counts = [counted(sum(item.passed is value for item in items), "item") for value in (True, False, None)]
    changes = sum(call.has_changed for call in calls)
    yield (
        f"{counted(len(calls), 'call')} scored: {counts[0]} passed, {counts[1]} failed, {counts[2]} could not be read; "
        f"{counted(changes, 'verdict')} changed"
    )


def _passed(item: ScoredItem) -> int:
    return sum(bool(call.passed) for call in item.calls)


def _details(call: ScoredCall, *, verbose: bool) -> Iterator[str]:
    if call.problem:
        yield f"    {call.problem}"
    for verdict in call.verdicts:
        if not verdict.passed:
            place = f" ({verdict.location})" if verdict.location else ""
            yield f"    {verdict.path}{place}: {verdict.message}"
            yield from (f"        {line}" for line in verdict.evidence)
    if verbose and call.result is not None:
        for value in call.result.metrics:
            if value.is_measured:
                yield f"    {value.name}: {value.value}{f' {value.unit}' if value.unit else ''}"
            else:
                yield f"    {value.name}: {value.outcome.value} ({value.reason})"


def _write(calls: Sequence[ScoredCall], items: Sequence[ScoredItem], options: argparse.Namespace) -> None:
    from pytest_agentsim.report.results_json import write_results
    from pytest_agentsim.report.scored_junit import write_junit

    if options.write:
        _store(calls)
    if options.json is not None:
        today = [replace(call.stored, result=call.result, judgement=call.judgement()) for call in calls]
        write_results(today, options.json)
    if options.junitxml is not None:
        write_junit(items, options.junitxml)


def _store(calls: Sequence[ScoredCall]) -> None:
    from pytest_agentsim.report.artifacts import write_artifacts
    from pytest_agentsim.report.asked import write_asked
    from pytest_agentsim.report.verdicts import write_judgement

    for call in calls:
        judgement = call.judgement()
        if call.result is None or call.asked is None:
            continue
        write_asked(call.asked, call.stored.directory)
        write_artifacts(call.result, call.stored.directory)
        if judgement is not None:
            write_judgement(judgement, call.stored.directory)
