"""What agents say in public corpora of dialogues, as sentences of spoken words. Names and numbers that tell nothing are left out.

Schema-Guided Dialogue (CC BY-SA 4.0): the JSON files of `train` in google-research-datasets/dstc8-schema-guided-dialogue.
Taskmaster-1 (CC BY 4.0): `self-dialogs-train.md` and `woz-dialogs-train.md` in the folder `taskmaster-1` of
RasaHQ/multiwoz-paper, two thousand dialogues of google-research-datasets/Taskmaster in which values are named, not told.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pytest_agentsim.audio.stt.hints import words_of
from pytest_agentsim.audio.stt.numerals import MONTHS, WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["ANY_VALUE", "sentences_of"]

ANY_VALUE = (
    "<UNK>"  # stands for a value, as in "a table at … for two people"; PocketSphinx calls unknown words so
)
PLACEHOLDER = "qvalueq"  # for it, until the words are found

SENTENCE_END = re.compile(r"(?<=[a-zA-Z\d)][.!?])\s+(?=\S)|\n|;")
# Values whose words are those of any call: dates, times, amounts.
TIME = re.compile(
    rf"\d|\b(?:{'|'.join((*MONTHS, *WEEKDAYS))})\b|noon|morning|evening|afternoon", re.IGNORECASE
)
NUMERIC_SLOT = re.compile(
    r"date|time|day|price|fare|balance|amount|total|rating|stars|number_of|num|size|rent|cost|temperature|wind"
    r"|humid|precip|passengers|travel|adults|seats|stops|bags|beds|baths|guests|rooms|party|rides|tickets"
    r"|length|duration|year"
)
IDENTIFYING_SLOT = re.compile(r"phone|address|account")
NAMED_VALUE = re.compile(r"_[\w.]+?_")  # Taskmaster's "_name.movie_"
CONTRACTIONS = (
    "i'm don't can't that's what's there's you're they're i've let's doesn't didn't isn't won't couldn't wouldn't "
    "here's they've wasn't aren't you'd you'll haven't hasn't we've weren't shouldn't where's it'll that'll"
)
WITH_APOSTROPHE = {word.replace("'", ""): word for word in CONTRACTIONS.split()}


def sentences_of(path: Path, without: frozenset[str] = frozenset()) -> Iterator[tuple[str, ...]]:
    """Go through the agent's sentences in a file, but for those of some dialogues of Schema-Guided Dialogue."""
    for text in _schema_guided(path, without) if path.suffix == ".json" else _taskmaster(path):
        for part in SENTENCE_END.split(text):
            words = tuple(_with_values(words_of(part)))
            if words and words != (ANY_VALUE,):
                yield words


def _with_values(words: tuple[str, ...]) -> Iterator[str]:
    before = ""
    for word in words:
        if word != before or word != PLACEHOLDER:
            yield ANY_VALUE if word == PLACEHOLDER else word
        before = word


def _schema_guided(path: Path, without: frozenset[str]) -> Iterator[str]:
    for dialogue in json.loads(path.read_text(encoding="utf-8")):
        if dialogue["dialogue_id"] in without:
            continue
        for turn in dialogue["turns"]:
            if turn["speaker"] == "SYSTEM":
                yield _without_values(turn)


def _without_values(turn: dict) -> str:
    text = turn["utterance"]
    slots = (slot for frame in turn["frames"] for slot in frame["slots"] if "start" in slot)
    for slot in sorted(slots, key=lambda slot: (-slot["start"], -slot["exclusive_end"])):
        value = text[slot["start"] : slot["exclusive_end"]]
        if (
            IDENTIFYING_SLOT.search(slot["slot"])
            or (value[:1].isupper() and not TIME.search(value))
            or (value[:1].isdigit() and not NUMERIC_SLOT.search(slot["slot"]))
        ):
            text = f"{text[: slot['start']]} {PLACEHOLDER} {text[slot['exclusive_end'] :]}"
    return text


def _taskmaster(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("   - "):
            text = NAMED_VALUE.sub(f" {PLACEHOLDER} ", line[5:])
            yield re.sub("[A-Za-z]+", lambda word: WITH_APOSTROPHE.get(word[0].lower(), word[0]), text)
