"""Hints and languages as recognisers of the Whisper kind take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_agentsim.audio.stt.interface import Hints

__all__ = ["language_code", "prompt_of"]

LONGEST_PROMPT = 600  # characters: the models look at the last 224 tokens only
ANY_LANGUAGE = ("", "multi", "auto")


def prompt_of(hints: Hints) -> str:
    """Return the most telling hints as text; "" without hints. The most telling stand last, where they count most."""
    chosen: list[str] = []
    left = LONGEST_PROMPT
    for phrase in hints.phrases:
        left -= len(phrase) + 2
        if left < 0:
            break
        chosen.append(phrase.rstrip(" .,;"))
    return ". ".join(reversed(chosen)) + "." if chosen else ""


def language_code(language: str) -> str:
    """Return "en" of "en-US"; "" where the recogniser shall find the language out."""
    code = language.lower().replace("_", "-").partition("-")[0]
    return "" if code in ANY_LANGUAGE else code
