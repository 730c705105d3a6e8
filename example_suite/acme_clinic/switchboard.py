"""The clinic's switchboard: a menu for callers who know which key to press.

::

    (the start)                 Thank you for calling Acme Clinic. For appointments, press one.
                                For billing, press two. For a member of our team, press zero.
    1                           what the front desk says to open a call; goes on as `dialogue`
    2                           what billing says; goes on as `billing`
    0 + transfer_call           I'm transferring you to a member of our team now. Please hold. (hangs up)
    another key                 That is not one of the options. {menu}
    "appointments", "billing"   as the key
    anything else               {menu}
    goodbye                     Thank you for calling Acme Clinic. Goodbye! (hangs up)
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING

from acme_clinic import sentences
from acme_clinic.billing import Billing
from acme_clinic.dialogue import Dialogue
from acme_clinic.records import Tools
from acme_clinic.replies import Reply
from acme_clinic.understanding import is_farewell

if TYPE_CHECKING:
    from acme_clinic.replies import Bot

__all__ = ["State", "Switchboard"]

GREETING = "Thank you for calling Acme Clinic."
MENU = "For appointments, press one. For billing, press two. For a member of our team, press zero."
NO_OPTION = "That is not one of the options."

_KEYS_OF_WORDS = {"1": r"appointments?|one", "2": r"billing|two", "0": r"team|operator|human|person|zero"}


class State(Enum):
    """What the switchboard is waiting for."""

    KEY = auto()
    ENDED = auto()


class Switchboard:
    """One call: the menu, and then whoever the caller has chosen."""

    def __init__(self) -> None:
        self._state = State.KEY
        self._chosen: Bot | None = None

    @property
    def state(self) -> Enum:
        return self._state if self._chosen is None else self._chosen.state

    def greet(self) -> Reply:
        """Return the words that open the call."""
        return Reply(f"{GREETING} {MENU}")

    def hear(self, text: str, digits: str = "") -> Reply:
        """Return the answer to what the caller said and the keys that the caller pressed with it."""
        if self._chosen is not None:
            return self._chosen.hear(text, digits)
        if self._state is State.ENDED or is_farewell(text):
            self._state = State.ENDED
            return Reply(sentences.GOODBYE, ends_call=True)
        match digits[:1] or _key_in(text):
            case "1":
                return self._connect(Dialogue())
            case "2":
                return self._connect(Billing())
            case "0":
                return self._transfer()
            case "":
                return Reply(MENU)
            case _:
                return Reply(f"{NO_OPTION} {MENU}")

    def hear_beep(self) -> None:
        """Say nothing to an answering machine: it does not call by itself."""

    def _connect(self, bot: Bot) -> Reply:
        self._chosen = bot
        return bot.greet()

    def _transfer(self) -> Reply:
        self._state = State.ENDED
        tools = Tools()
        tools.transfer_call("front desk")
        return Reply(sentences.TRANSFER, tool_calls=tools.take_calls(), ends_call=True)


def _key_in(text: str) -> str:
    found = (key for key, words in _KEYS_OF_WORDS.items() if re.search(rf"\b(?:{words})\b", text.casefold()))
    return next(found, "")
