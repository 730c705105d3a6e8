"""The engine for natural voices without a network: piper, with voice models that the user has downloaded."""

from __future__ import annotations

import hashlib
import os
import threading
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from piper import PiperVoice, SynthesisConfig

from pytest_agentsim.audio.tts.engine import Engine, picked, setting, tag
from pytest_agentsim.audio.tts.interface import SynthesisError, Voice
from pytest_agentsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["PiperSynthesizer"]

# Without noise in it, a model says the same text in the same way each time.
DEFAULT_NOISE = "0"

# Models have learnt to speak about as fast as people do.
SLOWEST, FASTEST = 0.5, 2.0

_SAME_LANGUAGE = {"cmn": "zh", "nb": "no"}


class PiperSynthesizer(Engine):
    """Speaks with piper's models; needs the extra ``piper``.

    Settings: `piper_model`, the path of an ``.onnx`` file with its ``.onnx.json`` beside it (else
    AGENTSIM_PIPER_MODEL); ``piper_model.<language>``, that of the model for another language, such as
    ``piper_model.de``; `noise_scale` and `noise_w_scale` (0: reproducible; voices are made for about 0.667
    and 0.8). In a model of several speakers a voice's name chooses the speaker. Raises ConfigurationError.
    """

    speeds = (SLOWEST, FASTEST)

    def __init__(
        self, settings: Mapping[str, str] | None = None, environment: Mapping[str, str] = os.environ
    ) -> None:
        given = settings or {}
        usual = setting(given, "piper_model") or environment.get("AGENTSIM_PIPER_MODEL") or ""
        prefix = "piper_model."
        self._models = {
            tag(key[len(prefix) :]): Path(path) for key, path in given.items() if key.startswith(prefix)
        }
        if usual:
            self._models[""] = Path(usual)
        if not self._models:
            raise ConfigurationError(
                "The synthesizer 'piper' needs a voice model: download one with `python -m piper.download_voices` "
                "and set AGENTSIM_PIPER_MODEL to the path of its .onnx file"
            )
        for path in self._models.values():
            _check_files(path)
        self._noise = _number(given, "noise_scale"), _number(given, "noise_w_scale")
        self._loaded: dict[Path, PiperVoice] = {}
        # Its phonemizer has one state for the whole process.
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return "piper"

    @cached_property
    def fingerprint(self) -> str:
        models = [f"{language or 'any'}={_digest(path)}" for language, path in sorted(self._models.items())]
        return f"piper {version('piper-tts')} noise {self._noise} {' '.join(models)}"

    def voices(self, like: Voice) -> Sequence[str]:
        with self._lock:
            speakers: Mapping[str, int] = self._model(like.language).config.speaker_id_map
        return sorted(speakers, key=speakers.__getitem__)

    def has_voice(self, name: str) -> bool:
        with self._lock:
            models = [self._load(path) for path in self._models.values()]
        return any(name in model.config.speaker_id_map for model in models)

    def _spoken(self, text: str, voice: Voice) -> tuple[NDArray[np.float32], int]:
        with self._lock:
            model = self._model(voice.language)
            settings = SynthesisConfig(
                speaker_id=_speaker(model, voice.name),
                length_scale=model.config.length_scale / voice.speed,
                noise_scale=self._noise[0],
                noise_w_scale=self._noise[1],
            )
            try:
                pieces = [piece.audio_float_array for piece in model.synthesize(text, settings)]
            except Exception as error:
                raise SynthesisError(
                    f"piper cannot speak a text of {len(text)} characters: {error}"
                ) from error
        samples = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
        return samples.astype(np.float32), int(model.config.sample_rate)

    def _model(self, language: str) -> PiperVoice:
        code = tag(language)
        primary = code.partition("-")[0]
        path = self._models.get(code) or self._models.get(primary)
        if path is not None:
            return self._load(path)
        if "" not in self._models:
            raise SynthesisError(f"piper has no model for {language!r}: set piper_model.{primary}")
        model = self._load(self._models[""])
        spoken = tag(model.config.espeak_voice).partition("-")[0]
        if _SAME_LANGUAGE.get(spoken, spoken) != _SAME_LANGUAGE.get(primary, primary):
            raise SynthesisError(
                f"The piper model {self._models['']} speaks {model.config.espeak_voice}, not {language!r}: "
                f"set piper_model.{primary} to one that does"
            )
        return model

    def _load(self, path: Path) -> PiperVoice:
        if path not in self._loaded:
            try:
                self._loaded[path] = PiperVoice.load(path)
            except Exception as error:
                raise SynthesisError(f"The piper model {path} cannot be loaded: {error}") from error
        return self._loaded[path]


def _check_files(model: Path) -> None:
    for path in (model, Path(f"{model}.json")):
        if not path.is_file():
            raise ConfigurationError(
                f"The synthesizer 'piper' finds no file {path}: "
                "a voice model is an .onnx file with its .onnx.json beside it"
            )


def _number(settings: Mapping[str, str], name: str) -> float:
    written = setting(settings, name, DEFAULT_NOISE)
    try:
        return float(written)
    except ValueError:
        raise ConfigurationError(f"{name} must be a number, not {written!r}") from None


def _digest(path: Path) -> str:
    digest = hashlib.sha256(Path(f"{path}.json").read_bytes())
    with path.open("rb") as file:
        digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _speaker(model: PiperVoice, name: str) -> int | None:
    """Return the speaker of this name, or one that always stands for it; None for the usual one."""
    speakers: Mapping[str, int] = model.config.speaker_id_map
    if not name or not speakers:
        return None
    return speakers[name] if name in speakers else speakers[picked(name, sorted(speakers))]
