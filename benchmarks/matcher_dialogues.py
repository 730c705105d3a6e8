"""Dialogues with triggers, one decision a line of JSON, as the matcher is fitted to and measured on.

A line has `agent_utterance`, `context` (the two turns before, "Agent: …" or "User: …"), `conditions` (`id`, `text`),
`gold` (the ids of those that hold), `dialogue_id`, `service`, and `meta` with `acts` (the act of each condition) and,
where all acts of the turn are known, `turn_acts`; `unclear_acts` are those that it may show as well.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Case", "as_recognised", "before", "fold_of", "load", "opens_call"]

Case = dict[str, Any]

UNHEARD = re.compile(r"[^\w\s'@$%:.-]|(?<!\d)[.:-]|[.:-](?!\d)")


def load(path: Path) -> list[Case]:
    """Return the decisions in a file, which may be compressed by xz."""
    data = path.read_bytes()
    lines = (lzma.decompress(data) if path.suffix == ".xz" else data).decode().splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def as_recognised(case: Case) -> Case:
    """Return a decision with its words as a recogniser writes them: in lower case, without punctuation."""
    context = [turn.partition(": ") for turn in case["context"]]
    return {
        **case,
        "agent_utterance": unpunctuated(case["agent_utterance"]),
        "context": [f"{who}: {unpunctuated(said)}" for who, _, said in context],
    }


def unpunctuated(text: str) -> str:
    """Return a text in lower case, without the punctuation that is not part of a number."""
    return " ".join(UNHEARD.sub(" ", text.lower()).split())


def before(case: Case) -> tuple[str, str]:
    """Return what the caller had said last, and what the agent."""
    said = {turn.partition(": ")[0]: turn.partition(": ")[2] for turn in case["context"]}
    return said.get("User", ""), said.get("Agent", "")


def opens_call(case: Case) -> bool:
    """Whether the agent had said nothing yet."""
    return not any(turn.startswith("Agent: ") for turn in case["context"])


def fold_of(case: Case, folds: int) -> int:
    """Return which of the folds a dialogue belongs to; all its turns to the same."""
    return int(hashlib.sha256(case["dialogue_id"].encode()).hexdigest(), 16) % folds
