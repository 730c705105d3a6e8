"""Hints as sentences of words that a language model can be made of (English)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_agentsim.audio.stt.numerals import digit_by_digit, in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_agentsim.audio.stt.interface import Hints

__all__ = ["sentences_of", "words_of"]

MOST_WORDS = 2000  # of hints that are looked at: the model has to be made while a caller waits
ABBREVIATIONS = {
    "dr": "doctor",
    "mr": "mister",
    "st": "street",
    "ave": "avenue",
    "appt": "appointment",
    "apt": "apartment",
    "am": "a m",
    "pm": "p m",
    "id": "i d",
    "ok": "okay",
    "e-mail": "email",
    "&": "and",
    "@": "at",
}
HALF_OF_DAY = re.compile(r"(?<=\d)\s*(a|p)\.?m\b\.?", re.IGNORECASE)
CODE = re.compile(r"\b(?=\w*\d)(?=\w*[A-Za-z])[A-Za-z\d]+\b|\b\d{3,}\b")  # read sign by sign
ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|&|@")


def sentences_of(hints: Hints) -> Iterator[tuple[tuple[str, ...], float]]:
    """Go through the phrases as words with weights; one with numbers comes in each way to read them."""
    left = MOST_WORDS
    for phrase in hints.phrases:
        # A phrase may be several sentences.
        for part in re.split(r"(?<=\w\w\w[.!?;:])\s+|\n", phrase):
            readings = dict.fromkeys((words_of(part), words_of(_sign_by_sign(part))))
            for words in readings:
                left -= len(words)
                if left < 0:
                    return
                yield words, 1 / len(readings)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words as they are heard, in lower case."""
    text = HALF_OF_DAY.sub(r" \1 m ", text.replace("\u2019", "'"))
    read = in_words(CODE.sub(_code, text)).lower()
    words = (ABBREVIATIONS.get(word, word) for word in WORD.findall(read))
    return tuple(" ".join(words).split())


def _sign_by_sign(text: str) -> str:
    return CODE.sub(lambda found: _code(found) if not found[0].isdigit() else digit_by_digit(found[0]), text)


def _code(found: re.Match[str]) -> str:
    code = found[0]
    if code.isdigit() or ORDINAL.fullmatch(code):
        return code
    return " ".join(digit_by_digit(sign) if sign.isdigit() else sign for sign in code)
