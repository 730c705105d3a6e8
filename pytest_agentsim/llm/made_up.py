"""What a caller says that nobody has given it: numbers and addresses that stand nowhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["made_up_in"]

# Shorter ones are said of dates, times and counts in many ways.
SHORTEST = 4  # digits

_NUMBER = re.compile(r"\d(?:[\s.\-()/]{0,2}\d)*")
_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-](\d{4})|(\d{4})[/.-]\d{1,2}[/.-]\d{1,2}")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def made_up_in(words: str, known: Iterable[str]) -> list[str]:
    """Return the numbers of at least four digits and the e-mail addresses that `known` does not have.

    How a number is grouped does not matter: "555 123-4567" is in "+1 (555) 1234567". Of a date, the year counts.
    """
    texts = tuple(known)
    digits = [re.sub(r"\D", "", found) for text in texts for found in _NUMBER.findall(text)]
    addresses = {found.casefold() for text in texts for found in _EMAIL.findall(text)}
    numbers = [
        found
        for found in _NUMBER.findall(_EMAIL.sub(" ", words))
        if len(re.sub(r"\D", "", found)) >= SHORTEST and not _is_known(found, digits)
    ]
    return [*numbers, *(found for found in _EMAIL.findall(words) if found.casefold() not in addresses)]


def _is_known(number: str, known: list[str]) -> bool:
    date = _DATE.fullmatch(number)
    counts = (date[1] or date[2]) if date is not None else re.sub(r"\D", "", number)
    return any(counts in each for each in known)
