"""Recognised words that are kept in a file from run to run: recognition takes most of the time of a benchmark."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from pytest_agentsim.audio.stt.interface import Hints
from pytest_agentsim.audio.stt.sphinx import SphinxRecognizer

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Recognised"]


class Recognised:
    """The embedded recogniser's words for audio (pcm_s16le, 16 kHz); `file` keeps them, None keeps nothing."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._known: dict[str, str] = {}
        self._recognizer: SphinxRecognizer | None = None
        if file is not None and file.exists():
            lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
            self._known = {line["key"]: line["text"] for line in lines}

    def words(self, audio: bytes, phrases: tuple[str, ...] = ()) -> str:
        """Return what is heard in the audio, with these phrases as hints."""
        key = hashlib.sha256(audio + "\n".join(phrases).encode()).hexdigest()
        if key not in self._known:
            self._recognizer = self._recognizer or SphinxRecognizer()
            self._known[key] = self._recognizer.recognize(audio, language="en", hints=Hints(phrases)).text
            if self._file is not None:
                with self._file.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps({"key": key, "text": self._known[key]}) + "\n")
        return self._known[key]
