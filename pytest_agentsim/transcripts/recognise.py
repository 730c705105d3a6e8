"""Tells which of the formats a list of entries is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pytest_agentsim.transcripts import (
    cekura,
    cekura_chat,
    deepgram,
    elevenlabs,
    livekit,
    pipecat,
    retell,
    vapi,
    webhook,
)
from pytest_agentsim.transcripts.entry import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytest_agentsim.transcripts.entry import Problems

__all__ = ["FORMATS", "TEXT", "check_format", "recognise"]

TEXT = "cekura_text"

_FITS: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "cekura": cekura.fits,
    "cekura_chat": cekura_chat.fits,
    "vapi": vapi.fits,
    "retell": retell.fits,
    "deepgram": deepgram.fits,
    "elevenlabs": elevenlabs.fits,
    "pipecat": pipecat.fits,
    "livekit": livekit.fits,
    "webhook": webhook.fits,
}
# These look the same, and are read alike.
_ALIKE = {"cekura_chat", "livekit"}

FORMATS = ("cekura", TEXT, *list(_FITS)[1:])
"""The names of all formats, in the order of platform_spec section k."""


def check_format(name: str, problems: Problems) -> None:
    """Raise TranscriptError if there is no such format."""
    if name not in FORMATS:
        raise problems.refuse(f"there is no format {shown(name)}; those that there are: {', '.join(FORMATS)}")


def recognise(entries: Sequence[Any], problems: Problems) -> str:
    """Return the name of the format that most of the entries look like.

    Raises TranscriptError where there are no entries, fewer than half look like any one format, or as many look like
    another one.
    """
    objects = [entry for entry in entries if isinstance(entry, Mapping)]
    if not objects:
        raise problems.refuse("the transcript has no entries" if not entries else _not_objects(entries))
    counts = {name: sum(fits(entry) for entry in objects) for name, fits in _FITS.items()}
    most = max(counts.values())
    if 2 * most < len(objects) or not most:
        raise problems.refuse(_unknown(objects))
    best = [name for name, count in counts.items() if count == most]
    if len(best) > 1 and set(best) != _ALIKE:
        raise problems.refuse(
            f"its entries may be of the formats {' and '.join(best)}; say which with format={best[0]!r} "
            f"(--format {best[0]})"
        )
    return best[-1]


def _not_objects(entries: Sequence[Any]) -> str:
    return f"its entries are no objects; the first is {shown(entries[0])}"


def _unknown(objects: Sequence[Mapping[str, Any]]) -> str:
    first = objects[0]
    keys = ", ".join(map(str, list(first)[:8])) or "no keys"
    role = f" and the role {shown(first['role'])}" if "role" in first else ""
    return (
        f"its entries look like none of the formats {', '.join(FORMATS)}: the first has {keys}{role}; "
        "if it is one of them, say which with format= (--format)"
    )
