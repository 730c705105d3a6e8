"""Numbers, dates, times and amounts of money as the English words that are heard."""

from __future__ import annotations

import re

__all__ = [
    "DIGITS",
    "MONTHS",
    "WEEKDAYS",
    "cardinal",
    "clock_time",
    "digit_by_digit",
    "in_words",
    "ordinal",
    "year",
]

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = (
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
TENS = ("zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

LARGEST_CARDINAL = 999_999
MONTH = "|".join(MONTHS)
# What is said otherwise than it is written; the first that fits a place decides.
WRITTEN = re.compile(
    rf"""
    (?P<iso>\b(?P<y>\d{{4}})-(?P<m>\d\d)-(?P<d>\d\d)\b)
  | (?P<slashed>\b(?P<sm>\d{{1,2}})/(?P<sd>\d{{1,2}})/(?P<sy>\d{{4}})\b)
  | (?P<date>\b(?P<month>{MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<year>\d{{4}}))?\b)
  | (?P<time>\b(?P<hour>\d{{1,2}}):(?P<minute>\d\d)\b)
  | (?P<amount>\$\s?(?P<dollars>\d[\d,]*)(?:\.(?P<cents>\d\d))?)
  | (?P<percent>\b(?P<share>\d+)\s?%)
  | (?P<nth>\b(?P<place>\d+)(?:st|nd|rd|th)\b)
  | (?P<grouped>\b\d{{1,3}}(?:,\d{{3}})+\b)
  | (?P<number>\d+)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def cardinal(number: int) -> str:
    """Return a number up to 999999 in words; digit by digit beyond."""
    if number > LARGEST_CARDINAL:
        return digit_by_digit(str(number))
    if number >= 1000:
        return _with_rest(f"{cardinal(number // 1000)} thousand", number % 1000)
    if number >= 100:
        return _with_rest(f"{DIGITS[number // 100]} hundred", number % 100)
    if number >= 20:
        return _with_rest(TENS[number // 10], number % 10)
    return (DIGITS + TEENS)[number]


def ordinal(number: int) -> str:
    """Return "first", "twenty third"."""
    *head, last = cardinal(number).split()
    if last not in ORDINALS:
        last = f"{last.removesuffix('y')}ieth" if last.endswith("y") else f"{last}th"
    return " ".join((*head, ORDINALS.get(last, last)))


def year(number: int) -> str:
    """Return "nineteen eighty five", "two thousand five", "twenty twenty six"."""
    century, rest = divmod(number, 100)
    if number < 1000 or 2000 <= number < 2010 or not century % 10:
        return cardinal(number)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {cardinal(rest) if rest > 9 else 'oh ' + cardinal(rest)}"


def clock_time(hour: int, minute: int) -> str:
    """Return "three thirty", "ten oh five", "noon" left to the speaker: "twelve"."""
    if not minute:
        return cardinal(hour)
    return f"{cardinal(hour)} {cardinal(minute) if minute > 9 else 'oh ' + cardinal(minute)}"


def digit_by_digit(digits: str) -> str:
    """Return each digit as a word."""
    return " ".join(DIGITS[int(digit)] for digit in digits)


def in_words(text: str) -> str:
    """Return a text in which all numbers are words, as one would read it aloud."""
    return " ".join(WRITTEN.sub(lambda found: f" {_read(found)} ", text).split())


def _with_rest(head: str, rest: int) -> str:
    return f"{head} {cardinal(rest)}" if rest else head


def _read(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "iso":
            return _date(int(found["y"]), int(found["m"]), int(found["d"]), found[0])
        case "slashed":
            return _date(int(found["sy"]), int(found["sm"]), int(found["sd"]), found[0])
        case "date":
            said_year = f" {year(int(found['year']))}" if found["year"] else ""
            return f"{found['month']} {ordinal(int(found['day']))}{said_year}"
        case "time":
            return clock_time(int(found["hour"]), int(found["minute"]))
        case "amount":
            return _amount(int(found["dollars"].replace(",", "")), int(found["cents"] or 0))
        case "percent":
            return f"{cardinal(int(found['share']))} percent"
        case "nth":
            return ordinal(int(found["place"]))
        case "grouped":
            return cardinal(int(found[0].replace(",", "")))
        case _:
            return _number(found[0])


def _date(in_year: int, month: int, day: int, written: str) -> str:
    if not 1 <= month <= 12:
        return digit_by_digit(re.sub(r"\D", "", written))
    return f"{MONTHS[month - 1]} {ordinal(day)} {year(in_year)}"


def _amount(dollars: int, cents: int) -> str:
    text = f"{cardinal(dollars)} dollar{'' if dollars == 1 else 's'}"
    return f"{text} and {cardinal(cents)} cent{'' if cents == 1 else 's'}" if cents else text


def _number(digits: str) -> str:
    # A number as long as that, or with a zero in front, names something: it is read digit by digit.
    if len(digits) > 4 or (len(digits) > 1 and digits.startswith("0")):
        return digit_by_digit(digits)
    number = int(digits)
    return year(number) if 1900 <= number < 2100 else cardinal(number)
