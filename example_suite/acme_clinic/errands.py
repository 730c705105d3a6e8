"""Calls that the clinic makes itself: it is the caller who answers the phone.

::

    Refill: orders a medicine at a pharmacy whose telephone has a menu
      a menu with prescriptions or refills      (presses the key of that option, without a word)
      a menu without                            I'm sorry, I didn't catch that. Could you rephrase?
      somebody answers, + order_refill          Hi, this is Acme Clinic. I would like to order a refill for {name}.
      whatever comes then                       Thank you. Goodbye! (hangs up)

    Reminder: reminds a patient of an appointment
      the greeting of an answering machine      (waits for the beep)
      the beep                                  {message} Please call us if you cannot come. Goodbye! (hangs up)
      a person                                  {message} Can you come?
      yes                                       Thank you. Goodbye! (hangs up)
      anything else                             Please call us if you cannot come. Goodbye! (hangs up)

    {message}     Hi, this is Acme Clinic. I have a message for {name}. You have an appointment on {moment}.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from acme_clinic import sentences
from acme_clinic.dates import speak_moment
from acme_clinic.records import PATIENTS, Tools
from acme_clinic.replies import Reply
from acme_clinic.understanding import read_answer

__all__ = ["Refill", "RefillState", "Reminder", "ReminderState"]

HELLO = "Hi, this is Acme Clinic."
ORDER = "I would like to order a refill for {name}."
MESSAGE = "I have a message for {name}."
CALL_US = "Please call us if you cannot come."
CAN_YOU_COME = "Can you come?"
THANKS = "Thank you."

_KEYS = {
    word: str(number)
    for number, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    )
}
_KEY = rf"[0-9]|{'|'.join(_KEYS)}"
_WANTED = r"(?:prescriptions?|refills?)"
_OPTION = re.compile(
    rf"\bpress ({_KEY}) for (?:a |your |new )?{_WANTED}\b|\bfor (?:a |your |new )?{_WANTED},? press ({_KEY})\b",
    re.IGNORECASE,
)
_MACHINE = re.compile(r"\b(?:message|tone|beep|voicemail)\b", re.IGNORECASE)


class RefillState(Enum):
    """What the clinic waits to hear from the pharmacy."""

    MENU = auto()
    DESK = auto()
    ORDERED = auto()


class Refill:
    """Orders a refill for a patient."""

    def __init__(self) -> None:
        self.state = RefillState.MENU
        self._tools = Tools()
        self._patient = PATIENTS[0]

    def greet(self) -> Reply:
        """Return what is said to somebody who has lifted the receiver and says nothing."""
        return Reply(HELLO)

    def hear(self, text: str, digits: str = "") -> Reply:  # noqa: ARG002  (a pharmacy presses no keys)
        """Return the answer to what the other side said."""
        match self.state:
            case RefillState.MENU:
                return self._choose(text)
            case RefillState.DESK:
                self.state = RefillState.ORDERED
                self._tools.order_refill(self._patient)
                words = f"{HELLO} {ORDER.format(name=self._patient.name)}"
                return Reply(words, tool_calls=self._tools.take_calls())
            case RefillState.ORDERED:
                return Reply(f"{THANKS} {sentences.LAST_WORD}", ends_call=True)

    def hear_beep(self) -> None:
        """Order nothing from an answering machine."""

    def _choose(self, text: str) -> Reply:
        option = _OPTION.search(text)
        if option is None:
            return Reply(sentences.UNCLEAR)
        self.state = RefillState.DESK
        key = option[1] or option[2]
        return Reply("", keys=_KEYS.get(key.casefold(), key))


class ReminderState(Enum):
    """What the clinic waits to hear from the patient."""

    MACHINE = auto()
    COMING = auto()
    ENDED = auto()


class Reminder:
    """Reminds a patient, or the patient's answering machine, of an appointment."""

    def __init__(self) -> None:
        self.state = ReminderState.MACHINE
        patient = PATIENTS[0]
        assert patient.appointment is not None, "somebody is reminded who has an appointment"
        moment = sentences.YOUR_APPOINTMENT.format(moment=speak_moment(patient.appointment))
        self._message = f"{HELLO} {MESSAGE.format(name=patient.name)} {moment}"

    def greet(self) -> Reply:
        """Return what is said to somebody who has lifted the receiver and says nothing."""
        return Reply(HELLO)

    def hear(self, text: str, digits: str = "") -> Reply:  # noqa: ARG002  (a patient presses no keys)
        """Return the answer to what the patient said; none to a machine's greeting."""
        match self.state:
            case ReminderState.MACHINE if _MACHINE.search(text) or not text:
                return Reply("")
            case ReminderState.MACHINE:
                self.state = ReminderState.COMING
                return Reply(f"{self._message} {CAN_YOU_COME}")
            case _:
                comes = self.state is ReminderState.COMING and read_answer(text)
                return self._end(THANKS if comes else CALL_US)

    def hear_beep(self) -> Reply | None:
        """Leave the message on an answering machine."""
        if self.state is not ReminderState.MACHINE:
            return None
        return self._end(f"{self._message} {CALL_US}")

    def _end(self, words: str) -> Reply:
        self.state = ReminderState.ENDED
        return Reply(f"{words} {sentences.LAST_WORD}", ends_call=True)
