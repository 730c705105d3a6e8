"""Why a trigger was found to hold or not, in a sentence for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.scoring import contributions
from pytest_agentsim.visible import shortened

if TYPE_CHECKING:
    from pytest_agentsim.caller.matcher.scoring import Sight
    from pytest_agentsim.caller.matcher.utterance import Utterance

__all__ = ["why"]

# What speaks against a trigger, in words; of those observed, the one that weighs most is said.
AGAINST = {
    "type other": "it is about another type of data",
    "asks another question": "it asks another question",
    "other way, type fits": "it is about the other way",
    "far side, not said": "it does not say that it is about where or when something ends",
    "identity missing, type fits": "it is not about the same piece of data",
    "identity missing": "it is not about the same piece of data",
    "identity extra": "it is about another piece of data",
    "another one's": "it is about the name of another",
    "another piece of data": "it is about another piece of data",
    "specified otherwise": "it is about another one of its kind",
    "yes/no only": "it is a yes/no question",
    "yes/no wanted, not asked": "it is not a yes/no question",
    "opposite": "it is about the opposite",
    "other way": "it is about the other way",
    "has it already": "the agent says that it has it already",
    "given, not asked": "it states it or reads it back, and does not ask",
    "check": "it reads something back for confirmation",
    "other process": "it is about other business",
    "another thing": "it is about another thing",
    "denied": "the agent says that it is not so",
    "what it is about is denied": "the agent says that it is not so",
    "no value": "no value is given",
    "nothing of it": "nothing of it is mentioned",
    "nothing of it, nor by the caller": "nothing of it is mentioned",
    "about one already named": "it is about something already named",
    "topic missing": "it is about something else",
    "form: statement": "it is a statement",
    "form: open question": "it is a question",
    "form: request": "it is a request",
    "cue: anything_else": "the agent asks whether there is anything else",
    "cue: how_help": "the agent asks how it can help",
    "cue: failed": "the agent says that something did not work",
    "cue: done": "something is already done",
    "wording model": "it is not worded like that",
    "other act by the wording model": "it is worded like something else",
}
LEAST = -0.3
LONGEST_TOPIC, LONGEST_SENTENCE = 60, 80


def why(sight: Sight, utterance: Utterance, *, holds: bool) -> str:
    """Return the reason for the verdict: the sentence that decided, and what spoke against it most."""
    topic = sight.topic.text
    act = sight.act.value + (f" ({topic[:LONGEST_TOPIC]})" if topic and topic not in sight.act.value else "")
    if sight.sentence is None or not utterance.sentences:
        return f"the agent {act}" if holds else f"no sentence in which the agent {act}"
    said = f'"{shortened(sight.sentence.said, LONGEST_SENTENCE)}"' if len(utterance.sentences) > 1 else "this"
    if holds:
        return f"the agent {act}" if said == "this" else f"the agent {act}: {said}"
    weighed = contributions(sight, utterance)
    name = min(weighed.keys() & AGAINST.keys(), key=weighed.__getitem__, default="")
    if name and weighed[name] < LEAST:
        return f"not that the agent {act}: {said} is nearest, but {AGAINST[name]}"
    return f"too little to say that the agent {act}: {said} is nearest"
