from __future__ import annotations

import base64

import pytest

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.redaction import MASK, Redactor, Secret
from pytest_agentsim.voice_endpoint import VoiceEndpoint

URL = "ws://127.0.0.1:8080/voice"


def token(user, password):
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def test_the_defaults_of_a_voice_call():
    endpoint = VoiceEndpoint.create(URL)
    assert (endpoint.turn_timeout, endpoint.max_duration, endpoint.connect_timeout) == (60.0, 600.0, 10.0)
    assert (endpoint.first_speaker_timeout, endpoint.end_of_turn, endpoint.longest_turn) == (15.0, 0.7, 60.0)
    assert (endpoint.idle_audio, endpoint.event_skew, endpoint.strict_marks) == ("silence", 0.2, False)
    assert (endpoint.synthesizer, endpoint.recognizer) == ("auto", "auto")
    assert endpoint.secrets == ()


def test_user_and_password_are_filled_in_from_the_environment(monkeypatch):
    monkeypatch.setenv("ACME_USER", "acme")
    monkeypatch.setenv("ACME_PASSWORD", "pässw0rd")
    endpoint = VoiceEndpoint.create(URL, user="${ACME_USER}", password="${ACME_PASSWORD}")
    assert (endpoint.user, endpoint.password) == ("acme", Secret("pässw0rd"))


@pytest.mark.parametrize("name", ["synthesizer", "recognizer"])
def test_the_engines_are_filled_in_from_the_environment(monkeypatch, name):
    monkeypatch.setenv("ENGINE", "piper")
    assert getattr(VoiceEndpoint.create(URL, **{name: "${ENGINE}"}), name) == "piper"
    with pytest.raises(ConfigurationError, match=f"{name} is empty"):
        VoiceEndpoint.create(URL, **{name: ""})


def test_a_password_object_is_taken_as_it_is():
    assert VoiceEndpoint.create(URL, password=Secret("${S}")).password == Secret("${S}")


@pytest.mark.parametrize(
    ("settings", "secrets"),
    [
        ({"user": "acme"}, []),
        ({"password": "passw0rd"}, ["passw0rd"]),
        ({"user": "acme", "password": "passw0rd"}, ["passw0rd", token("acme", "passw0rd")]),
        (
            {"user": "acme", "password": "pre-${VALUE}"},
            ["pre-value", "value", token("acme", "pre-value")],
        ),
        ({"headers": {"Authorization": "Basic dXNlcjpwYXNz"}}, ["Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"]),
    ],
)
def test_what_counts_as_a_secret(monkeypatch, settings, secrets):
    monkeypatch.setenv("VALUE", "value")
    endpoint = VoiceEndpoint.create(URL, **settings)
    assert {each.reveal() for each in endpoint.secrets} == set(secrets)


def test_the_header_made_of_user_and_password_is_redacted_as_a_whole():
    endpoint = VoiceEndpoint.create(URL, user="acme", password="passw0rd")
    header = f"Authorization: Basic {token('acme', 'passw0rd')}"
    assert Redactor(endpoint.secrets).text(header) == f"Authorization: Basic {MASK}"


def test_the_representation_has_no_secrets_in_it():
    shown = repr(VoiceEndpoint.create(URL, user="acme", password="passw0rd"))
    assert "user='acme'" in shown
    assert "password=***" in shown
    assert "passw0rd" not in shown
    assert "hidden" not in shown


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"user": "a:b", "password": "x"}, "user and password travel as Basic authentication"),
        ({"user": "a\n", "password": "x"}, "user and password travel as Basic authentication"),
        ({"user": "a", "password": "s3cret\r"}, "user and password travel as Basic authentication"),
        (
            {"user": "a", "password": "x", "headers": {"authorization": "Bearer t"}},
            "user and password are set beside a header Authorization",
        ),
        ({"idle_audio": "music"}, "idle_audio must be one of silence, noise, nothing, not 'music'"),
        ({"strict_marks": "yes"}, "strict_marks must be True or False, not 'yes'"),
        ({"event_skew": -0.1}, "event_skew must be a number of seconds, 0 or more, not -0.1"),
        ({"end_of_turn": 0}, "end_of_turn must be a positive number of seconds"),
        ({"longest_turn": 0}, "longest_turn must be a positive number of seconds"),
        ({"first_speaker_timeout": None}, "first_speaker_timeout must be a positive number of seconds"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings, message):
    with pytest.raises(ConfigurationError, match=message) as refusal:
        VoiceEndpoint.create(URL, **settings)
    assert "s3cret" not in str(refusal.value)


def test_credentials_beside_those_of_the_url_are_refused():
    with pytest.raises(ConfigurationError, match="set beside those in voice_url; leave out one") as refusal:
        VoiceEndpoint.create("ws://me:s3cret@h/", user="a", password="b")
    assert "s3cret" not in str(refusal.value)


def test_an_authorization_header_alone_is_accepted():
    endpoint = VoiceEndpoint.create(URL, user="only the user", headers={"Authorization": "Bearer t"})
    assert endpoint.headers == {"Authorization": "Bearer t"}


def test_no_skew_is_possible():
    assert VoiceEndpoint.create(URL, event_skew=0).event_skew == 0.0


def test_an_address_that_cannot_work_is_refused_by_the_name_of_its_setting():
    with pytest.raises(ConfigurationError, match=r"^voice_url must begin with ws:// or wss://"):
        VoiceEndpoint.create("http://127.0.0.1/")
    with pytest.raises(ConfigurationError, match=r"^voice_url: environment variable NOT_SET_ is not set"):
        VoiceEndpoint.create("${NOT_SET_}")
