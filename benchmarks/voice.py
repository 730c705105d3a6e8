"""Voice calls: how regular, true and costly they are, beside a plain paced caller with nothing but `websockets`."""

from __future__ import annotations

import argparse
import os
from statistics import median
from typing import TYPE_CHECKING

from voice_agent import CALLERS, voice_agent
from voice_figures import Behaviour, Pace, behaviour, pace, reaction, truth, yielding

if TYPE_CHECKING:
    from collections.abc import Callable

    from voice_agent import Round

SPEECH = 0.5  # s of a turn of either side
INTERRUPTED_SPEECH = 1.0


def main() -> None:
    options = _options()
    if options.soak:
        with voice_agent(INTERRUPTED_SPEECH) as agent:
            agent.soak(options.soak)
        return
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    rounds: dict[tuple[int, str], list[Round]] = {
        (calls, name): [] for calls in options.calls for name in CALLERS
    }
    with voice_agent(SPEECH) as agent:
        for _ in range(options.rounds):
            for (calls, name), done in rounds.items():
                done.append(agent.call(name, calls, "talk"))
    with voice_agent(INTERRUPTED_SPEECH) as agent:
        interrupted = {calls: agent.call("ours", calls, "interrupt") for calls in options.interrupted}
    print(f"conversations of 4 turns, {options.rounds} interleaved rounds\n")
    _print_pace(rounds)
    _print_behaviour(rounds)
    _print_truth(rounds)
    _print_reaction(rounds)
    _print_yielding(interrupted)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--calls", type=int, nargs="+", default=[1, 20, 50, 100, 128], metavar="N")
    parser.add_argument("--interrupted", type=int, nargs="+", default=[16], metavar="N")
    parser.add_argument("--quick", action="store_true", help="one round of 1, 50 and 128 calls: 90 s")
    parser.add_argument(
        "--soak",
        type=float,
        metavar="SECONDS",
        help="instead: one call of that length, and its memory each minute",
    )
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.calls = 1, [1, 50, 128]
    return options


# --- telling ------------------------------------------------------------------------------------------------------


def _print_pace(rounds: dict[tuple[int, str], list[Round]]) -> None:
    print(
        "pace; ms, median of the rounds  late when sent      gap at the agent     CPU ms per    agent's own"
    )
    print("  calls                       p50    p99    max       p99    max       call-second   lateness p99")
    for (calls, name), done in rounds.items():
        paces = [pace(*each) for each in done]

        def figure(of: Callable[[Pace], float], paces: list[Pace] = paces) -> float:
            return median(map(of, paces)) * 1e3

        print(
            f"  {calls:5} {name:16} {figure(lambda p: p.late_p50):8.1f} {figure(lambda p: p.late_p99):6.1f}"
            f" {figure(lambda p: p.late_max):6.1f} {figure(lambda p: p.gap_p99):9.1f}"
            f" {figure(lambda p: p.gap_max):6.1f} {figure(lambda p: p.cpu):16.2f}"
            f" {figure(lambda p: p.agent_late_p99):14.1f}"
        )


def _print_behaviour(rounds: dict[tuple[int, str], list[Round]]) -> None:
    print(
        "\nbehaviour; of all rounds        turns heard  exactly once  by the caller:         gaps      calls that"
    )
    print(
        "  calls                         expected     by the agent  all     without a gap  > 100 ms  failed"
    )
    for (calls, name), done in rounds.items():
        seen = [behaviour(*each, SPEECH) for each in done]

        def total(of: Callable[[Behaviour], int], seen: list[Behaviour] = seen) -> int:
            return sum(map(of, seen))

        print(
            f"  {calls:5} {name:16} {total(lambda b: b.expected):15} {total(lambda b: b.caller_turns):16}"
            f" {total(lambda b: b.agent_turns):8} {total(lambda b: b.agent_turns_intact):15}"
            f" {total(lambda b: b.stalls):10} {total(lambda b: len(b.problems)):11}"
        )
        for problem in sorted({problem for each in seen for problem in each.problems}):
            print(f"        {problem}")


def _print_truth(rounds: dict[tuple[int, str], list[Round]]) -> None:
    print(
        "\ntruth: latency reported minus what the agent logged; ms      |mean|   |max|  not measurable  missing"
    )
    for (calls, name), done in rounds.items():
        found = truth(done)
        total = len(found.errors) + found.not_measurable + found.missing
        print(
            f"  {calls:5} {name:16} {total:7} answers {found.mean * 1e3:28.1f} {found.worst * 1e3:7.1f}"
            f" {found.not_measurable:15} {found.missing:8}"
        )


def _print_reaction(rounds: dict[tuple[int, str], list[Round]]) -> None:
    print(
        "\nreaction: end of the agent's audio to the first frame of the answer, minus 700 ms; ms     p50     p99"
    )
    for (calls, name), done in rounds.items():
        found = reaction(done)
        print(f"  {calls:5} {name:16} {found.p50 * 1e3:65.1f} {found.p99 * 1e3:7.1f}")


def _print_yielding(interrupted: dict[int, Round]) -> None:
    print(
        "\nbarge-in: speech.started to the last frame of speech; ms    p50     max   (agent's own lateness p99, max)"
    )
    for calls, (report, log) in interrupted.items():
        found = yielding(report.calls, log)
        print(
            f"  {calls:5} ours {found.count:12} of {found.expected} {found.p50 * 1e3:34.1f}"
            f" {found.worst * 1e3:7.1f}   ({found.noise_p99 * 1e3:.1f}, {found.noise_max * 1e3:.1f})"
        )


if __name__ == "__main__":
    main()
