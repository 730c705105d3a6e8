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
    from collections.abc import Set

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
    wordings = act_evidence(sentence.text, model)
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
                ("pronoun", PRONOUN.search(sentence.lowered) is not None),
                ("thanked after closing", utterance.caller_closing and Cue.WEAK_GOODBYE in sentence.cues),
                ("opens the call without a bye", utterance.opens_call and not BYE.search(sentence.lowered)),
                ("caller asked", utterance.caller_asked),
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
    # Whether most of what tells the wanted piece of data from others is missing.
    missing = bool(topic.identity) and 2 * sum(
        near(word, sentence.words) > 0
        or typed(word, types if asking else types - {"code"})
        or (not asking and near(word, utterance.caller_words) > 0)
        for word in topic.identity
    ) < len(topic.identity)
    extra = _identity_extra(topic, sentence)
    if act in OFTEN_LEFT_OUT:
        found |= {
            "topic in the turn": covered(topic.head, utterance.words),
            "topic, caller": by_caller,
            "topic head, caller": by_caller_head,
        }
    fit = _type_fit(topic, types)
    found[f"type {fit}"] = 1.0
    found[f"type {fit}, {_amount(whole)}"] = 1.0
    if asking:
        if sentence.is_question:
            found[f"{sentence.form}, type {fit}"] = 1.0
    elif WORDING_OF.get(act) in sentence.cues:
        found[f"worded like it, {_amount(max(whole, head))}"] = 1.0
    if not asking and utterance.caller_asked:
        found[f"caller asked, {_amount(max(by_caller, by_caller_head))}"] = 1.0
    specified = compare(topic.specified, sentence.specified)
    if specified is not None:
        found[specified] = 1.0
    wanted, done = topic.processes, sentence.processes
    other_way = opposed(topic.sides, sentence.sides, ways=True)
    found |= {
        name: 1.0
        for name, is_so in (
            ("nothing of it", not whole),
            ("nothing of it, nor by the caller", not whole and not by_caller and not by_caller_head),
            ("no topic", not topic.words),
            ("opposite", opposed(topic.sides, sentence.sides)),
            ("other way", other_way),
            ("other way, type fits", other_way and bool(shared)),
            ("other way than the caller's", opposed(topic.sides, utterance.caller_sides, ways=True)),
            ("far side, not said", asking and is_far(topic.sides) and not is_on_way(sentence.sides)),
            ("same side", agree(topic.sides, sentence.sides)),
            ("process", bool(wanted & done)),
            ("other process", bool(wanted and done and not wanted & done)),
            ("value of its type", bool(topic.types & sentence.values)),
            (
                "no value",
                bool(topic.types) and topic.types <= NEED_VALUE and not topic.types & sentence.values,
            ),
            ("identity missing", missing),
            ("identity missing, type fits", missing and bool(shared)),
            ("identity extra", asking and extra),
            ("another one's", _is_of_another(topic, sentence)),
            ("another piece of data", extra and (missing or not topic.identity) and not literal),
            ("asks another question", _asks_otherwise(topic, sentence) if asking else False),
            ("yes/no wanted", topic.whether and sentence.form is Form.YES_NO_QUESTION),
            ("yes/no wanted, not asked", topic.whether and sentence.form is not Form.YES_NO_QUESTION),
            ("choice, not whether", not topic.whether and sentence.is_choice),
            (
                "yes/no only",
                not topic.whether and sentence.form is Form.YES_NO_QUESTION and not sentence.is_choice,
            ),
            ("given, not asked", sentence.form is Form.STATEMENT and bool(topic.types & sentence.values)),
            ("who", "name" in topic.types and WHO.search(sentence.lowered) is not None),
            ("whether, answered", topic.whether and sentence.answers_yes_or_no),
            ("whether", topic.whether),
            ("denied", bool(Cue.FAILED in sentence.cues) and not topic.whether and not shared),
            ("what it is about is denied", not sentence.denied.isdisjoint(topic.words)),
            ("named and wanted", sentence.named and not topic.types and all(map(is_context, topic.head))),
        )
        if is_so
    }
    return found


def _is_detailed(sentence: Sentence) -> bool:
    """Whether so much is named that an offer to do it is a question whether that is right."""
    return len(sentence.values - {"code", "count"}) + sentence.named >= 2


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
