from __future__ import annotations

import io
import struct
import wave

import pytest

pytest.importorskip("httpx")
pytest.importorskip("numpy")
pytest.importorskip("soundfile")
pytest.importorskip("soxr")

import numpy as np

from pytest_agentsim.audio import pcm
from pytest_agentsim.audio.tts.interface import SynthesisError, Voice
from pytest_agentsim.audio.tts.openai import OpenAISynthesizer
from pytest_agentsim.errors import ConfigurationError

KEY = "sk-open-sesame-1234"
SPEECH = (8000 * np.sin(np.arange(24_000) / 10)).astype("<i2").tobytes()  # 1 s at 24 kHz


def wav(samples: bytes = SPEECH, rate: int = 24_000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, rate, 0, "NONE", ""))
        writer.writeframes(samples)
    return file.getvalue()


def streamed_wav() -> bytes:
    """As OpenAI itself sends it: the lengths are unknown when the header is written."""
    complete = bytearray(wav())
    complete[4:8] = complete[40:44] = struct.pack("<I", 0xFFFF_FFFF)
    return bytes(complete)


@pytest.fixture
def engine(speech_service):
    speech_service.answers = [speech_service.answer(body=wav())]

    def make(**settings: str) -> OpenAISynthesizer:
        return OpenAISynthesizer({"base_url": speech_service.url, "api_key": KEY, **settings}, {})

    return make


def request(speech_service, engine: OpenAISynthesizer, voice: Voice) -> dict:
    engine.synthesize("Hello", voice)
    return speech_service.requests[-1].json


@pytest.mark.parametrize(
    "body", [wav(), streamed_wav(), wav(SPEECH[::1], 24_000) + b"LIST\x04\x00\x00\x00INFO"]
)
def test_a_wav_answer_becomes_the_utterance(speech_service, engine, body):
    speech_service.answers = [speech_service.answer(body=body)]
    audio = engine().synthesize("Hello", Voice())
    assert pcm.duration(audio) == pytest.approx(1.0, abs=0.01)
    assert pcm.speech_level(audio) == pytest.approx(-20, abs=0.1)


def test_the_rate_is_that_of_the_answer(speech_service, engine):
    speech_service.answers = [speech_service.answer(body=wav(rate=48_000))]
    assert pcm.duration(engine().synthesize("Hello", Voice())) == pytest.approx(0.5, abs=0.01)


def test_a_raw_answer_has_24_khz(speech_service, engine):
    speech_service.answers = [speech_service.answer(body=SPEECH)]
    audio = engine(response_format="pcm").synthesize("Hello", Voice())
    assert pcm.duration(audio) == pytest.approx(1.0, abs=0.01)
    assert speech_service.requests[0].json["response_format"] == "pcm"


def test_the_request_is_what_the_interface_wants(speech_service, engine):
    engine().synthesize("Hello there!", Voice())
    (asked,) = speech_service.requests
    assert asked.path == "/v1/audio/speech"
    assert asked.headers["Authorization"] == f"Bearer {KEY}"
    assert asked.json == {
        "model": "gpt-4o-mini-tts",
        "input": "Hello there!",
        "voice": "alloy",
        "response_format": "wav",
    }


@pytest.mark.parametrize(
    ("voice", "chosen"),
    [
        (Voice(), "alloy"),
        (Voice(gender="female"), "nova"),
        (Voice(gender="male"), "onyx"),
        (Voice(name="shimmer"), "shimmer"),
        (Voice(name="21m00Tcm4TlvDq8ikWAM", gender="male"), "ballad"),
        (Voice(name="clerk"), "af_heart"),
    ],
)
def test_the_voice_is_one_that_the_service_has(speech_service, engine, voice, chosen):
    assert request(speech_service, engine(**{"voice.clerk": "af_heart"}), voice)["voice"] == chosen


def test_a_voice_that_the_settings_chose_for_this_service_is_taken_as_it_is(speech_service, engine):
    assert request(speech_service, engine(), Voice(name="af_bella", engine="openai"))["voice"] == "af_bella"


def test_it_tells_its_voices_and_its_usual_one_first(engine):
    assert engine().voices(Voice())[0] == "alloy"
    assert engine().voices(Voice(gender="male"))[0] == "onyx"
    assert list(engine(voice="af_heart").voices(Voice(gender="male"))) == ["af_heart"]


@pytest.mark.parametrize("voice", [Voice(), Voice(gender="male"), Voice(name="21m00Tcm4TlvDq8ikWAM")])
def test_the_voice_of_the_settings_is_for_everybody(speech_service, engine, voice):
    assert request(speech_service, engine(voice="af_heart"), voice)["voice"] == "af_heart"


@pytest.mark.parametrize(("speed", "asked"), [(1.2, 1.2), (0.1, 0.25), (9.0, 4.0)])
def test_the_speed_is_asked_for_as_far_as_the_interface_goes(speech_service, engine, speed, asked):
    assert request(speech_service, engine(), Voice(speed=speed))["speed"] == asked


def test_an_accent_is_asked_for_where_the_model_takes_instructions(speech_service, engine):
    voice = Voice(accent="Scottish")
    assert request(speech_service, engine(), voice)["instructions"] == "Speak with a Scottish accent."
    assert "instructions" not in request(speech_service, engine(model="tts-1"), voice)


def test_a_setting_of_the_recogniser_is_not_that_of_the_synthesizer(speech_service, engine):
    asked = request(speech_service, engine(model="whisper-1", tts_model="kokoro"), Voice())
    assert asked["model"] == "kokoro"


def test_what_has_no_words_is_not_sent(speech_service, engine):
    assert engine().synthesize("...", Voice()) == b""
    assert speech_service.requests == []


@pytest.mark.parametrize("format_", ["wav", "pcm"])
def test_an_answer_that_is_no_audio_is_told(speech_service, engine, format_):
    speech_service.answers = [speech_service.answer(body=b'{"detail": "queued"}')]
    with pytest.raises(SynthesisError, match="speech service at http://127"):
        engine(response_format=format_).synthesize("Hello", Voice())


def test_a_refusal_is_told_without_the_key(speech_service, engine):
    speech_service.answers = [speech_service.answer.error(401, f"Incorrect API key provided: {KEY}")]
    with pytest.raises(SynthesisError, match="does not accept the API key") as caught:
        engine().synthesize("Hello", Voice())
    assert KEY not in str(caught.value)
    assert KEY not in repr(engine())


def test_the_fingerprint_tells_what_decides_the_audio_but_no_secret(engine):
    prints = {
        engine().fingerprint,
        engine(model="tts-1").fingerprint,
        engine(voice="nova").fingerprint,
        engine(response_format="pcm").fingerprint,
        engine(base_url="http://127.0.0.1:9/v1").fingerprint,
        engine(**{"voice.clerk": "nova"}).fingerprint,
    }
    assert len(prints) == 6
    assert not any(KEY in each for each in prints)


def test_another_format_is_refused(engine):
    with pytest.raises(ConfigurationError, match="response_format must be wav or pcm, not 'mp3'"):
        engine(response_format="mp3")


def test_the_environment_brings_key_and_address(speech_service):
    speech_service.answers = [speech_service.answer(body=wav())]
    environment = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": speech_service.url}
    assert OpenAISynthesizer({}, environment).synthesize("Hello", Voice())
