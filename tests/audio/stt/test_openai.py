from __future__ import annotations

import email
import io
import json
import wave

import pytest

pytest.importorskip("httpx")

from pytest_agentsim.audio.stt.interface import Hints, Recognition, RecognitionError
from pytest_agentsim.audio.stt.openai import OpenAIRecognizer
from pytest_agentsim.errors import ConfigurationError

KEY = "sk-open-sesame-1234"
SPEECH = bytes(range(256)) * 40
NO_HINTS = Hints()


@pytest.fixture
def recognizer(speech_service):
    speech_service.answers = [speech_service.answer(body=b'{"text": " Good\\nmorning. "}')]

    def make(**settings: str) -> OpenAIRecognizer:
        return OpenAIRecognizer({"base_url": speech_service.url, "api_key": KEY, **settings}, {})

    return make


def form(request) -> dict[str, bytes]:
    """The fields of a multipart form, decoded by a parser that is not ours."""
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    parts = email.message_from_bytes(head + request.body).get_payload()
    return {
        part.get_param("name", header="Content-Disposition"): part.get_payload(decode=True) for part in parts
    }


def test_the_words_of_the_answer_are_returned(recognizer):
    assert recognizer().recognize(SPEECH, language="en-US", hints=NO_HINTS) == Recognition("Good morning.")


def test_the_request_is_a_form_with_a_wav_file_and_the_hints(recognizer, speech_service):
    recognizer().recognize(SPEECH, language="en-US", hints=Hints(("your name", "a refund")))
    (request,) = speech_service.requests
    fields = form(request)
    assert request.path == "/v1/audio/transcriptions"
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    with wave.open(io.BytesIO(fields.pop("file"))) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 16_000)
        assert sound.readframes(sound.getnframes()) == SPEECH
    assert fields == {
        "model": b"gpt-4o-mini-transcribe",
        "response_format": b"json",
        "language": b"en",
        "prompt": b"a refund. your name.",
    }


def test_what_is_not_known_is_not_sent(recognizer, speech_service):
    recognizer(model="whisper-1").recognize(SPEECH, language="multi", hints=NO_HINTS)
    assert form(speech_service.requests[0]).keys() == {"model", "response_format", "file"}


def test_its_own_settings_come_before_those_that_the_voice_has_too(recognizer, speech_service):
    recognizer(model="for-both", stt_model="for-words").recognize(SPEECH, language="en", hints=NO_HINTS)
    assert form(speech_service.requests[0])["model"] == b"for-words"


def test_a_stream_is_recognised_at_its_end(recognizer, speech_service):
    stream = recognizer().stream(language="en", hints=NO_HINTS)
    stream.feed(SPEECH)
    stream.feed(SPEECH)
    assert speech_service.requests == []
    assert stream.finish() == Recognition("Good morning.")


def test_hardly_any_audio_is_not_sent(recognizer, speech_service):
    assert recognizer().recognize(bytes(3198), language="en", hints=NO_HINTS) == Recognition("")
    assert speech_service.requests == []


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"text": null}', json.dumps({"words": 1}).encode()]
)
def test_an_answer_that_is_no_transcription_is_told(recognizer, speech_service, body):
    engine = recognizer()
    speech_service.answers = [speech_service.answer(body=body)]
    with pytest.raises(
        RecognitionError, match="does not answer with a transcription: correct the setting base_url"
    ):
        engine.recognize(SPEECH, language="en", hints=NO_HINTS)


def test_a_refusal_is_told_without_the_key(recognizer, speech_service):
    engine = recognizer()
    speech_service.answers = [speech_service.answer.error(400, f"bad request of {KEY}")]
    with pytest.raises(RecognitionError, match="refuses the request") as caught:
        engine.recognize(SPEECH, language="en", hints=NO_HINTS)
    assert KEY not in str(caught.value)


def test_openai_itself_needs_a_key():
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY"):
        OpenAIRecognizer({}, {})


def test_address_and_key_come_from_the_environment(speech_service):
    speech_service.answers = [speech_service.answer(body=b'{"text": "yes"}')]
    environment = {"OPENAI_BASE_URL": speech_service.url, "OPENAI_API_KEY": KEY}
    engine = OpenAIRecognizer({}, environment)
    assert engine.recognize(SPEECH, language="en", hints=NO_HINTS).text == "yes"
    assert speech_service.requests[0].headers["Authorization"] == f"Bearer {KEY}"
