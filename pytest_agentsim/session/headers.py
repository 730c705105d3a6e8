"""The HTTP headers of the handshakes of X-RUBRIC and of CHIRP."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from pytest_agentsim.session.printable import printable

__all__ = [
    "CHIRP_RESERVED",
    "CREDENTIALS_HINT",
    "RESERVED",
    "SECRET_HINT",
    "HandshakeHeaders",
    "basic_token",
    "chirp_headers",
    "handshake_headers",
]

# platform_spec section b.1
SECRET, AGENT_ID, SCENARIO_ID, RUN_ID, BATCH_ID = RESERVED = (
    "X-RUBRIC-SECRET",
    "X-RUBRIC-AGENT-ID",
    "X-RUBRIC-SCENARIO-ID",
    "X-RUBRIC-RUN-ID",
    "X-RUBRIC-BATCH-ID",
)
RESERVED_PREFIX = "x-rubric-"

# platform_spec section a ("Custom upgrade headers")
CHIRP_RUN_ID, CHIRP_SCENARIO_ID, CHIRP_RESULT_ID = CHIRP_RESERVED = (
    "X-Run-Id",
    "X-Scenario-Id",
    "X-Result-Id",
)
CHIRP_RESERVED_IN_LOWER_CASE = frozenset(name.lower() for name in CHIRP_RESERVED)
AUTHORIZATION = "Authorization"

SECRET_HINT = "set it by AGENTSIM_SECRET, --agentsim-secret or the agent fixture to what the agent expects"  # noqa: S105
CREDENTIALS_HINT = (
    "set them by AGENTSIM_USER and AGENTSIM_PASSWORD, --agentsim-user and --agentsim-password or the agent fixture "
    "to what the agent expects"
)

# RFC 9110 sections 5.6.2 (token), 5.5 (field values) and 7.6.1 (hop-by-hop fields); RFC 6455 section 11.3.
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
FIELD_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")
PRINTABLE_ASCII = "".join(map(chr, range(0x20, 0x7F)))
CONNECTION_HEADERS = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "host",
        "http2-settings",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
HANDSHAKE_PREFIX = "sec-websocket-"


@dataclass(frozen=True, slots=True)
class HandshakeHeaders:
    """The headers to send, and a sentence for each header that is not."""

    headers: dict[str, str] = field(repr=False)
    refused: tuple[str, ...] = ()


def handshake_headers(
    *,
    secret: str,
    agent_id: str,
    scenario_id: str,
    run_id: str,
    batch_id: str,
    agent_headers: Mapping[str, str],
    profile_headers: Mapping[str, str],
    metadata: Mapping[str, Any],
) -> HandshakeHeaders:
    """Return the headers of one X-RUBRIC call; never raises.

    A header of the test profile replaces the agent's of the same name (in any case), and an ``X-…`` field of
    the scenario's metadata both. The five headers of the protocol are always there; characters of an id that
    cannot travel in a header are percent-encoded.
    """
    collected = _Collected(_fault_of_rubric_name)
    collected.add_all(agent_headers, profile_headers, metadata)
    ids = {AGENT_ID: agent_id, SCENARIO_ID: scenario_id, RUN_ID: run_id, BATCH_ID: batch_id}
    return collected.with_protocol_headers(
        {
            SECRET: collected.sendable_secret(secret),
            **{name: _sendable_id(value) for name, value in ids.items()},
        }
    )


def chirp_headers(
    *,
    user: str,
    password: str,
    scenario_id: str,
    run_id: str,
    batch_id: str,
    agent_headers: Mapping[str, str],
    profile_headers: Mapping[str, str],
    metadata: Mapping[str, Any],
) -> HandshakeHeaders:
    """Return the headers of one CHIRP call; never raises.

    They are collected as by `handshake_headers`. ``Authorization: Basic …`` is sent when both `user` and
    `password` are set, and then no other source can set that header. The ids are always there.
    """
    ids = {CHIRP_RUN_ID: run_id, CHIRP_SCENARIO_ID: scenario_id, CHIRP_RESULT_ID: batch_id}
    headers = {name: _sendable_id(value) for name, value in ids.items()}
    if user and password:
        headers[AUTHORIZATION] = f"Basic {basic_token(user, password)}"
        collected = _Collected(_fault_of_chirp_name_beside_credentials)
    else:
        collected = _Collected(_fault_of_chirp_name)
    collected.add_all(agent_headers, profile_headers, metadata)
    return collected.with_protocol_headers(headers)


def basic_token(user: str, password: str) -> str:
    """Return what stands for user and password in an ``Authorization: Basic`` header (RFC 7617, UTF-8)."""
    return b64encode(f"{user}:{password}".encode("utf-8", "surrogatepass")).decode("ascii")


class _Collected:
    """Headers by their name in lower case, each with the spelling and the value of the last source."""

    def __init__(self, fault_of_name: Callable[[str], str]) -> None:
        self._fault_of_name = fault_of_name
        self._headers: dict[str, tuple[str, str]] = {}
        self._refused: list[str] = []

    def add_all(
        self, agent: Mapping[str, str], profile: Mapping[str, str], metadata: Mapping[str, Any]
    ) -> None:
        self._add("the agent's settings", agent)
        self._add("the test profile", profile)
        custom = {name: value for name, value in metadata.items() if str(name).lower().startswith("x-")}
        self._add("the scenario's metadata", custom)

    def sendable_secret(self, secret: str) -> str:
        fault = _fault_of_value(secret)
        if not fault:
            return secret
        self._refused.append(f"header {SECRET} was sent empty: {fault}; {SECRET_HINT}")
        return ""

    def with_protocol_headers(self, headers: Mapping[str, str]) -> HandshakeHeaders:
        return HandshakeHeaders({**headers, **dict(self._headers.values())}, tuple(self._refused))

    def _add(self, source: str, fields: Mapping[str, Any]) -> None:
        for given_name, given_value in fields.items():
            name, value = str(given_name), _text(given_value)
            fault = _fault_of_name(name) or self._fault_of_name(name) or _fault_of_value(value)
            if fault:
                self._refused.append(f"header {printable(name, 60)} from {source} was not sent: {fault}")
            else:
                self._headers[name.lower()] = (name, value.strip(" \t"))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, Mapping | list | tuple):
        return json.dumps(value, default=str)
    return str(value)


def _fault_of_name(name: str) -> str:
    lower = name.lower()
    if not TOKEN.fullmatch(name):
        return "its name is not an HTTP header name"
    if lower in CONNECTION_HEADERS or lower.startswith(HANDSHAKE_PREFIX):
        return "it belongs to the connection itself"
    return ""


def _fault_of_rubric_name(name: str) -> str:
    if name.lower().startswith(RESERVED_PREFIX):
        return "names that begin with X-RUBRIC- belong to the protocol"
    return ""


def _fault_of_chirp_name(name: str) -> str:
    return "that name belongs to the protocol" if name.lower() in CHIRP_RESERVED_IN_LOWER_CASE else ""


def _fault_of_chirp_name_beside_credentials(name: str) -> str:
    if name.lower() == AUTHORIZATION.lower():
        return "user and password are set, which are sent in its place"
    return _fault_of_chirp_name(name)


def _fault_of_value(value: str) -> str:
    if FIELD_VALUE.fullmatch(value):
        return ""
    if any(ord(character) > 0xFF for character in value):
        return "its value has a character outside of Latin-1"
    return "its value has a line break or another control character"


def _sendable_id(value: str) -> str:
    return quote(value, safe=PRINTABLE_ASCII, errors="replace")
