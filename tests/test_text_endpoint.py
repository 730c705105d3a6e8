from __future__ import annotations

import pytest

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.redaction import Secret
from pytest_agentsim.text_endpoint import TextEndpoint

URL = "ws://127.0.0.1:8080/chat"


def test_an_endpoint_has_the_timers_of_the_platform():
    endpoint = TextEndpoint.create(URL)
    assert (endpoint.turn_timeout, endpoint.max_duration) == (120.0, 600.0)
    assert endpoint.connect_timeout == 10.0


def test_secret_and_agent_id_are_filled_in_from_the_environment(monkeypatch):
    monkeypatch.setenv("S", "s3cret")
    monkeypatch.setenv("ID", "7")
    endpoint = TextEndpoint.create(URL, secret="${S}", agent_id="${ID}")
    assert endpoint.secret == Secret("s3cret")
    assert endpoint.agent_id == "7"


def test_a_secret_object_is_taken_as_it_is():
    assert TextEndpoint.create(URL, secret=Secret("${S}")).secret == Secret("${S}")


@pytest.mark.parametrize(
    ("settings", "secrets"),
    [
        ({}, []),
        ({"secret": "s3cret"}, ["s3cret"]),
        ({"secret": "pre-${VALUE}"}, ["pre-value", "value"]),
        ({"agent_id": "${VALUE}"}, []),
    ],
)
def test_what_counts_as_a_secret(monkeypatch, settings, secrets):
    monkeypatch.setenv("VALUE", "value")
    endpoint = TextEndpoint.create(URL, **settings)
    assert {each.reveal() for each in endpoint.secrets} == set(secrets)


def test_the_representation_does_not_show_the_secret():
    shown = repr(TextEndpoint.create(URL, secret="s3cret", agent_id="billing"))
    assert shown.startswith(f"TextEndpoint(url={URL!r}, ")
    assert "agent_id='billing'" in shown
    assert "s3cret" not in shown


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"secret": "s3cret\n"}, "secret travels as an HTTP header"),
        ({"secret": "sécret"}, "secret travels as an HTTP header"),
        ({"agent_id": " 7"}, "agent_id travels as an HTTP header"),
    ],
)
def test_a_setting_that_cannot_travel_is_refused(settings, message):
    with pytest.raises(ConfigurationError, match=message):
        TextEndpoint.create(URL, **settings)


def test_a_refused_secret_is_not_quoted():
    with pytest.raises(ConfigurationError) as refusal:
        TextEndpoint.create(URL, secret="s3cret\n")
    assert "s3cret" not in str(refusal.value)


def test_an_address_that_cannot_work_is_refused_by_the_name_of_its_setting():
    with pytest.raises(ConfigurationError, match=r"^url must begin with ws:// or wss://"):
        TextEndpoint.create("http://127.0.0.1/")
