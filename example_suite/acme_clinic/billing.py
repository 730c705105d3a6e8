"""The billing department: a second, smaller bot on the same line.

::

    (the start)                     Hi, this is Acme Clinic billing. How can I help you today?
    hello                           Hello! How can I help you today?
    balance, bill, account          Please enter your account number followed by the pound key.
      account number                Your balance is ${balance:,.2f}. {else}
        + lookup_account
      unknown number                I'm sorry, I can't find that account number. Please enter your
        + lookup_account            account number followed by the pound key.
      keys without pound            Please press the pound key when you have finished.
    payment plan                    Sure, what monthly amount works for you?
      an amount                     I have set up a payment plan of ${amount:,.2f} a month.
        + create_payment_plan       Your confirmation number is {confirmation}. {else}
    yes                             Of course. What can I do for you?
    no, that's all, goodbye         Thank you for calling Acme Clinic. Goodbye! (hangs up)
    anything else                   I'm sorry, I didn't catch that. Could you rephrase?
    after the goodbye               Goodbye! (hangs up)

    {else}                          Is there anything else I can help you with?
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from acme_clinic import sentences
from acme_clinic.keypad import Keypad
from acme_clinic.records import Tools
from acme_clinic.replies import Reply
from acme_clinic.understanding import (
    Request,
    is_done,
    is_farewell,
    is_greeting,
    read_answer,
    read_digits,
    read_request,
)

if TYPE_CHECKING:
    from acme_clinic.records import Patient

__all__ = ["Billing", "State"]

GREETING = "Hi, this is Acme Clinic billing. How can I help you today?"
ASK_AMOUNT = "Sure, what monthly amount works for you?"
PLAN_MADE = "I have set up a payment plan of ${amount:,.2f} a month."

_PLAN = re.compile(r"\b(?:payment plan|installments?|instalments?|pay monthly)\b", re.IGNORECASE)
_AMOUNT = re.compile(r"(?<![0-9.,])([0-9]{1,6})(\.[0-9]{2})?(?![0-9])")


class State(Enum):
    """What billing is waiting to hear."""

    REQUEST = auto()
    ACCOUNT_NUMBER = auto()
    AMOUNT = auto()
    ENDED = auto()


class Billing:
    """One call at billing: give it what the caller says, it returns what to answer."""

    def __init__(self) -> None:
        self.state = State.REQUEST
        self._tools = Tools()
        self._keypad = Keypad()
        self._patient: Patient | None = None

    def greet(self) -> Reply:
        """Return the words that open the call."""
        return Reply(GREETING)

    def hear_beep(self) -> None:
        """Say nothing to an answering machine: it does not call by itself."""

    def hear(self, text: str, digits: str = "") -> Reply:
        """Return the answer to what the caller said and the keys that the caller pressed with it."""
        if self.state is State.ENDED:
            return Reply(sentences.LAST_WORD, ends_call=True)
        if is_farewell(text):
            return self._end()
        match self.state:
            case State.ACCOUNT_NUMBER:
                reply = self._hear_account_number(text, digits)
            case State.AMOUNT:
                reply = self._hear_amount(text)
            case _:
                reply = self._hear_request(text)
        return replace(reply, tool_calls=self._tools.take_calls())

    def _hear_request(self, text: str) -> Reply:
        if _PLAN.search(text):
            return self._ask(State.AMOUNT, ASK_AMOUNT)
        if read_request(text) in (Request.BILLING, Request.ACCOUNT):
            return self._ask(State.ACCOUNT_NUMBER, sentences.ENTER_ACCOUNT)
        if is_done(text) or read_answer(text) is False:
            return self._end()
        if is_greeting(text):
            return Reply(sentences.HELLO)
        return Reply(sentences.GO_ON if read_answer(text) else sentences.UNCLEAR)

    def _hear_account_number(self, text: str, digits: str) -> Reply:
        number = self._keypad.press(digits) if digits else read_digits(text)
        if number is None:
            return Reply(sentences.FINISH_ENTRY)
        if not number and not digits:
            return Reply(sentences.UNCLEAR)
        self._patient = self._tools.lookup_account(number)
        if self._patient is None:
            return Reply(f"{sentences.ACCOUNT_UNKNOWN} {sentences.ENTER_ACCOUNT}")
        return self._settle(sentences.BALANCE.format(balance=self._patient.balance))

    def _hear_amount(self, text: str) -> Reply:
        found = _AMOUNT.search(text.replace(",", ""))
        if found is None:
            return Reply(sentences.UNCLEAR)
        amount = float(found[0])
        confirmation = self._tools.create_payment_plan(self._patient, amount)
        number = sentences.CONFIRMATION.format(confirmation=confirmation)
        return self._settle(f"{PLAN_MADE.format(amount=amount)} {number}")

    def _ask(self, state: State, question: str) -> Reply:
        self.state = state
        return Reply(question)

    def _settle(self, answer: str) -> Reply:
        return self._ask(State.REQUEST, f"{answer} {sentences.ANYTHING_ELSE}")

    def _end(self) -> Reply:
        self.state = State.ENDED
        return Reply(sentences.GOODBYE, ends_call=True)
