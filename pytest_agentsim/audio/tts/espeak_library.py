"""The library of espeak-ng, called in this process.

The library keeps state from one utterance to the next, so that the same text would not give the same audio twice,
and it has one state for all who use it in the process. Therefore every call here works with a copy of its own,
loaded from a temporary directory and closed afterwards; that takes a few milliseconds.
"""

from __future__ import annotations

import _ctypes
import ctypes
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import espeakng_loader

from pytest_agentsim.audio.espeak_state import LOCK, same_locale
from pytest_agentsim.audio.tts.interface import SynthesisError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["NATIVE", "InstalledVoice", "Melody", "installed_voices", "speech", "variants", "version"]

# espeak-ng/speak_lib.h
AUDIO_OUTPUT_SYNCHRONOUS = 2
INITIALIZE_DONT_EXIT = 0x8000
CHARS_UTF8 = 1
RATE = 1
RANGE = 4
WORD_GAP = 7
# Volume, pitch, punctuation, capitals.
USUAL_PARAMETERS = {2: 100, 3: 50, 5: 0, 6: 0}

# The library cannot take a longer path to its data; Windows has no links that anybody may make.
LONGEST_DATA_PATH = 150

_SEED = 1
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


class _Voice(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("unused", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


@dataclass(frozen=True, slots=True)
class InstalledVoice:
    """A voice that the library has; `languages` maps each language tag to how far the voice is from it."""

    identifier: str
    languages: dict[str, int]


@dataclass(frozen=True, slots=True)
class Melody:
    """How a voice goes through a sentence, in the library's units.

    `pitch_range` (0 to 100, usually 50) is how far it rises and falls, `word_gap` the pause between words in 10 ms at
    170 words per minute.
    """

    pitch_range: int = 50
    word_gap: int = 0


NATIVE = Melody()


def speech(text: str, voice: str, words_per_minute: int, melody: Melody = NATIVE) -> tuple[bytes, int]:
    """Return the spoken text as pcm_s16 mono, and its rate in Hz.

    `voice` is an identifier, with ``+variant`` or without. The same arguments give the same bytes.
    Raises SynthesisError.
    """
    pieces: list[bytes] = []

    def take(samples: int | None, count: int, _events: int | None) -> int:
        if samples and count > 0:
            pieces.append(ctypes.string_at(samples, 2 * count))
        return 0

    callback = _CALLBACK(take)
    with _library() as (library, rate):
        library.espeak_SetSynthCallback(callback)
        if library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise SynthesisError(f"espeak-ng has no voice {voice!r}.")
        chosen = {RATE: words_per_minute, RANGE: melody.pitch_range, WORD_GAP: melody.word_gap}
        for parameter, value in (*USUAL_PARAMETERS.items(), *chosen.items()):
            library.espeak_SetParameter(parameter, value, 0)
        library.espeak_ng_SetRandSeed(ctypes.c_long(_SEED))
        data = text.encode()
        status = library.espeak_Synth(data, ctypes.c_size_t(len(data) + 1), 0, 0, 0, CHARS_UTF8, None, None)
    if status != 0:
        raise SynthesisError(f"espeak-ng cannot speak a text of {len(text)} characters: its error {status}.")
    return b"".join(pieces), rate


def installed_voices() -> tuple[InstalledVoice, ...]:
    """Return the voices of all languages, in the library's order. Raises SynthesisError."""
    with _library() as (library, _):
        library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
        listed = library.espeak_ListVoices(None)
        found: list[InstalledVoice] = []
        while listed[len(found)]:
            each = listed[len(found)].contents
            found.append(InstalledVoice(each.identifier.decode(), _languages(each.languages)))
    return tuple(found)


def variants() -> frozenset[str]:
    """Return the names of the variants that any voice may be given."""
    directory = Path(espeakng_loader.get_data_path()) / "voices" / "!v"
    return frozenset(each.name for each in directory.iterdir())


def version() -> str:
    """Return the version of the library. Raises SynthesisError."""
    with _library() as (library, _):
        library.espeak_Info.restype = ctypes.c_char_p
        told = library.espeak_Info(None) or b""
    return str(told.decode())


@contextmanager
def _library() -> Iterator[tuple[ctypes.CDLL, int]]:
    """Give a library that nobody else uses and the rate of its audio in Hz."""
    try:
        with LOCK, same_locale(), tempfile.TemporaryDirectory(prefix="agentsim-") as directory:
            data = _reachable(espeakng_loader.get_data_path(), Path(directory))
            with _loaded(Path(directory)) as library:
                rate = library.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, data, INITIALIZE_DONT_EXIT)
                if rate <= 0:
                    raise SynthesisError(f"espeak-ng cannot read its data at {os.fsdecode(data)}.")
                yield library, rate
    except OSError as error:
        raise SynthesisError(f"espeak-ng cannot be used: {error}") from error


def _reachable(data: str, directory: Path) -> bytes:
    path = os.fsencode(data)
    if len(path) <= LONGEST_DATA_PATH or sys.platform == "win32":
        return path
    link = directory / "espeak-ng-data"
    link.symlink_to(data, target_is_directory=True)
    return os.fsencode(link)


@contextmanager
def _loaded(directory: Path) -> Iterator[ctypes.CDLL]:
    library = _private_copy(directory)
    if library is None:
        # Whoever else uses the original goes on using it: it is neither terminated nor closed.
        yield ctypes.CDLL(espeakng_loader.get_library_path())
        return
    try:
        yield library
    finally:
        library.espeak_Terminate()
        _close(library)


def _private_copy(directory: Path) -> ctypes.CDLL | None:
    """Return a library that nobody else has, None where no code may be run from a temporary directory."""
    try:
        return ctypes.CDLL(str(shutil.copy(espeakng_loader.get_library_path(), directory)))
    except OSError:
        return None


def _close(library: ctypes.CDLL) -> None:
    if sys.platform == "win32":
        _ctypes.FreeLibrary(library._handle)  # noqa: SLF001
    else:
        _ctypes.dlclose(library._handle)  # noqa: SLF001


def _languages(address: int) -> dict[str, int]:
    """Read pairs of a byte, the priority, and a string; a priority of zero ends them."""
    languages = {}
    while priority := ctypes.string_at(address, 1)[0]:
        name = ctypes.string_at(address + 1)
        languages[name.decode()] = priority
        address += len(name) + 2
    return languages
