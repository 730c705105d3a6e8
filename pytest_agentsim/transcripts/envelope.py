"""Finds the entries of a transcript in what the platforms' interfaces and webhooks give, and what is around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_agentsim.session.strict_json import JsonError, parse_json
from pytest_agentsim.transcripts import cekura_text
from pytest_agentsim.transcripts.entry import Entry
from pytest_agentsim.transcripts.told import About

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_agentsim.transcripts.entry import Problems

__all__ = ["Found", "transcripts_in"]

# Where the entries of a call stand, the fullest first.
ENTRIES = (
    "transcript_with_tool_calls",
    "transcript_object",
    "transcript_json",
    "cekura_transcript_json",
    "messages",
    "transcript",
    "items",
)
# What holds one call within a webhook: Retell's, ElevenLabs', Vapi's, the part of Vapi's call with its messages, and
# LiveKit's report of a session.
AROUND_ONE = ("call", "data", "message", "artifact", "history", "chat_history")
# What holds several: a customer's own webhook, and a result of Cekura, of which it is an object by run id.
AROUND_SEVERAL = ("calls", "runs")


@dataclass(frozen=True, slots=True)
class Found:
    """The transcript of one call: a list of entries or a text, and what is known of the call.

    `said_format` is the format that the document names, or empty; "none" for a call on which nobody has said anything.
    """

    entries: list[Any] | str
    about: About
    said_format: str = ""


def transcripts_in(document: object, problems: Problems) -> list[Found]:
    """Return the transcripts of all calls in a document. Raises TranscriptError where there is none."""
    if isinstance(document, list):
        return [Found(document, About())]
    if not isinstance(document, Mapping):
        raise problems.refuse("it holds neither a list of entries nor the object of a call")
    found = list(_in_object(document, {}, problems))
    if not found:
        keys = ", ".join(map(str, list(document)[:8])) or "no keys"
        raise problems.refuse(
            f"no transcript was found in an object with {keys}; it is looked for in {', '.join(ENTRIES)}"
        )
    return found


def _in_object(document: Mapping[str, Any], around: Mapping[str, Any], problems: Problems) -> Iterator[Found]:
    for key in AROUND_SEVERAL:
        several = document.get(key)
        calls = list(several.values()) if isinstance(several, Mapping) else several
        if isinstance(calls, list):
            # Of what is said of all calls together, this alone is true of each.
            of_each = {key: document[key] for key in ("run_as_text",) if key in document}
            for call in calls:
                if isinstance(call, Mapping):
                    yield from _in_object(call, of_each, problems)
            return
    known = {**around, **document}
    for key in ENTRIES:
        if entries := _list_or_text(document.get(key)):
            yield Found(entries, _about(Entry(known, problems)), _said_format(known, key))
            return
    if words := _words_of_deepgram(document):
        metadata = document.get("metadata")
        yield Found(words, _about(Entry(metadata if isinstance(metadata, Mapping) else {}, problems)))
        return
    for key in AROUND_ONE:
        inner = document.get(key)
        if isinstance(inner, Mapping):
            found = list(_in_object(inner, known, problems))
            if found:
                yield from found
                return
    if any(document.get(key) == [] for key in ENTRIES):
        # A call on which nobody has said anything, as one that was not answered.
        yield Found([], _about(Entry(known, problems)), "none")


def _list_or_text(value: object) -> list[Any] | str | None:
    if not isinstance(value, str):
        return value if isinstance(value, list) else None
    if cekura_text.fits(value):
        return value
    try:
        entries = parse_json(value)[0]
    except JsonError:
        return None
    return entries if isinstance(entries, list) else None


def _said_format(document: Mapping[str, Any], key: str) -> str:
    if key == "cekura_transcript_json":
        return "cekura_chat"
    said = document.get("transcript_type")
    return said.lower() if isinstance(said, str) else ""


def _words_of_deepgram(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the words of a whole answer of Deepgram; where it has several channels, each word with its own."""
    results = document.get("results")
    channels = results.get("channels") if isinstance(results, Mapping) else None
    if not isinstance(channels, list):
        return []
    words = []
    for number, channel in enumerate(channels):
        try:
            of_channel = channel["alternatives"][0]["words"]
            own = {"channel": number} if len(channels) > 1 else {}
            words += [{**word, **own} for word in of_channel]
        except (LookupError, TypeError):
            continue
    return words


def _about(call: Entry) -> About:
    metadata = call.data.get("metadata")
    details = Entry(metadata if isinstance(metadata, Mapping) else {}, call.problems, path="metadata.")
    described = call.data.get("scenario")
    scenario = Entry(described if isinstance(described, Mapping) else {}, call.problems, path="scenario.")
    return About(
        name=_first(call, "scenario_name") or _first(scenario, "name"),
        run_id=_first(call, "call_id", "conversation_id", "run_id", "id", "request_id"),
        personality=_first(call, "personality_name") or _first(scenario, "personality_name"),
        began=_epoch(call, "startedAt", "start_timestamp", "started_at")
        or _epoch(details, "start_time_unix_secs"),
        ended=_epoch(call, "endedAt", "end_timestamp", "ended_at"),
        duration=_duration(call, details),
        ended_reason=_first(call, "call_ended_reason", "ended_reason", "endedReason", "disconnection_reason")
        or _first(details, "ended_reason", "termination_reason"),
        status=_first(call, "status", "call_status"),
        channel="text" if call.data.get("run_as_text") is True else "",
        metadata=dict(details.data),
    )


def _first(entry: Entry, *keys: str) -> str:
    return next((text for key in keys if (text := entry.optional_text(key))), "")


def _epoch(entry: Entry, *keys: str) -> float | None:
    for key in keys:
        if entry.data.get(key) is not None:
            moment = entry.moment(key)
            return moment.seconds if moment is not None and moment.is_epoch else None
    return None


def _duration(call: Entry, details: Entry) -> float | None:
    """Return how long the call lasted, as Retell, Vapi, ElevenLabs, or Cekura ("MM:SS") and Deepgram tell."""
    for entry, key, scale in (
        (call, "duration_ms", 0.001),
        (call, "durationSeconds", 1.0),
        (details, "call_duration_secs", 1.0),
    ):
        if entry.data.get(key) is not None:
            return entry.seconds(key, scale=scale)
    moment = call.moment("duration")
    return None if moment is None or moment.is_epoch else moment.seconds
