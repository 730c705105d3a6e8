"""What agents say on the telephone, as weighted sentences: the background of every recognition in English."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pytest_agentsim.audio.stt.numerals import (
    DIGITS,
    MONTHS,
    WEEKDAYS,
    cardinal,
    clock_time,
    digit_by_digit,
    ordinal,
    year,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Sentence", "phone_talk", "usual_words"]

Sentence = tuple[tuple[str, ...], float]  # words, and how often they are said compared with others

SLOT = re.compile(r"\{(\w+)\}")
MOST_WAYS = 60  # in which one line is filled
STRIDE = 7  # between the ways of two slots of the same kind in one line

WORDS = {
    "business": "acme clinic|the medical center|the dental office|customer service|technical support|"
    "the front desk|the billing department|reservations|the pharmacy|the bank|the hotel|city hospital|"
    "the insurance company|the service center|the airline|the restaurant|the law office|the salon",
    "colour": "green|red|blinking|on|orange|blue|white",
    "customer": "customer|patient|member|client|guest",
    "datum": "date of birth|name|full name|first name|last name|first and last name|phone number|"
    "email address|address|mailing address|billing address|street address|zip code|account number|"
    "member i d|policy number|order number|confirmation number|reference number|tracking number|"
    "reservation number|booking number|invoice number|claim number|card number|credit card number|"
    "expiration date|security code|social security number|passport number|license plate|pin|password|"
    "case number|ticket number|prescription number|insurance provider|loyalty number|customer number|"
    "serial number|model number|patient number|routing number|verification code|username|i d number",
    "daypart": "morning|afternoon|evening|day|night|weekend",
    "deed": "schedule an appointment|make an appointment|book an appointment|cancel your appointment|"
    "reschedule your appointment|change your appointment|book a room|book a flight|book a table|"
    "cancel your reservation|change your reservation|make a reservation|check your balance|pay your bill|"
    "make a payment|set up a payment plan|dispute a charge|refund the charge|reset your password|"
    "update your address|change your address|update your phone number|track your order|cancel your order|"
    "place an order|return an item|exchange an item|transfer money|transfer funds|block your card|"
    "replace your card|open a new account|close your account|file a claim|renew your policy|"
    "refill your prescription|speak with a representative|talk to a manager|leave a message|"
    "send you a confirmation|send you a text message|send you an email|book that for you|go ahead|"
    "proceed|confirm that|schedule a technician|open a ticket|change your plan|upgrade your plan|"
    "cancel your subscription|connect you with a specialist|transfer you|keep the appointment|continue|"
    "add anything else|pick a different time|choose another day|try again|hold|do that now",
    "device": "router|modem|computer|phone|device|printer|television|box|thermostat",
    "done": "cancelled|canceled|confirmed|scheduled|rescheduled|booked|updated|processed|changed|moved|"
    "shipped|delivered|refunded|received|approved|renewed|submitted|activated|blocked|reserved|placed",
    "firstname": "john|sarah|michael|maria|david|emily|james|anna|robert|lisa|alex|laura|tom|jane|mark|kate",
    "lastname": "smith|johnson|williams|brown|jones|miller|davis|garcia|wilson|anderson|taylor|lee|chen|patel",
    "namepart": "first name|last name|name|email address",
    "person": "doctor|dentist|stylist|provider|therapist",
    "problem": "pain|fever|symptoms|problems|issues|errors",
    "range": "one to two|two to three|three to five|five to seven|seven to ten",
    "street": "main|oak|maple|park|elm|first|second|high|washington|lake",
    "thing": "appointment|reservation|booking|order|account|payment|package|shipment|claim|card|policy|"
    "prescription|refund|request|subscription|flight|room|delivery|invoice|bill|ticket|transfer|visit|"
    "cancellation|membership|loan|case",
    "topic": "billing|sales|technical support|customer service|appointments|reservations|orders|claims|"
    "account information|payments|new orders|english|spanish|the billing department|a representative|"
    "an agent|store hours|prescriptions|shipping|returns|cancellations",
}


@cache
def phone_talk() -> tuple[Sentence, ...]:
    """Return the sentences; a line of phone_talk.txt counts once, however many ways there are to fill it."""
    return tuple(sentence for number, line in enumerate(_lines()) for sentence in _filled(line, number))


@cache
def usual_words() -> frozenset[str]:
    """Return the words that agents say in any call."""
    lines = _lines()
    slots = {slot for line in lines for slot in SLOT.findall(line)}
    ways = (way for slot in sorted(slots) for way in _ways(slot))
    return frozenset(
        word for text in (*(SLOT.sub(" ", line) for line in lines), *ways) for word in text.split()
    )


def _lines() -> list[str]:
    text = files(__package__).joinpath("phone_talk.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _filled(line: str, offset: int) -> Iterator[Sentence]:
    # Each slot goes through its ways by itself, and each line begins elsewhere: not all combinations occur,
    # but all ways do.
    slots = [_ways(slot) for slot in SLOT.findall(line)]
    frame = SLOT.sub("{}", line)
    number = min(max(map(len, slots), default=1), MOST_WAYS)
    for way in range(number):
        places = (way + (STRIDE * slot + offset) * number for slot in range(len(slots)))
        words = (ways[place % len(ways)] for ways, place in zip(slots, places, strict=True))
        yield tuple(frame.format(*words).split()), 1 / number


@cache
def _ways(slot: str) -> tuple[str, ...]:
    return tuple(WORDS[slot].split("|")) if slot in WORDS else tuple(GENERATED[slot]())


def _names() -> Iterator[str]:
    lasts = _ways("lastname")
    for number, first in enumerate(_ways("firstname")):
        yield first
        yield f"{first} {lasts[number % len(lasts)]}"
    yield from (f"doctor {last}" for last in lasts)


def _dates() -> Iterator[str]:
    for day in range(1, 32):
        for month in range(day % 2, 12, 2):
            yield f"{MONTHS[month]} {ordinal(day)}"
            yield f"the {ordinal(day)} of {MONTHS[month]}"
            yield f"{MONTHS[month]} {ordinal(day)} {year(1930 + (day * 12 + month * 5) % 97)}"
    yield from ("today", "tomorrow", "next week", *WEEKDAYS, *(f"next {each}" for each in WEEKDAYS))


def _times() -> Iterator[str]:
    for hour in range(1, 13):
        for minute in (0, 15, 30, 45, 0, 10, 20, 30):
            said = clock_time(hour, minute)
            half = "a m" if 8 <= hour < 12 else "p m"
            yield from (said, f"{said} {half}", f"{said} {half}")
        yield from (f"{cardinal(hour)} o'clock", f"{cardinal(hour)} in the afternoon", "noon")
        yield f"{cardinal(hour)} in the morning"


def _numbers() -> Iterator[str]:
    yield from (
        cardinal(number) for number in (*range(1, 13), *range(1, 31), 15, 20, 30, 40, 45, 48, 60, 72, 90)
    )


def _digit_strings() -> Iterator[str]:
    # Steps that are prime to ten bring all digits after one another.
    for start in range(10):
        for step in (1, 3, 7, 9, 0):
            digits = "".join(str((start + step * place + place // 3) % 10) for place in range(6))
            yield digit_by_digit(digits)
            yield digit_by_digit(digits[:4]).replace("zero", "oh")


def _amounts() -> Iterator[str]:
    for number in range(1, 100):
        yield f"{cardinal(number)} dollars"
        yield f"{cardinal(number)} dollars and {cardinal((number * 37) % 99 + 1)} cents"
        yield f"{cardinal(number * 25 % 1000 or 500)} dollars"
        yield f"{cardinal(100 + number * 83 % 900)} dollars and {cardinal(number)} cents"


def _letters() -> Iterator[str]:
    for number, letter in enumerate(ALPHABET):
        yield letter
        yield f"{letter} {ALPHABET[(number * 5 + 3) % 26]}"


ALPHABET = "abcdefghijklmnopqrstuvwxyz"
GENERATED: dict[str, Callable[[], Iterator[str]]] = {
    "amount": _amounts,
    "date": _dates,
    "digit": lambda: iter(DIGITS[1:]),
    "digits": _digit_strings,
    "letters": _letters,
    "name": _names,
    "number": _numbers,
    "time": _times,
    "weekday": lambda: iter(WEEKDAYS),
}
