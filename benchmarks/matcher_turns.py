"""Take agent turns with their acts from the Schema-Guided Dialogue dataset, for the matcher's model of wordings.

    python benchmarks/matcher_turns.py train/dialogues_*.json --number 24000 --into turns.jsonl.xz

The files are those of the train split (google-research-datasets/dstc8-schema-guided-dialogue, CC BY-SA 4.0). The same
files give the same turns.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matcher_dialogues import Case


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--number", type=int, default=24_000)
    parser.add_argument("--into", type=Path, required=True)
    arguments = parser.parse_args()
    turns = [
        turn
        for path in sorted(arguments.files)
        for dialogue in json.loads(path.read_text(encoding="utf-8"))
        for turn in turns_of(dialogue)
    ]
    chosen = sorted(turns, key=mixed)[: arguments.number]
    arguments.into.write_bytes(lzma.compress("".join(f"{json.dumps(each)}\n" for each in chosen).encode()))
    print(f"{arguments.into}: {len(chosen)} of {len(turns)} turns")


def turns_of(dialogue: dict[str, Any]) -> Iterator[Case]:
    """Go through what the agent says in a dialogue, with all that it does by that."""
    for number, turn in enumerate(dialogue["turns"]):
        if turn["speaker"] != "SYSTEM":
            continue
        frames = turn["frames"]
        yield {
            "id": f"sgd-train-{dialogue['dialogue_id']}-{number}",
            "dialogue_id": dialogue["dialogue_id"],
            "service": frames[0]["service"],
            "agent_utterance": turn["utterance"],
            "context": [],
            "conditions": [],
            "gold": [],
            "meta": {"turn_acts": sorted({action["act"] for frame in frames for action in frame["actions"]})},
        }


def mixed(turn: Case) -> str:
    """Return what puts turns of all businesses in an order that is the same each time."""
    return hashlib.sha256(turn["id"].encode()).hexdigest()


if __name__ == "__main__":
    main()
