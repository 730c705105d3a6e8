"""The recogniser for any service with OpenAI's `/audio/transcriptions`: OpenAI's own, or one that speaks like it."""

from __future__ import annotations

import io
import json
import os
import wave
from typing import TYPE_CHECKING

from pytest_agentsim.audio.openai_api import ServiceError, SpeechService
from pytest_agentsim.audio.stt.interface import (
    Hints,
    Recognition,
    RecognitionError,
    RecognizerStream,
    WholeUtterance,
)
from pytest_agentsim.audio.stt.prompt import language_code, prompt_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OpenAIRecognizer"]

DEFAULT_MODEL = "gpt-4o-mini-transcribe"
SAMPLE_RATE = 16_000
SHORTEST = 3200  # bytes (0.1 s): services refuse less, and nobody says a word in it
REQUESTS = 8  # in the same moment


class OpenAIRecognizer:
    """Asks a service; needs the extra ``openai``.

    Settings, each also with ``stt_`` before its name where it should not hold for the voice: `base_url` (else
    OPENAI_BASE_URL, else OpenAI's), `api_key` (else OPENAI_API_KEY), `timeout` (s, 60), `model`
    (gpt-4o-mini-transcribe). Raises ConfigurationError.
    """

    parallel = REQUESTS

    def __init__(
        self, settings: Mapping[str, str] | None = None, environment: Mapping[str, str] = os.environ
    ) -> None:
        given = settings or {}
        names = ("base_url", "api_key", "timeout", "model")
        own = {name: given.get(f"stt_{name}") or given.get(name) or "" for name in names}
        self._service = SpeechService.from_settings(own, environment)
        self._model = own["model"] or DEFAULT_MODEL

    def recognize(self, pcm: bytes, *, language: str, hints: Hints) -> Recognition:
        if len(pcm) < SHORTEST:
            return Recognition("")
        fields = {"model": self._model, "response_format": "json", "language": language_code(language)}
        prompt = prompt_of(hints)
        data = {name: value for name, value in {**fields, "prompt": prompt}.items() if value}
        try:
            answer = self._service.post(
                "audio/transcriptions",
                self._model,
                data=data,
                files={"file": ("speech.wav", _wav(pcm), "audio/wav")},
            )
        except ServiceError as error:
            raise RecognitionError(str(error)) from error
        return Recognition(self._text(answer))

    def stream(self, *, language: str, hints: Hints) -> RecognizerStream:
        return WholeUtterance(lambda pcm: self.recognize(pcm, language=language, hints=hints))

    def _text(self, answer: bytes) -> str:
        try:
            text = json.loads(answer)["text"]
        except (ValueError, KeyError, TypeError):
            text = None
        if not isinstance(text, str):
            raise RecognitionError(
                f"The speech service at {self._service.address} does not answer with a transcription: "
                "correct the setting base_url"
            )
        return " ".join(text.split())


def _wav(pcm: bytes) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(SAMPLE_RATE)
        writer.writeframes(pcm)
    return file.getvalue()
