"""How well the agent has understood the caller's words, where it tells what it heard."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

from pytest_agentsim.key_presses import read_keys
from pytest_agentsim.metric_value import Direction, Evidence
from pytest_agentsim.metrics.alignment import changes
from pytest_agentsim.metrics.metric import DoesNotApply, Measurement, Need
from pytest_agentsim.metrics.registry import built_in
from pytest_agentsim.metrics.spoken_words import spoken_words
from pytest_agentsim.metrics.word_weights import MINOR, NEGATIONS, SIGNIFICANT, weight
from pytest_agentsim.result import EventKind, Speaker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pytest_agentsim.metrics.alignment import Change
    from pytest_agentsim.metrics.measured_call import MeasuredCall
    from pytest_agentsim.result import CallResult

__all__ = ["transcription_accuracy", "word_error_rate"]

# platform_spec section i.2
TIERS = ((0, 100.0), (3, 80.0), (6, 60.0), (12, 40.0))  # at most so many weighted errors give the score
LOWEST_TIER = 20.0
MINOR_PENALTY = 0.1
MOST_TURNS = 10  # of more turns, the errors are brought down to so many

_CALLERS = frozenset({"caller", "customer", "human", "testing agent", "user"})
_MOST_SHOWN = 20


@built_in("Transcription Accuracy", direction=Direction.HIGHER, needs=(Need.VOICE,))
def transcription_accuracy(call: MeasuredCall, *, heard: str | Sequence[Any] | None = None) -> Measurement:
    """How well the agent's own transcript of the caller has the caller's words, from 0 to 100. English only.

    What the caller said is known; what the agent heard it has to tell: by metadata `transcript`, by frames
    {"type": "transcript", "data": {"text": ...}} on the voice channel, or else the setting `heard`; each a text, or a
    list of texts or of {role, content}, of which those of the user count. A wrong, missing or added name, noun or
    number counts 1, so does a negation that comes or goes, a verb 0.5, each once however often; all else is minor. In
    more than 10 turns of the caller the sum is divided by their number and multiplied by 10. 0 gives 100, up to 3 gives
    80, up to 6 60, up to 12 40, more 20; each minor variation takes 0.1 off. Another way of writing is no error.
    Details: wer and weighted_errors. Specified in platform_spec i.2, where words are weighed by a model; here by lists
    of frequent words.
    """
    language = call.result.language.casefold().partition("-")[0]
    if language != "en":
        raise DoesNotApply(f"words can be weighed in English only, not in {language!r}; see word_error_rate")
    found = _Heard.of(call.result, heard)
    major = {_kind(each): each for each in found.changes if _weight(each) > MINOR}
    minor = [each for each in found.changes if _weight(each) == MINOR]
    errors = sum(_weight(each) for each in major.values())
    if found.turns > MOST_TURNS:
        errors = errors / found.turns * MOST_TURNS
    tier = next((score for most, score in TIERS if ceil(errors) <= most), LOWEST_TIER)
    score = max(0.0, tier - MINOR_PENALTY * len(minor))
    return Measurement(
        score,
        (
            f"Major Variations: {_listed(major.values())}",
            f"Minor Variations: {_listed(minor)}",
            f"Metric Score: {score:g}",
            f"WER: {100 * found.error_rate:.1f} %",
        ),
        {"wer": found.error_rate, "weighted_errors": errors},
        tuple(Evidence(_told(each), found.turn_of(each)) for each in major.values()),
    )


@built_in("Word error rate", direction=Direction.LOWER, needs=(Need.VOICE,))
def word_error_rate(call: MeasuredCall, *, heard: str | Sequence[Any] | None = None) -> Measurement:
    """The share of the caller's words that the agent got wrong: (substitutions + deletions + insertions) / words.

    It is 0 at best and may be above 1. What the agent heard is known as for `transcription_accuracy`. Words are
    compared without case, punctuation and ways of writing; of languages that do not part words by spaces, signs are.
    Details: substitutions, deletions, insertions, words. Specified in platform_spec i.2, there in percent.
    """
    found = _Heard.of(call.result, heard)
    added, gone = (sum(getattr(each, side) is None for each in found.changes) for side in ("said", "heard"))
    return Measurement(
        found.error_rate,
        (f"{len(found.changes)} of {len(found.words)} words",),
        {
            "substitutions": len(found.changes) - added - gone,
            "deletions": gone,
            "insertions": added,
            "words": len(found.words),
        },
        tuple(Evidence(_told(each), found.turn_of(each)) for each in found.changes[:_MOST_SHOWN]),
    )


@dataclass(frozen=True, slots=True)
class _Heard:
    """The caller's words, each with the number of its turn, how many turns there are, and what became of the words."""

    words: list[tuple[str, int]]
    turns: int
    changes: list[Change]

    @classmethod
    def of(cls, result: CallResult, given: str | Sequence[Any] | None) -> _Heard:
        """Compare what the caller said with what the agent heard. Raises DoesNotApply where either is not known."""
        turns = {
            each.number: spoken_words(read_keys(each.text).words) for each in result.said_by(Speaker.CALLER)
        }
        words = [(word, number) for number, said in turns.items() for word in said]
        if not words:
            raise DoesNotApply("the caller has said nothing")
        texts = list(_texts(result, given))
        if not texts:
            raise DoesNotApply("the agent does not tell what it heard (metadata `transcript`)")
        heard = [word for text in texts for word in spoken_words(text)]
        return cls(words, sum(map(bool, turns.values())), changes([word for word, _ in words], heard))

    @property
    def error_rate(self) -> float:
        return len(self.changes) / len(self.words)

    def turn_of(self, change: Change) -> int:
        return self.words[min(change.place, len(self.words) - 1)][1]


def _texts(result: CallResult, given: str | Sequence[Any] | None) -> Iterator[str]:
    """Yield what the agent says it has heard, by the best source that there is."""
    if given is not None:
        yield from _of_caller(given)
    elif "transcript" in result.metadata:
        yield from _of_caller(result.metadata["transcript"])
    else:
        for event in result.events_of(EventKind.FRAME):
            frame = event.data.get("frame", "")
            if event.data.get("direction") == "received" and '"transcript"' in frame:
                yield from _of_frame(frame)


def _of_caller(told: Any) -> Iterator[str]:
    """Yield the caller's texts of one, of a list, or of a transcript in which the agent's stand as well."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict):
        role = str(told.get("role", "user")).casefold().replace("_", " ").replace("-", " ")
        content = told.get("content", told.get("text"))
        if role in _CALLERS and isinstance(content, str):
            yield content
    elif isinstance(told, list | tuple):
        for each in told:
            yield from _of_caller(each)


def _of_frame(frame: str) -> Iterator[str]:
    try:
        document = json.loads(frame)
    except ValueError:
        return
    if isinstance(document, dict) and document.get("type") == "transcript":
        yield from _of_caller(document.get("data"))


def _weight(change: Change) -> float:
    said, heard = change.said, change.heard
    if (said in NEGATIONS) != (heard in NEGATIONS):
        return SIGNIFICANT
    word = heard if said is None else said
    return MINOR if word is None else weight(word)


def _kind(change: Change) -> tuple[str | None, str | None]:
    """What makes a second error the same as a first: the word that was said, or else the one that was added."""
    return (change.said, None) if change.said is not None else (None, change.heard)


def _told(change: Change) -> str:
    if change.said is None:
        return f"{change.heard!r} was added"
    return (
        f"{change.said!r} was left out"
        if change.heard is None
        else f"{change.said!r} became {change.heard!r}"
    )


def _listed(found: Iterable[Change]) -> str:
    told = [_told(each) for each in found]
    more = f"; {len(told) - _MOST_SHOWN} more" if len(told) > _MOST_SHOWN else ""
    return "; ".join(told[:_MOST_SHOWN]) + more if told else "None"
