"""Reads a transcript, from a file or from data, to the calls that are in it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_agentsim.session.strict_json import JsonError, parse_json
from pytest_agentsim.transcripts import (
    cekura,
    cekura_chat,
    cekura_text,
    deepgram,
    elevenlabs,
    livekit,
    pipecat,
    retell,
    vapi,
    webhook,
)
from pytest_agentsim.transcripts.building import built
from pytest_agentsim.transcripts.entry import Problems, entries_of
from pytest_agentsim.transcripts.envelope import Found, transcripts_in
from pytest_agentsim.transcripts.recognise import TEXT, check_format, recognise
from pytest_agentsim.transcripts.told import About, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pytest_agentsim.result import CallResult
    from pytest_agentsim.transcripts.entry import Entry

__all__ = ["Read", "Source", "read_all", "read_one"]

Source = str | Path | list[Any] | dict[str, Any]
"""A path, the text of a transcript, or its JSON."""

_READ: Mapping[str, Callable[[Sequence[Entry]], Told]] = {
    "cekura": cekura.read,
    "cekura_chat": cekura_chat.read,
    "vapi": vapi.read,
    "retell": retell.read,
    "elevenlabs": elevenlabs.read,
    "pipecat": pipecat.read,
    "livekit": livekit.read,
    "webhook": webhook.read,
}
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Read:
    """A call that was read, and the format that its transcript had; "none" where nobody has said anything."""

    format: str
    result: CallResult


def read_all(
    source: Source,
    format_name: str | None = None,
    *,
    channel: str | None = None,
    language: str = "en",
    agent_speaker: int | None = None,
) -> list[Read]:
    """Return all calls of a transcript. Raises TranscriptError with all that is wrong in it."""
    problems, name, document = _loaded(source)
    if format_name is not None:
        check_format(format_name, problems)
    found = [Found(document, About())] if isinstance(document, str) else transcripts_in(document, problems)
    calls = []
    for number, each in enumerate(found, 1):
        prefix = f"call {number}, " if len(found) > 1 else ""
        chosen, told = _told(each, format_name, problems, prefix, agent_speaker)
        calls.append((chosen, told, each.about))
    problems.raise_found()
    return [
        Read(chosen, built(told, about, problems, name=name, channel=channel, language=language))
        for chosen, told, about in calls
    ]


def read_one(
    source: Source,
    format_name: str | None = None,
    *,
    channel: str | None = None,
    language: str = "en",
    agent_speaker: int | None = None,
) -> Read:
    """Return the only call of a transcript. Raises TranscriptError also where there are none or several."""
    calls = read_all(source, format_name, channel=channel, language=language, agent_speaker=agent_speaker)
    if len(calls) == 1:
        return calls[0]
    is_file = isinstance(source, Path) or (isinstance(source, str) and not _is_content(source))
    problems = Problems(str(source) if is_file else "")
    raise problems.refuse(
        f"it holds {len(calls)} calls; give one of them, or read all with `agentsim import`"
    )


def _told(
    found: Found, format_name: str | None, problems: Problems, prefix: str, agent_speaker: int | None
) -> tuple[str, Told]:
    if isinstance(found.entries, str):
        if format_name not in (None, TEXT):
            raise problems.refuse(f"it is a text, which the format {format_name} is not", prefix.rstrip(", "))
        return TEXT, cekura_text.read(found.entries, problems)
    if found.said_format == "none":
        return "none", Told(())
    chosen = format_name or (found.said_format if found.said_format in _READ else "")
    chosen = chosen or recognise(found.entries, problems)
    entries = entries_of(found.entries, problems, prefix)
    if chosen == "deepgram":
        return chosen, deepgram.read(entries, problems, agent_speaker=agent_speaker)
    if chosen == TEXT:
        raise problems.refuse(f"it is JSON, which the format {TEXT} is not", prefix.rstrip(", "))
    return chosen, _READ[chosen](entries)


# --- the document ---------------------------------------------------------------------------------------------------


def _loaded(source: Source) -> tuple[Problems, str, Any]:
    """Return where problems go, the name of the transcript, and its JSON or text."""
    if isinstance(source, str) and not _is_content(source):
        source = Path(source)
    if isinstance(source, Path):
        problems = Problems(str(source))
        return problems, source.stem, _document(_text_of(source, problems), problems)
    problems = Problems()
    if isinstance(source, str):
        return problems, "transcript", _document(source, problems)
    try:
        return problems, "transcript", parse_json(json.dumps(source))[0]
    except (JsonError, TypeError, ValueError, RecursionError) as error:
        raise problems.refuse(f"it holds what cannot be JSON: {error}") from None


def _is_content(text: str) -> bool:
    return "\n" in text or text.lstrip()[:1] in ("[", "{") or cekura_text.fits(text)


def _text_of(path: Path, problems: Problems) -> str:
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise problems.refuse(f"the file cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise problems.refuse("the file is not UTF-8 text") from None


def _document(text: str, problems: Problems) -> Any:
    text = text.removeprefix(_BYTE_ORDER_MARK)
    try:
        return parse_json(text)[0]
    except JsonError as error:
        if cekura_text.fits(text):
            return text
        reason = str(error)
    raise problems.refuse(
        f"it is neither JSON nor lines of the form [MM:SS] Role: text: {reason}{_advice(text, reason)}"
    )


def _advice(text: str, reason: str) -> str:
    at = re.search(r"\(char (\d+)\)", reason)
    quote = at is not None and text[int(at[1]) : int(at[1]) + 1] == "'"
    return "; strings stand in double quotes in JSON" if quote else ""
