from __future__ import annotations

import email.utils
import socket
import time

import pytest

pytest.importorskip("httpx")

from pytest_agentsim.audio.openai_api import LONGEST_PAUSE, ServiceError, SpeechService
from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.redaction import Secret

KEY = "sk-open-sesame-1234"


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def service(speech_service, pauses):
    return SpeechService(speech_service.url, Secret(KEY), timeout=5.0, sleep=pauses.append)


def ask(service: SpeechService) -> bytes:
    return service.post("audio/speech", "some-model", json={"input": "Hello"})


def refusal(service: SpeechService) -> str:
    with pytest.raises(ServiceError) as caught:
        ask(service)
    return str(caught.value)


def test_the_body_of_the_answer_is_returned(service, speech_service):
    speech_service.answers = [speech_service.answer(body=b"audio")]
    assert ask(service) == b"audio"
    (request,) = speech_service.requests
    assert request.path == "/v1/audio/speech"
    assert request.json == {"input": "Hello"}
    assert request.headers["Authorization"] == f"Bearer {KEY}"


def test_without_a_key_none_is_sent(speech_service):
    ask(SpeechService(speech_service.url, Secret("")))
    assert "Authorization" not in speech_service.requests[0].headers


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_a_passing_error_is_waited_out(service, speech_service, pauses, status):
    error = speech_service.answer.error(status, "busy")
    speech_service.answers = [error, error, speech_service.answer(body=b"audio")]
    assert ask(service) == b"audio"
    assert pauses == [0.5, 1.0]


def test_an_error_that_does_not_pass_is_told_after_four_attempts(service, speech_service):
    speech_service.answers = [speech_service.answer.error(503, "busy")]
    assert "answers 503, also when asked again: busy" in refusal(service)
    assert len(speech_service.requests) == 4


def test_the_service_says_how_long_to_wait(service, speech_service, pauses):
    speech_service.answers = [
        speech_service.answer.error(429, "slowly", Retry_After="7"),
        speech_service.answer(),
    ]
    ask(service)
    assert pauses == [7.0]


def test_the_service_may_say_until_when_to_wait(service, speech_service, pauses):
    until = email.utils.formatdate(time.time() + 3600, usegmt=True)
    speech_service.answers = [
        speech_service.answer.error(429, "slowly", Retry_After=until),
        speech_service.answer(),
    ]
    ask(service)
    assert pauses == [LONGEST_PAUSE]


def test_a_wait_that_cannot_be_read_is_replaced_by_our_own(service, speech_service, pauses):
    speech_service.answers = [
        speech_service.answer.error(429, "slowly", Retry_After="soon"),
        speech_service.answer(),
    ]
    ask(service)
    assert pauses == [0.5]


def test_a_used_up_quota_is_not_asked_again(service, speech_service):
    speech_service.answers = [speech_service.answer.error(429, "You exceeded it", "insufficient_quota")]
    assert "quota is used up (429): You exceeded it" in refusal(service)
    assert len(speech_service.requests) == 1


def test_a_refused_key_is_named_but_not_shown(service, speech_service):
    speech_service.answers = [
        speech_service.answer.error(401, f"Incorrect API key provided: {KEY[:8]}***{KEY[-4:]}")
    ]
    told = refusal(service)
    assert "does not accept the API key (401): set OPENAI_API_KEY or api_key" in told
    assert "sk-" not in told
    assert "1234" not in told


def test_a_model_that_the_service_does_not_have_is_named(service, speech_service):
    speech_service.answers = [speech_service.answer.error(404, "The model does not exist", "model_not_found")]
    assert (
        "does not know the model 'some-model' or the address is wrong (404): The model does not"
        in refusal(service)
    )


def test_any_other_refusal_is_told_in_the_words_of_the_service(service, speech_service):
    speech_service.answers = [speech_service.answer.error(400, "Invalid voice")]
    assert "refuses the request (400): Invalid voice" in refusal(service)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": null}', b'{"error": {"message": 3}}'])
def test_a_refusal_without_words_is_told_all_the_same(service, speech_service, body):
    speech_service.answers = [speech_service.answer(400, body)]
    assert refusal(service).endswith("refuses the request (400)")


def test_a_key_in_the_words_of_the_service_is_masked(service, speech_service):
    speech_service.answers = [speech_service.answer.error(400, f"bad header {KEY}")]
    assert "bad header ***" in refusal(service)


def test_where_nobody_listens_the_address_is_told_at_once(pauses):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        told = refusal(SpeechService(url, Secret(KEY), sleep=pauses.append))
    assert told.startswith(f"No speech service can be reached at {url} (")
    assert told.endswith("start it, or correct the setting base_url")
    assert pauses == []


def test_a_service_that_does_not_answer_is_given_up(pauses):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        told = refusal(SpeechService(url, Secret(KEY), timeout=0.05, sleep=pauses.append))
    assert told == f"The speech service at {url} has not answered within 0.05 s"
    assert len(pauses) == 3


def test_an_answer_that_breaks_off_is_asked_for_again(service, speech_service):
    cut_off = speech_service.answer(body=b"aud", headers={"Content-Length": "5"})
    speech_service.answers = [cut_off, speech_service.answer(body=b"audio")]
    assert ask(service) == b"audio"


def test_neither_the_key_nor_a_password_shows(speech_service):
    service = SpeechService("http://me:password@127.0.0.1:1/v1?key=hidden", Secret(KEY))
    assert service.address == "http://127.0.0.1:1/v1"
    assert KEY not in repr(service)
    assert "password" not in refusal(service)


def test_settings_count_before_the_environment():
    environment = {"OPENAI_API_KEY": "theirs", "OPENAI_BASE_URL": "http://there/v1"}
    assert SpeechService.from_settings({}, environment) == SpeechService("http://there/v1", Secret("theirs"))
    settings = {"base_url": "http://here/v1/", "api_key": "ours", "timeout": "5"}
    assert SpeechService.from_settings(settings, environment) == SpeechService(
        "http://here/v1", Secret("ours"), 5.0
    )


def test_the_service_of_openai_needs_a_key():
    with pytest.raises(ConfigurationError, match="set the environment variable OPENAI_API_KEY"):
        SpeechService.from_settings({}, {})


def test_any_other_service_may_do_without():
    assert not SpeechService.from_settings({"base_url": "http://127.0.0.1:8000/v1"}, {}).api_key


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("base_url", "127.0.0.1:8000", "base_url must be an address such as"),
        ("base_url", "ftp://host/v1", "base_url must be an address such as"),
        ("base_url", "http://[", "base_url must be an address such as"),
        ("api_key", "key\n", "api_key has characters that no key can have"),
        ("api_key", "schlüssel", "api_key has characters that no key can have"),
        ("timeout", "soon", "timeout must be a positive number of seconds"),
        ("timeout", "-1", "timeout must be a positive number of seconds"),
        ("timeout", "inf", "timeout must be a positive number of seconds"),
        ("timeout", "nan", "timeout must be a positive number of seconds"),
    ],
)
def test_a_malformed_setting_is_refused(setting, value, said):
    with pytest.raises(ConfigurationError, match=said) as caught:
        SpeechService.from_settings({setting: value}, {"OPENAI_API_KEY": KEY})
    assert KEY not in str(caught.value)
    assert "schl" not in str(caught.value)
