"""The frames of X-RUBRIC, both directions (platform_spec section b.1)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pytest_agentsim.session.events import (
    AgentMessage,
    FrameEvent,
    FunctionCalled,
    FunctionReturned,
    MetadataReceived,
    ProtocolViolation,
    ViolationKind,
)
from pytest_agentsim.session.printable import printable
from pytest_agentsim.session.strict_json import JsonError, parse_json

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["decode_frame", "encode_end_call", "encode_message"]

END_CALL = "end_call"
FUNCTION_CALL = "Function Call"
FUNCTION_CALL_RESULT = "Function Call Result"
KNOWN_FIELDS = ("content", "metadata", "type", "role")

MAX_BYTES_PER_CHARACTER = 4  # UTF-8
LONGEST_SAMPLE = 200  # characters
REDACTED = 16_384  # characters; a frame of many megabytes is not searched to its end for 200 of them


def encode_message(content: str) -> str:
    """Return the frame of a caller's turn."""
    # ASCII with escapes: every frame can be sent, whatever is in the content.
    return json.dumps({"content": content})


def encode_end_call(content: str) -> str:
    """Return the frame with which the caller ends the call; `content` may be empty."""
    return json.dumps({"content": content, "type": END_CALL})


def decode_frame(
    frame: str | bytes, *, max_bytes: int, redact: Callable[[str], str] = str
) -> list[FrameEvent]:
    """Return what a frame from the agent says, violations of the protocol included; never raises.

    What violations quote goes through `redact` before it is cut, so that no half of a secret is left over.
    Metadata comes before the message that came with it. A frame that ends the call always gives an
    `AgentMessage`. A field that is null counts as absent; unknown fields are passed over.
    """
    reading = _Reading(frame, redact)
    document = reading.document(max_bytes)
    if document is not None:
        reading.read(document)
    return reading.events


class _Reading:
    """One frame and what has been found in it so far."""

    def __init__(self, frame: str | bytes, redact: Callable[[str], str]) -> None:
        self._frame = frame
        self._redact = redact
        self.events: list[FrameEvent] = []

    def document(self, max_bytes: int) -> dict[str, Any] | None:
        """Return the frame's JSON object, if it is one."""
        frame = self._frame
        if isinstance(frame, bytes):
            self._violation(ViolationKind.BINARY_FRAME, "a binary frame; X-RUBRIC knows only text frames")
            return None
        if _is_larger_than(max_bytes, frame):
            self._violation(ViolationKind.TOO_LARGE, f"a frame of more than {max_bytes} bytes was left out")
            return None
        try:
            document = self._parsed("the frame", frame)
        except JsonError as error:
            self._violation(error.kind, f"the frame cannot be read as JSON: {error}")
            return None
        if not isinstance(document, dict):
            self._violation(ViolationKind.NOT_AN_OBJECT, "the frame is JSON, but not an object")
            return None
        return document

    def read(self, document: dict[str, Any]) -> None:
        """Take in every field of the protocol."""
        if all(document.get(field) is None for field in KNOWN_FIELDS):
            known = ", ".join(KNOWN_FIELDS)
            self._violation(ViolationKind.UNKNOWN_FRAME, f"the object has none of the fields {known}")
            return
        metadata = self._field(document, "metadata", dict, "an object")
        if metadata is not None:
            self.events.append(MetadataReceived(metadata))
        ends_call = self._ends_call(document)
        content: str | None = None
        if self._is_function(document):
            self._function(document)
        else:
            content = self._field(document, "content", str, "a string")
        if content is not None or ends_call:
            self.events.append(AgentMessage(content or "", ends_call))

    def _ends_call(self, document: dict[str, Any]) -> bool:
        kind = self._field(document, "type", str, "a string")
        if kind is not None and kind != END_CALL:
            self._violation(
                ViolationKind.UNKNOWN_TYPE, f'unknown type "{self._quoted(kind, 40)}" (known: "{END_CALL}")'
            )
        return bool(kind == END_CALL)

    def _is_function(self, document: dict[str, Any]) -> bool:
        role = self._field(document, "role", str, "a string")
        if role is None or role in (FUNCTION_CALL, FUNCTION_CALL_RESULT):
            return role is not None
        known = f'"{FUNCTION_CALL}", "{FUNCTION_CALL_RESULT}"'
        self._violation(
            ViolationKind.UNKNOWN_ROLE, f'unknown role "{self._quoted(role, 40)}" (known: {known})'
        )
        return False

    def _function(self, document: dict[str, Any]) -> None:
        data = self._field(document, "data", dict, "an object")
        if data is None:
            if document.get("data") is None:
                self._missing("data")
            return
        if document["role"] == FUNCTION_CALL:
            self.events.append(
                FunctionCalled(
                    self._label(data, "id"), self._label(data, "name"), self._json_text(data, "arguments")
                )
            )
        else:
            name = self._label(data, "name") if "name" in data else ""
            self.events.append(
                FunctionReturned(self._label(data, "id"), name, self._json_text(data, "result"))
            )

    def _label(self, data: dict[str, Any], field: str) -> str:
        value = data.get(field)
        if isinstance(value, str):
            return value
        if value is None:
            self._missing(f"data.{field}")
            return ""
        self._violation(ViolationKind.WRONG_TYPE, f'"data.{field}" must be a string')
        # A numeric id still tells which call a result belongs to.
        return str(value) if isinstance(value, int | float) else ""

    def _json_text(self, data: dict[str, Any], field: str) -> Any:
        if field not in data:
            self._missing(f"data.{field}")
            return None
        value = data[field]
        if not isinstance(value, str):
            return value
        try:
            return self._parsed(f'"data.{field}"', value)
        except JsonError as error:
            self._violation(error.kind, f'"data.{field}" is not JSON and is kept as text: {error}')
            return value

    def _parsed(self, what: str, text: str) -> Any:
        value, mended = parse_json(text)
        if mended:
            message = f"{what} has half of a surrogate pair; it was replaced by U+FFFD"
            self._violation(ViolationKind.LONE_SURROGATE, message)
        return value

    def _field(self, document: dict[str, Any], field: str, expected: type, expected_name: str) -> Any:
        value = document.get(field)
        if value is None or isinstance(value, expected):
            return value
        self._violation(ViolationKind.WRONG_TYPE, f'"{field}" must be {expected_name}')
        return None

    def _missing(self, field: str) -> None:
        self._violation(ViolationKind.MISSING_FIELD, f'"{field}" is missing')

    def _violation(self, kind: ViolationKind, message: str) -> None:
        self.events.append(ProtocolViolation(kind, message, self._quoted(self._frame, LONGEST_SAMPLE)))

    def _quoted(self, text: str | bytes, limit: int) -> str:
        beginning = text[:REDACTED]
        if isinstance(beginning, bytes):
            beginning = beginning.decode("utf-8", "backslashreplace")
        return printable(self._redact(beginning), limit)


def _is_larger_than(max_bytes: int, frame: str) -> bool:
    # Encoding is only worth its time when the number of characters does not decide.
    if len(frame) > max_bytes or len(frame) * MAX_BYTES_PER_CHARACTER <= max_bytes:
        return len(frame) > max_bytes
    return len(frame.encode("utf-8", "surrogatepass")) > max_bytes
