"""`agentsim`: what can be done with scenario files and sounds without calling anybody."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_agentsim.cli import sound
from pytest_agentsim.cli.status import OK, PROBLEMS

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    options = _parser().parse_args(arguments)
    status: int = options.run(options)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="agentsim", description="Scenario files for simulated callers.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    schema = commands.add_parser("schema", help="print the JSON Schema of scenario files, for editors")
    schema.set_defaults(run=_schema)
    lint = commands.add_parser("lint", help="check scenario files and tell all that is wrong in them")
    lint.add_argument("files", nargs="+", type=Path, metavar="FILE")
    lint.add_argument("--strict", action="store_true", help="treat warnings as errors")
    lint.set_defaults(run=_lint)
    sound.add_command(commands)
    return parser


def _schema(_: argparse.Namespace) -> int:
    import json

    from pytest_agentsim.scenario.schema import load_schema

    sys.stdout.write(json.dumps(load_schema(), indent=2) + "\n")
    return OK


def _lint(options: argparse.Namespace) -> int:
    from pytest_agentsim.errors import ScenarioError
    from pytest_agentsim.scenario.loader import LoadSettings, load_file

    status = OK
    for path in options.files:
        try:
            file = load_file(path, LoadSettings(strict=options.strict), display=str(path))
            problems, failed = file.warnings, options.strict and bool(file.warnings)
        except ScenarioError as error:
            problems, failed = error.problems, True
        status = PROBLEMS if failed else status
        for problem in problems:
            sys.stdout.write(f"{problem}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
