"""`agentsim calibrate`: compares a judge with what a person has said of the same calls."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_agentsim.cli.judging import add_judge_options, judge_of
from pytest_agentsim.cli.status import OK, PROBLEMS

if TYPE_CHECKING:
    import argparse

    from pytest_agentsim.judge.calibration import Calibration
    from pytest_agentsim.judge.labels import LabelledCall

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  (it has no public name)

__all__ = ["add_command"]


def add_command(commands: Commands) -> None:
    """Add the command to those of the parser."""
    parser = commands.add_parser(
        "calibrate",
        help="compare a language model's judgements with those of a person",
        description="Have a language model judge calls that a person has judged line by line, and tell how often "
        "they agree. docs/llm.md has the form of the file.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the calls with the person's labels, YAML")
    parser.add_argument(
        "--min-agreement",
        type=float,
        default=0.0,
        metavar="SHARE",
        help="end with status 1 below this share of lines, 0.0 to 1.0",
    )
    add_judge_options(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from pytest_agentsim.errors import AgentSimError
    from pytest_agentsim.judge.calibration import told
    from pytest_agentsim.judge.labels import read_labels
    from pytest_agentsim.visible import visible_line

    try:
        found = asyncio.run(_calibrated(options, read_labels(options.file)))
    except AgentSimError as error:
        sys.stderr.write(f"{error}\n")
        return PROBLEMS
    for line in told(found):
        sys.stdout.write(f"{visible_line(line)}\n")
    return OK if found.agreement >= options.min_agreement else PROBLEMS


async def _calibrated(options: argparse.Namespace, calls: tuple[LabelledCall, ...]) -> Calibration:
    from pytest_agentsim.errors import ConfigurationError
    from pytest_agentsim.judge.calibration import calibrate

    async with judge_of(options) as judge:
        if judge is None:
            raise ConfigurationError(
                "there is no judge to be calibrated: name a model with --judge-model or AGENTSIM_JUDGE_MODEL"
            )
        return await calibrate(judge, calls)
