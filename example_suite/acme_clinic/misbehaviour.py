"""Ways to be a bad agent on purpose, for those who want to see a test fail.

The greeting is always as it should be; with ``X-Greeting: off`` there is none. After it:

=============== ==========================================================================================
silent          never replies
slow-metadata   sends metadata frames only, one for each message of the caller
drop            aborts the TCP connection at the caller's second message, without a close frame
close           closes the connection with 1000 at the caller's second message, without end_call
hang-up         says goodbye with end_call as soon as the caller has said something
crash           raises an exception at the caller's first message: closed with 1011
garbage         sends malformed JSON before each reply
binary          sends a binary frame before each reply
wrong-types     sends JSON frames whose fields have wrong types before each reply
boilerplate     answers everything with the same sentence
forgets-tools   says that it has cancelled, moved or booked, and never calls the function for it
wrong-patient   calls its functions with another patient's name
rude            says that a reschedule fee applies wherever it speaks of rescheduling or cancelling
echo-secret     repeats the caller's secret in each reply
hostile         puts script tags, terminal escapes and bidirectional characters into each reply
=============== ==========================================================================================
"""

from __future__ import annotations

import json
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from acme_clinic.replies import Reply, ToolCall

__all__ = ["Misbehaviour", "noise_before", "spoil"]

BOILERPLATE = "Your call is important to us. Please stay on the line."
FEE = "Please note that a reschedule fee of $25 applies."
HANG_UP = "Goodbye!"
HOSTILE = (
    '<script>alert("acme")</script> ]]> \x1b[31mred\x1b[0m \x1b]0;acme\x07 '
    "\u202edetrever\u202c \u2066isolated\u2069"
)

_CHANGING_TOOLS = ("cancel_appointment", "reschedule_appointment", "book_appointment")
_WRONG_TYPES: tuple[Any, ...] = (
    {"content": 42},
    {"content": None},
    {"content": ["Hello"]},
    {"metadata": "cust_123"},
    {"role": "Function Call", "data": []},
    {"role": "Function Call", "data": {"id": 1, "name": None, "arguments": 7}},
    {"role": "Function Call Result", "data": "done"},
    {"role": 5, "data": {}},
    {"type": {"end_call": True}},
    ["content", "Hello"],
    "Hello",
    None,
)


class Misbehaviour(StrEnum):
    """How to misbehave: the values of X-Misbehave and ACME_MISBEHAVE."""

    SILENT = "silent"
    SLOW_METADATA = "slow-metadata"
    DROP = "drop"
    CLOSE = "close"
    HANG_UP = "hang-up"
    CRASH = "crash"
    GARBAGE = "garbage"
    BINARY = "binary"
    WRONG_TYPES = "wrong-types"
    BOILERPLATE = "boilerplate"
    FORGETS_TOOLS = "forgets-tools"
    WRONG_PATIENT = "wrong-patient"
    RUDE = "rude"
    ECHO_SECRET = "echo-secret"
    HOSTILE = "hostile"


def noise_before(how: Misbehaviour | None) -> tuple[str | bytes, ...]:
    """Return the bad frames that go out before a reply."""
    match how:
        case Misbehaviour.GARBAGE:
            return ('{"content": "Hello', "not JSON at all", "")
        case Misbehaviour.BINARY:
            return (b"\x00\xff\xfe Acme \x80",)
        case Misbehaviour.WRONG_TYPES:
            return tuple(json.dumps(frame) for frame in _WRONG_TYPES)
        case _:
            return ()


def spoil(reply: Reply, how: Misbehaviour | None, *, secret: str) -> Reply:
    """Return the reply as a bad agent would give it."""
    match how:
        case Misbehaviour.HANG_UP:
            return replace(reply, text=HANG_UP, tool_calls=(), facts={}, metadata={}, ends_call=True)
        case Misbehaviour.BOILERPLATE:
            return replace(reply, text=BOILERPLATE, tool_calls=(), facts={}, metadata={}, ends_call=False)
        case Misbehaviour.FORGETS_TOOLS:
            kept = tuple(call for call in reply.tool_calls if call.name not in _CHANGING_TOOLS)
            return replace(reply, tool_calls=kept)
        case Misbehaviour.WRONG_PATIENT:
            return replace(reply, tool_calls=tuple(map(_for_somebody_else, reply.tool_calls)))
        case Misbehaviour.RUDE if any(word in reply.text for word in ("reschedul", "cancel", "moved")):
            return replace(reply, text=f"{FEE} {reply.text}")
        case Misbehaviour.ECHO_SECRET:
            return replace(reply, text=f"{reply.text} Your secret is {secret}.")
        case Misbehaviour.HOSTILE:
            return replace(reply, text=f"{reply.text} {HOSTILE}")
        case _:
            return reply


def _for_somebody_else(call: ToolCall) -> ToolCall:
    arguments = {
        key: _somebody_else(value) if key in ("name", "patient") else value
        for key, value in call.arguments.items()
    }
    return replace(call, arguments=arguments)


def _somebody_else(name: str) -> str:
    return "Maria Garcia" if name == "John Smith" else "John Smith"
