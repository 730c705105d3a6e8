"""Triggers on the keys that the agent pressed: exact on the digits (platform_spec section c.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pytest_agentsim.caller.patterns import lazily

__all__ = ["KeyPress", "parse"]

KEYS = r"[\"']?([0-9a-d*#]+)(?![\w*#])[\"']?"
WANTED = (
    lazily(r"\bDTMF\b(?:\s*:|\s+(?:tones?|digits?|keys?))?(?:\s+(?:of|for))?\s*" + KEYS, re.IGNORECASE),
    lazily(
        r"^(?:(?:the|a|main)\s+)*agent\s+(?:has\s+)?(?:press(?:es|ed)?|dials?|dialled|dialed|enters?|entered|sends?|sent)"
        r"(?:\s+(?:the|a|key|keys|digits?|button|number|tone|of|option))*\s+"
        + KEYS
        + r"(?=\s*(?:$|[.,;]|on\b|after\b|to\b|for\b))",
        re.IGNORECASE,
    ),
)
ANY_KEY = lazily(
    r"^(?:(?:the|main)\s+)*agent\s+(?:press(?:es|ed)|sends?|sent)\s+(?:any|a|some)\s+(?:key|keys|digits?|button|dtmf)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class KeyPress:
    """The keys that a trigger waits for; empty means any."""

    keys: str

    def matches(self, pressed: tuple[str, ...]) -> bool:
        """Whether one of these groups of keys is what the trigger waits for."""
        # A closing # ends a group of keys; it need not be named.
        return any(not self.keys or self.keys in (keys, keys.removesuffix("#")) for keys in pressed)


def parse(trigger: str) -> KeyPress | None:
    """Return what a trigger says about keys, or None when it is about words."""
    text = trigger.strip()
    for pattern in WANTED:
        found = pattern.search(text)
        if found is not None:
            return KeyPress(found.group(1).upper())
    return KeyPress("") if ANY_KEY.search(text) else None
