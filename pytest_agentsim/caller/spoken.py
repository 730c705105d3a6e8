"""Values of a profile as people say them, and the profile's keys as people ask for them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pytest_agentsim.caller.patterns import lazily

__all__ = ["Datum", "look_up", "named", "said", "said_of", "spelled", "words_of_key"]


class Datum(NamedTuple):
    """What was found in a profile: how one names it ("date of birth") and how one says it."""

    name: str
    value: str


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
ISO_DATE = lazily(r"(\d{4})-(\d\d)-(\d\d)(?:T00:00(?::00)?Z?)?")
NUMBER_IN_A_ROW = lazily(r"(?:\+?1)?(\d{3})(\d{3})(\d{4})|(\d{3})(\d{4})")
# An address as a mapping is said in this order; other keys follow in their own.
ADDRESS_ORDER = (
    "street",
    "street_address",
    "line1",
    "address",
    "line2",
    "unit",
    "apartment",
    "city",
    "state",
    "zip",
    "zip_code",
    "postal_code",
    "country",
)

# Other names of the words that keys and instructions are made of.
SAME_WORD = {
    "dob": ("date", "birth"),
    "birthday": ("date", "birth"),
    "birthdate": ("date", "birth"),
    "bday": ("date", "birth"),
    "telephone": ("phone",),
    "mobile": ("phone",),
    "cell": ("phone",),
    "callback": ("phone",),
    "tel": ("phone",),
    "zipcode": ("zip",),
    "postcode": ("zip",),
    "postal": ("zip",),
    "mail": ("email",),
    "e-mail": ("email",),
    "surname": ("last", "name"),
    "lastname": ("last", "name"),
    "firstname": ("first", "name"),
    "fullname": ("name",),
    "forename": ("first", "name"),
    "acct": ("account",),
    "no": ("number",),
    "num": ("number",),
    "identifier": ("id",),
    "ssn": ("social", "security"),
    "addr": ("address",),
    "insurer": ("insurance",),
    "carrier": ("insurance",),
    "identification": ("id",),
    "appt": ("appointment",),
    "street": ("street",),
    "company": ("company",),
}
# Words that a key often has or lacks without meaning anything else.
FILLERS = frozenset(
    (
        "number",
        "code",
        "details",
        "detail",
        "information",
        "info",
        "full",
        "complete",
        "the",
        "of",
        "a",
        "an",
        "my",
        "your",
        "customer",
        "patient",
        "caller",
        "user",
        "current",
        "home",
        "value",
        "and",
        "for",
        "on",
        "id",
    )
)
SPOKEN_ABBREVIATIONS = {
    "id": "ID",
    "dob": "date of birth",
    "ssn": "social security number",
    "zip": "ZIP code",
    "pin": "PIN",
    "cvv": "CVV",
    "mrn": "MRN",
    "vin": "VIN",
}


def said(value: Any) -> str:
    """Return a value as a person would write or say it; "" for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return _date(value.year, value.month, value.day)
    if isinstance(value, Mapping):
        ordered = [key for key in ADDRESS_ORDER if key in value]
        ordered += [key for key in value if key not in ordered]
        return ", ".join(filter(None, (said(value[key]) for key in ordered)))
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return _listed([text for each in value if (text := said(each))])
    return _text(str(value).strip())


def said_of(key: str, value: Any) -> str:
    """Return a value as a person would say it who knows what it is: a phone number in groups."""
    return _grouped(said(value)) if "phone" in words_of_key(key) else said(value)


def named(key: str) -> str:
    """Return how one names a profile's key: "date of birth" for ``birth_date``."""
    return _as_name(key)


def spelled(value: str) -> str:
    """Return a value letter by letter: ``S-m-i-t-h``, words apart by a comma."""
    return ", ".join("-".join(word) for word in value.split())


def look_up(wanted: str, variables: Mapping[str, Any]) -> Datum | None:
    """Find what an instruction names ("date of birth") in a profile; None when no key fits well."""
    words = words_of_key(wanted)
    if not words:
        return None
    if words <= {"name"} or words == {"first", "last", "name"}:
        return _full_name(variables)
    flat = dict(_flattened(variables))
    best = max(flat, key=lambda key: (_fit(words, words_of_key(key)), -len(key)), default=None)
    if best is None or _fit(words, words_of_key(best)) < 0.5 or not said(flat[best]):
        return None
    return Datum(_as_name(best), said_of(best, flat[best]))


def _grouped(number: str) -> str:
    """Group the digits of a North American number that is written without any spaces."""
    found = NUMBER_IN_A_ROW.fullmatch(number)
    return "-".join(filter(None, found.groups())) if found else number


def _text(text: str) -> str:
    date = ISO_DATE.fullmatch(text)
    if date is None:
        return text
    year, month, day = (int(part) for part in date.groups())
    return _date(year, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else text


def _date(year: int, month: int, day: int) -> str:
    return f"{MONTHS[month - 1]} {day}, {year}"


def _listed(texts: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(texts[:-1]), *texts[-1:])))


def words_of_key(text: str) -> frozenset[str]:
    """Return what tells a datum from others, by a profile's key or by a name: "birth" and "date" for ``dob``."""
    parts = re.findall(
        r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower().replace("e-mail", "email")
    )
    words = {same for part in parts for same in SAME_WORD.get(part.removesuffix("'s"), (part,))}
    if "email" in words:
        words.discard("address")
    return frozenset(words - FILLERS or words)


def _fit(wanted: frozenset[str], key: frozenset[str]) -> float:
    """Return how well a key answers, 0 to 1: the more words only one of the two has, the less."""
    # The doctor's name is not the caller's, and the first name not the last.
    related = (wanted <= key or key <= wanted) and key != {"name"}
    return len(wanted & key) / len(wanted | key) if related else 0.0


def _flattened(variables: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in variables.items():
        name = f"{prefix} {key}".strip()
        found.append((name, value))
        if isinstance(value, Mapping):
            found += _flattened(value, name)
    return found


def _full_name(variables: Mapping[str, Any]) -> Datum | None:
    keys = {words_of_key(str(key)): str(key) for key in variables}
    whole = keys.get(frozenset(("name",)))
    if whole is not None and said(variables[whole]):
        return Datum("name", said(variables[whole]))
    parts = [keys.get(frozenset((part, "name"))) for part in ("first", "middle", "last")]
    name = " ".join(said(variables[key]) for key in parts if key is not None)
    return Datum("name", name) if name.strip() else None


def _as_name(key: str) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key).replace("_", " ").replace("-", " ").split()
    lowered = [word if word.isupper() and len(word) > 1 else word.lower() for word in words]
    name = " ".join(SPOKEN_ABBREVIATIONS.get(word, word) for word in lowered)
    return name.replace("ZIP code code", "ZIP code").replace("birth date", "date of birth")
