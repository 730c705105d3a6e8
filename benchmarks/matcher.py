"""How often the offline matcher is right about triggers, how often it fires where none holds, and how long it takes.

    python benchmarks/matcher.py dev.jsonl.xz star_dev.jsonl.xz [--peer DIRECTORY MODULE:FUNCTION]

A simple baseline runs beside it: the trigger with most words in common. A peer is any function that takes the agent's
words, the turns before and the triggers, and returns the id of the one that holds, or None.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from matcher_dialogues import as_recognised, load

from pytest_agentsim.caller.matcher import Trigger, overlap
from pytest_agentsim.caller.matcher.offline import OfflineMatcher
from pytest_agentsim.result import Speaker, Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matcher_dialogues import Case

THRESHOLDS = (0.2, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8)
TRIGGERS_TIMED = 10
IMPORTS = 5
MODULE = "pytest_agentsim.caller.matcher.offline"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was decided about one case."""

    matches: bool
    right: bool
    score: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("dialogues", nargs="+", type=Path)
    parser.add_argument(
        "--peer", nargs=2, action="append", default=[], metavar=("DIRECTORY", "MODULE:FUNCTION")
    )
    parser.add_argument("--limit", type=int, help="use only so many cases of each file")
    arguments = parser.parse_args()
    deciders = {"offline matcher": ours, "most words in common": most_in_common}
    deciders |= {name: peer(directory, name) for directory, name in arguments.peer}
    print(f"{'file':<24}{'words':<12}{'decider':<24}{'right':>8}{'false':>8}{'ms':>8}{'p95':>8}")
    for path in arguments.dialogues:
        cases = load(path)[: arguments.limit]
        for words, said in (("written", cases), ("recognised", [as_recognised(each) for each in cases])):
            for name, decide in deciders.items():
                outcomes, times = run(decide, said)
                right, false = rates(outcomes, 0.5)
                print(
                    f"{path.name:<24}{words:<12}{name:<24}{right:>8.3f}{false:>8.3f}"
                    f"{1000 * sum(times) / len(times):>8.2f}{1000 * percentile(times, 0.95):>8.2f}"
                )
        print_curve(path.name, run(ours, cases)[0])
    print_times(load(arguments.dialogues[0])[: arguments.limit])


def ours(agent_text: str, context: list[str], conditions: list[dict]) -> tuple[int | None, float]:
    history = [
        Turn(number, Speaker.AGENT if who == "Agent" else Speaker.CALLER, said, None)
        for number, (who, _, said) in enumerate((turn.partition(": ") for turn in context), start=1)
    ]
    triggers = [Trigger(each["id"], each["text"]) for each in conditions]
    (best,) = OfflineMatcher().match(agent_text, history=history, triggers=triggers).nearest(1)
    return best.condition_id, best.score


def most_in_common(agent_text: str, _context: list[str], conditions: list[dict]) -> tuple[int | None, float]:
    shares = {each["id"]: overlap.share_in_common(each["text"], agent_text) for each in conditions}
    best = max(shares, key=shares.__getitem__)
    return best, shares[best]


def peer(directory: str, name: str) -> Callable[[str, list[str], list[dict]], tuple[int | None, float]]:
    sys.path.insert(0, directory)
    module, _, function = name.partition(":")
    decide = getattr(importlib.import_module(module), function)

    def decided(agent_text: str, context: list[str], conditions: list[dict]) -> tuple[int | None, float]:
        found = decide(agent_text, context, conditions)
        return found, float(found is not None)

    return decided


def run(
    decide: Callable[[str, list[str], list[dict]], tuple[int | None, float]], cases: Sequence[Case]
) -> tuple[list[Outcome], list[float]]:
    """Decide all cases; times are those of the process, in seconds, with nothing remembered from case to case."""
    outcomes, times = [], []
    for case in cases:
        start = time.process_time()
        found, score = decide(case["agent_utterance"], case["context"], case["conditions"])
        times.append(time.process_time() - start)
        outcomes.append(Outcome(bool(case["gold"]), found in case["gold"], score))
    return outcomes, times


def rates(outcomes: Sequence[Outcome], threshold: float) -> tuple[float, float]:
    """Return how often the best trigger was right where one holds, and how often any fired where none does."""
    matching = [each.right and each.score >= threshold for each in outcomes if each.matches]
    others = [each.score >= threshold for each in outcomes if not each.matches]
    return sum(matching) / max(1, len(matching)), sum(others) / max(1, len(others))


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))]


def print_curve(name: str, outcomes: Sequence[Outcome]) -> None:
    print(f"\n{name}, offline matcher: threshold, right where one holds, false fires where none does")
    for threshold in THRESHOLDS:
        right, false = rates(outcomes, threshold)
        print(f"  {threshold:.2f}  {right:.3f}  {false:.3f}")
    print()


def print_times(cases: Sequence[Case]) -> None:
    """Print how long a decision about ten triggers takes that are known, in words not heard before, and an import."""
    pool = sorted({each["text"] for case in cases for each in case["conditions"]})
    ours("Hello.", [], [{"id": at, "text": text} for at, text in enumerate(pool)])
    gc.freeze()
    times = []
    for number, case in enumerate(cases):
        own = [each["text"] for each in case["conditions"]][:TRIGGERS_TIMED]
        others = [pool[(number + step) % len(pool)] for step in range(TRIGGERS_TIMED - len(own))]
        conditions = [{"id": at, "text": text} for at, text in enumerate((*own, *others))]
        start = time.process_time()
        ours(case["agent_utterance"], case["context"], conditions)
        times.append(time.process_time() - start)
    mean, slow = 1000 * sum(times) / len(times), 1000 * percentile(times, 0.95)
    print(f"{TRIGGERS_TIMED} triggers, new words: {mean:.2f} ms, p95 {slow:.2f} ms")
    print(f"import: {min(import_time() for _ in range(IMPORTS)):.3f} s")


def import_time() -> float:
    """Return how long it takes to import the matcher in a new interpreter, in seconds beyond starting it."""
    code = f"import time; start = time.perf_counter(); import {MODULE}; print(time.perf_counter() - start)"
    return float(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    )


if __name__ == "__main__":
    main()
