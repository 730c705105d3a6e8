"""The HTTP headers of the X-RUBRIC handshake."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from pytest_agentsim.session.printable import printable

__all__ = ["RESERVED", "SECRET_HINT", "HandshakeHeaders", "handshake_headers"]

# platform_spec section b.1
SECRET, AGENT_ID, SCENARIO_ID, RUN_ID, BATCH_ID = RESERVED = (
    "X-RUBRIC-SECRET",
    "X-RUBRIC-AGENT-ID",
    "X-RUBRIC-SCENARIO-ID",
    "X-RUBRIC-RUN-ID",
    "X-RUBRIC-BATCH-ID",
)
RESERVED_PREFIX = "x-rubric-"

SECRET_HINT = "set it by AGENTSIM_SECRET, --agentsim-secret or the agent fixture to what the agent expects"  # noqa: S105

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
    """Return the headers of one call; never raises.

    A header of the test profile replaces the agent's of the same name (in any case), and an ``X-…`` field of
    the scenario's metadata both. The five headers of the protocol are always there; characters of an id that
    cannot travel in a header are percent-encoded.
    """
    collected = _Collected()
    collected.add("the agent's settings", agent_headers)
    collected.add("the test profile", profile_headers)
    custom = {name: value for name, value in metadata.items() if str(name).lower().startswith("x-")}
    collected.add("the scenario's metadata", custom)
    ids = {AGENT_ID: agent_id, SCENARIO_ID: scenario_id, RUN_ID: run_id, BATCH_ID: batch_id}
    headers = {
        SECRET: collected.sendable_secret(secret),
        **{name: _sendable_id(value) for name, value in ids.items()},
        **dict(collected.headers.values()),
    }
    return HandshakeHeaders(headers, tuple(collected.refused))


class _Collected:
    """Headers by their name in lower case, each with the spelling and the value of the last source."""

    def __init__(self) -> None:
        self.headers: dict[str, tuple[str, str]] = {}
        self.refused: list[str] = []

    def add(self, source: str, fields: Mapping[str, Any]) -> None:
        for given_name, given_value in fields.items():
            name, value = str(given_name), _text(given_value)
            fault = _fault_of_name(name) or _fault_of_value(value)
            if fault:
                self.refused.append(f"header {printable(name, 60)} from {source} was not sent: {fault}")
            else:
                self.headers[name.lower()] = (name, value.strip(" \t"))

    def sendable_secret(self, secret: str) -> str:
        fault = _fault_of_value(secret)
        if not fault:
            return secret
        self.refused.append(f"header {SECRET} was sent empty: {fault}; {SECRET_HINT}")
        return ""


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
    if lower.startswith(RESERVED_PREFIX):
        return "names that begin with X-RUBRIC- belong to the protocol"
    if lower in CONNECTION_HEADERS or lower.startswith(HANDSHAKE_PREFIX):
        return "it belongs to the connection itself"
    return ""


def _fault_of_value(value: str) -> str:
    if FIELD_VALUE.fullmatch(value):
        return ""
    if any(ord(character) > 0xFF for character in value):
        return "its value has a character outside of Latin-1"
    return "its value has a line break or another control character"


def _sendable_id(value: str) -> str:
    return quote(value, safe=PRINTABLE_ASCII, errors="replace")
