"""Numbers in words as figures: a recogniser writes "nineteen ninety", an agent "1990"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["figures"]

_ONES_TEXT = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen
"""
_TENS_TEXT = "twenty thirty forty fifty sixty seventy eighty ninety"
TENS = {word: 10 * value for value, word in enumerate(_TENS_TEXT.split(), 2)}
ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fifth": 5,
    "eighth": 8,
    "ninth": 9,
    "twelfth": 12,
    "twentieth": 20,
    "thirtieth": 30,
}
VALUES = {word: value for value, word in enumerate(_ONES_TEXT.split())} | TENS | {"oh": 0}
_WORD = re.compile(r"[a-z]+|\d+|[^a-z\d]+")


def figures(text: str) -> str:
    """Write a lower-case text with figures: "march fifth at nine thirty" becomes "march 5 at 9 30".

    Tens and ones are joined, as are two pairs that are a year; digits that are read out one by one stay apart.
    """
    words = [each for each in _WORD.findall(text.replace("-", " ")) if each.strip()]
    return re.sub(r"\s+([,.?!;:])", r"\1", " ".join(_joined(words)))


def _joined(words: list[str]) -> Iterator[str]:
    position = 0
    while position < len(words):
        value = _value(words[position])
        if value is None:
            yield words[position].strip()
            position += 1
            continue
        position += 1
        is_ten = words[position - 1] in TENS
        following = _value(words[position]) if position < len(words) else None
        if is_ten and following is not None and 1 <= following <= 9 and not words[position].isdigit():
            value += following
            position += 1
            following = _value(words[position]) if position < len(words) else None
        if (
            value in (18, 19, 20)
            and following is not None
            and following >= 10
            and not words[position].isdigit()
        ):
            more = following
            position += 1
            ones = _value(words[position]) if position < len(words) and words[position - 1] in TENS else None
            if ones is not None and 1 <= ones <= 9:
                more += ones
                position += 1
            value = value * 100 + more
        yield str(value)


def _value(word: str) -> int | None:
    if word in VALUES:
        return VALUES[word]
    if word in ORDINALS:
        return ORDINALS[word]
    return VALUES.get(word.removesuffix("th")) if word.endswith("th") else None
