"""`agentsim`: what can be done with scenario files, sounds and transcripts without calling anybody."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from pytest_agentsim.cli import calibrate, lint, match, report, score, sound, transcript
from pytest_agentsim.cli.status import OK

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
    schema = commands.add_parser("schema", help="print the JSON Schema of a kind of files, for editors")
    schema.add_argument(
        "kind",
        nargs="?",
        choices=("scenarios", "personalities"),
        default="scenarios",
        help="scenarios (the default) or personalities",
    )
    schema.set_defaults(run=_schema)
    lint.add_command(commands)
    match.add_command(commands)
    sound.add_command(commands)
    transcript.add_command(commands)
    report.add_command(commands)
    score.add_command(commands)
    calibrate.add_command(commands)
    return parser


def _schema(options: argparse.Namespace) -> int:
    import json

    from pytest_agentsim.scenario.schema import FileKind, load_schema

    sys.stdout.write(json.dumps(load_schema(FileKind(options.kind)), indent=2) + "\n")
    return OK


if __name__ == "__main__":
    sys.exit(main())
