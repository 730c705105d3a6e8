"""`agentsim lint`: everything that is wrong in scenario files and personality files, without calling anybody."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_agentsim.cli.status import OK, PROBLEMS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from pytest_agentsim.scenario.own_personalities import OwnPersonalities
    from pytest_agentsim.scenario.problems import Problem

__all__ = ["add_command"]


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of `agentsim`."""
    lint = commands.add_parser(
        "lint",
        help="check scenario files and personality files, and tell all that is wrong in them",
        description="The personalities that a scenario may name are looked for as pytest does it, but for those that a "
        "conftest.py gives.",
    )
    lint.add_argument("files", nargs="+", type=Path, metavar="FILE")
    lint.add_argument("--strict", action="store_true", help="treat warnings as errors")
    lint.set_defaults(run=_lint)


def _lint(options: argparse.Namespace) -> int:
    from pytest_agentsim.scenario.personality_files import is_personality_file
    from pytest_agentsim.scenario.problems import Severity

    told: set[Problem] = set()
    failed = False
    personalities = _Personalities()
    for path in options.files:
        problems = (
            _of_personalities(path, personalities.around(path))
            if is_personality_file(path.name)
            else _of_scenarios(path, personalities.around(path), strict=options.strict)
        )
        failed |= any(options.strict or each.severity is Severity.ERROR for each in problems)
        # Personality files are read for each file that may name what they define.
        for problem in sorted({*problems} - told, key=lambda each: (each.location, each.path, each.message)):
            told.add(problem)
            sys.stdout.write(f"{problem}\n")
    return PROBLEMS if failed else OK


class _Personalities:
    """The personality files around each of the files that are checked; each is read once."""

    def __init__(self) -> None:
        self._by_root: dict[Path, OwnPersonalities] = {}

    def around(self, path: Path) -> OwnPersonalities:
        from pytest_agentsim.cli.project import project_of
        from pytest_agentsim.scenario.own_personalities import OwnPersonalities

        project = project_of(path.parent)
        if project.root not in self._by_root:
            show = partial(_shown, Path.cwd())
            self._by_root[project.root] = OwnPersonalities(project.root, project.personalities, show=show)
        return self._by_root[project.root]


def _of_scenarios(path: Path, own: OwnPersonalities, *, strict: bool) -> Sequence[Problem]:
    from pytest_agentsim.caller.behaviour.advice import advice_on
    from pytest_agentsim.caller.matcher.advice import advice_on_triggers
    from pytest_agentsim.errors import ScenarioError
    from pytest_agentsim.scenario.loader import LoadSettings, load_file

    try:
        file = load_file(path, LoadSettings(strict=strict, own=own, advice=True), display=str(path))
    except ScenarioError as error:
        return (*error.problems, *error.warnings)
    given = (problem for each in file.scenarios for problem in (*advice_on(each), *advice_on_triggers(each)))
    return (*file.warnings, *given)


def _of_personalities(path: Path, own: OwnPersonalities) -> Sequence[Problem]:
    """Return what is wrong in a personality file; bases may be in others, but what is wrong there is theirs."""
    from pytest_agentsim.scenario.loader import LoadSettings

    return own.check(path, LoadSettings())


def _shown(start: Path, path: Path) -> str:
    return str(path.relative_to(start)) if path.is_relative_to(start) else str(path)
