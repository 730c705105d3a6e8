"""Telephone keys in what somebody has said, as a transcript has them."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Message", "key_spans", "read_keys"]

# A line of its own, as the transcript of a voice call has the agent's, or a tag of the text protocol.
_PRESSED = re.compile(
    r"^[ \t]*DTMF:[ \t]*([0-9A-D*#, \t]*[0-9A-D*#])[ \t]*$|<dtmf\s+digits=[\"']([^\"'<>]*)[\"']\s*/?>",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody has said: the groups of keys that were pressed, and the words beside them."""

    keys: tuple[str, ...]
    words: str


def read_keys(text: str) -> Message:
    """Tell the keys of a message from its words: ``DTMF: 12#`` on a voice call, ``<dtmf digits="12#"/>`` by text."""
    if "dtmf" not in text.casefold():  # as in all but a few messages, and each trigger asks
        return Message((), text)
    groups = (re.sub(r"[\s,]", "", found.group(1) or found.group(2)) for found in _PRESSED.finditer(text))
    keys = tuple(each.upper() for each in groups if each)
    return Message(keys, _PRESSED.sub(" ", text).strip() if keys else text)


def key_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Tell from where to where in what somebody has said keys are pressed."""
    return tuple(found.span() for found in _PRESSED.finditer(text))
