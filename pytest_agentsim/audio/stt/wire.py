"""The frames that travel between a pool of recognisers and its worker processes.

A frame is the length of what follows (4 bytes, big-endian), its kind (1 byte), the number of the utterance
(4 bytes) and a payload: audio, or JSON in UTF-8.
"""

from __future__ import annotations

import json
import struct
from enum import IntEnum
from typing import Any, NamedTuple

__all__ = ["HEADER", "Frame", "Kind", "decoded", "encoded", "length_of"]

HEADER = 4  # bytes
_HEAD = struct.Struct(">IBI")
_AFTER_LENGTH = struct.Struct(">BI")


class Kind(IntEnum):
    """What a frame says; SETUP comes first and only once, with utterance 0."""

    SETUP = 1  # to the worker: {"name", "settings"}
    OPEN = 2  # to the worker: {"use", "language", "hints"}
    AUDIO = 3  # to the worker
    FINISH = 4  # to the worker
    CANCEL = 5  # to the worker; nothing comes back
    PARTIAL = 6  # from the worker: {"text"}
    RESULT = 7  # from the worker, and the last of the utterance: {"text", "confidence"}
    FAILED = 8  # from the worker, and the last of the utterance: {"error", "message"}


class Frame(NamedTuple):
    """One frame; `body` is the payload as it travels."""

    kind: Kind
    utterance: int
    body: bytes

    @property
    def fields(self) -> dict[str, Any]:
        """The payload of a frame that carries JSON."""
        fields: dict[str, Any] = json.loads(self.body)
        return fields


def encoded(kind: Kind, utterance: int, payload: bytes | dict[str, Any] = b"") -> bytes:
    """Return the bytes of a frame."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return _HEAD.pack(_AFTER_LENGTH.size + len(body), kind, utterance) + body


def length_of(header: bytes) -> int:
    """Return how many bytes follow these first HEADER bytes of a frame."""
    return int.from_bytes(header, "big")


def decoded(rest: bytes) -> Frame:
    """Return the frame of which this is all but its length."""
    kind, utterance = _AFTER_LENGTH.unpack_from(rest)
    return Frame(Kind(kind), utterance, rest[_AFTER_LENGTH.size :])
