"""The engine that is always there: espeak-ng, in this process, for more than a hundred languages."""

from __future__ import annotations

import difflib
import re
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from pytest_agentsim.audio import pcm
from pytest_agentsim.audio.tts import espeak_library
from pytest_agentsim.audio.tts.engine import Engine, picked, tag
from pytest_agentsim.audio.tts.interface import SynthesisError, Voice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["EspeakSynthesizer"]

# What a small recogniser understands best, with the variant f2 of the American voice.
WORDS_PER_MINUTE = 135
# Between these speeds the duration is as asked for within 3 %; from 80 to 450 words per minute the library goes on.
SLOWEST, FASTEST = 0.65, 3.0

FEMALE = ("f2", "f1", "f3", "f4", "f5")
MALE = ("m3", "m1", "m2", "m4", "m7")
EITHER = tuple(chain.from_iterable(zip(FEMALE, MALE, strict=True)))

# Where the library's own choice of a voice is not what people mean.
MEANT = {
    "en": "en-us",
    "en-au": "en-gb",
    "en-ie": "en-gb",
    "en-in": "en-gb",
    "en-nz": "en-gb",
    "en-za": "en-gb",
    "zh-hk": "yue",
}
SPOKEN_AS = {"zh": ("yue",)}
# A language without a voice, and the one whose voice reads it best.
NEAREST = {"tl": "id"}
NAMES = {"tl": "Filipino", "id": "Indonesian"}
ACCENTS = {
    "american": "en-us",
    "belgian": "fr-be",
    "brazilian": "pt-br",
    "british": "en-gb",
    "cantonese": "yue",
    "caribbean": "en-029",
    "english": "en-gb",
    "european": "pt-pt",
    "latin american": "es-419",
    "mexican": "es-mx",
    "scottish": "en-gb-scotland",
    "swiss": "fr-ch",
}
# Anybody for whom the language is not the first one: word by word, with little melody.
NON_NATIVE = "non-native"
FOREIGN = espeak_library.Melody(pitch_range=20, word_gap=12)

# It has no dictionary of them, and says "Chinese letter" for each in English.
_KANJI = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


class EspeakSynthesizer(Engine):
    """Speaks with espeak-ng; it needs nothing but the extra ``voice``, and takes no settings.

    A voice's name may be a variant (``m5``), a voice (``en-gb``) or both (``en-gb+m5``).
    """

    speeds = (SLOWEST, FASTEST)

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        del settings

    @property
    def name(self) -> str:
        return "espeak"

    @property
    def fingerprint(self) -> str:
        return f"espeak-ng {_version()} at {WORDS_PER_MINUTE} words per minute"

    def voices(self, like: Voice) -> Sequence[str]:
        return _variants_of(like.gender)

    def has_voice(self, name: str) -> bool:
        base, plus, variant = name.partition("+")
        if not plus:
            return name in _variants() or name.lower() in _identifiers()
        return base.lower() in _identifiers() and variant in _variants()

    def has_accent(self, voice: Voice) -> bool:
        accent = voice.accent.strip().lower()
        return not accent or accent == NON_NATIVE or _for_accent(voice) is not None

    def shortcoming(self, text: str, voice: Voice) -> str:
        code = tag(voice.language)
        if code in NEAREST:
            nearest = NEAREST[code]
            return f"espeak-ng has no voice for {NAMES[code]} ({code}); an {NAMES[nearest]} one reads it."
        if code.partition("-")[0] == "ja" and _KANJI.search(text):
            return (
                "espeak-ng cannot read kanji and says 'Chinese letter' for each: write the words in kana, or take "
                "another synthesizer."
            )
        return ""

    def _spoken(self, text: str, voice: Voice) -> tuple[NDArray[np.float32], int]:
        pace = round(WORDS_PER_MINUTE * voice.speed)
        melody = FOREIGN if voice.accent.strip().lower() == NON_NATIVE else espeak_library.NATIVE
        audio, rate = espeak_library.speech(text, f"{_base(voice)}+{_variant(voice)}", pace, melody)
        return pcm.to_float(audio), rate


def _base(voice: Voice) -> str:
    """Return the identifier of the voice for a language and an accent. Raises SynthesisError."""
    named = voice.name.partition("+")[0].lower()
    identifier = _identifiers().get(named) if named else None
    return identifier or _for_accent(voice) or _for_language(voice.language)


def _for_accent(voice: Voice) -> str | None:
    language = tag(voice.language).partition("-")[0]
    accent = voice.accent.strip().lower()
    if not accent:
        return None
    wanted = ACCENTS.get(accent) or f"{language}-{tag(accent)}"
    belongs = wanted.partition("-")[0] in (language, *SPOKEN_AS.get(language, ()))
    return _identifiers().get(MEANT.get(wanted, wanted)) if belongs else None


def _for_language(language: str) -> str:
    code = NEAREST.get(tag(language), tag(language))
    while code:
        if found := _identifiers().get(MEANT.get(code, code)):
            return found
        code = code.rpartition("-")[0]
    known = sorted(_identifiers())
    near = difflib.get_close_matches(tag(language), known, cutoff=0.5) or [
        each for each in known if each[0] == tag(language)[0]
    ]
    hint = f" It speaks {', '.join(near[:6])}, for example." if near else ""
    raise SynthesisError(f"espeak-ng does not speak the language {language!r}.{hint}")


def _variant(voice: Voice) -> str:
    base, _, variant = voice.name.rpartition("+")
    if variant in _variants():
        return variant
    usual = _variants_of(voice.gender)
    known = not voice.name or (base or variant).lower() in _identifiers()
    return usual[0] if known else picked(voice.name, usual)


def _variants_of(gender: str) -> Sequence[str]:
    return {"female": FEMALE, "male": MALE}.get(gender.strip().lower(), EITHER)


@cache
def _identifiers() -> dict[str, str]:
    """Return the identifier of the nearest voice for each language tag."""
    nearest: dict[str, tuple[int, str]] = {}
    for voice in espeak_library.installed_voices():
        for language, distance in voice.languages.items():
            if language not in nearest or distance < nearest[language][0]:
                nearest[language] = (distance, voice.identifier)
    return {language: identifier for language, (_, identifier) in nearest.items()}


_variants = cache(espeak_library.variants)
_version = cache(espeak_library.version)
