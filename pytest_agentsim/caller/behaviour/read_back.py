"""What the caller answers when the agent reads back what it has understood: yes, or what is wrong about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_agentsim.caller.behaviour.agreement import alike, words_of
from pytest_agentsim.caller.behaviour.known import data_of, is_labelled, known_values
from pytest_agentsim.caller.behaviour.names_said import names_in
from pytest_agentsim.caller.behaviour.values import (
    NUMBERS,
    Kind,
    Value,
    agree,
    comparable,
    in_figures,
    main_value,
    values_in,
)
from pytest_agentsim.caller.matcher.topics import all_processes
from pytest_agentsim.caller.matcher.words import stems
from pytest_agentsim.caller.patterns import lazily
from pytest_agentsim.caller.spoken import look_up, named, said_of, spelled, words_of_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.caller.behaviour.known import Known
    from pytest_agentsim.caller.identity import Identity

__all__ = ["ReadBack", "read_back"]

# "Is that right?" after what is read back, and what announces it before.
ASKED_AFTER = lazily(
    r"\b(?:is|was|are|did i get|do i have|have i got|does|am i)\b[^.?!]{0,40}\b(?:correct|right|accurate)\b"
    r"[^.?!]*(?:\?|$)"
    r"|\b(?:correct|right|yes|isn't it|is that it|is that you)\s*\?|\bdid i (?:hear|get|understand) (?:you|that|it)\b"
    r"|(?<!all )(?<!that's )(?<!that is )\b(?:correct|right)\s*$|\bis that (?:right|correct)\b",
    re.IGNORECASE,
)
ANNOUNCED = lazily(
    r"\b(?:just )?to (?:confirm|double[- ]check|recap|verify|make sure|be sure|clarify|summari[sz]e|repeat)\b"
    r"|\b(?:let me|i'll|i will|i'd like to|can i|may i|i'm going to) (?:just |quickly )?(?:confirm|repeat|recap|verify|"
    r"read|double[- ]check|summari[sz]e|go over|make sure)\b"
    r"|\b(?:can|could|would) you (?:please |just )?(?:confirm|verify) (?:that|if|whether|your|the)\b[^.?!]*"
    r"|\b(?:please )?confirm that\b"
    r"|^\W*(?:(?:ok(?:ay)?|alright|all right|great|perfect|got it|thanks?|thank you|and|then),? )*"
    r"so[, ]+(?:that's|that is|that was|you|it's|i have|i've got|your|we have|this is|the)\b"
    r"|\b(?:i have|i've got|i got|i've put|we have|i put) you (?:down )?(?:as|for|at|under|on)\b"
    r"|\b(?:i heard|you said|did you say|you mentioned|i understood)\b|\b(?:what|here's what) i have is\b",
    re.IGNORECASE,
)
# Questions that want something else than yes or no, and offers.
NO_CHECK = lazily(
    r"^\W*(?:(?:and|so|okay|ok|great|thanks?|thank you|sure|then|or),? )*(?:what|which|when|where|who|whom|whose|how|"
    r"why|would you (?:like|prefer|want)|do you (?:want|prefer|need|have)|(?:shall|should|can|could|may|will) "
    r"(?:i|we|you)|does|did)\b",
    re.IGNORECASE,
)
WISH = lazily(
    r"\byou(?:'d| would)? (?:like|want|need|wish|are calling|'re calling|are looking|'re looking)\b",
    re.IGNORECASE,
)
SENTENCE_END = lazily(
    r"(?<=[.?!])(?<!\b[A-Z]\.)(?<!\b(?:dr|mr|ms|st)\.)(?<!\bmrs\.)(?<!\b[ap]\.m\.)\s+(?=\S)", re.IGNORECASE
)
# What a value is of that the caller does not know: a confirmation number.
SOMETHING_ELSE = lazily(r"\b(?:number|code|id|date|reference|pin|zip)\b", re.IGNORECASE)
FURTHEST_YEARS = 20
SHORTEST_WORDS = 4  # letters that tell something by themselves


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What the caller says of what was read back; `is_wrong` tells that it corrects something."""

    words: str
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """What an agent may be reading back, and whether it asks if it is right, before it or after it."""

    text: str
    asked_after: bool = False
    announced: bool = False


@dataclass(slots=True)
class _Findings:
    """Whether something is as the caller knows it, and the corrections of what is not.

    `of_the_caller` tells that it is beyond doubt of the caller, and not of something that the agent has.
    """

    same: bool = False
    of_the_caller: bool = False
    corrections: list[str] = field(default_factory=list)


def read_back(agent_text: str, said: Sequence[tuple[str, str]], identity: Identity) -> ReadBack | None:
    """Answer an agent that reads back what it has understood; None when it does not, or when nobody can tell.

    `said` are the caller's own turns, oldest first, each after what the agent had said before it; where they differ
    from the profile, they count. What the caller knows nothing about is taken to be right.
    """
    part = _part_of(agent_text.replace("\u2019", "'"))
    if not part.text:
        return None
    found = _Reading(said, identity).of(part.text)
    is_check = part.asked_after or part.announced or found.of_the_caller
    if found.corrections:
        return ReadBack(_no(found.corrections, identity), is_wrong=True) if is_check else None
    if part.asked_after or (found.same and is_check):
        return ReadBack("Yes." if identity.terse else "Yes, that's correct.", is_wrong=False)
    return None


def _no(corrections: Sequence[str], identity: Identity) -> str:
    stated = " ".join(dict.fromkeys(corrections))
    keeps_capital = identity.terse or stated.startswith(("I ", "I'"))
    return f"No, {stated if keeps_capital else stated[0].lower() + stated[1:]}"


def _part_of(text: str) -> _Part:
    sentences = [each for each in SENTENCE_END.split(text.strip()) if each]
    after = [place for place, each in enumerate(sentences) if ASKED_AFTER.search(each)]
    before = [place for place, each in enumerate(sentences) if ANNOUNCED.search(each)]
    if after or before:
        end = after[-1] + 1 if after else len(sentences)
        start = before[0] if before and before[0] < end else 0
        return _Part(" ".join(sentences[start:end]), bool(after), bool(before))
    # What a recogniser has written has no marks.
    is_marked = any(mark in text for mark in ".?!")
    questions = (each for each in sentences if each.endswith("?") or not is_marked)
    return _Part(" ".join(each for each in questions if NO_CHECK.match(each) is None))


class _Reading:
    """Compares what is read back with what the caller knows."""

    def __init__(self, said: Sequence[tuple[str, str]], identity: Identity) -> None:
        self._identity = identity
        self._said = [each for _, each in said]
        self._known = tuple(known_values(identity.variables, said))
        self._findings = _Findings()

    def of(self, text: str) -> _Findings:
        written = in_figures(text)
        position = 0
        for value in values_in(written):
            label = re.split(r"[.?!;]", written[position : value.start])[-1]
            position = value.end
            if value.kind is Kind.SPELLED:
                self._compare_spelled(str(value.key[0]))
            else:
                self._compare(value, label)
        for sentence in SENTENCE_END.split(written):
            self._compare_names(sentence)
        self._compare_words(written)
        self._compare_wish(written)
        return self._findings

    def _compare(self, value: Value, label: str) -> None:
        of_its_kind = [each for each in self._known if comparable(each.value, value)]
        labelled = [each for each in of_its_kind if each.name and is_labelled(each.name, label)]
        # What is named is compared with that alone: an account number may be somebody's telephone number.
        same = [each for each in labelled or of_its_kind if agree(each.value, value)]
        meant = same or labelled or _meant(value, label, of_its_kind)
        if not meant:
            return
        if same:
            self._findings.same = True
        else:
            self._findings.corrections.append(meant[-1].correction(self._identity))
        self._findings.of_the_caller |= bool(labelled) or meant[-1].turn == len(self._said) - 1

    def _compare_spelled(self, word: str) -> None:
        name = look_up("name", self._identity.variables)
        for own in name.value.split() if name else ():
            if not alike(own.lower(), word):
                continue
            self._findings.of_the_caller = True
            if own.lower() == word:
                self._findings.same = True
            else:
                self._findings.corrections.append(self._identity.my("name", f"{own}, {spelled(own)}"))
            return

    def _compare_names(self, sentence: str) -> None:
        own = look_up("name", self._identity.variables)
        if own is None:
            return
        others = set(words_of(" ".join(said_of(*each) for each in data_of(self._identity.variables))))
        others |= set(words_of(" ".join(self._said)))
        for name in names_in(sentence):
            if all(any(alike(word, each) for each in words_of(own.value)) for word in name.words):
                self._findings.same = self._findings.of_the_caller = True
            elif name.is_plain and not set(name.words) <= others:
                self._findings.corrections.append(self._identity.my("name", own.value))
                self._findings.of_the_caller |= name.of_the_caller

    def _compare_words(self, text: str) -> None:
        """Compare what is neither a name nor a value: an address, a plan, a city."""
        words = words_of(text)
        for key, value in data_of(self._identity.variables):
            own = said_of(key, value)
            if "name" in words_of_key(key) or main_value(own) is not None:
                continue
            wanted = words_of(own.split(",")[0])
            windows = (words[start : start + len(wanted)] for start in range(len(words) - len(wanted) + 1))
            if len("".join(wanted)) < SHORTEST_WORDS:
                continue
            if any(alike(" ".join(window), " ".join(wanted)) for window in windows):
                self._findings.same = True
            elif _states_another(named(key), text):
                self._findings.corrections.append(self._identity.my(named(key), own))
                self._findings.of_the_caller = True

    def _compare_wish(self, text: str) -> None:
        """Compare the business that the agent has understood with what the caller has asked for."""
        understood = all_processes(stems(text)) if WISH.search(text) else frozenset()
        asked = [(each, all_processes(stems(each))) for each in self._said]
        wanted = {name for _, names in asked for name in names}
        if not understood or not wanted:
            return
        if understood & wanted:
            self._findings.same = True
        else:
            self._findings.corrections.append(next(each for each, names in asked if names))


def _meant(value: Value, label: str, known: Sequence[Known]) -> list[Known]:
    """Return which of the caller's values the agent has got wrong, where it does not name it; the last one counts."""
    if value.kind in NUMBERS and SOMETHING_ELSE.search(label):
        return []
    last = max((each.turn for each in known), default=-1)
    recent = [each for each in known if each.turn == last]
    if last >= 0:
        return [
            each for each in recent if value.kind is not Kind.DATE or _is_near(each.value, value, said=True)
        ]
    # Of what it has not said, only what can be nothing else.
    if value.kind in NUMBERS:
        size = len(str(value.key[0]))
        recent = [each for each in recent if abs(len(str(each.value.key[0])) - size) <= 1]
    elif value.kind is Kind.DATE:
        recent = [each for each in recent if _is_near(each.value, value, said=False)]
    elif value.kind is not Kind.EMAIL:
        return []
    return recent if len(recent) == 1 else []


def _is_near(known: Value, stated: Value, *, said: bool) -> bool:
    """Whether one date may be the other, misheard: a date of birth is no appointment."""
    mine, theirs = known.key[2], stated.key[2]
    if mine is None or theirs is None:
        return said and (mine is None) == (theirs is None)
    return abs(int(mine) - int(theirs)) <= FURTHEST_YEARS


def _states_another(name: str, text: str) -> bool:
    return (
        re.search(
            rf"\b{re.escape(name.split()[-1])}(?: is|:| as| to) (?!correct|right|still|the same)[\w' -]{{2,60}}",
            text,
            re.IGNORECASE,
        )
        is not None
    )
