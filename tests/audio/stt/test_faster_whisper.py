from __future__ import annotations

import math
import sys
from types import ModuleType, SimpleNamespace

import pytest

pytest.importorskip("numpy")

import numpy as np

from pytest_agentsim.audio.stt.interface import Hints, RecognitionError
from pytest_agentsim.errors import ConfigurationError

SPEECH = np.array([0, 16384, -32768] * 1000, np.int16).tobytes()


class FakeModel:
    """What WhisperModel of faster-whisper 1.2 takes and gives; the words are made up."""

    def __init__(self, model_size_or_path, device="auto", device_index=0, compute_type="default", **_others):
        if model_size_or_path == "/nowhere":
            raise ValueError("Repo id must be in the form 'repo_name'")
        self.made_with = (model_size_or_path, device, compute_type)
        self.asked = []
        self.error = None

    def transcribe(
        self, audio, language=None, task="transcribe", *, initial_prompt=None, condition_on_previous_text=True
    ):
        self.asked.append(SimpleNamespace(audio=audio, language=language, prompt=initial_prompt))
        return self._segments(), SimpleNamespace(language=language or "en")

    def _segments(self):
        if self.error is not None:
            raise self.error
        yield SimpleNamespace(text=" Good morning.", avg_logprob=math.log(0.9))
        yield SimpleNamespace(text=" How are you?", avg_logprob=math.log(0.9))


@pytest.fixture
def engine(monkeypatch):
    module = ModuleType("faster_whisper")
    module.WhisperModel = FakeModel
    monkeypatch.setitem(sys.modules, "faster_whisper", module)
    monkeypatch.delitem(sys.modules, "pytest_agentsim.audio.stt.faster_whisper", raising=False)
    from pytest_agentsim.audio.stt.faster_whisper import FasterWhisperRecognizer

    yield FasterWhisperRecognizer
    sys.modules.pop("pytest_agentsim.audio.stt.faster_whisper", None)


def test_the_segments_are_joined(engine):
    found = engine().recognize(SPEECH, language="en", hints=Hints())
    assert found.text == "Good morning. How are you?"
    assert found.confidence == pytest.approx(0.9)


def test_the_model_gets_samples_language_and_hints(engine):
    recognizer = engine()
    recognizer.recognize(SPEECH, language="de-AT", hints=Hints(("Grüß Gott",)))
    (asked,) = recognizer._model.asked
    assert asked.audio.dtype == np.float32
    assert asked.audio[:3].tolist() == [0.0, 0.5, -1.0]
    assert (asked.language, asked.prompt) == ("de", "Grüß Gott.")


def test_it_finds_the_language_out_when_it_is_not_known(engine):
    recognizer = engine()
    recognizer.recognize(SPEECH, language="multi", hints=Hints())
    assert (recognizer._model.asked[0].language, recognizer._model.asked[0].prompt) == (None, None)


def test_settings_choose_model_device_and_type(engine):
    settings = {"model": "voice-model", "stt_model": "tiny", "device": "cpu", "compute_type": "int8"}
    assert engine(settings)._model.made_with == ("tiny", "cpu", "int8")
    assert engine()._model.made_with == ("small", "auto", "default")


def test_a_model_that_cannot_be_had_is_told(engine):
    with pytest.raises(
        ConfigurationError, match=r"The Whisper model '/nowhere' cannot be loaded .*: set model to the"
    ):
        engine({"model": "/nowhere"})


def test_a_failure_while_recognising_is_told(engine):
    recognizer = engine()
    recognizer._model.error = RuntimeError("CUDA out of memory")
    with pytest.raises(RecognitionError, match="Whisper failed: CUDA out of memory"):
        recognizer.recognize(SPEECH, language="en", hints=Hints())


def test_a_stream_is_recognised_at_its_end(engine):
    stream = engine().stream(language="en", hints=Hints())
    stream.feed(SPEECH)
    assert stream.finish().text == "Good morning. How are you?"


def test_hardly_any_audio_is_not_recognised(engine):
    assert engine().recognize(bytes(3198), language="en", hints=Hints()).text == ""
