"""The frames of the X-RUBRIC text protocol, on the agent's side."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acme_clinic.replies import Reply

__all__ = ["Message", "read_message", "write_reply"]


@dataclass(frozen=True, slots=True)
class Message:
    """One frame of the caller; `content` may be empty."""

    content: str
    ends_call: bool


def read_message(frame: str | bytes) -> Message | None:
    """Return the caller's message, or None for a frame that is none."""
    if isinstance(frame, bytes):
        return None
    try:
        message = json.loads(frame)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict):
        return None
    content, ends_call = message.get("content"), message.get("type") == "end_call"
    if isinstance(content, str):
        return Message(content, ends_call)
    return Message("", ends_call) if ends_call else None


def write_reply(reply: Reply) -> Iterator[str]:
    """Yield the frames of a reply: function calls with their results, facts, and the words last.

    Keys stand in the words as a tag. A reply with nothing to say, nothing pressed and no end has no words.
    """
    for call in reply.tool_calls:
        asked = {"id": call.id, "name": call.name, "arguments": json.dumps(call.arguments)}
        yield json.dumps({"role": "Function Call", "data": asked})
        yield json.dumps(
            {"role": "Function Call Result", "data": {"id": call.id, "result": json.dumps(call.result)}}
        )
    if reply.facts:
        yield json.dumps({"metadata": reply.facts})
    pressed = f'<dtmf digits="{reply.keys}"/>' if reply.keys else ""
    spoken: dict[str, Any] = {"content": f"{pressed} {reply.text}".strip()}
    if reply.metadata:
        spoken["metadata"] = reply.metadata
    if reply.ends_call:
        spoken["type"] = "end_call"
    if spoken != {"content": ""}:
        yield json.dumps(spoken)
