"""How words sound that a dictionary lacks, in the phones of the CMU dictionary."""

# ruff: noqa: RUF001  (the letters of the phonetic alphabet look like others)
from __future__ import annotations

import ctypes
import os
import re
from functools import cache

from pytest_agentsim.audio.espeak_state import LOCK, same_locale

__all__ = ["pronounced"]

# IPA as eSpeak NG writes US English, longest first where one begins another.
PHONES = {
    "aɪɚ": "AY ER",
    "aɪə": "AY AH",
    "oːɹ": "AO R",
    "ɔːɹ": "AO R",
    "ɑːɹ": "AA R",
    "ɛɹ": "EH R",
    "ɪɹ": "IH R",
    "ʊɹ": "UH R",
    "aɪ": "AY",
    "aʊ": "AW",
    "eɪ": "EY",
    "oʊ": "OW",
    "ɔɪ": "OY",
    "tʃ": "CH",
    "dʒ": "JH",
    "iː": "IY",
    "uː": "UW",
    "ɑː": "AA",
    "ɔː": "AO",
    "ɜː": "ER",
    "əl": "AH L",
    "n̩": "AH N",
    "a": "AE",
    "æ": "AE",
    "ɐ": "AH",
    "ʌ": "AH",
    "ə": "AH",
    "ɑ": "AA",
    "ɒ": "AA",
    "ɔ": "AO",
    "ɛ": "EH",
    "e": "EH",
    "ɚ": "ER",
    "ɜ": "ER",
    "ɪ": "IH",
    "ᵻ": "IH",
    "i": "IY",
    "o": "OW",
    "ʊ": "UH",
    "u": "UW",
    "b": "B",
    "d": "D",
    "ð": "DH",
    "f": "F",
    "ɡ": "G",
    "g": "G",
    "h": "HH",
    "j": "Y",
    "k": "K",
    "l": "L",
    "m": "M",
    "n": "N",
    "ŋ": "NG",
    "p": "P",
    "ɹ": "R",
    "r": "R",
    "s": "S",
    "ʃ": "SH",
    "t": "T",
    "ɾ": "T",
    "θ": "TH",
    "v": "V",
    "w": "W",
    "x": "K",
    "z": "Z",
    "ʒ": "ZH",
    "ʔ": "T",
}
KNOWN = re.compile("|".join(sorted(map(re.escape, PHONES), key=len, reverse=True)))
VOICE = b"en-us"
SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS of speak_lib.h: nothing is played
DO_NOT_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT
UTF8 = 1  # espeakCHARS_UTF8
IPA = 0x02  # espeakPHONEMES_IPA
LONGEST_DATA_PATH = 150  # the library cannot take a longer one


@cache
def pronounced(word: str) -> str:
    """Return the phones of a word, separated by spaces; "" if it cannot be said."""
    with LOCK, same_locale():
        library = _library()
        if library is None:
            return ""
        text = ctypes.c_char_p(word.encode())
        library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        found = library.espeak_TextToPhonemes(ctypes.byref(text), UTF8, IPA)
    return " ".join(PHONES[each] for each in KNOWN.findall((found or b"").decode(errors="ignore")))


@cache
def _library() -> ctypes.CDLL | None:
    try:
        import espeakng_loader
    except ImportError:
        return None
    path = os.fsencode(espeakng_loader.get_data_path())
    if len(path) > LONGEST_DATA_PATH:
        return None
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    if library.espeak_Initialize(SYNCHRONOUS, 0, path, DO_NOT_EXIT) <= 0:
        return None
    library.espeak_SetVoiceByName(VOICE)
    return library
