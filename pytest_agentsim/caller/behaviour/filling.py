"""The caller's data in the text of a step: what is said, in the way people say it, and what is pressed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pytest_agentsim.caller.behaviour.numerals import VALUES
from pytest_agentsim.caller.patterns import lazily
from pytest_agentsim.caller.spoken import look_up, said_of
from pytest_agentsim.scenario.template import placeholders, render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_agentsim.scenario.template import Placeholder

__all__ = ["filled", "keys_to_press"]

GIVING = lazily(
    r"^(?:provide|give|state|share|supply|enter|confirm|use|tell (?:them|the agent)|specify|submit|"
    r"read(?: out)?)\s+$",
    re.IGNORECASE,
)
SAYING = lazily(r"^(?:say|answer(?: with)?|respond with|reply with)\s+$", re.IGNORECASE)
SPELLING = lazily(r"^(?:(?:say|state|give|provide) and )?spell(?: out)?\s+$", re.IGNORECASE)
# What may follow a datum that is given by itself.
END = lazily(r"^\s*(?:$|[.,;]|and\b)", re.IGNORECASE)

FINAL_KEY = lazily(
    r"[,]?\s+(?:followed by|and then|then|and)\s+(?:press\s+)?(?:the\s+)?(?P<key>pound|hash|star|asterisk|#|"
    r"\*)(?: key| sign)?\s*$",
    re.IGNORECASE,
)
PURPOSE = lazily(r"\s+(?:for|to|in order|when|on)\b.*$", re.IGNORECASE)
OWN = lazily(r"^(?:your|the)\s+(?P<name>[\w' -]+)$", re.IGNORECASE)
KEY_WORDS = {"pound": "#", "hash": "#", "star": "*", "asterisk": "*"} | {
    word: str(value) for word, value in VALUES.items() if value < 10
}


def filled(text: str, variables: Mapping[str, Any]) -> str:
    """Put values of the profile in for placeholders, so that the realiser takes them for what they are.

    "Provide {{test_profile.date_of_birth}}" becomes "Provide your date of birth as January 1, 1990". Raises
    ProfileKeyError for a key that the profile does not have.
    """
    found = placeholders(text)
    if not found:
        return text
    first = found[0]
    value = _value(first, variables)
    before, after = text[: first.start], text[first.start + len(first.source) :]
    if len(found) == 1 and END.match(after):
        if GIVING.match(before):
            return f"{before}your {_named(first)} as {value}{after}"
        if (SAYING.match(before) and not after.strip()) or SPELLING.match(before):
            return f'{before}"{value}"{after}'
    parts, position = [], 0
    for each in found:
        parts += [text[position : each.start], _value(each, variables)]
        position = each.start + len(each.source)
    return "".join([*parts, text[position:]])


def keys_to_press(subject: str, variables: Mapping[str, Any]) -> str:
    """Return the keys that "1 for billing" or "your account number followed by the pound key" name; empty for none."""
    subject = render(subject, variables)
    final = FINAL_KEY.search(subject)
    suffix = ""
    if final is not None:
        suffix = KEY_WORDS.get(final["key"].lower(), final["key"])
        subject = subject[: final.start()]
    subject = PURPOSE.sub("", subject.strip(" .\"'"))
    own = OWN.match(subject)
    datum = look_up(own["name"], variables) if own is not None else None
    if datum is not None:
        return _keys_in(datum.value) + suffix
    words = re.sub(r"\b(?:the|key|keys|button|number|digits?|option)\b", " ", subject, flags=re.IGNORECASE)
    keys = "".join(KEY_WORDS.get(word.lower(), _keys_in(word)) for word in words.split())
    return keys + suffix


def _keys_in(text: str) -> str:
    return re.sub(r"[^0-9*#]", "", text)


def _value(placeholder: Placeholder, variables: Mapping[str, Any]) -> str:
    return said_of(placeholder.keys[-1], render(placeholder.source, variables))


def _named(placeholder: Placeholder) -> str:
    return re.sub(r"[_-]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", placeholder.keys[-1])).strip().lower()
