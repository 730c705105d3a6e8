"""How English words sound: the pronouncing dictionary that comes with PocketSphinx, and eSpeak NG for what it lacks."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_agentsim.audio.stt.pronunciation import pronounced

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["pronunciations"]

FILE = Path("model", "en-us", "cmudict-en-us.dict")


@lru_cache(maxsize=16_384)
def pronunciations(word: str) -> tuple[tuple[str, ...], ...]:
    """Return the ways to say a word in lower case, in phones of the CMU dictionary, the usual one first.

    Empty for what cannot be said.
    """
    found = tuple(dict.fromkeys(_listed(word.encode())))
    if found or not (phones := pronounced(word)):
        return found
    return (tuple(phones.split()),)


def _listed(word: bytes) -> Iterator[tuple[str, ...]]:
    """Go through what the dictionary has for a word. Its lines are in the order of the words.

    A line has a word and its phones; other ways to say it follow, with a number behind the word: "read(2)".
    """
    text = _text()
    below, above = 0, len(text)
    while below < above:
        start = text.rfind(b"\n", 0, (below + above) // 2) + 1
        end = text.find(b"\n", start) + 1
        if _word(text, start) < word:
            below = end
        else:
            above = start
    while below < len(text) and _word(text, below) == word:
        end = text.index(b"\n", below)
        yield tuple(text[below:end].decode().split()[1:])
        below = end + 1


def _word(text: bytes, start: int) -> bytes:
    return text[start : text.index(b" ", start)].partition(b"(")[0]


@cache
def _text() -> bytes:
    # Recognition is for other processes: this one has no use for the library itself.
    found = find_spec("pocketsphinx")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("No module named 'pocketsphinx'", name="pocketsphinx")
    return (Path(found.origin).parent / FILE).read_bytes().rstrip() + b"\n"
