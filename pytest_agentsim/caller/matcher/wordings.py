"""What an agent is likely to say where a trigger holds: phrases that its words may be meant as if they sound like them.

They say nothing about whether a trigger holds; that is decided on the words.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.acts import Act
from pytest_agentsim.caller.matcher.trigger import parse
from pytest_agentsim.caller.matcher.words import tokens
from pytest_agentsim.caller.patterns import lazily

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_agentsim.caller.matcher.trigger import Part, Topic

__all__ = ["Phrase", "subjects_of", "wordings_of"]

Phrase = tuple[str, ...]  # words in lower case

# The noun of "date of birth", "type of food the restaurant serves".
HEAD = lazily(
    r"^(?:(?!of|for|that|where|when|which|to|in|the|by|at|on|from|with|if|whether)[\w'-]+\s*)+", re.IGNORECASE
)

OF_AN_ACT = {
    Act.ANYTHING_ELSE: (
        "is there anything else i can help you with",
        "can i help you with anything else",
        "do you need anything else",
        "what else can i help you with",
        "can i help you any further",
    ),
    Act.HOW_HELP: ("how can i help you today", "how may i help you", "what can i do for you"),
    Act.GOODBYE: (
        "have a nice day",
        "have a great day",
        "have a good day",
        "enjoy your day",
        "thank you for calling",
        "goodbye",
        "bye bye",
    ),
    Act.HOLD: ("please hold", "one moment please", "please stay on the line"),
    Act.TRANSFER: ("i am transferring you", "i will transfer you", "let me transfer you"),
    Act.CHECK: ("please confirm", "is that correct", "is that right"),
    Act.OFFER_TO: ("would you like me to", "would you like to", "do you want me to", "do you want to"),
    Act.FAILED: ("i'm sorry", "i could not", "i couldn't", "i was unable to", "was not successful"),
    Act.DONE: ("has been booked", "has been confirmed", "is confirmed", "was successful"),
    Act.REPEAT: ("could you repeat that", "can you say that again", "could you rephrase that"),
    Act.NOT_UNDERSTOOD: ("i did not catch that", "i didn't catch that", "i did not understand"),
    Act.APOLOGISE: ("i'm sorry", "i apologize"),
    Act.VOICEMAIL: ("leave a message after the tone",),
}
# What data are called in a question, by their type.
OF_A_TYPE = {
    "date": ("day", "date"),
    "time": ("time",),
    "place": ("city", "place", "location", "area"),
    "kind": ("type of", "kind of"),
    "name": ("name",),
}
ASKING = ("what is your {}", "may i have your {}", "can you tell me your {}", "your {} please")
CHOOSING = (
    "which {} would you like",
    "what {} would you like",
    "which {} do you want",
    "what {} do you want",
)
OF_AMOUNTS = {
    "count": ("how many do you need", "how many would you like", "for how many people"),
    "money": ("how much would you like",),
}


@lru_cache(maxsize=1024)
def wordings_of(trigger: str) -> tuple[Phrase, ...]:
    """Return the phrases that are to be expected of the text of a trigger, each once."""
    phrases = (phrase for parts in parse(trigger) for part in parts for phrase in _of_part(part))
    return tuple(dict.fromkeys(filter(None, (tuple(tokens(each)) for each in phrases))))


@lru_cache(maxsize=1024)
def subjects_of(trigger: str) -> tuple[Phrase, ...]:
    """Return the phrases in which the text of a trigger says what it is about."""
    return tuple(
        tuple(tokens(topic.text)) for parts in parse(trigger) for part in parts for topic in part.topics
    )


def _of_part(part: Part) -> Iterator[str]:
    yield from OF_AN_ACT.get(part.act, ())
    for topic in part.topics:
        yield topic.text
        if part.act is Act.ASK and not topic.whether:
            yield from _asked(topic)


def _asked(topic: Topic) -> Iterator[str]:
    noun = HEAD.match(topic.text)
    if noun is not None:
        yield from (way.format(topic.text) for way in ASKING)
    nouns = [noun[0].strip()] if noun is not None else []
    for each in sorted(topic.types):
        nouns += OF_A_TYPE.get(each, ())
        yield from OF_AMOUNTS.get(each, ())
    yield from (way.format(each) for each in nouns for way in CHOOSING)
