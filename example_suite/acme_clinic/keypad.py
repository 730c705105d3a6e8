"""Digits that the caller presses on the keypad."""

from __future__ import annotations

import re

__all__ = ["Keypad", "split_keypad"]

_DTMF_TAG = re.compile(r'<dtmf\s+digits="([^"]*)"\s*/>')


def split_keypad(content: str) -> tuple[str, str]:
    """Take the `<dtmf digits="…"/>` tags out of a message; return the words and all the digits."""
    digits = "".join(_DTMF_TAG.findall(content))
    return _DTMF_TAG.sub("", content).strip(), "".join(key for key in digits if key in "0123456789*#")


class Keypad:
    """An entry that may take several messages: pound finishes it, star starts it over."""

    def __init__(self) -> None:
        self._pressed = ""

    def press(self, digits: str) -> str | None:
        """Return the number once pound has been pressed, and forget it."""
        for key in digits:
            if key == "#":
                number, self._pressed = self._pressed, ""
                return number
            self._pressed = "" if key == "*" else self._pressed + key
        return None
