"""What the installed plugin adds to a pytest start that collects no scenario."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from measure import Cost, median, run

BASE = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider", "-p", "no:asyncio"]
BARE = [*BASE, "-p", "no:agentsim"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        (directory / "test_nothing.py").write_text("def test_nothing():\n    pass\n", encoding="utf-8")
        for command in (BARE, BASE):
            run(command, directory=directory)
        bare, ours = [], []
        for _ in range(rounds):
            bare.append(run(BARE, directory=directory))
            ours.append(run(BASE, directory=directory))
    print(f"pytest start, {rounds} interleaved rounds   median wall   median CPU   least CPU")
    for name, costs in (("without the plugin", bare), ("with it", ours)):
        print(f"  {name:32}{_figures(median(costs), min(cost.cpu for cost in costs))}")
    added = Cost(median(ours).wall - median(bare).wall, median(ours).cpu - median(bare).cpu)
    least = min(cost.cpu for cost in ours) - min(cost.cpu for cost in bare)
    print(f"  {'added':32}{_figures(added, least)}")


def _figures(cost: Cost, least: float) -> str:
    return f"{cost.wall * 1e3:10.1f} ms {cost.cpu * 1e3:9.1f} ms {least * 1e3:8.1f} ms"


if __name__ == "__main__":
    main()
