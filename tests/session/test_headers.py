from __future__ import annotations

import base64
import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentsim.session.headers import (
    CHIRP_RESERVED,
    RESERVED,
    HandshakeHeaders,
    chirp_headers,
    handshake_headers,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


def headers(
    *,
    secret: str = "shh",  # noqa: S107
    scenario_id: str = "cn_01",
    agent: Mapping[str, str] | None = None,
    profile: Mapping[str, str] | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> HandshakeHeaders:
    return handshake_headers(
        secret=secret,
        agent_id="billing",
        scenario_id=scenario_id,
        run_id="run-1",
        batch_id="batch-1",
        agent_headers=agent or {},
        profile_headers=profile or {},
        metadata=metadata or {},
    )


def custom(handshake: HandshakeHeaders) -> dict[str, str]:
    return {name: value for name, value in handshake.headers.items() if name not in RESERVED}


def test_the_five_headers_of_the_protocol_are_always_sent() -> None:
    assert headers() == HandshakeHeaders(
        {
            "X-RUBRIC-SECRET": "shh",
            "X-RUBRIC-AGENT-ID": "billing",
            "X-RUBRIC-SCENARIO-ID": "cn_01",
            "X-RUBRIC-RUN-ID": "run-1",
            "X-RUBRIC-BATCH-ID": "batch-1",
        },
        (),
    )


def test_an_empty_secret_is_sent_as_an_empty_header() -> None:
    assert headers(secret="").headers["X-RUBRIC-SECRET"] == ""


def test_the_secret_does_not_show_in_the_representation() -> None:
    assert "shh" not in repr(headers())


def test_a_secret_that_cannot_travel_is_left_out_with_a_sentence_that_does_not_quote_it() -> None:
    handshake = headers(secret="shh\n")
    assert handshake.headers["X-RUBRIC-SECRET"] == ""
    (sentence,) = handshake.refused
    assert "shh" not in sentence
    assert "X-RUBRIC-SECRET" in sentence
    assert "AGENTSIM_SECRET" in sentence


@pytest.mark.parametrize(
    ("scenario_id", "sent"),
    [
        ("plain id 100%", "plain id 100%"),
        ("año", "a%C3%B1o"),
        ("a\r\nX-Evil: 1", "a%0D%0AX-Evil: 1"),
        ("", ""),
    ],
)
def test_characters_of_an_id_that_cannot_travel_are_percent_encoded(scenario_id: str, sent: str) -> None:
    handshake = headers(scenario_id=scenario_id)
    assert handshake.headers["X-RUBRIC-SCENARIO-ID"] == sent
    assert handshake.refused == ()


def test_metadata_fields_that_begin_with_x_are_forwarded_and_others_are_not() -> None:
    handshake = headers(
        metadata={"X-Bot-Id": "billing", "x-tenant": "acme", "customer": "cust_1", "XBot": "no"}
    )
    assert custom(handshake) == {"X-Bot-Id": "billing", "x-tenant": "acme"}
    assert handshake.refused == ()


@pytest.mark.parametrize(
    ("agent", "profile", "metadata", "sent"),
    [
        ({"X-A": "agent"}, {}, {}, {"X-A": "agent"}),
        ({"X-A": "agent"}, {"X-A": "profile"}, {}, {"X-A": "profile"}),
        ({"X-A": "agent"}, {"X-A": "profile"}, {"X-A": "metadata"}, {"X-A": "metadata"}),
        ({"X-A": "agent"}, {}, {"X-A": "metadata"}, {"X-A": "metadata"}),
        ({"x-a": "agent"}, {"X-A": "profile"}, {}, {"X-A": "profile"}),
        ({"X-A": "agent"}, {"x-a": "profile"}, {"X-a": "metadata"}, {"X-a": "metadata"}),
        (
            {"X-A": "1", "Authorization": "Basic abc"},
            {"X-B": "2"},
            {"X-C": "3"},
            {"X-A": "1", "Authorization": "Basic abc", "X-B": "2", "X-C": "3"},
        ),
        ({"X-A": "agent"}, {"X-A": "bad\nvalue"}, {}, {"X-A": "agent"}),
    ],
)
def test_metadata_goes_before_profile_goes_before_agent_in_any_case(
    agent: dict[str, str], profile: dict[str, str], metadata: dict[str, str], sent: dict[str, str]
) -> None:
    assert custom(headers(agent=agent, profile=profile, metadata=metadata)) == sent


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("text", "text"),
        ("  padded\t", "padded"),
        ("", ""),
        ("café", "café"),
        (7, "7"),
        (1.5, "1.5"),
        (True, "true"),
        (False, "false"),
        (None, "null"),
        (["a", 1], '["a", 1]'),
        ({"k": "ü"}, '{"k": "\\u00fc"}'),
        (dt.date(2026, 1, 31), "2026-01-31"),
        ([dt.date(2026, 1, 31)], '["2026-01-31"]'),
    ],
)
def test_a_metadata_value_is_sent_as_text(value: object, sent: str) -> None:
    assert custom(headers(metadata={"X-Field": value})) == {"X-Field": sent}


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        *[(name, "v", "X-RUBRIC-") for name in RESERVED],
        ("x-rubric-secret", "v", "X-RUBRIC-"),
        ("X-Rubric-Anything", "v", "X-RUBRIC-"),
        ("X-Evil", "a\r\nX-RUBRIC-SECRET: b", "line break"),
        ("X-Evil", "a\nb", "line break"),
        ("X-Evil", "trailing\n", "line break"),
        ("X-Evil", "a\x00b", "control character"),
        ("X-Evil", "a\x7fb", "control character"),
        ("X-Evil", "a\x85b", "control character"),
        ("X-Name", "Čapek", "Latin-1"),
        ("X-Name", "😀", "Latin-1"),
        ("X-Name", "\ud800", "Latin-1"),
        ("X-Evil: a\r\nX-B", "v", "not an HTTP header name"),
        ("X-With Space", "v", "not an HTTP header name"),
        ("X-Ünï", "v", "not an HTTP header name"),
        ("X-Colon:", "v", "not an HTTP header name"),
        ("X-Newline\n", "v", "not an HTTP header name"),
    ],
)
@pytest.mark.parametrize("source", ["agent", "profile", "metadata"])
def test_what_must_not_be_sent_is_refused_with_a_sentence(
    source: str, name: str, value: str, fault: str
) -> None:
    handshake = headers(**{source: {name: value}})  # type: ignore[arg-type]
    assert handshake.headers == headers().headers
    (sentence,) = handshake.refused
    assert fault in sentence
    assert source in sentence
    assert sentence.isprintable()


@pytest.mark.parametrize(
    "name",
    [
        "Host",
        "upgrade",
        "Connection",
        "Sec-WebSocket-Key",
        "sec-websocket-protocol",
        "Content-Length",
        "Transfer-Encoding",
        "TE",
        "Keep-Alive",
        "Proxy-Authorization",
        "Expect",
        "",
    ],
)
def test_the_headers_of_the_connection_itself_cannot_be_replaced(name: str) -> None:
    handshake = headers(agent={name: "evil"})
    assert custom(handshake) == {}
    assert len(handshake.refused) == 1


def test_a_refused_value_is_not_quoted() -> None:
    assert "p4ss" not in headers(agent={"Authorization": "p4ss\n"}).refused[0]


anything = st.text(alphabet=st.characters(), max_size=12)


@settings(deadline=None)
@given(
    anything,
    anything,
    st.dictionaries(anything, anything, max_size=3),
    st.dictionaries(anything.map(lambda name: "X-" + name), anything | st.integers() | st.none(), max_size=3),
)
def test_whatever_the_sources_hold_only_safe_headers_are_sent_once_each(
    secret: str, scenario_id: str, agent: dict[str, str], metadata: dict[str, Any]
) -> None:
    handshake = headers(secret=secret, scenario_id=scenario_id, agent=agent, metadata=metadata)
    names = [name.lower() for name in handshake.headers]
    assert len(names) == len(set(names))
    assert [name for name in handshake.headers if name.lower().startswith("x-rubric-")] == list(RESERVED)
    for name, value in handshake.headers.items():
        line = f"{name}: {value}".encode("latin-1")
        assert not set(line) & (set(range(0x20)) - {0x09})
    assert all(sentence.isprintable() for sentence in handshake.refused)


# --- CHIRP --------------------------------------------------------------------------------------------------


def voice_headers(
    *,
    user: str = "",
    password: str = "",
    scenario_id: str = "cn_01",
    agent: Mapping[str, str] | None = None,
    profile: Mapping[str, str] | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> HandshakeHeaders:
    return chirp_headers(
        user=user,
        password=password,
        scenario_id=scenario_id,
        run_id="run-1",
        batch_id="batch-1",
        agent_headers=agent or {},
        profile_headers=profile or {},
        metadata=metadata or {},
    )


IDS = {"X-Run-Id": "run-1", "X-Scenario-Id": "cn_01", "X-Result-Id": "batch-1"}


def test_the_three_ids_are_always_sent_over_voice() -> None:
    assert voice_headers() == HandshakeHeaders(IDS, ())


@pytest.mark.parametrize(
    ("user", "password", "token"),
    [
        ("Aladdin", "open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),  # the example of RFC 7617, section 2
        ("test", "123£", "dGVzdDoxMjPCow=="),  # that of section 2.1
    ],
)
def test_user_and_password_are_sent_as_basic_authentication(user: str, password: str, token: str) -> None:
    sent = voice_headers(user=user, password=password).headers
    assert sent == {**IDS, "Authorization": f"Basic {token}"}


@pytest.mark.parametrize(("user", "password"), [("acme", ""), ("", "passw0rd"), ("", "")])
def test_nothing_is_sent_unless_both_user_and_password_are_set(user: str, password: str) -> None:
    assert voice_headers(user=user, password=password) == HandshakeHeaders(IDS, ())


def test_an_authorization_header_of_the_agents_settings_is_sent_when_no_credentials_are_set() -> None:
    handshake = voice_headers(user="acme", agent={"authorization": "Bearer abc"})
    assert handshake == HandshakeHeaders({**IDS, "authorization": "Bearer abc"}, ())


def test_an_authorization_header_beside_credentials_is_refused_without_quoting_it() -> None:
    handshake = voice_headers(user="acme", password="passw0rd", agent={"AUTHORIZATION": "Bearer abc"})
    token = base64.b64encode(b"acme:passw0rd").decode()
    assert handshake.headers == {**IDS, "Authorization": f"Basic {token}"}
    (sentence,) = handshake.refused
    assert sentence == (
        "header AUTHORIZATION from the agent's settings was not sent: "
        "user and password are set, which are sent in its place"
    )


def test_over_voice_too_metadata_goes_before_profile_goes_before_agent() -> None:
    handshake = voice_headers(
        agent={"X-A": "agent", "X-B": "agent", "X-C": "agent", "Origin": "https://acme.test"},
        profile={"x-b": "profile", "X-C": "profile"},
        metadata={"x-c": "metadata", "customer": "cust_1"},
    )
    expected = {"X-A": "agent", "x-b": "profile", "x-c": "metadata", "Origin": "https://acme.test"}
    assert handshake == HandshakeHeaders({**IDS, **expected}, ())


@pytest.mark.parametrize("name", [*CHIRP_RESERVED, "x-run-id", "X-RESULT-ID"])
@pytest.mark.parametrize("source", ["agent", "profile", "metadata"])
def test_the_ids_cannot_be_replaced(source: str, name: str) -> None:
    handshake = voice_headers(**{source: {name: "evil"}})  # type: ignore[arg-type]
    assert handshake.headers == IDS
    (sentence,) = handshake.refused
    assert sentence.startswith(f"header {name} from the ")
    assert sentence.endswith("was not sent: that name belongs to the protocol")


@pytest.mark.parametrize("name", ["Host", "Sec-WebSocket-Key", "X-Bad Name", "X-Evil: a"])
def test_over_voice_too_the_headers_of_the_connection_cannot_be_replaced(name: str) -> None:
    handshake = voice_headers(agent={name: "evil"})
    assert handshake.headers == IDS
    assert len(handshake.refused) == 1


def test_each_protocol_reserves_its_own_names_only() -> None:
    assert voice_headers(agent={"X-RUBRIC-SECRET": "shh"}).headers == {**IDS, "X-RUBRIC-SECRET": "shh"}
    assert custom(headers(agent={"X-Run-Id": "mine"})) == {"X-Run-Id": "mine"}


def test_characters_of_an_id_that_cannot_travel_are_percent_encoded_over_voice_too() -> None:
    assert voice_headers(scenario_id="año\n").headers["X-Scenario-Id"] == "a%C3%B1o%0A"


def test_the_password_does_not_show_in_the_representation() -> None:
    token = base64.b64encode(b"acme:passw0rd").decode()
    assert token not in repr(voice_headers(user="acme", password="passw0rd"))


@settings(deadline=None)
@given(
    anything,
    anything,
    st.dictionaries(anything, anything, max_size=3),
    st.dictionaries(anything.map(lambda name: "X-" + name), anything | st.integers() | st.none(), max_size=3),
)
def test_whatever_the_sources_hold_only_safe_headers_are_sent_over_voice(
    user: str, password: str, agent: dict[str, str], metadata: dict[str, Any]
) -> None:
    handshake = voice_headers(user=user, password=password, agent=agent, metadata=metadata)
    names = [name.lower() for name in handshake.headers]
    assert len(names) == len(set(names))
    assert {**handshake.headers, **IDS} == handshake.headers
    for name, value in handshake.headers.items():
        line = f"{name}: {value}".encode("latin-1")
        assert not set(line) & (set(range(0x20)) - {0x09})
    assert all(sentence.isprintable() for sentence in handshake.refused)
