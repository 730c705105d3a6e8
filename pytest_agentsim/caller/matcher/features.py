"""What can be noticed about one part of a trigger in one agent turn, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.acts import Act
from pytest_agentsim.caller.matcher.cues import Cue
from pytest_agentsim.caller.matcher.lexicon import is_context, is_identity
from pytest_agentsim.caller.matcher.topics import all_processes, covered, near, opposed, typed
from pytest_agentsim.caller.matcher.utterance import Form, Sentence, Utterance
from pytest_agentsim.caller.matcher.weights import score
from pytest_agentsim.caller.matcher.words import stem
from pytest_agentsim.caller.patterns import lazily

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Set

    from pytest_agentsim.caller.matcher.trigger import Part, Topic

__all__ = ["Features", "observe"]

# Named observations, 0 to 1 each; those that are 0 may be left out.
Features = dict[str, float]

# Types of data that cannot be given without a value that can be recognised.
NEED_VALUE = frozenset(
    ("money", "phone", "email", "date", "time", "code", "duration", "rating", "count", "address")
)
# A name in the middle of a sentence.
NAMED = lazily(r"(?<=[a-z,:'\"] )['\"]?[A-Z][\w']+")
# "the name of your doctor" is not the caller's.
NAME_OF = lazily(r"\bname of (?:your|the|an?) (\w+)")
BYE = lazily(r"\b(?:good ?)?bye\b")
LISTED = lazily(r",|\band\b|&|\bas well as\b|\bor\b")
ABOUT_ONE_ALREADY_NAMED = lazily(
    r"^\W*(?:yes,? |no,? |sure,? |ok(?:ay)?,? )*(?:it|its|it's|they|their|they're|the "
    r"(?:address|phone|price|rating|cost|number|fare|venue|event|hotel) (?:\w+ )?(?:is|"
    r"are|has|starts))\b"
)


def observe(part: Part, utterance: Utterance) -> Features:
    """Return the features of the sentence in which a part of a trigger is seen best."""
    observer = OBSERVERS.get(part.act)
    features = observer(part, utterance) if observer else _wording(part, utterance)
    return {"always": 1.0, **{name: float(value) for name, value in features.items() if value}}


def _best(act: Act, candidates: Iterable[Features]) -> Features:
    return max(candidates, key=lambda each: score(act, {"always": 1.0, **each}), default={})


def _worst(act: Act, candidates: Iterable[Features]) -> Features:
    return min(candidates, key=lambda each: score(act, {"always": 1.0, **each}), default={})


def _ask(part: Part, utterance: Utterance) -> Features:
    # All of several things have to be asked for, each in whichever question.
    return _worst(
        Act.ASK,
        (_best(Act.ASK, (_asked(topic, each) for each in utterance.questions)) for topic in part.topics),
    )


def _asked(topic: Topic, question: Sentence) -> Features:
    shared = question.asked & topic.types
    yes_no = question.form is Form.YES_NO_QUESTION
    return {
        "question": 1.0,
        "topic": covered(topic.words, question.words, shared),
        "type fits": bool(shared),
        "other type": bool(question.asked and topic.types and not shared),
        "identity missing": _identity_missing(topic, question.words, question.asked),
        "identity extra": _identity_extra(topic, question),
        "yes/no wanted": yes_no and topic.whether,
        "yes/no only": yes_no and not topic.whether and " or " not in question.text.lower(),
        "open but yes/no wanted": topic.whether and not yes_no,
        "opposite": opposed(topic.text.lower(), question.text.lower()),
        "other act": Cue.ANYTHING_ELSE in question.cues or Cue.HOW_HELP in question.cues,
        "read back": question.is_check,
    }


def _identity_missing(topic: Topic, words: Set[str], types: Set[str]) -> bool:
    """Whether most of what tells the wanted piece of data from others is missing."""
    own = [word for word in topic.words if is_identity(word)]
    return 2 * sum(bool(near(word, words)) or typed(word, types) for word in own) < len(own)


def _identity_extra(topic: Topic, question: Sentence) -> bool:
    """Whether the question is about another piece of data; of several things listed that cannot be told."""
    text, wanted = question.text.lower(), frozenset(topic.words)
    bearer = NAME_OF.search(text)
    if bearer is not None and not near(stem(bearer.group(1)), wanted):
        return True
    if LISTED.search(text):
        return False
    return any(is_identity(word) and not near(word, wanted) for word in question.words)


def _check(part: Part, utterance: Utterance) -> Features:
    read_back = len({value for each in utterance.sentences for value in each.values} - {"code", "count"}) >= 2
    return _best(Act.CHECK, (_checked(part, each, read_back) for each in utterance.sentences))


def _checked(part: Part, sentence: Sentence, read_back: bool) -> Features:
    return {
        "wording": Cue.CHECK in sentence.cues,
        "weak wording": Cue.WEAK_CHECK in sentence.cues,
        "topic": covered(part.words, sentence.words),
        "read back": read_back,
        "asks for data": sentence.is_question and not sentence.is_check,
        "other act": not sentence.cues.isdisjoint((Cue.ANYTHING_ELSE, Cue.HOW_HELP, Cue.FAILED)),
    }


def _business(topic: Topic, sentence: Sentence) -> Features:
    """Compare the kinds of business that a topic and a sentence name."""
    wanted, found = all_processes(topic.words), all_processes(sentence.words)
    return {"process": bool(wanted & found), "other process": bool(wanted and found and not wanted & found)}


def _offer_to(part: Part, utterance: Utterance) -> Features:
    return _best(Act.OFFER_TO, (_offered(part.topics[0], each) for each in utterance.sentences))


def _offered(topic: Topic, sentence: Sentence) -> Features:
    return {
        "wording": Cue.OFFER_TO in sentence.cues,
        "topic": covered(topic.words, sentence.words),
        **_business(topic, sentence),
        "denied": Cue.FAILED in sentence.cues,
        "other act": Cue.ANYTHING_ELSE in sentence.cues
        or sentence.form in (Form.OPEN_QUESTION, Form.REQUEST),
        "done": Cue.DONE in sentence.cues and not sentence.is_question,
    }


def _suggest(part: Part, utterance: Utterance) -> Features:
    return _best(Act.SUGGEST, (_suggested(part.topics[0], each, utterance) for each in utterance.sentences))


def _suggested(topic: Topic, sentence: Sentence, utterance: Utterance) -> Features:
    named = NAMED.search(sentence.text) is not None
    said_or_asked = max(
        covered(topic.head, sentence.words, topic.types & sentence.values),
        0.8 * covered(topic.head, utterance.words | utterance.caller_words),
    )
    return {
        "wording": Cue.SUGGEST in sentence.cues,
        "weak wording": Cue.WEAK_SUGGEST in sentence.cues,
        "topic": said_or_asked,
        "value": bool(topic.types & sentence.values),
        "no value": bool(topic.types) and topic.types <= NEED_VALUE and not topic.types & sentence.values,
        # A restaurant is suggested by its name; a discount is not.
        "named": named and not topic.types and all(is_context(word) for word in topic.head),
        "nothing of it": not said_or_asked,
        "denied": Cue.FAILED in sentence.cues and not sentence.is_question,
        "about one already named": ABOUT_ONE_ALREADY_NAMED.search(sentence.text.lower()) is not None,
        "other act": not sentence.cues.isdisjoint((Cue.ANYTHING_ELSE, Cue.HOW_HELP, Cue.DONE))
        or sentence.is_check,
        "only asks": sentence.form in (Form.OPEN_QUESTION, Form.REQUEST) and Cue.SUGGEST not in sentence.cues,
        "offers to do": Cue.OFFER_TO in sentence.cues and not named and not sentence.values,
    }


def _state(part: Part, utterance: Utterance) -> Features:
    # A proposal such as "How about 3 pm?" says a time too.
    spoken = [
        each for each in utterance.sentences if not each.is_question or (each.values and not each.asked)
    ]
    return _worst(
        Act.STATE,
        (_best(Act.STATE, (_stated(topic, each, utterance) for each in spoken)) for topic in part.topics),
    )


def _stated(topic: Topic, sentence: Sentence, utterance: Utterance) -> Features:
    shared = topic.types & sentence.values
    asked = utterance.caller_asked and max(
        covered(topic.words, utterance.caller_words, topic.types & utterance.caller_types),
        covered(topic.head, utterance.caller_words),
    )
    here = max(
        covered(topic.words, sentence.words, shared), 0.9 * covered(topic.head, sentence.words, shared)
    )
    return {
        "statement": 1.0,
        "topic": here,
        "asked before": asked,
        "value": bool(shared),
        "no value": bool(topic.types) and topic.types <= NEED_VALUE and not shared,
        "nothing of it": not here,
        "identity missing": _identity_missing(
            topic, sentence.words | utterance.caller_words, sentence.values - {"code"}
        ),
        "opposite": opposed(topic.text.lower(), sentence.text.lower()),
        "read back": sentence.is_check,
        "in a question": sentence.is_question,
        "denied": Cue.FAILED in sentence.cues and not topic.whether and not shared,
    }


def _count(part: Part, utterance: Utterance) -> Features:
    return _best(Act.COUNT, (_counted(part, each, utterance) for each in utterance.sentences))


def _counted(part: Part, sentence: Sentence, utterance: Utterance) -> Features:
    return {
        "wording": Cue.COUNT in sentence.cues,
        "topic": covered(part.words, utterance.words | utterance.caller_words),
        "read back": sentence.is_check,
    }


def _done(part: Part, utterance: Utterance) -> Features:
    return _best(Act.DONE, (_was_done(part.topics[0], each) for each in utterance.statements))


def _was_done(topic: Topic, sentence: Sentence) -> Features:
    business = _business(topic, sentence)
    about = covered(topic.words, sentence.words)
    return {
        "wording": Cue.DONE in sentence.cues,
        "topic": about,
        **business,
        "nothing of it": not about and not business["process"],
        "denied": Cue.FAILED in sentence.cues,
        "read back": sentence.is_check,
    }


def _failed(part: Part, utterance: Utterance) -> Features:
    return _best(Act.FAILED, (_did_fail(part.topics[0], each) for each in utterance.sentences))


def _did_fail(topic: Topic, sentence: Sentence) -> Features:
    business = _business(topic, sentence)
    about = covered(topic.words, sentence.words)
    return {
        "wording": Cue.FAILED in sentence.cues,
        "weak wording": Cue.WEAK_FAILED in sentence.cues,
        "topic": about,
        **business,
        "nothing of it": not about and not business["process"],
    }


def _goodbye(_part: Part, utterance: Utterance) -> Features:
    return {
        "wording": utterance.has(Cue.GOODBYE)
        or (utterance.caller_closing and utterance.has(Cue.WEAK_GOODBYE)),
        # "Thank you for calling" opens calls as well as ending them; "goodbye" only ends them.
        "other act": bool(utterance.questions)
        or (utterance.opens_call and not BYE.search(utterance.text.lower())),
    }


def _topic_wanted(part: Part, utterance: Utterance) -> Features:
    telling = [word for word in part.words if not is_context(word)]
    return {
        **_wording(part, utterance),
        "topic missing": bool(telling) and not covered(telling, utterance.words),
    }


def _respond(_part: Part, utterance: Utterance) -> Features:
    return {
        "wording": bool(utterance.words or utterance.sentences),
        "other act": utterance.has(Cue.NOT_UNDERSTOOD),
    }


def _wording(part: Part, utterance: Utterance) -> Features:
    cue = Cue.__members__.get(part.act.name)
    return {"wording": cue is not None and utterance.has(cue)}


OBSERVERS: dict[Act, Callable[[Part, Utterance], Features]] = {
    Act.ASK: _ask,
    Act.CHECK: _check,
    Act.OFFER_TO: _offer_to,
    Act.SUGGEST: _suggest,
    Act.STATE: _state,
    Act.COUNT: _count,
    Act.DONE: _done,
    Act.FAILED: _failed,
    Act.GOODBYE: _goodbye,
    Act.REPEAT: _topic_wanted,
    Act.CANNOT_HELP: _topic_wanted,
    Act.MENU: _topic_wanted,
    Act.RESPOND: _respond,
}
