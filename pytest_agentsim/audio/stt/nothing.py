"""The recogniser for calls whose words nobody needs, as under load: it costs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.audio.stt.interface import Hints, Recognition, RecognizerStream, WholeUtterance

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NothingRecognizer"]


class NothingRecognizer:
    """Recognises nothing in any language."""

    parallel = 1

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        del settings

    def recognize(self, pcm: bytes, *, language: str, hints: Hints) -> Recognition:
        del pcm, language, hints
        return Recognition("")

    def stream(self, *, language: str, hints: Hints) -> RecognizerStream:
        del language, hints
        return WholeUtterance(lambda _: Recognition(""))
