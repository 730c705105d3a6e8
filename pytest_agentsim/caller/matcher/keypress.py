"""Triggers on the keys that the agent pressed: exact on the digits (platform_spec section c.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pytest_agentsim.caller.patterns import lazily

__all__ = ["KeyPress", "parse"]

KEYS = r"[\"']?(?-i:[0-9A-D*#]+)(?![\w*#])[\"']?"  # a small a is a word
CHOICE = rf"({KEYS}(?:\s*(?:,|,?\s*\bor\b)\s*{KEYS})*)"
AGENT = r"^(?:(?:the|a|main)\s+)*agent\s+(?:(?:has|then)\s+)*"
WANTED = (
    lazily(r"\bDTMF\b(?:\s*:|\s+(?:tones?|digits?|keys?))?(?:\s+(?:of|for))?\s*" + CHOICE, re.IGNORECASE),
    lazily(
        AGENT
        + r"(?:press(?:es|ed)?|dials?|dialled|dialed|enters?|entered|types?|typed|sends?|sent|key(?:s|ed)\s+in)"
        r"(?:\s+(?:the|a|key|keys|digits?|button|number|tone|of|option|account|pin|passcode|extension))*\s+"
        + CHOICE
        + r"(?=\s*(?:$|[.,;]|(?:key|button|on|after|to|for|in|at|as|during|when|while|from)\b))",
        re.IGNORECASE,
    ),
)
ANY_KEY = lazily(
    AGENT + r"(?:press(?:es|ed)|sends?|sent)\s+(?:any|a|some)\s+(?:key|keys|digits?|button|dtmf)\b",
    re.IGNORECASE,
)
OR = lazily(r"[\s,\"']+(?:or\b)?", re.IGNORECASE)
NAMES = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "star",
    "pound",
    "hash",
)
NAMED_KEYS = dict(zip(NAMES, "0123456789*##", strict=True))
NAME = lazily(rf"\b(?:{'|'.join(NAMES)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class KeyPress:
    """The group of keys that a trigger waits for, or one of several; none means any keys."""

    groups: tuple[str, ...]

    def matches(self, pressed: tuple[str, ...]) -> bool:
        """Whether one of these groups of keys is what the trigger waits for."""
        # A closing # ends a group of keys; it need not be named.
        found = {*pressed, *(keys.removesuffix("#") for keys in pressed)}
        return bool(pressed) and (not self.groups or not found.isdisjoint(self.groups))


def parse(trigger: str) -> KeyPress | None:
    """Return what a trigger says about keys, or None when it is about words."""
    text = trigger.strip()
    groups = _groups_in(text) or _groups_in(NAME.sub(lambda name: NAMED_KEYS[name[0].lower()], text))
    if groups:
        return KeyPress(groups)
    return KeyPress(()) if ANY_KEY.search(text) else None


def _groups_in(text: str) -> tuple[str, ...]:
    for pattern in WANTED:
        found = pattern.search(text)
        if found is not None:
            return tuple(each for each in OR.split(found[1]) if each)
    return ()
