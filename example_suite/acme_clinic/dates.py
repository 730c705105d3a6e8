"""Dates as people write them, and as the front desk says them."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["DAYS", "MONTHS", "read_date", "speak_moment"]

# Not from `calendar`: its names depend on the locale of the machine.
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_CARDINALS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth", "twentieth",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS: dict[str, int] = {"thirtieth": 30, "oh": 0}
_NUMBERS |= {word: number for number, word in enumerate(_CARDINALS)}
_NUMBERS |= {word: number for number, word in enumerate(_ORDINALS, start=1)}
_NUMBERS |= dict(zip(_TENS, range(20, 100, 10), strict=True))
_MONTHS = {name.casefold(): number for number, name in enumerate(MONTHS, start=1)}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}

_YEAR_FIRST = re.compile(r"(?<![0-9])([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?![0-9])")
_YEAR_LAST = re.compile(r"(?<![0-9])([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})(?![0-9])")


def read_date(text: str) -> date | None:
    """Return the date in the text: 1990-01-01, 01/31/1990 (month first), January 1, 1990, or in words."""
    if found := _YEAR_FIRST.search(text):
        year, month, day = map(int, found.groups())
        return _valid(year, month, day)
    if found := _YEAR_LAST.search(text):
        month, day, year = map(int, found.groups())
        return _valid(year, month, day) or _valid(year, day, month)
    return _read_words(text.casefold())


def speak_moment(moment: datetime) -> str:
    """Return the date and time as the front desk says it: Tuesday, March 3 at 10:00 AM."""
    hour, half = moment.hour % 12 or 12, "AM" if moment.hour < 12 else "PM"
    day = f"{DAYS[moment.weekday()]}, {MONTHS[moment.month - 1]} {moment.day}"
    return f"{day} at {hour}:{moment.minute:02} {half}"


def _read_words(text: str) -> date | None:
    words = re.findall(r"[a-z]+|[0-9]{1,4}", text.replace("two thousand and", "two thousand"))
    month = next((_MONTHS[word] for word in words if word in _MONTHS), None)
    numbers = _numbers(words)
    if month is None or len(numbers) < 2:
        return None
    return _valid(_year(numbers), month, numbers[0])


def _numbers(words: list[str]) -> list[int]:
    """Return the numbers among the words, "twenty first" as one: 21."""
    numbers: list[int] = []
    after_tens = False
    for word in words:
        number = int(word) if word.isdigit() else _NUMBERS.get(word)
        if word == "thousand" and numbers:
            numbers[-1] *= 1000
        elif number is not None and after_tens and 0 < number < 10:
            numbers[-1] += number
        elif number is not None:
            numbers.append(number)
        after_tens = word in _TENS or word == "oh"
    return numbers


def _year(numbers: list[int]) -> int:
    *_, before, last = numbers
    has_day_too = len(numbers) > 2
    if has_day_too and before in (19, 20) and last < 100:
        return before * 100 + last
    if has_day_too and before == 2000 and last < 100:
        return before + last
    return last


def _valid(year: int, month: int, day: int) -> date | None:
    if year < 100:
        year += 1900 if year > 30 else 2000
    try:
        return date(year, month, day)
    except ValueError:
        return None
