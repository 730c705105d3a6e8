"""The values that a sentence states: dates, times, numbers, addresses of e-mail, amounts, in figures or in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from pytest_agentsim.caller.behaviour.numerals import ORDINALS, VALUES, figures
from pytest_agentsim.caller.patterns import lazily
from pytest_agentsim.caller.spoken import MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["NUMBERS", "Kind", "Value", "agree", "comparable", "in_figures", "main_value", "values_in"]

SHORTEST_NUMBER = 3  # digits
LONGEST_READ = 4000  # characters

_NAMED_NUMBERS = "|".join(sorted({*VALUES, *ORDINALS}, key=len, reverse=True))
_NUMBER_WORD = (
    rf"(?:{_NAMED_NUMBERS}|\w{{3,8}}teenth|(?:four|six|seven|ten)th|hundred|thousand|double|triple)"
)
_IN_WORDS = lazily(rf"\b{_NUMBER_WORD}(?:(?:[\s-]+(?:and\s+)?){_NUMBER_WORD})*\b", re.IGNORECASE)
_FIRST_OF_MONTH = lazily(
    rf"\b(?P<before>(?:{'|'.join(MONTHS)}) (?:the )?)(?P<day>first|second)\b"
    rf"|\b(?P<first>first|second)(?P<after> (?:day )?(?:of )?(?:{'|'.join(MONTHS)}))\b",
    re.IGNORECASE,
)
_MANY = lazily(r"\b(double|triple)\s+(\w+)", re.IGNORECASE)
_THOUSAND = lazily(r"\b(\d{1,2}) thousand(?: and)?(?: (\d{1,2}))?\b|\b(\d{1,2}) hundred(?: and)? (\d{1,2})\b")
_LETTER = lazily(r"\b([a-z]) (?:as in|for|like) [a-z]{3,}\b,?", re.IGNORECASE)

_MONTH = (
    r"(?P<month{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year{0}>(?:19|20)\d\d)"
_DATE = lazily(
    rf"\b{_MONTH.format(1)}\s+(?:the\s+)?(?P<day1>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(?:of\s+)?{_YEAR.format(1)}\b)?"
    rf"|\b(?:the\s+)?(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+day)?(?:\s+of)?\s+{_MONTH.format(2)}(?:,?\s+(?:of\s+)?"
    rf"{_YEAR.format(2)}\b)?"
    rf"|\b{_YEAR.format(3)}-(?P<number3>\d\d)-(?P<day3>\d\d)\b"
    rf"|\b(?P<number4>\d{{1,2}})[/.](?P<day4>\d{{1,2}})(?:[/.](?P<year4>(?:19|20)?\d\d))\b"
    r"|\bthe (?P<day5>\d{1,2})(?:st|nd|rd|th)\b",
    re.IGNORECASE,
)
_WEEKDAY = lazily(r"\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?\b", re.IGNORECASE)
_TIME = lazily(
    r"\b(?:(?:at|around|by)\s+)?\b(?P<hour1>\d{1,2}):(?P<minute1>[0-5]\d)(?:\s*(?P<half1>[ap])\.?\s?m\b\.?)?"
    r"|\b(?:(?:at|around|by)\s+)?\b(?P<hour2>\d{1,2})(?:\s(?P<minute2>[0-5]\d))?\s*(?:o'clock|(?P<half2>[ap])\.?\s?m\b\.?)"
    r"|\b(?:at|around|by)\s+(?P<hour3>\d{1,2})(?:\s(?P<minute3>[0-5]\d))?(?!:|\s*(?:%|dollars|people|[/-]\d|\d|"
    r"\w+ (?:street|st|road|rd|avenue|ave|lane|drive|court|way)\b))\b"
    r"|\b(?P<noon>noon|midday)\b",
    re.IGNORECASE,
)
_EMAIL = lazily(r"[\w.+-]+\s?@\s?[\w-]+(?:\s?\.\s?[\w-]+)+")
_SPOKEN_EMAIL = lazily(
    r"\b([\w+-]+(?:(?: dot |\.| underscore )[\w+-]+)*) at ([\w-]+(?: dot |\.)[\w-]+(?:(?: dot |\.)[\w-]+)*)\b",
    re.IGNORECASE,
)
_MONEY = lazily(
    r"[$\u20ac\u00a3]\s?(?P<sign>\d+(?:,\d{3})*(?:\.\d\d)?)|\b(?P<word>\d+(?:\.\d\d)?) (?:dollars|euros|pounds|bucks)\b"
)
_COUNT = lazily(
    r"\b(?P<count>\d{1,2}) (?:\w+ )?(?P<what>people|persons?|guests?|adults?|passengers?|travell?ers?|tickets?|seats?|"
    r"nights?|bags?|rooms?|bedrooms?)\b"
    r"|\b(?:party|group|table|reservation) (?:of|for) (?P<party>\d{1,2})\b(?!\s?(?:[ap]\.?m|:|o'clock))",
    re.IGNORECASE,
)
_CODE = lazily(
    r"\b(?=[a-z]*-?[a-z]*\d)(?=\d*-?\d*[a-z])[a-z\d]+(?:-[a-z\d]+)*\b|\b(?:[a-z\d][\s-]+){3,}[a-z\d]\b",
    re.IGNORECASE,
)
_NUMBER = lazily(r"\d(?:[\s().,-]{0,3}\d)*")
_SPELLED = lazily(r"(?<!['\w])(?:[a-z](?:\s*[-.,]\s*|\s+)){2,}[a-z]\b", re.IGNORECASE)
_ORDINAL_MARK = lazily(r"^(?:st|nd|rd|th)\b", re.IGNORECASE)
_PEOPLE = ("people", "person", "guest", "adult", "passenger", "traveler", "traveller", "party")


class Kind(Enum):
    """What a value is."""

    DATE = auto()
    WEEKDAY = auto()
    TIME = auto()
    NUMBER = auto()
    CODE = auto()  # of letters and digits
    SPELLED = auto()  # a word letter by letter
    EMAIL = auto()
    MONEY = auto()
    COUNT = auto()


NUMBERS = (Kind.NUMBER, Kind.CODE)


@dataclass(frozen=True, slots=True)
class Value:
    """A value in a sentence: `key` is what it comes to, `text` how it is put, at `start` to `end` of `in_figures`.

    The key of a date is its month, day and year, of a time the minutes since midnight and whether the half of the day
    was told, of a count what is counted and how many; what is not told is None.
    """

    kind: Kind
    key: tuple[str | int | None, ...]
    text: str
    start: int = 0
    end: int = 0


def in_figures(text: str) -> str:
    """Write the numbers of a text in figures and leave the rest as it is: "March third at nine" as "March 3 at 9"."""
    text = _LETTER.sub(r"\1 ", text[:LONGEST_READ].replace("\u2019", "'"))
    text = _FIRST_OF_MONTH.sub(_first_of_month, text)
    text = _IN_WORDS.sub(lambda found: _run(found.group()), text)
    return _SPOKEN_EMAIL.sub(_email_of, text)


def values_in(text: str) -> tuple[Value, ...]:
    """Return the values of a text that `in_figures` has written, in its order."""
    left = text
    found: list[Value] = []
    for read in (_emails, _dates, _weekdays, _moneys, _counts, _times, _codes, _numbers, _spelled):
        for value in read(left):
            found.append(value)
            left = left[: value.start] + "\x00" * (value.end - value.start) + left[value.end :]
    return tuple(sorted(found, key=lambda value: value.start))


def main_value(text: str) -> Value | None:
    """Return the value that a datum is, as it is said; None when it is mere words, or words with a value in them."""
    written = in_figures(text)
    return next((each for each in values_in(written) if 2 * len(each.text) > len(written)), None)


def comparable(one: Value, other: Value) -> bool:
    """Whether two values may be of the same thing."""
    if one.kind in NUMBERS and other.kind in NUMBERS:
        return True
    return one.kind is other.kind and (one.kind is not Kind.COUNT or one.key[0] == other.key[0])


def agree(one: Value, other: Value) -> bool:
    """Whether two values may be the same: what is left out of one of them does not count."""
    if not comparable(one, other):
        return False
    if one.kind in NUMBERS:
        return _same_number(str(one.key[0]), str(other.key[0]))
    if one.kind is Kind.TIME:
        same_half = one.key[1] is None or other.key[1] is None
        half_day = 12 * 60
        return int(one.key[0] or 0) % half_day == int(other.key[0] or 0) % half_day and (
            same_half or one.key[1] == other.key[1]
        )
    return all(
        mine is None or theirs is None or mine == theirs
        for mine, theirs in zip(one.key, other.key, strict=True)
    )


def _same_number(one: str, other: str) -> bool:
    """An agent may read the last digits only, or leave out the letters before them."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < SHORTEST_NUMBER:
        return one == other
    return longer.endswith(shorter) or (longer.startswith(shorter) and len(shorter) * 2 > len(longer))


def _first_of_month(found: re.Match[str]) -> str:
    day = ORDINALS[(found["day"] or found["first"]).lower()]
    return f"{found['before'] or ''}{day}{found['after'] or ''}"


def _run(words: str) -> str:
    """Write a run of number words in figures; "first" and "second" alone are more often none."""
    plain = words.lower()
    if plain in ("first", "second", "third", "one", "hundred", "thousand", "double", "triple", "oh"):
        return {"third": "3", "one": "1"}.get(plain, words)
    plain = _MANY.sub(
        lambda found: " ".join([found[2]] * (2 if found[1] == "double" else 3)), plain.replace("-", " ")
    )
    written = figures(plain.replace(" and ", " "))
    return _THOUSAND.sub(_thousand, written)


def _thousand(found: re.Match[str]) -> str:
    if found[1]:
        return str(int(found[1]) * 1000 + int(found[2] or 0))
    return str(int(found[3]) * 100 + int(found[4]))


def _email_of(found: re.Match[str]) -> str:
    name, host = (
        re.sub(r" dot ", ".", each, flags=re.IGNORECASE).replace(" underscore ", "_")
        for each in found.groups()
    )
    return f"{name}@{host}"


def _emails(text: str) -> Iterator[Value]:
    for found in _EMAIL.finditer(text):
        yield _value(Kind.EMAIL, (re.sub(r"\s", "", found.group()).lower(),), found)


def _dates(text: str) -> Iterator[Value]:
    for found in _DATE.finditer(text):
        groups = found.groupdict()
        month = groups["month1"] or groups["month2"]
        number = groups["number3"] or groups["number4"]
        day = next(groups[f"day{each}"] for each in range(1, 6) if groups[f"day{each}"])
        year = next((groups[f"year{each}"] for each in range(1, 5) if groups[f"year{each}"]), None)
        which = _month_of(month) if month else int(number) if number else None
        whole_year = int(year) if year else None
        if whole_year is not None and whole_year < 100:
            whole_year += 1900 if whole_year > 30 else 2000
        if (which is None or 1 <= which <= 12) and 1 <= int(day) <= 31:
            yield _value(Kind.DATE, (which, int(day), whole_year), found)


def _month_of(name: str) -> int:
    return next(
        number for number, month in enumerate(MONTHS, 1) if month.lower().startswith(name.lower()[:3])
    )


def _weekdays(text: str) -> Iterator[Value]:
    for found in _WEEKDAY.finditer(text):
        yield _value(Kind.WEEKDAY, (found[1].lower(),), found)


def _times(text: str) -> Iterator[Value]:
    for found in _TIME.finditer(text):
        groups = found.groupdict()
        hour = next((groups[f"hour{each}"] for each in (1, 2, 3) if groups[f"hour{each}"]), "12")
        minute = next((groups[f"minute{each}"] for each in (1, 2, 3) if groups[f"minute{each}"]), "0")
        half = groups["half1"] or groups["half2"] or ("p" if groups["noon"] else None)
        if int(hour) <= 24:
            yield _value(Kind.TIME, (int(hour) % 24 * 60 + int(minute), half and half.lower()), found)


def _moneys(text: str) -> Iterator[Value]:
    for found in _MONEY.finditer(text):
        amount = float((found["sign"] or found["word"]).replace(",", ""))
        yield _value(Kind.MONEY, (round(amount * 100),), found)


def _counts(text: str) -> Iterator[Value]:
    for found in _COUNT.finditer(text):
        what = (found["what"] or "party").lower()
        what = "people" if what.startswith(_PEOPLE) else what.removesuffix("s")
        yield _value(Kind.COUNT, (what, int(found["count"] or found["party"])), found)


def _codes(text: str) -> Iterator[Value]:
    for found in _CODE.finditer(text):
        key = re.sub(r"[\s-]", "", found.group()).upper()
        has_both = any(map(str.isdigit, key)) and any(map(str.isalpha, key))
        if has_both and len(key) > SHORTEST_NUMBER and not re.fullmatch(r"\d+(?:ST|ND|RD|TH|AM|PM)", key):
            yield _value(Kind.CODE, (key,), found)


def _numbers(text: str) -> Iterator[Value]:
    for found in _NUMBER.finditer(text):
        digits = re.sub(r"\D", "", found.group())
        if len(digits) >= SHORTEST_NUMBER and not _ORDINAL_MARK.match(text[found.end() :]):
            yield _value(Kind.NUMBER, (digits,), found)


def _spelled(text: str) -> Iterator[Value]:
    for found in _SPELLED.finditer(text):
        yield _value(Kind.SPELLED, (re.sub(r"[^a-z]", "", found.group().lower()),), found)


def _value(kind: Kind, key: tuple[str | int | None, ...], found: re.Match[str]) -> Value:
    return Value(kind, key, found.group().strip(" ,.-"), found.start(), found.end())
