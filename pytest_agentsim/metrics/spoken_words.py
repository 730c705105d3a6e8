"""The words of a sentence as they sound, so that two ways of writing the same make no difference."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["spoken_words"]

_TO_NINETEEN = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen
"""
_TO_NINETY = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS = {name: value for value, name in enumerate(_TO_NINETEEN.split())} | {"oh": 0}
_TENS = {name: 10 * value for value, name in enumerate(_TO_NINETY.split(), 2)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_ORDINALS = {
    "first": "one", "second": "two", "third": "three", "fifth": "five", "eighth": "eight", "ninth": "nine",
    "twelfth": "twelve",
} | {f"{name}th": name for name in ("four", "six", "seven", "ten", "eleven", "hundred", "thousand")} | {
    f"{name}th": name for name in _UNITS if name.endswith("teen")
} | {f"{name[:-1]}ieth": name for name in _TENS}  # fmt: skip

# Each group is gone through only where a text has one of its signs: most texts have few of them.
_WITH_APOSTROPHE = (
    (re.compile(r"\bcan['’]t\b"), "can not"),  # noqa: RUF001 - both apostrophes are written
    (re.compile(r"\bwon['’]t\b"), "will not"),  # noqa: RUF001
    (re.compile(r"\bshan['’]t\b"), "shall not"),  # noqa: RUF001
    (re.compile(r"n['’]t\b"), " not"),  # noqa: RUF001
    (re.compile(r"\b(i)['’]m\b"), r"\1 am"),  # noqa: RUF001
    (re.compile(r"['’]re\b"), " are"),  # noqa: RUF001
    (re.compile(r"['’]ve\b"), " have"),  # noqa: RUF001
    (re.compile(r"['’]ll\b"), " will"),  # noqa: RUF001
    (re.compile(r"\b(he|she|it|that|there|what|where|who|how|here)['’]s\b"), r"\1 is"),  # noqa: RUF001
)
_WITH_DIGIT_OR_SIGN = (
    (re.compile(r"(?<=\d)(am|pm|km|kg|lbs?|mg|ml|mph|min|hrs?|cm|mm|ft|gb|mb)\b"), r" \1"),
    (re.compile(r"\$\s?(\d[\d,.]*\d|\d)"), r"\1 dollars"),
    (re.compile(r"€\s?(\d[\d,.]*\d|\d)"), r"\1 euros"),
    (re.compile(r"£\s?(\d[\d,.]*\d|\d)"), r"\1 pounds"),
    (re.compile(r"%"), " percent "),
    (re.compile(r"&"), " and "),
    (re.compile(r"(?<=\d)(st|nd|rd|th)\b"), ""),
    (re.compile(r"(?<=\d),(?=\d{3}\b)"), ""),
)
_GROUPS = (
    (re.compile(r"['’]"), _WITH_APOSTROPHE),  # noqa: RUF001
    (re.compile(r"\.\s?m"), ((re.compile(r"\b([ap])\.\s?m\b\.?"), r"\1m"),)),
    (re.compile(r"[\d$€£%&]"), _WITH_DIGIT_OR_SIGN),
)
_SAME = {
    "ok": "okay", "cannot": "can not", "cant": "can not", "gonna": "going to", "wanna": "want to", "mr": "mister",
    "mrs": "missus", "dr": "doctor", "ave": "avenue", "st": "street", "rd": "road",
    "dept": "department", "appt": "appointment", "km": "kilometers", "kilometres": "kilometers", "kg": "kilograms",
    "lb": "pounds", "lbs": "pounds", "mg": "milligrams", "ml": "milliliters", "mph": "miles per hour", "min": "minutes",
    "mins": "minutes", "hr": "hours", "hrs": "hours", "sec": "seconds", "secs": "seconds", "ft": "feet",
    "cm": "centimeters", "mm": "millimeters", "gb": "gigabytes", "mb": "megabytes",
}  # fmt: skip
_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)*")  # noqa: RUF001
# Written without spaces, each sign counts.
_SIGN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_BRACKETED = re.compile(r"\[[^\]]*\]|<[^>]*>")


def spoken_words(text: str) -> list[str]:
    """Return the words of a text in lower case and without punctuation, and one way of writing for each.

    English numbers in words become digits, and all that stand in a row one word ("5 5 5", "five fifty five", "555");
    contractions, common abbreviations and units are written out. What stands in brackets, as [laughter], is no word.
    """
    plain = _BRACKETED.sub(" ", text).casefold()
    if not plain.isascii():
        plain = _SIGN.sub(r" \g<0> ", unicodedata.normalize("NFC", plain))
    for sign, patterns in _GROUPS:
        if sign.search(plain):
            for pattern, written_out in patterns:
                plain = pattern.sub(written_out, plain)
    tokens = _TOKEN.findall(plain)
    return list(_joined(each.replace("'", "").replace("’", "") for each in tokens))  # noqa: RUF001


def _joined(tokens: Iterator[str]) -> Iterator[str]:
    """Yield words, with the numbers of a row as one."""
    run: list[str] = []
    for token in tokens:
        word = _ORDINALS.get(token, token)
        # The "and" of "a hundred and five".
        is_within = word == "and" and bool(run) and run[-1] in _SCALES
        if word.isdigit() or word in _UNITS or word in _TENS or word in _SCALES or is_within:
            run.append(word)
            continue
        yield from _of_run(run)
        run.clear()
        yield from _SAME.get(token, token).split()
    yield from _of_run(run)


def _of_run(run: list[str]) -> Iterator[str]:
    if run:
        yield "".join(_numbers(run))
        if run[-1] == "and":
            yield "and"


def _numbers(run: list[str]) -> Iterator[str]:
    """Yield the numbers of a row: "nineteen eighty five" has 19 and 85, "two hundred and five" has 205."""
    thousands, part = 0, 0
    last = 0  # how large the latest word of an unfinished number is: 1, 10 or a scale; 0 where there is none
    for word, following in zip(run, (*run[1:], ""), strict=True):
        if word == "and":
            continue
        if word in _SCALES:
            last = _SCALES[word]
            part = max(part, 1) * last
            if last > _SCALES["hundred"]:
                thousands, part = thousands + part, 0
            continue
        value = int(word) if following in _SCALES and word.isdigit() else _UNITS.get(word, _TENS.get(word, 0))
        goes_on = (
            not word.isdigit() and value > 0 and (last in _SCALES.values() or (last == 10 and value < 10))
        )
        if last and not goes_on:
            yield str(thousands + part)
            thousands = part = last = 0
        if word.isdigit() and following not in _SCALES:
            yield word  # as it is written, with the zeros in front
        else:
            part += value
            last = 10 if word in _TENS else 1
    if last:
        yield str(thousands + part)
