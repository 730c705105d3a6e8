"""Whisper on this machine by way of faster-whisper; needs that extra, and weights."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import faster_whisper
import numpy as np

from pytest_agentsim.audio.stt.interface import (
    Hints,
    Recognition,
    RecognitionError,
    RecognizerStream,
    WholeUtterance,
)
from pytest_agentsim.audio.stt.prompt import language_code, prompt_of
from pytest_agentsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FasterWhisperRecognizer"]

DEFAULT_MODEL = "small"
SHORTEST = 3200  # bytes (0.1 s): of less the model makes words up


class FasterWhisperRecognizer:
    """Recognises with a model of Whisper.

    Settings, each also with ``stt_`` before its name: `model` (a size such as ``small``, which is downloaded when
    it is first used, or the directory of a converted model), `device` (``auto``, ``cpu``, ``cuda``), `compute_type`
    (``default``, ``int8``, ``float16``...). Raises ConfigurationError when the model cannot be had.
    """

    parallel = 1

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        given = settings or {}

        def setting(name: str, usual: str) -> str:
            return given.get(f"stt_{name}") or given.get(name) or usual

        model = setting("model", DEFAULT_MODEL)
        try:
            self._model = faster_whisper.WhisperModel(
                model, device=setting("device", "auto"), compute_type=setting("compute_type", "default")
            )
        except Exception as error:  # whatever the download, the files or the device fail with
            raise ConfigurationError(
                f"The Whisper model {model!r} cannot be loaded ({type(error).__name__}: {error}): set model to "
                "the directory of a converted model, or run once where it can be downloaded."
            ) from error

    def recognize(self, pcm: bytes, *, language: str, hints: Hints) -> Recognition:
        if len(pcm) < SHORTEST:
            return Recognition("")
        samples = np.frombuffer(pcm, np.int16).astype(np.float32) / 32768
        try:
            segments, _ = self._model.transcribe(
                samples,
                language=language_code(language) or None,
                initial_prompt=prompt_of(hints) or None,
                condition_on_previous_text=False,
            )
            found = list(segments)  # the work is done while they are gone through
        except (RuntimeError, ValueError) as error:
            raise RecognitionError(f"Whisper failed: {error}") from error
        text = " ".join(" ".join(segment.text for segment in found).split())
        return Recognition(text, _confidence([segment.avg_logprob for segment in found]))

    def stream(self, *, language: str, hints: Hints) -> RecognizerStream:
        return WholeUtterance(lambda pcm: self.recognize(pcm, language=language, hints=hints))


def _confidence(log_probabilities: list[float]) -> float | None:
    if not log_probabilities:
        return None
    return min(1.0, math.exp(sum(log_probabilities) / len(log_probabilities)))
