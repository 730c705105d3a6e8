"""What can be noticed about one thing that a trigger names in one sentence of an agent turn, by name."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.acts import Act
from pytest_agentsim.caller.matcher.cues import Cue
from pytest_agentsim.caller.matcher.lexicon import is_context
from pytest_agentsim.caller.matcher.modifiers import compare
from pytest_agentsim.caller.matcher.sides import agree, is_far, is_on_way, opposed
from pytest_agentsim.caller.matcher.topics import covered, near, typed
from pytest_agentsim.caller.matcher.utterance import Form, Sentence, Utterance
from pytest_agentsim.caller.matcher.wording_model import act_evidence
from pytest_agentsim.caller.patterns import lazily

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from pytest_agentsim.caller.matcher.fitted import WordingModel
    from pytest_agentsim.caller.matcher.trigger import Topic

__all__ = ["Features", "about", "manner"]

# Named observations; those that are 0 may be left out.
Features = dict[str, float]

# Types of data that cannot be given without a value that can be recognised.
NEED_VALUE = frozenset(
    ("money", "phone", "email", "date", "time", "code", "duration", "rating", "count", "address")
)
BYE = lazily(r"\b(?:good ?)?bye\b")
WHO = lazily(r"\bwho(?:m|'s)? (?:am i|are you|is this|do i|i am|i'm)\b")
# "I have your name" asks for nothing that it names.
HAS_IT = lazily(
    r"\b(?:i|we)(?:'ve| have)(?: now| already)?(?: got)? (?:your|the|that)\b|\bgot (?:your|the)\b|"
    r"\bthanks? (?:you )?for (?:your|the)\b"
)
PRONOUN = lazily(r"\b(?:it|that|this|one|them|those)\b")
ABOUT_ONE_ALREADY_NAMED = lazily(
    r"^\W*(?:yes,? |no,? |sure,? |ok(?:ay)?,? )*(?:it|its|it's|they|their|they're|the "
    r"(?:address|phone|price|rating|cost|number|fare|venue|event|hotel) (?:\w+ )?(?:is|"
    r"are|has|starts))\b"
)
# What these are about is often left out, because the caller has just named it.
OFTEN_LEFT_OUT = frozenset((Act.STATE, Act.SUGGEST, Act.COUNT))
SHORT = 4  # words
# The wording that gives an act away.
WORDING_OF = {act: Cue[act.name] for act in Act if act.name in Cue.__members__}


def manner(sentence: Sentence, utterance: Utterance, act: Act, model: WordingModel) -> Features:
    """Return what can be noticed of an act whatever it is about: form, wordings, and what was said before."""
    wordings = act_evidence(sentence.marked, model)
    if act not in wordings:
        return _built(sentence, utterance)
    return {
        **_built(sentence, utterance),
        "wording model": wordings[act],
        "other act by the wording model": max(value for other, value in wordings.items() if other is not act),
    }


@lru_cache(maxsize=512)
def _built(sentence: Sentence, utterance: Utterance) -> Features:
    """What can be noticed of a sentence and its place in the call, for any act."""
    return {
        f"form: {sentence.form}": 1.0,
        **{f"cue: {cue.name.lower()}": 1.0 for cue in sentence.cues},
        **{
            name: 1.0
            for name, is_so in (
                ("always", True),
                ("check", sentence.is_check),
                ("short", utterance.length <= SHORT),
                ("last sentence", sentence is utterance.sentences[-1]),
                ("first sentence", sentence is utterance.sentences[0]),
                ("questions only", not utterance.statements),
                ("several values", len(sentence.values - {"code", "count"}) >= 2),
                ("offers with values", Cue.OFFER_TO in sentence.cues and _is_detailed(sentence)),
                ("suggests by name", Cue.SUGGEST in sentence.cues and sentence.named),
                ("any value", bool(sentence.values - {"code"})),
                ("named", sentence.named),
                ("about one already named", ABOUT_ONE_ALREADY_NAMED.search(sentence.lowered) is not None),
                ("choice", sentence.is_choice),
                (
                    "has it already",
                    sentence.form is Form.STATEMENT and HAS_IT.search(sentence.lowered) is not None,
                ),
                ("pronoun", PRONOUN.search(sentence.lowered) is not None),
                ("thanked after closing", utterance.caller_closing and Cue.WEAK_GOODBYE in sentence.cues),
                ("opens the call without a bye", utterance.opens_call and not BYE.search(sentence.lowered)),
                ("asks for data openly", sentence.form is Form.OPEN_QUESTION and bool(sentence.asked)),
                ("caller asked", utterance.caller_asked),
                ("caller asked for data", utterance.caller_asked and bool(utterance.caller_types)),
                ("caller agreed", utterance.caller_agreed),
                ("caller closing", utterance.caller_closing),
                ("caller looks for something", utterance.caller_looking),
                ("opens the call", utterance.opens_call),
                ("checked before", utterance.checked_before),
                ("offered more before", utterance.offered_more_before),
            )
            if is_so
        },
    }


def about(topic: Topic, sentence: Sentence, utterance: Utterance, act: Act) -> Features:
    """Return how a topic and a sentence fit together."""
    asking = act is Act.ASK
    types = sentence.asked if asking else sentence.values
    shared = topic.types & types
    whole, head = covered(topic.words, sentence.words, shared), covered(topic.head, sentence.words, shared)
    by_caller = covered(topic.words, utterance.caller_words, topic.types & utterance.caller_types)
    by_caller_head = covered(topic.head, utterance.caller_words)
    literal = sum(word in sentence.words for word in topic.words) / len(topic.words) if topic.words else 0.0
    found: Features = {
        "topic": whole,
        "topic, head": head,
        "topic, nearly all": whole * whole,
        "topic, literal": literal,
        "of the sentence": covered(sentence.words, topic.words_set, shared) if sentence.words else 0.0,
    }
    if act in OFTEN_LEFT_OUT:
        found["topic in the turn"] = covered(topic.head, utterance.words)
        found["topic, caller"] = by_caller
        found["topic head, caller"] = by_caller_head
    names = [
        *_of_types(topic, types, whole),
        *_of_business(topic, sentence),
        *_of_sides(topic, sentence, utterance, shared),
        *_of_identity(topic, sentence, utterance, types, literal=literal, asking=asking),
        *_of_values(topic, sentence, shared),
        *(_of_asking(topic, sentence) if asking else ()),
    ]
    if not asking and WORDING_OF.get(act) in sentence.cues:
        names.append(f"worded like it, {_amount(max(whole, head))}")
    if not asking and utterance.caller_asked:
        names.append(f"caller asked, {_amount(max(by_caller, by_caller_head))}")
    if not topic.words:
        names.append("no topic")
    if not whole:
        names.append("nothing of it")
        if not by_caller and not by_caller_head:
            names.append("nothing of it, nor by the caller")
    found.update(dict.fromkeys(names, 1.0))
    return found


def _of_types(topic: Topic, types: Set[str], whole: float) -> Iterator[str]:
    """Whether the sentence asks for, or gives, the type of data that is wanted."""
    fit = _type_fit(topic, types)
    yield f"type {fit}"
    yield f"type {fit}, {_amount(whole)}"


def _of_business(topic: Topic, sentence: Sentence) -> Iterator[str]:
    """Whether both are about the same things, and about doing the same with them."""
    wanted, done = topic.processes, sentence.processes
    if wanted and done:
        yield "other process" if wanted.isdisjoint(done) else "process"
    things, named = topic.things, sentence.things
    if things and named:
        yield "another thing" if things.isdisjoint(named) else "the same thing"
    specified = compare(topic.specified, sentence.specified)
    if specified is not None:
        yield specified


def _of_sides(topic: Topic, sentence: Sentence, utterance: Utterance, shared: Set[str]) -> Iterator[str]:
    """Which side of a pair of opposites both are on."""
    wanted = topic.sides
    if not wanted:
        return
    if opposed(wanted, sentence.sides):
        yield "opposite"
    if opposed(wanted, sentence.sides, ways=True):
        yield "other way"
        if shared:
            yield "other way, type fits"
    if opposed(wanted, utterance.caller_sides, ways=True):
        yield "other way than the caller's"
    if agree(wanted, sentence.sides):
        yield "same side"


def _of_identity(
    topic: Topic, sentence: Sentence, utterance: Utterance, types: Set[str], *, literal: float, asking: bool
) -> Iterator[str]:
    """Whether it is the wanted piece of data, and not another one of its type."""
    # Whether most of what tells the wanted piece of data from others is missing.
    missing = bool(topic.identity) and 2 * sum(
        near(word, sentence.words) > 0
        or typed(word, types if asking else types - {"code"})
        or (not asking and near(word, utterance.caller_words) > 0)
        for word in topic.identity
    ) < len(topic.identity)
    if missing:
        yield "identity missing"
        if not topic.types.isdisjoint(types):
            yield "identity missing, type fits"
    if _is_of_another(topic, sentence):
        yield "another one's"
    if _identity_extra(topic, sentence):
        if asking:
            yield "identity extra"
        if (missing or not topic.identity) and not literal:
            yield "another piece of data"


def _of_values(topic: Topic, sentence: Sentence, shared: Set[str]) -> Iterator[str]:
    """Whether there is a value of the wanted type, or some name in its place."""
    if topic.types & sentence.values:
        yield "value of its type"
        if sentence.form is Form.STATEMENT:
            yield "given, not asked"
        if Cue.DONE in sentence.cues:
            yield "value of its type, of what is done"
    elif topic.types and topic.types <= NEED_VALUE:
        yield "no value"
    if "name" in topic.types and WHO.search(sentence.lowered) is not None:
        yield "who"
    if sentence.named and not topic.types and all(map(is_context, topic.head)):
        yield "named and wanted"
    if topic.whether:
        yield "whether"
        if sentence.answers_yes_or_no:
            yield "whether, answered"
        yield "yes/no wanted" if sentence.form is Form.YES_NO_QUESTION else "yes/no wanted, not asked"
    elif sentence.is_choice:
        yield "choice, not whether"
    elif sentence.form is Form.YES_NO_QUESTION:
        yield "yes/no only"
    if not sentence.denied.isdisjoint(topic.words):
        yield "what it is about is denied"
    if Cue.FAILED in sentence.cues and not topic.whether and not shared:
        yield "denied"


def _of_asking(topic: Topic, sentence: Sentence) -> Iterator[str]:
    """What counts only where something is asked for."""
    if sentence.is_question:
        yield f"{sentence.form}, type {_type_fit(topic, sentence.asked)}"
    if is_far(topic.sides) and not is_on_way(sentence.sides):
        yield "far side, not said"
    if _asks_otherwise(topic, sentence):
        yield "asks another question"
    if sentence.is_choice and "kind" in topic.types:
        yield "choice of a kind"
    if _proposes(sentence, topic):
        yield "one value of its type proposed"
    if "name" in topic.types and any(near(word, topic.words_set) for word in sentence.asked_which):
        yield "which one, name wanted"


def _is_detailed(sentence: Sentence) -> bool:
    """Whether so much is named that an offer to do it is a question whether that is right."""
    return len(sentence.values - {"code", "count"}) + sentence.named >= 2


def _proposes(sentence: Sentence, topic: Topic) -> bool:
    """Whether a question offers one value of the wanted type: "Does March 1st suit you?" when the date is wanted."""
    return (
        sentence.form is Form.YES_NO_QUESTION
        and bool(topic.types & sentence.values)
        and len(sentence.values - {"code", "count"}) == 1
    )


def _asks_otherwise(topic: Topic, question: Sentence) -> bool:
    """Whether a question word asks for another type of answer: "where" when the date is wanted."""
    types = topic.types
    return bool(types and question.asked_by_word) and types.isdisjoint(question.asked)


def _type_fit(topic: Topic, types: Set[str]) -> str:
    if not topic.types:
        return "not known" if not types else "only of the sentence"
    if topic.types & types:
        return "fits" if len(types) == 1 else "fits among others"
    return "other" if types else "not told"


def _amount(share: float) -> str:
    return "nothing" if share < 0.1 else "less" if share < 0.5 else "most" if share < 0.95 else "all"


def _identity_extra(topic: Topic, sentence: Sentence) -> bool:
    """Whether the sentence is about another piece of data; of several things listed that cannot be told."""
    if _is_of_another(topic, sentence):
        return True
    return not sentence.lists and any(not near(word, topic.words_set) for word in sentence.identities)


def _is_of_another(topic: Topic, sentence: Sentence) -> bool:
    """Whether a name is that of somebody or something else: "the name of your doctor"."""
    return sentence.bearer is not None and not near(sentence.bearer, topic.words_set)
