"""What the recogniser has heard, in the form that the bots read."""

from __future__ import annotations

import re

from acme_clinic.voice.spoken import TENS, UNITS

__all__ = ["asks_for_repetition", "for_a_bot", "is_about_to_press_keys"]

_NUMBERS = {word: number for number, word in enumerate(UNITS)}
_NUMBERS |= {word: 10 * number for number, word in enumerate(TENS, start=2)}
_AGAIN = re.compile(r"\b(?:repeat that|say that again|pardon|what was that|put it another way)\b")
_MOMENT = re.compile(
    r"(?:sure|okay|yes|well|let me see|entering it now|one moment|once more|um|just a moment|hold on|\s)+"
)


def for_a_bot(heard: str, *, rule: str) -> str:
    """Return the words as text: "oh" before a digit as zero, an amount in digits."""
    if rule == "amount":
        return _with_amount(heard)
    return re.sub(r"\boh\b(?= *(?:zero|one|two|three|four|five|six|seven|eight|nine|oh)\b)", "zero", heard)


def is_about_to_press_keys(heard: str) -> bool:
    """Tell whether the caller only asks for a moment; nothing needs to be answered."""
    return _MOMENT.fullmatch(heard) is not None


def asks_for_repetition(heard: str) -> bool:
    """Tell whether the caller has not understood."""
    return _AGAIN.search(heard) is not None


def _with_amount(heard: str) -> str:
    numbers = [word for word in heard.split() if word in _NUMBERS or word == "hundred"]
    if not numbers:
        return heard
    # "a hundred": the article stands for one.
    total = 1 if numbers[0] == "hundred" else 0
    for word in numbers:
        total = total * 100 if word == "hundred" else total + _NUMBERS[word]
    return f"{total} dollars"
