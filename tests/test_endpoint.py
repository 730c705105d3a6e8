from __future__ import annotations

import pickle

import pytest

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.text_endpoint import TextEndpoint
from pytest_agentsim.voice_endpoint import VoiceEndpoint

URL = "ws://127.0.0.1:8080/chat"

pytestmark = pytest.mark.parametrize("kind", [TextEndpoint, VoiceEndpoint])


def test_an_endpoint_made_directly_has_the_same_defaults(kind):
    assert kind(URL) == kind.create(URL)


def test_every_string_is_filled_in_from_the_environment(kind, monkeypatch, tmp_path):
    (tmp_path / "ca.pem").touch()
    for name, value in {"HOST_": "h", "T": "acme", "DIR_": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    endpoint = kind.create("wss://${HOST_}/x", headers={"X-T": "${T}!"}, ca_file="${DIR_}/ca.pem")
    assert endpoint.url == "wss://h/x"
    assert endpoint.headers == {"X-T": "acme!"}
    assert endpoint.ca_file == str(tmp_path / "ca.pem")


def test_the_message_about_an_unset_variable_names_the_setting(kind):
    with pytest.raises(ConfigurationError, match="header X-Key: environment variable NOT_SET_ is not set"):
        kind.create(URL, headers={"X-Key": "${NOT_SET_}"})


@pytest.mark.parametrize(
    ("settings", "secrets"),
    [
        ({}, []),
        ({"headers": {"X-Tenant": "acme ${VALUE}"}}, ["value"]),
        ({"headers": {"X-Tenant": "acme"}}, []),
        ({"headers": {"Authorization": "Bearer abc"}}, ["Bearer abc", "abc"]),
        ({"headers": {"X-Api-Key": "abc"}}, ["abc"]),
        ({"url": "ws://${VALUE}/${VALUE}"}, []),
        ({"url": "ws://h/?token=${VALUE}"}, ["value"]),
        ({"url": "ws://${VALUE}@h/"}, ["value"]),
        ({"url": "ws://user:p%40ss@h/"}, ["p%40ss", "p@ss"]),
    ],
)
def test_what_counts_as_a_secret(kind, monkeypatch, settings, secrets):
    monkeypatch.setenv("VALUE", "value")
    endpoint = kind.create(**{"url": URL, **settings})
    assert {each.reveal() for each in endpoint.secrets} == set(secrets)


def test_the_representation_has_no_secrets_in_it(kind, monkeypatch):
    monkeypatch.setenv("VALUE", "hidden-value")
    endpoint = kind.create(
        "ws://user:passw0rd@h/?token=${VALUE}", headers={"X-A": "${VALUE}", "X-B": "shown"}
    )
    shown = repr(endpoint)
    assert "shown" in shown
    assert not [each for each in ("hidden-value", "passw0rd") if each in shown]


def test_an_endpoint_can_be_hashed_and_travels_to_other_processes(kind):
    endpoint = kind.create(URL, headers={"X-A": "a"})
    arrived = pickle.loads(pickle.dumps(endpoint))  # noqa: S301
    assert arrived == endpoint
    assert hash(arrived) == hash(endpoint)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://127.0.0.1/", "must begin with ws:// or wss://"),
        ("127.0.0.1:8080", "must begin with ws:// or wss://"),
        ("", "must begin with ws:// or wss://"),
        ("ws://", "names no host"),
        ("ws:///path", "names no host"),
        ("ws://:8080/", "names no host"),
        ("ws://h:port/", "cannot be read"),
        ("ws://h:65536/", "cannot be read"),
        ("ws://[::1/", "cannot be read"),
        ("ws://h:0/", "port 0"),
        ("ws://h/#part", "#fragment"),
        ("ws://h/a b", "white space"),
        ("ws://h/\n", "white space"),
        (None, "url must be a string, not NoneType"),
    ],
)
def test_an_address_that_cannot_work_is_refused(kind, url, message):
    with pytest.raises(ConfigurationError, match=message):
        kind.create(url)


@pytest.mark.parametrize("url", ["ws://user:pa55/w0rd@h", "http://user:pa55w0rd@h", "ws://user:pa55 w0rd@h"])
def test_a_refused_address_is_not_quoted(kind, url):
    with pytest.raises(ConfigurationError) as refusal:
        kind.create(url)
    assert "pa55" not in str(refusal.value)
    assert "w0rd" not in str(refusal.value)


@pytest.mark.parametrize("setting", ["turn_timeout", "max_duration", "connect_timeout"])
@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), "10", True, None])
def test_a_time_that_is_no_positive_number_is_refused(kind, setting, value):
    with pytest.raises(ConfigurationError, match=f"{setting} must be a positive number of seconds"):
        kind.create(URL, **{setting: value})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"headers": {"X A": "a"}}, "header 'X A': that is not the name"),
        ({"headers": {"": "a"}}, "header '': that is not the name"),
        ({"headers": {"X-A": "a\r\nX-B: b"}}, "header X-A travels as an HTTP header"),
        ({"headers": {"X-A": 1}}, "header X-A must be a string, not int"),
        ({"headers": {"X-A": "ä"}}, "header X-A travels as an HTTP header"),
        ({"verify": 0}, "verify must be True or False, not 0"),
        ({"ca_file": "/no/such/file.pem"}, "ca_file: there is no file '/no/such/file.pem'"),
    ],
)
def test_other_settings_that_cannot_work_are_refused(kind, settings, message):
    with pytest.raises(ConfigurationError, match=message):
        kind.create(URL, **settings)


def test_a_setting_that_does_not_exist_is_refused(kind):
    with pytest.raises(TypeError, match="colour"):
        kind.create(URL, colour="blue")


def test_certificates_are_verified_unless_asked_otherwise(kind):
    assert kind.create(URL).verify is True
    assert kind.create(URL, verify=False).verify is False
