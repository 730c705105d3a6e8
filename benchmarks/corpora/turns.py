"""What a corpus says of an agent's turn: what it does for certain, and what it may do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "SENTENCE_END",
    "AgentTurn",
    "Corpus",
    "Label",
    "Wordings",
    "asking",
    "context_before",
    "detokenised",
    "is_asking",
]


class Label(NamedTuple):
    """An act and what it is about, as in `REQUEST` of the `destination`."""

    act: str
    topic: str = ""

    def __str__(self) -> str:
        return f"{self.act}/{self.topic}"


# The wordings of each label that a trigger can have: what stands behind "The agent".
Wordings = dict[Label, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class AgentTurn:
    """An agent's turn; of the labels in neither set, none holds for certain."""

    dialogue: str
    number: int
    business: str
    said: str
    context: tuple[str, ...]
    does: frozenset[Label]
    unclear: frozenset[Label]


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus that was read, with the wordings for each of its businesses."""

    name: str
    turns: tuple[AgentTurn, ...]
    wordings: Mapping[str, Wordings]


ASKS = re.compile(
    r"\?|^\W*(?:what|which|where|when|how (?:many|long|much))\b|\b(?:need(?:ed)? to know|tell me|let me know|"
    r"may i have|can i (?:get|have)|could i (?:get|have)|provide|give me|please|i(?: wi|')ll (?:just )?need|i need|"
    r"(?:just|would) need)\b",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?![.!?])")
TOKENS = (
    (re.compile(r"\s+"), " "),
    (re.compile(r"\b(can) not\b"), r"\1not"),
    (re.compile(r"\b(\w+) n ?['\u2019] ?t\b"), r"\1n't"),
    (re.compile(r" ?['\u2019] ?(s|m|re|ve|ll|d|t)\b"), r"'\1"),
    (re.compile(r" ([.,!?;:)%])"), r"\1"),
    (re.compile(r"([($£]) "), r"\1"),
    (re.compile(r"(\w) - (\w)"), r"\1-\2"),
    (re.compile(r"(\d) ?: ?(\d\d)\b"), r"\1:\2"),
)


def asking(said: str) -> str:
    """Return those sentences of a turn that ask for something."""
    return " ".join(sentence for sentence in SENTENCE_END.split(said) if is_asking(sentence))


def is_asking(sentence: str) -> bool:
    """Whether a sentence asks for something."""
    return bool(ASKS.search(sentence))


def context_before(turns: list[tuple[str, str]], at: int) -> tuple[str, ...]:
    """Return the two turns before one, each as `Agent: …` or `User: …`."""
    return tuple(f"{who}: {said}" for who, said in turns[max(0, at - 2) : at])


def detokenised(text: str) -> str:
    """Return a text whose words and signs were set apart by blanks as people write it."""
    for pattern, plain in TOKENS:
        text = pattern.sub(plain, text)
    return text.strip()
