"""What an agent can do with a sentence: the acts that a trigger can describe."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Act"]


class Act(StrEnum):
    """The acts that a trigger can describe; the values are said in reasons, after "the agent"."""

    ASK = "asks for it"
    CHECK = "asks whether the details are right"
    OFFER_TO = "offers to do it"
    SUGGEST = "suggests one"
    STATE = "says it"
    COUNT = "says how many there are"
    DONE = "says that it is done"
    FAILED = "says that it did not work"
    ANYTHING_ELSE = "asks whether there is anything else"
    HOW_HELP = "asks how to help"
    GREET = "greets"
    INTRODUCE = "introduces itself"
    GOODBYE = "says goodbye"
    TRANSFER = "transfers the call"
    HOLD = "asks to wait"
    REPEAT = "asks to repeat"
    NOT_UNDERSTOOD = "says that it did not understand"
    CANNOT_HELP = "says that it cannot help"
    APOLOGISE = "apologises"
    THANK = "thanks"
    WELCOME = "says that you are welcome"
    VOICEMAIL = "is a voicemail greeting"
    CALL_REASON = "says why it is calling"
    MENU = "reads a menu of keys"
    RESPOND = "responds"
    UNKNOWN = "says something like it"
