"""What the installed plugin adds to a pytest start that collects no scenario."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from measure import median, run

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
    without, with_plugin = median(bare), median(ours)
    print(f"pytest start, median of {rounds} interleaved rounds       wall       CPU")
    print(
        f"  without the plugin                              {without.wall * 1e3:7.1f} ms {without.cpu * 1e3:7.1f} ms"
    )
    print(f"  with it     {with_plugin.wall * 1e3:43.1f} ms {with_plugin.cpu * 1e3:7.1f} ms")
    print(
        f"  added                                           {(with_plugin.wall - without.wall) * 1e3:7.1f} ms "
        f"{(with_plugin.cpu - without.cpu) * 1e3:7.1f} ms"
    )


if __name__ == "__main__":
    main()
