"""Points in time as the platforms write them: seconds or minutes since the call began, epoch times, ISO 8601."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime

__all__ = ["EXPECTED", "Moment", "read_moment"]

EXPECTED = 'seconds, epoch milliseconds, "MM:SS" or an ISO 8601 time'

# s. A call is shorter than three years, and no platform has recorded one before 2001.
LONGEST_CALL = 1e8
FIRST_EPOCH = 1e9
# An epoch time in seconds has ten digits until the year 2286, one in milliseconds thirteen since 2001.
FIRST_EPOCH_MS = 1e11
LAST_EPOCH_MS = 253_402_300_799_000.0  # the end of the year 9999, after which `datetime` knows no time

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2}(?:\.\d+)?)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time in seconds: since the call began, or since the epoch if `is_epoch`."""

    seconds: float
    is_epoch: bool = False


def read_moment(value: object) -> Moment | None:
    """Return the point in time that a value stands for; None if it stands for none (see `EXPECTED`)."""
    match value:
        case bool():
            return None
        case int() | float():
            return _of_number(value)
        case str():
            return _of_text(value.strip())
        case _:
            return None


def _of_number(number: float) -> Moment | None:
    if 0 <= number < LONGEST_CALL:
        return Moment(float(number))
    if FIRST_EPOCH <= number < FIRST_EPOCH_MS:
        return Moment(float(number), is_epoch=True)
    if FIRST_EPOCH_MS <= number < LAST_EPOCH_MS:
        return Moment(number / 1000, is_epoch=True)
    return None


def _of_text(text: str) -> Moment | None:
    if _NUMBER.fullmatch(text):
        number = float(text)
        return _of_number(number) if math.isfinite(number) else None
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = clock.groups()
        return Moment(3600 * int(hours or 0) + 60 * int(minutes) + float(seconds))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    # A platform that names no zone means UTC.
    seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return Moment(seconds, is_epoch=True) if seconds >= FIRST_EPOCH else None
