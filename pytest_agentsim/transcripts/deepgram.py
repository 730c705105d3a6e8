"""Deepgram (platform_spec section k.6): words in order of time, each with the number of who has spoken it.

``{word, start, end, confidence, speaker, speaker_confidence, punctuated_word}`` in seconds. Of a recording with several
channels, `channel` is what tells the speakers apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.result import Speaker
from pytest_agentsim.transcripts.told import Said, Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pytest_agentsim.transcripts.entry import Entry, Problems

__all__ = ["fits", "read"]

# s. On channels of their own both sides may speak at once: what one says is not cut in two by every word of the other,
# but only where it pauses.
PAUSE = 0.5


def fits(entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry looks like one of this format."""
    return all(key in entry for key in ("word", "start", "end"))


def read(entries: Sequence[Entry], problems: Problems, *, agent_speaker: int | None) -> Told:
    """Read the words of a transcript; `agent_speaker` is the number that the agent has in it."""
    own_channels = any("channel" in entry.data for entry in entries)
    words = [(number, word) for entry in entries if (word := _word(entry)) for number in [_speaker(entry)]]
    numbers = sorted({number for number, _ in words if number is not None})
    if agent_speaker not in numbers and entries and numbers:
        problems.add(_which_is_the_agent(numbers, agent_speaker))
    said = [
        Said(
            each.place,
            Speaker.AGENT if number == agent_speaker else Speaker.CALLER,
            each.text,
            each.time,
            each.end,
        )
        for number, each in words
    ]
    return Told(tuple(_joined(_by_side(said) if own_channels else said)))


def _which_is_the_agent(numbers: Sequence[int], agent_speaker: int | None) -> str:
    known = ", ".join(map(str, numbers))
    problem = (
        f"the transcript numbers its speakers ({known}) and does not tell which one is the agent"
        if agent_speaker is None
        else f"there is no speaker {agent_speaker}, only {known}"
    )
    return f"{problem}; say it with agent_speaker={numbers[0]} (--agent-speaker {numbers[0]})"


def _word(entry: Entry) -> Said | None:
    written = entry.data.get("punctuated_word") or entry.data.get("word")
    if not isinstance(written, str):
        entry.wrong("word", "a string")
        return None
    start, end = entry.span("start", "end")
    if entry.data.get("start") is None:
        entry.wrong("start", "seconds")
    if entry.data.get("end") is None:
        entry.wrong("end", "seconds")
    return Said(entry.place, Speaker.CALLER, written, start, end)


def _speaker(entry: Entry) -> int | None:
    key = "channel" if "channel" in entry.data else "speaker"
    value = entry.data.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    entry.wrong(key, "the number of a speaker, which Deepgram gives with diarize=true or multichannel=true")
    return None


def _by_side(words: Iterable[Said]) -> list[Said]:
    """Return what each side says between two of its pauses, in order of time."""
    ordered = sorted(words, key=_began)
    stretches: list[Said] = []
    for speaker in Speaker:
        mine: list[Said] = []
        for word in ordered:
            if word.speaker is not speaker:
                continue
            if mine and _began(word) - _ended(mine[-1]) < PAUSE:
                mine[-1] = _longer(mine[-1], word)
            else:
                mine.append(word)
        stretches += mine
    return sorted(stretches, key=_began)


def _joined(pieces: Iterable[Said]) -> list[Said]:
    """Return the turns: what one side says until the other does."""
    turns: list[Said] = []
    for piece in pieces:
        if turns and turns[-1].speaker is piece.speaker:
            turns[-1] = _longer(turns[-1], piece)
        else:
            turns.append(piece)
    return turns


def _longer(one: Said, more: Said) -> Said:
    return Said(one.place, one.speaker, f"{one.text} {more.text}", one.time, more.end or one.end)


def _began(said: Said) -> float:
    return 0.0 if said.time is None else said.time.seconds


def _ended(said: Said) -> float:
    return _began(said) if said.end is None else said.end.seconds
