"""The engine for any service with OpenAI's `/audio/speech`: OpenAI's own, or one of the many that speak like it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from pytest_agentsim.audio import pcm
from pytest_agentsim.audio.files import AudioFileError, decoded
from pytest_agentsim.audio.openai_api import ServiceError, SpeechService
from pytest_agentsim.audio.tts.engine import Engine, picked, setting
from pytest_agentsim.audio.tts.interface import SynthesisError, Voice
from pytest_agentsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["OpenAISynthesizer"]

DEFAULT_MODEL = "gpt-4o-mini-tts"
PCM_RATE = 24_000  # Hz, of the response format "pcm"
SLOWEST, FASTEST = 0.25, 4.0  # of the interface's `speed`

FEMALE = ("nova", "coral", "shimmer", "sage", "marin")
MALE = ("onyx", "ash", "echo", "ballad", "cedar")
EITHER = ("alloy", "fable", "verse")


class OpenAISynthesizer(Engine):
    """Speaks with the voices of a service; needs the extra ``openai``.

    Settings, each also with ``tts_`` before its name where it should not hold for the recogniser: `base_url` (else
    OPENAI_BASE_URL, else OpenAI's), `api_key` (else OPENAI_API_KEY), `timeout` (s, 60), `model` (gpt-4o-mini-tts),
    `voice` (the service's name of a voice for everybody; else one of OpenAI's by gender), ``voice.<name>`` (the
    service's name for the voice that a scenario calls `name`), `response_format` (``wav``, or ``pcm``: 24 kHz).
    Raises ConfigurationError.
    """

    speeds = (SLOWEST, FASTEST)
    takes_any_voice = True

    def __init__(
        self, settings: Mapping[str, str] | None = None, environment: Mapping[str, str] = os.environ
    ) -> None:
        given = dict(settings or {})
        connection = {key: setting(given, key) for key in ("base_url", "api_key", "timeout")}
        self._service = SpeechService.from_settings(connection, environment)
        self._model = setting(given, "model", DEFAULT_MODEL)
        self._voice = setting(given, "voice")
        self._voices = {
            key.partition(".")[2]: value for key, value in given.items() if key.startswith("voice.")
        }
        self._format = setting(given, "response_format", "wav")
        if self._format not in ("wav", "pcm"):
            raise ConfigurationError(f"response_format must be wav or pcm, not {self._format!r}")

    @property
    def name(self) -> str:
        return "openai"

    @property
    def fingerprint(self) -> str:
        decisive = [
            self._service.address,
            self._model,
            self._format,
            self._voice,
            sorted(self._voices.items()),
        ]
        return f"openai {json.dumps(decisive)}"

    def voices(self, like: Voice) -> Sequence[str]:
        if self._voice:
            return (self._voice,)
        return {"female": FEMALE, "male": MALE}.get(like.gender.strip().lower(), (*EITHER, *FEMALE, *MALE))

    def has_voice(self, name: str) -> bool:
        return name in (*FEMALE, *MALE, *EITHER) or name in self._voices

    def _spoken(self, text: str, voice: Voice) -> tuple[NDArray[np.float32], int]:
        try:
            answer = self._service.post("audio/speech", self._model, json=self._request(text, voice))
            return self._decoded(answer)
        except (ServiceError, AudioFileError) as error:
            raise SynthesisError(str(error)) from error

    def _request(self, text: str, voice: Voice) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self._model,
            "input": text,
            "voice": self._service_voice(voice),
            "response_format": self._format,
        }
        if voice.speed != 1.0:
            request["speed"] = voice.speed
        # The older models refuse instructions.
        if voice.accent and self._model.startswith("gpt-"):
            request["instructions"] = f"Speak with a {voice.accent} accent."
        return request

    def _service_voice(self, voice: Voice) -> str:
        if voice.name in self._voices:
            return self._voices[voice.name]
        if voice.name and (voice.engine == self.name or self.has_voice(voice.name)):
            return voice.name
        usual = self.voices(voice)
        return picked(voice.name, usual) if voice.name else usual[0]

    def _decoded(self, answer: bytes) -> tuple[NDArray[np.float32], int]:
        if self._format == "wav":
            return decoded(answer, f"What the speech service at {self._service.address} answers")
        if answer[:1] == b"{" or len(answer) % 2:
            raise SynthesisError(f"The speech service at {self._service.address} does not answer with pcm")
        return pcm.to_float(answer), PCM_RATE
