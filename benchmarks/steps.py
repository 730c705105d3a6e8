"""How often a behavioural caller without a language model takes the step that the agent calls for.

Each step of the calls in `steps/` has sentences of agents that call for it; each call has others, which call for none.
A caller that has said its first message hears one of them. `development.yaml` was looked at while the rules were made,
`held_out.yaml` was not.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from pytest_agentsim.caller.behaviour.caller import BehaviouralCaller, variables_of
from pytest_agentsim.caller.behaviour.plan import plan_of
from pytest_agentsim.caller.matcher.offline import OfflineMatcher
from pytest_agentsim.caller.realiser import OfflineRealiser
from pytest_agentsim.caller.structured import MoveKind
from pytest_agentsim.scenario.loader import load_mapping
from pytest_agentsim.scenario.personality import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator

CALLS = Path(__file__).parent / "steps"
HALVES = ("development", "held_out")


@dataclass(frozen=True)
class Outcome:
    """What became of one sentence: `wanted` is the number of the step that it calls for, or None."""

    call: str
    sentence: str
    wanted: int | None
    taken: tuple[int, ...]

    @property
    def name(self) -> str:
        if self.wanted is None:
            return "false" if self.taken else "rightly none"
        if self.taken == (self.wanted,):
            return "right"
        return "missed" if not self.taken else "also another" if self.wanted in self.taken else "another"


def outcomes(half: str) -> list[Outcome]:
    """Return what becomes of each sentence of a half."""
    calls = yaml.safe_load((CALLS / f"{half}.yaml").read_text(encoding="utf-8"))
    return [outcome for call in calls for outcome in _outcomes_of(call)]


def share_right(found: list[Outcome]) -> float:
    """Return how often the step that is called for is taken, and no other."""
    wanted = [each for each in found if each.wanted is not None]
    return sum(each.name == "right" for each in wanted) / len(wanted)


def share_false(found: list[Outcome]) -> float:
    """Return how often a step is taken where none is called for."""
    others = [each for each in found if each.wanted is None]
    return sum(each.name == "false" for each in others) / len(others)


def _outcomes_of(call: dict[str, Any]) -> Iterator[Outcome]:
    for number, step in enumerate(call["steps"], 1):
        for sentence in step["hears"]:
            yield Outcome(call["name"], sentence, number, _taken(call, sentence))
    for sentence in call["others"]:
        yield Outcome(call["name"], sentence, None, _taken(call, sentence))


def _taken(call: dict[str, Any], sentence: str) -> tuple[int, ...]:
    caller = _caller(call)
    opening = caller.open()
    assert opening is not None
    caller.finished(opening)
    move = asyncio.run(caller.respond(sentence, []))
    return move.conditions if move.kind is MoveKind.TRIGGERS else ()


def _caller(call: dict[str, Any]) -> BehaviouralCaller:
    steps = "\n".join(f"{number}. {step['does']}" for number, step in enumerate(call["steps"], 1))
    scenario = load_mapping(
        {
            "name": call["name"],
            "personality": "normal",
            "tools": ["TOOL_END_CALL"],
            "first_message": "Hello",
            "instructions": f"<scenario>\nYOUR BEHAVIOR:\n{steps}\n</scenario>",
            "test_profile": call["profile"],
        }
    )
    plan = plan_of(scenario)
    assert plan is not None
    assert not plan.why_not, plan.why_not
    variables = variables_of(plan, call["profile"])
    realiser = OfflineRealiser(role="", variables=variables, wording=Wording.PLAIN, language="en")
    return BehaviouralCaller(scenario, plan, variables=variables, matcher=OfflineMatcher(), realiser=realiser)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--errors", action="store_true", help="show those of the development half")
    arguments = parser.parse_args()
    print(f"{'':14}{'sentences':>10}{'right':>8}{'missed':>8}{'another':>9}{'also another':>14}{'false':>8}")
    for half in HALVES:
        found = outcomes(half)
        counts = Counter(each.name for each in found)
        wanted = sum(each.wanted is not None for each in found)
        print(
            f"{half:14}{len(found):>10}{share_right(found):>8.3f}{counts['missed'] / wanted:>8.3f}"
            f"{counts['another'] / wanted:>9.3f}{counts['also another'] / wanted:>14.3f}{share_false(found):>8.3f}"
        )
    if arguments.errors:
        for each in outcomes(HALVES[0]):
            if each.name not in ("right", "rightly none"):
                print(f"{each.name}: {each.call}, {each.wanted}: {each.sentence!r} takes {each.taken}")


if __name__ == "__main__":
    main()
