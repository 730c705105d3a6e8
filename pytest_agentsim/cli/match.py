"""`agentsim match`: tells how each trigger of a scenario file fares with a sentence of the agent's."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_agentsim.cli.status import OK, PROBLEMS

if TYPE_CHECKING:
    import argparse

    from pytest_agentsim.caller.matcher.interface import MatchDecision
    from pytest_agentsim.result import Turn

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  (it has no public name)

__all__ = ["add_command"]


def add_command(commands: Commands) -> None:
    """Add the command to those of the parser."""
    parser = commands.add_parser(
        "match",
        help="tell which triggers of a scenario file hold for a sentence of the agent's, and why",
        description="Judge every trigger of a scenario file by the offline matcher, as a call would, and say why. "
        "Fails when no trigger holds.",
    )
    parser.add_argument("sentence", metavar="SENTENCE", help="what the agent says")
    parser.add_argument("file", type=Path, metavar="FILE", help="the scenario file")
    parser.add_argument("--scenario", metavar="NAME", help="only the scenario of this name")
    parser.add_argument("--caller", default="", metavar="TEXT", help="what the caller had said just before")
    parser.add_argument("--agent", default="", metavar="TEXT", help="what the agent had said before that")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from pytest_agentsim.caller.matcher.offline import OfflineMatcher
    from pytest_agentsim.caller.triggers import triggers_of
    from pytest_agentsim.errors import ScenarioError
    from pytest_agentsim.scenario.loader import load_file

    try:
        file = load_file(options.file, display=str(options.file))
    except ScenarioError as error:
        for problem in error.problems:
            sys.stderr.write(f"{problem}\n")
        return PROBLEMS
    chosen = [each for each in file.scenarios if options.scenario in (None, each.name)]
    waiting = [(each, triggers_of(each)) for each in chosen if each.script is not None or triggers_of(each)]
    if not waiting:
        which = f"no scenario {options.scenario!r}" if options.scenario and not chosen else "no triggers"
        sys.stderr.write(f"agentsim: {options.file} has {which}\n")
        return PROBLEMS
    any_holds = False
    for scenario, triggers in waiting:
        decision = OfflineMatcher(language=scenario.language).match(
            options.sentence, history=_history(options), triggers=triggers
        )
        any_holds = any_holds or bool(decision.holding)
        sys.stdout.write(f"{scenario.name}\n{_table(decision)}")
    return OK if any_holds else PROBLEMS


def _history(options: argparse.Namespace) -> list[Turn]:
    from pytest_agentsim.result import Speaker, Turn

    said = ((Speaker.AGENT, options.agent), (Speaker.CALLER, options.caller))
    return [Turn(number, who, text, None) for number, (who, text) in enumerate(said, start=1) if text]


def _table(decision: MatchDecision) -> str:
    if not decision.candidates:
        return "  no condition waits for a trigger\n"
    lines = [
        f"  {'holds' if each.holds else '     '}  {each.score:.2f}  {each.condition_id:>3}  {each.trigger}\n"
        f"                   {each.reason}\n"
        for each in decision.nearest(len(decision.candidates))
    ]
    return "".join(lines)
