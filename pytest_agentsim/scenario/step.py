"""One step of a behavioural scenario's instructions: what the caller does, and when (platform_spec section d.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pytest_agentsim.scenario.problems import Location

__all__ = ["Parts", "Step", "parts_of", "tells_when"]

# Verbs with which the action of a step begins: after "When asked for your name," one of them follows.
_SAYING = (
    "provide|give|say|state|tell|spell|confirm|verify|ask|request|choose|select|pick|accept|agree|decline|refuse|"
    "reject|insist|explain|mention|report|express|answer|respond|reply|thank|apologi[sz]e|end|hang|press|enter|dial|"
    "type|key|send|text|repeat|correct|deny|claim|complain|inform|let|greet|introduce|share|specify|take|opt|go|"
    "use|cancel|demand|describe|offer|show|read|indicate|admit|add|clarify|push|point|wait|listen|stay|remain|act|"
    "be|keep|do|politely|calmly|then|also|please|just|simply|firmly"
)
_CONNECTOR = (
    r"(?:(?:only )?(?:when(?:ever)?|if|once|after|as soon as|upon being|in case)|(?:the )?(?:moment|time))"
)
_SPEAKER = (
    r"(?:the (?:main |voice |ai |virtual )?(?:agent|assistant|bot|ivr|system|representative|receptionist|menu|call|"
    r"line)|they|it|someone)"
)
# What the other side does to the caller: with it a clause is a trigger beyond doubt.
_DONE_TO_YOU = (
    r"(?:you(?:'re|\u2019re| are| get)\s+|being\s+)?(?:then |also |first |finally |again |only )?"
    r"(?:re-?)?(?:asked|told|offered|prompted|informed|given|presented|requested|greeted|transferred|connected|"
    r"notified|advised|questioned|shown|put|placed|thanked|quoted|invited|instructed|warned|reminded|read)\b"
)
_STRONG = re.compile(rf"\b{_CONNECTOR}\s+(?={_DONE_TO_YOU}|{_SPEAKER}\s)", re.IGNORECASE)
_WEAK = re.compile(r"\b(?:only )?(?:when|once|as soon as)\s+(?=\S)", re.IGNORECASE)
_IF = re.compile(r"\b(?:only )?if\s+(?=\S)", re.IGNORECASE)
_LEADING = re.compile(rf"{_CONNECTOR}\s+(?=\S)", re.IGNORECASE)
# "Ask when …" asks for a time, and "Ask if …" a question.
_ASKING = re.compile(
    r"\b(?:ask(?:ing)?|inquire|enquire|wonder|know|check|find out|sure|unsure|see|remember)(?: (?:them|about))?\s*$",
    re.IGNORECASE,
)
_ACTION_AFTER_COMMA = re.compile(rf"\s*[,;:]\s*(?=(?:{_SAYING})\b)", re.IGNORECASE)
_ACTION_AFTER_WORDS = re.compile(
    r"(?<!\bto)(?<!\bor)(?<!\band)\s+(?=(?:say|give|provide|state|answer|respond|reply|choose|tell|end|hang up)\s)",
    re.IGNORECASE,
)
_COMMA = re.compile(r"\s*[,;:]\s+")
# What a step volunteers beside its answer: "when asked for your name, and also mention …".
_VOLUNTEERED = re.compile(
    r"\s*,?\s+and\s+(?:(?:also|then)\s+(?:to\s+)?|(?=mention\b|add\b|thank\b|volunteer\b|point out\b))"
    r"(?=(?:mention|say|add|tell|ask|explain|state|request|note|point out|thank|let|volunteer|spell|end|hang)\b)",
    re.IGNORECASE,
)
_CORRECT = re.compile(
    r"[,;]?\s*\b(?:and|or)\s+correct\s+(?:it|them|this|any \w+|(?:the |your )?[\w ]{1,30}?)?\s*(?:if|when|where)\s+"
    r"(?:(?:it|they)(?:'s|\u2019s| is| are)\s+|any(?:thing)?\s+is\s+)?"
    r"(?:wrong|incorrect|needed|necessary|not (?:right|correct))",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.;!?]\s+(?=[A-Z])")
_ASIDE = re.compile(r"\s+(?:\u2014|\u2013|--?)\s+.*$|\s*\([^()]*\)\s*$", re.DOTALL)


class Parts(NamedTuple):
    """What a step does and the clause that says when, without its "when"; either may be empty.

    `corrects` tells that it ends in "and correct if wrong".
    """

    action: str
    when: str
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A step as its author wrote it.

    `number` is what reports call it by. `source` begins `offset` characters into the instructions.
    """

    number: int
    source: str
    offset: int
    location: Location | None = None

    @property
    def text(self) -> str:
        """The step in one line."""
        return " ".join(self.source.split())

    @property
    def parts(self) -> Parts:
        return parts_of(self.text)


def parts_of(text: str) -> Parts:
    """Split a step into what is done and when: "Provide your name when asked for it", or the other way round."""
    text = text.strip().rstrip(".;, ")
    corrected = _CORRECT.sub("", text)
    action, when = (each.strip(" ,;:") for each in _split(corrected.strip()))
    when, more = _cut(_SENTENCE_END, when)
    when, volunteered = _cut(_VOLUNTEERED, when)
    for joint, added in ((" and ", volunteered), (". ", more)):
        action = f"{action}{joint}{added}" if action and added else action or added
    return Parts(action, _ASIDE.sub("", when).strip(" ,;:."), corrected != text)


def tells_when(sentence: str) -> bool:
    """Whether a sentence says beyond doubt what it waits for: "when asked for …", "once the agent …"."""
    return _STRONG.search(sentence) is not None


def _split(text: str) -> tuple[str, str]:
    leading = _LEADING.match(text)
    if leading is not None:
        clause = text[leading.end() :]
        cut = (
            _ACTION_AFTER_COMMA.search(clause) or _COMMA.search(clause) or _ACTION_AFTER_WORDS.search(clause)
        )
        return (clause[cut.end() :], clause[: cut.start()]) if cut else ("", clause)
    for pattern in (_STRONG, _WEAK, _IF):
        for found in pattern.finditer(text):
            before = text[: found.start()]
            if before.strip() and _ASKING.search(before) is None:
                return before, text[found.end() :]
    return text, ""


def _cut(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    found = pattern.search(text)
    return (text[: found.start()], text[found.end() :]) if found else (text, "")
