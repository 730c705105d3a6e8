"""Items that overlap: what it brings and what it costs, each figure beside a raw client and plain pytest items."""

from __future__ import annotations

import argparse
import os
from functools import partial

from overlap_second import print_calls_of_a_second
from overlap_trivial import print_trivial_items
from throughput import print_conversations

TABLES = ("second", "conversations", "trivial", "voice")


def main() -> None:
    options = _options()
    prints = {
        "second": partial(print_calls_of_a_second, options.rounds),
        "conversations": partial(
            print_conversations, options.conversations, options.rounds, options.deepeval
        ),
        "trivial": partial(print_trivial_items, options.items, options.rounds),
        "voice": partial(_print_voice_calls, options.voice_rounds),
    }
    for table in options.tables or TABLES:
        before = os.getloadavg()[0]
        prints[table]()
        print(f"  load of the machine: {before:.1f} before, {os.getloadavg()[0]:.1f} after\n", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"{', '.join(TABLES)}; all without any")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--voice-rounds", type=int, default=1, help="of about two minutes each")
    parser.add_argument("--conversations", type=int, default=400)
    parser.add_argument("--items", type=int, default=10_000, help="trivial ones; a multiple of 100")
    parser.add_argument(
        "--deepeval", metavar="PYTHON", help="an interpreter that has deepeval and websockets"
    )
    options = parser.parse_args()
    unknown = set(options.tables) - set(TABLES)
    if unknown:
        parser.error(f"there is no table {' and no table '.join(sorted(unknown))}")
    return options


def _print_voice_calls(rounds: int) -> None:
    # The other tables do without the packages that voice needs.
    from overlap_voice import print_voice_calls

    print_voice_calls(rounds)


if __name__ == "__main__":
    main()
