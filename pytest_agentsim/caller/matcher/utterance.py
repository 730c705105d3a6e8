"""An agent turn as the matcher reads it: its sentences, what each asks and states."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.answers import (
    asked_types,
    asked_which,
    is_of_time,
    question_word_types,
    value_types,
)
from pytest_agentsim.caller.matcher.cues import CUES, Cue, cues_in
from pytest_agentsim.caller.matcher.lexicon import is_identity, things
from pytest_agentsim.caller.matcher.modifiers import specified_nouns
from pytest_agentsim.caller.matcher.sides import sides_of
from pytest_agentsim.caller.matcher.topics import all_processes
from pytest_agentsim.caller.matcher.words import plain, stem, stems
from pytest_agentsim.caller.patterns import lazily

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Form", "Sentence", "Utterance", "read"]


class Form(StrEnum):
    """How a sentence is built."""

    OPEN_QUESTION = "open question"  # what, which, when, ...
    YES_NO_QUESTION = "yes/no question"
    REQUEST = "request"  # please provide, may I have, tell me
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """One sentence, or one clause of it where a question follows a statement.

    `said` are the agent's own words, `text` is what they are read as.
    """

    said: str
    text: str
    lowered: str
    form: Form
    words: frozenset[str]
    asked: frozenset[str]  # types of answer
    asked_by_word: frozenset[str]  # those that "where", "how many" and their like settle
    asked_which: frozenset[str]  # the stems of what is to be named: "which hotel"
    values: frozenset[str]  # types of value
    cues: frozenset[Cue]
    sides: frozenset[tuple[int, bool]]
    processes: frozenset[str]
    things: frozenset[str]
    specified: Mapping[str, frozenset[str]]
    denied: frozenset[str]  # stems
    bearer: str | None  # the stem of whose name it is: "the name of your doctor" is not the caller's
    identities: frozenset[str]  # the stems that tell a piece of data from others of its type
    lists: bool  # several things
    is_choice: bool
    named: bool
    answers_yes_or_no: bool

    @property
    def is_question(self) -> bool:
        return self.form is not Form.STATEMENT

    @property
    def marked(self) -> str:
        """The text with the question mark that belongs to it, which recognisers leave out."""
        unmarked = self.form in (Form.OPEN_QUESTION, Form.YES_NO_QUESTION) and "?" not in self.text
        return f"{self.text}?" if unmarked else self.text

    @property
    def is_check(self) -> bool:
        """Whether it reads something back for confirmation, rather than asking for it."""
        return (
            Cue.CHECK in self.cues
            and self.form is not Form.OPEN_QUESTION
            and bool(self.values or not self.asked)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """A whole agent turn, and what the caller had said before it."""

    text: str
    sentences: tuple[Sentence, ...]
    words: frozenset[str]
    caller_words: frozenset[str]
    caller_types: frozenset[str]
    caller_sides: frozenset[tuple[int, bool]]
    caller_asked: bool
    caller_closing: bool
    caller_agreed: bool
    caller_looking: bool
    checked_before: bool
    offered_more_before: bool
    opens_call: bool
    length: int  # words
    cues: frozenset[Cue]

    @property
    def questions(self) -> tuple[Sentence, ...]:
        return tuple(each for each in self.sentences if each.is_question)

    @property
    def statements(self) -> tuple[Sentence, ...]:
        return tuple(each for each in self.sentences if not each.is_question)

    def has(self, cue: Cue) -> bool:
        """Whether any sentence has a wording."""
        return cue in self.cues


SENTENCE_END = lazily(
    r"(?<=[?!])\s+|(?<=[.;])(?<!\b[a-z]\.)(?<!\b(?:dr|mr|ms|"
    r"st)\.)(?<!\bmrs\.)(?<!\bave\.)\s+(?=\S)|\n+"
)
AUXILIARY = "do|does|did|would|will|can|could|may|might|should|shall|is|are|was|were|have|has"
WH = "what|what's|which|where|where's|when|who|who's|whom|whose|how|why"
# Where a question begins inside a sentence.
CLAUSE = lazily(
    r"(?:[,:-]+|,?\s(?:and|but|so|or|then))\s+(?=(?:(?:(?:and|but|so|also|then|please) "
    rf")?(?:(?:{AUXILIARY}) (?:you|i|we|there|that|this|it)|(?:for|in|on|at|to|from|with)? "
    rf"?(?:{WH})\b(?! (?:i|we|they|you) )|how about|what about|anything else|please "
    r"(?:provide|tell|give|enter|confirm|let|say|state))\b))"
)
RUN_ON = lazily(
    r"\s+(?=(?:(?:may|can|could) i (?:have|get|ask)|(?:can|could|would) you (?:please "
    r")?(?:tell|provide|give|confirm|like|spell|repeat)|would you like|do you (?:want|"
    r"have|need)|what(?:'s| is) your|is there anything|how (?:can|may) i|is that "
    r"(?:correct|right)|please (?:provide|tell|enter|confirm)|shall i|should i|have a "
    r"(?:nice|great|good|wonderful))\b)"
)
# In "when would you like to come" and "how many seats do you need" nothing new begins after the question word.
ASKING_ALREADY = lazily(rf"\b(?:{WH})(?: (?!(?:{AUXILIARY})\b)[\w'-]+){{0,4}}\s*$")
# What closes a list of choices asks whether there is anything else to do only in form.
OPEN_CHOICE = lazily(
    r"\bor (?:maybe |perhaps )?(?:any|some)(?:thing|one|where) else\b|(?<=\? )something else(?=\?)",
    re.IGNORECASE,
)
JOINED = "\u2060"  # stands for the spaces within such a choice, at which nothing is cut
JOINED_CHOICE = lazily(rf"\w+(?:{JOINED}\w+)+")
LEAD_IN = (
    r"^\W*(?:(?:and|so|also|ok|okay|sure|great|alright|all right|then|perfect|well|now|"
    r"thanks|thank you|sorry|yes|no|certainly|right|of course|got it|absolutely|"
    r"no problem|first|next|finally|good|excellent|wonderful|hi|hello|hey|fine|for "
    r"verification|to (?:get started|begin|start|confirm|verify)|before (?:we|i) \w+(?: "
    r"\w+)?|if you don't mind)\b[,!. ]*)*"
)
OPEN = lazily(
    rf"{LEAD_IN}(?:for|in|on|at|to|from|with|about|by|of|under|until)? ?(?:{WH})\b|"
    rf"\b(?:{WH}|at what|for how many)\b(?=[^.!]*\?)|\b(?:what|which|where|when|who|how "
    rf"(?:many|much|long))(?: \w+){{0,3}} (?:do|does|would|are|is|should|can|will|did) "
    r"(?:you|i|we|it|the|your)\b"
)
# "Do you have a preferred time?" asks for the time.
PREFERENCE = lazily(
    r"\b(?:do you have|is there|are there|have you(?: got)?|got|did you have) (?:any|a|an|"
    r"some|your|the)?\s?(?:\w+ ){0,2}?(?:prefer\w*|particular|specific|special|certain|"
    r"favou?rite|idea|in mind|\w+ in mind)|\bany (?:\w+ )?(?:preferences?|particular|"
    r"specific|preferred|special|certain|favou?rite)\b|\banything (?:specific|particular|"
    r"in particular)\b|\bdo you (?:know|prefer)\b|\b(?:in|on) mind\b|"
    r"\b(?:a|any) (?:certain|particular|specific|preferred) \w+|\bany (?:kind|type|sort) of\b|"
    r"\b(?:narrow|filter|limit|refine)\b.* by\b|\bis there (?:a|an|"
    r"any) \w+ (?:you|in|that|where|on|which)\b|\bdo you have (?:a|an|any|your|the) [\w "
    r"]+\?$"
)
REQUESTED = (
    "tell|give|provide|share|specify|state|say|spell|describe|enter|type|let me know|"
    "choose|select|input|indicate|mention|clarify|explain|verify|confirm|read|key in|"
    "send|press|dial|repeat"
)
A_MOMENT = r"me (?:just )?(?:a|one) (?:\w+ )?(?:moment|second|minute|sec)"
REQUEST = lazily(
    rf"\bplease,? (?:also )?(?:{REQUESTED})\b|{LEAD_IN}(?:go ahead and "
    rf")?(?:{REQUESTED})\b(?! us if| me if| {A_MOMENT})|\b(?:may|can|could|might) (?:i|we) (?:please |"
    r"just |also |quickly )?(?:have|get|ask|take|know|grab|verify|confirm|see)\b|"
    r"\b(?:can|could|would|will) you (?:please |just |also |kindly |quickly "
    rf")*(?:{REQUESTED})\b|\b(?:would|do) you mind (?:telling|giving|providing|sharing|"
    r"spelling|confirming|verifying|repeating|stating)\b|\b(?:just )?(?:tell|give) "
    rf"(?!{A_MOMENT})me\b|\b(?:please )?let me (?:know|have)\b(?! if)|"
    r"\bi(?:'d| would) (?:like to (?:know|ask|get)|love to know)\b|"
    r"(?:\b(?:i|we)(?:'ll| will| just| also| still| only)*|\b(?:just|only|also|still)) need "
    r"(?:to (?:know|get|have|ask)|your|the following|"
    r"some (?:more )?(?:information|details))\b|\b(?:telling|giving) me\b(?! a (?:moment|second|minute))|"
    r"\bplease\b[^.]*\byour\b|^\W*(?:(?:and|also|ok|okay|great|thanks|thank you|next),? "
    r")*(?:your|the) [\w' ]+\?\s*$"
)
YES_NO = lazily(
    rf"\?\s*$|{LEAD_IN}(?:(?:do|does|did|would|will|can|could|may|might|should|shall|is|"
    r"are|was|were|aren't|isn't|won't|any)\b(?! (?:not|have|been)\b)|(?:have|has) (?:you|"
    rf"they|it|the|your)\b)|(?:^|[,.;] )(?:{AUXILIARY}) (?:you|i|we|there|that|this|"
    r"it)\b(?! (?:not|have))"
)
# In words without punctuation a question may begin anywhere.
UNMARKED = lazily(
    r"^[^.?!,;:]*(?:\b(?:do|did|would|will|could|can|are|have) you\b|\b(?:is|are|was|were) there (?:an?|any|some)\b|"
    r"\bany (?:preferences?|questions?|other|particular)\b|\b(?:how many|how much|what time|what day|which day)\b)"
)
INDIRECT = lazily(
    r"^\W*(?:here's|here is|that's|this is|let me|i'll(?! need)|i will(?! need)|i can|i understand|i see|"
    r"we'll)\b"
)
CLOSING = lazily(
    r"\b(?:that(?:'s| is| was| will be| should be)? (?:all|it|everything)|nothing else|"
    r"no,? (?:that|thank|thanks|i'm|not)|nope|i'm (?:good|done|all set|fine)|bye|goodbye|"
    r"have a (?:good|great|nice))\b|^\W*(?:no|thanks|thank you)[\s,.!]"
)
CALLER_QUESTION = lazily(
    rf"\?|^\W*(?:{WH}|{AUXILIARY})\b|\b(?:what's|what is|tell me|how much|is there|are "
    r"there|i(?:'d| would) like to know|let me know|also need|need (?:the|their|to know)|"
    r"get me|give me)\b"
)
AGREED = lazily(
    r"^\W*(?:yes|yeah|yep|yup|sure|correct|right|that(?:'s| is| sounds| works| would)|sounds|perfect|great|ok|okay|"
    r"absolutely|exactly|of course|please do|go ahead|it is|i do)\b"
)
LOOKING = lazily(
    r"\b(?:find|look\w*|search\w*|show me|others?|another|else|different|recommend|suggest\w*|browse|"
    r"see (?:some|any)|interested|i(?:'d| would)? (?:want|need|like|prefer)|near|something|somewhere|book|reserve|"
    r"schedule|play|buy)\b"
)
DENIED = lazily(r"(?:\b(?:not|no|never|unable|cannot|none|neither|without)\b|n't\b)\W+((?:[\w']+ ?){1,4})")
NAME_OF = lazily(r"\bname of (?:your|the|an?) (\w+)|\bwho(?:'s| is) (?:your|the) (\w+)")
TO_DO = lazily(r"\bto (\w+)")
LISTED = lazily(r",|\band\b|&|\bas well as\b|\bor\b")
# A name in the middle of a sentence.
NAMED = lazily(r"(?<=[a-z,:'\"] )['\"]?[A-Z][\w']+")
ANSWERS_YES_OR_NO = lazily(
    r"^\W*(?:yes|yeah|yep|no|nope|correct|indeed|it (?:does|is|has)|they (?:do|are|have)|unfortunately|sorry)\b|"
    r"\b(?:is|are|does|do|has|have|was|were|can|will|would)(?:n't| not)\b|"
    r"\b(?:no|not|allowed|welcome|permitted|available|included)\b"
)


@lru_cache(maxsize=256)
def read(
    agent_text: str, caller_text: str = "", agent_before: str = "", *, opens_call: bool = False
) -> Utterance:
    """Read an agent turn; `caller_text` is what the caller had said just before, `agent_before` the agent."""
    heard_before = plain(agent_before).lower()
    said_before = plain(caller_text).lower()
    said = OPEN_CHOICE.sub(
        lambda found: found[0].replace(" ", JOINED), plain(agent_text).replace(JOINED, "").strip()
    )
    sentences = tuple(_sentence(part) for part in _parts(said))
    return Utterance(
        text=agent_text,
        sentences=sentences,
        cues=frozenset(cue for each in sentences for cue in each.cues),
        words=frozenset(stems(agent_text)),
        caller_words=frozenset(stems(caller_text)),
        caller_types=asked_types(said_before),
        caller_sides=sides_of(said_before),
        caller_asked=CALLER_QUESTION.search(said_before) is not None,
        caller_closing=CLOSING.search(said_before) is not None,
        caller_agreed=AGREED.search(said_before) is not None,
        caller_looking=LOOKING.search(said_before) is not None,
        checked_before=CUES[Cue.CHECK].occur_in(heard_before),
        offered_more_before=CUES[Cue.ANYTHING_ELSE].occur_in(heard_before),
        length=len(agent_text.split()),
        opens_call=opens_call,
    )


def _parts(text: str) -> list[str]:
    parts = []
    # Speech recognisers leave the punctuation out; then only the openings of questions separate.
    end = RUN_ON if not re.search(r"[.?!,](?:\s|$)", text) else None
    for sentence in SENTENCE_END.split(text):
        lowered = sentence.lower()
        if len(lowered) != len(sentence):  # some letters change their length
            sentence = lowered
        cuts = [found.span() for found in (end or CLAUSE).finditer(lowered)]
        start = 0
        for cut_start, cut_end in cuts:
            if end is not None and ASKING_ALREADY.search(lowered, start, cut_start):
                continue
            parts.append(sentence[start:cut_start])
            start = cut_end
        parts.append(sentence[start:])
    return [part.strip() for part in parts if part and part.strip()]


def _sentence(part: str) -> Sentence:
    text = JOINED_CHOICE.sub("or other", part)
    lowered = text.lower()
    form = _form(lowered)
    words = frozenset(stems(text))
    is_question = form is not Form.STATEMENT
    asked = asked_types(lowered) if is_question else frozenset()
    return Sentence(
        said=part.replace(JOINED, " "),
        text=text,
        lowered=lowered,
        form=form,
        words=words,
        asked=asked,
        asked_by_word=question_word_types(lowered) if is_question else frozenset(),
        asked_which=asked_which(lowered) if is_question else frozenset(),
        values=value_types(lowered),
        cues=cues_in(lowered),
        sides=sides_of(lowered, of_time=is_of_time(asked)),
        processes=all_processes(words),
        things=things(words),
        specified=specified_nouns(lowered),
        denied=frozenset(word for phrase in DENIED.findall(lowered) for word in stems(phrase)),
        bearer=stem(bearer[1] or bearer[2]) if (bearer := NAME_OF.search(lowered)) is not None else None,
        identities=_identities(words, lowered),
        lists=LISTED.search(lowered) is not None,
        is_choice=is_question and " or " in lowered,
        named=NAMED.search(text) is not None,
        answers_yes_or_no=ANSWERS_YES_OR_NO.search(lowered) is not None,
    )


def _identities(words: frozenset[str], lowered: str) -> frozenset[str]:
    found = frozenset(filter(is_identity, words))
    # "to phone" is something to do.
    return found and found - {stem(word) for word in TO_DO.findall(lowered)}


def _form(text: str) -> Form:
    if INDIRECT.search(text) and "?" not in text:
        return Form.STATEMENT
    if PREFERENCE.search(text) and YES_NO.search(text):
        return Form.OPEN_QUESTION
    if OPEN.search(text):
        return Form.OPEN_QUESTION
    if REQUEST.search(text):
        return Form.REQUEST
    return Form.YES_NO_QUESTION if YES_NO.search(text) or UNMARKED.search(text) else Form.STATEMENT
