"""Texts as they are said aloud: sentences of plain words, with numbers, dates and money written out."""

from __future__ import annotations

import re

__all__ = ["ORDINALS", "TENS", "UNITS", "number_words", "spoken_sentences"]

UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_FIRST_TO_NINTH = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
ORDINALS = (
    *_FIRST_TO_NINTH, "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
    "seventeenth", "eighteenth", "nineteenth", "twentieth", *(f"twenty-{each}" for each in _FIRST_TO_NINTH),
    "thirtieth", "thirty-first",
)  # fmt: skip
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"

_MONEY = re.compile(r"\$([0-9,]+)(?:\.([0-9]{2}))?")
_DAY = re.compile(rf"\b({_MONTH}) ([0-9]{{1,2}})\b")
_TIME = re.compile(r"\b([0-9]{1,2})(?::([0-9]{2}))? (AM|PM)\b")
_CONFIRMATION = re.compile(r"\bACM-([0-9]+)")
_NUMBER = re.compile(r"[0-9]+")


def spoken_sentences(text: str) -> list[list[str]]:
    """Return the sentences of a text as lists of words in small letters, without apostrophes."""
    text = _MONEY.sub(lambda found: _money(found[1], found[2] or "00"), text)
    text = _DAY.sub(lambda found: f"{found[1]} {ORDINALS[int(found[2]) - 1]}", text)
    text = _TIME.sub(lambda found: _time(found[1], found[2] or "00", found[3]), text)
    text = _CONFIRMATION.sub(lambda found: "A C M " + " ".join(UNITS[int(each)] for each in found[1]), text)
    text = _NUMBER.sub(lambda found: number_words(int(found[0])), text)
    sentences = re.split(r"[.?!]+", text.replace("'", "").casefold())
    return [words for sentence in sentences if (words := re.findall(r"[^\W_]+", sentence))]


def number_words(number: int) -> str:
    """Return a whole number below a million in words."""
    if number < 20:
        return UNITS[number]
    if number < 100:
        tens, rest = divmod(number, 10)
        return f"{TENS[tens - 2]} {UNITS[rest]}" if rest else TENS[tens - 2]
    size, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    many, rest = divmod(number, size)
    return f"{number_words(many)} {name} {number_words(rest)}" if rest else f"{number_words(many)} {name}"


def _money(dollars: str, cents: str) -> str:
    amount = f"{number_words(int(dollars.replace(',', '')))} dollars"
    return f"{amount} and {number_words(int(cents))} cents" if int(cents) else amount


def _time(hour: str, minute: str, half: str) -> str:
    minutes = int(minute)
    past = f" {'oh ' if minutes < 10 else ''}{number_words(minutes)}" if minutes else ""
    return f"{number_words(int(hour))}{past} {half}"
