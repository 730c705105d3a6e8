"""What the caller says of its own accord, by language and wording."""

from __future__ import annotations

from pytest_agentsim.caller.phrase_table import LANGUAGES, Phrases

__all__ = [
    "FILLER",
    "FILLER_OF_ANSWERS",
    "FILLER_OF_QUESTIONS",
    "NEEDS_NO_FILLER",
    "SENTENCE_OPENERS",
    "Phrases",
    "has_own",
    "of",
]

# What a chatty caller puts before a sentence.
FILLER = "Well,"
FILLER_OF_ANSWERS = "Sure,"
FILLER_OF_QUESTIONS = "One more thing,"
NEEDS_NO_FILLER = (
    "Thank",
    "Sure",
    "Yes",
    "No",
    "Also",
    "And ",
    "Hello",
    "Goodbye",
    "I'm sorry",
    "Could you repeat",
)
# Words with which our own sentences begin and that have no capital inside one.
_OPENERS_TEXT = """
    My Can Could Is Are Was Were Do Does Did Will Would Should May Might What Which When Where Who
    Why How The A An It It's There There's This That That's You Your They Am Have Has Had Thank
    Please Yes No Someone Nobody Everything Nothing Hello Goodbye We
"""
SENTENCE_OPENERS = frozenset(_OPENERS_TEXT.split())


def of(language: str) -> Phrases:
    """Return the phrases of a language (``en``, ``pt-BR``…), English where there are none."""
    return LANGUAGES.get(_primary(language), LANGUAGES["en"])


def has_own(language: str) -> bool:
    """Whether there are phrases of a language; a caller of several, ``multi``, has those of English."""
    return _primary(language) in (*LANGUAGES, "multi")


def _primary(language: str) -> str:
    return language.lower().replace("_", "-").split("-")[0]
