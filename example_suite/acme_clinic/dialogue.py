"""The front desk of Acme Clinic: a conversation as a state machine, without input or output.

The table of states, with what is said in each, stands in `sentences`. Beyond the table: whoever is verified
is not asked again; a known name, and a date of birth with a name, are taken as soon as they are said.
`customer_id` is told when the caller is verified; `outcome` (cancelled, rescheduled, booked, transferred)
with the words that settle it, and again with the goodbye.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from acme_clinic import sentences
from acme_clinic.dates import read_date, speak_moment
from acme_clinic.keypad import Keypad
from acme_clinic.records import OPEN_SLOTS, Tools, mentioned_patient
from acme_clinic.replies import Reply
from acme_clinic.understanding import (
    Request,
    is_done,
    is_farewell,
    is_greeting,
    read_answer,
    read_choice,
    read_digits,
    read_name,
    read_request,
    read_spelled,
    wants_to_keep,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from acme_clinic.records import Patient

__all__ = ["Dialogue", "State"]

_ATTEMPTS = 2


class State(Enum):
    """What the front desk is waiting to hear."""

    REQUEST = auto()
    NAME = auto()
    SPELLING = auto()
    NEW_FILE = auto()
    BIRTH_DATE = auto()
    RESCHEDULE_OFFER = auto()
    BOOKING_OFFER = auto()
    SLOT = auto()
    ACCOUNT_NUMBER = auto()
    ANYTHING_ELSE = auto()
    ENDED = auto()


class Dialogue:
    """One call at the front desk: give it what the caller says, it returns what to answer."""

    def __init__(self) -> None:
        self.state = State.REQUEST
        self._tools = Tools()
        self._keypad = Keypad()
        self._request = Request.ACCOUNT
        self._first_name = ""
        self._birth_date: date | None = None
        self._patient: Patient | None = None
        self._verified = False
        self._wrong_birth_dates = 0
        self._wrong_accounts = 0
        self._outcome: dict[str, str] = {}
        self._listeners: dict[State, Callable[[str, str], Reply]] = {
            State.REQUEST: self._hear_request,
            State.NAME: self._hear_name,
            State.SPELLING: self._hear_spelling,
            State.NEW_FILE: self._hear_new_file,
            State.BIRTH_DATE: self._hear_birth_date,
            State.RESCHEDULE_OFFER: self._hear_reschedule_offer,
            State.BOOKING_OFFER: self._hear_booking_offer,
            State.SLOT: self._hear_slot,
            State.ACCOUNT_NUMBER: self._hear_account_number,
            State.ANYTHING_ELSE: self._hear_request,
        }

    def greet(self) -> Reply:
        """Return the words that open the call."""
        return Reply(sentences.GREETING)

    def hear_beep(self) -> None:
        """Say nothing to an answering machine: it does not call by itself."""

    def hear(self, text: str, digits: str = "") -> Reply:
        """Return the answer to what the caller said and the keys that the caller pressed with it."""
        if self.state is State.ENDED:
            return Reply(sentences.LAST_WORD, ends_call=True)
        if read_request(text) is Request.HUMAN:
            reply = self._transfer(sentences.TRANSFER)
        elif is_farewell(text):
            reply = self._end(sentences.GOODBYE)
        else:
            reply = self._listeners[self.state](text, digits)
        return replace(reply, tool_calls=self._tools.take_calls())

    # What the caller wants.

    def _hear_request(self, text: str, _digits: str) -> Reply:
        request, answer = read_request(text), read_answer(text)
        refused = self.state is State.ANYTHING_ELSE and answer is False
        if is_done(text) or (request is None and refused):
            return self._end(sentences.GOODBYE)
        if request is not None:
            return self._take(request, text)
        if is_greeting(text):
            return self._ask(State.REQUEST, sentences.HELLO)
        return self._ask(State.REQUEST, sentences.GO_ON) if answer else Reply(sentences.UNCLEAR)

    def _take(self, request: Request, text: str) -> Reply:
        if request is Request.HOURS:
            return self._settle(sentences.HOURS)
        self._request = request
        if self._patient is not None:
            return self._identified(self._patient)
        if mentioned_patient(text) is not None:
            return self._hear_name(text, "")
        if request in (Request.BILLING, Request.ACCOUNT):
            return self._ask(State.ACCOUNT_NUMBER, sentences.ENTER_ACCOUNT)
        return self._ask(State.NAME, sentences.ASK_NAME)

    # Who the caller is.

    def _hear_name(self, text: str, digits: str) -> Reply:
        if digits:
            return self._hear_spelling(text, digits)
        name = _name_in(text)
        if name is None:
            return Reply(sentences.UNCLEAR)
        self._birth_date = read_date(text) or self._birth_date
        if " " not in name and not self._first_name:
            self._first_name = name
            return self._ask(State.NAME, sentences.ASK_LAST_NAME.format(first_name=name))
        full_name = name if " " in name else f"{self._first_name} {name}"
        patient = self._tools.lookup_patient(full_name)
        return self._identified(patient) if patient else self._ask(State.SPELLING, sentences.UNKNOWN_NAME)

    def _hear_spelling(self, text: str, digits: str) -> Reply:
        number = digits.strip("#*") or read_digits(text)
        name = read_spelled(text) or _name_in(text)
        patient = None
        if number:
            patient = self._tools.lookup_account(number)
        elif name:
            patient = self._tools.lookup_patient(name)
        return self._identified(patient) if patient else self._ask(State.NEW_FILE, sentences.STILL_UNKNOWN)

    def _hear_new_file(self, text: str, _digits: str) -> Reply:
        match read_answer(text):
            case True:
                return self._transfer(sentences.TRANSFER_NEW_PATIENT, department="new patients")
            case False:
                return self._end(sentences.GOODBYE_WITHOUT_FILE)
            case None:
                return Reply(sentences.UNCLEAR)

    def _identified(self, patient: Patient) -> Reply:
        self._patient = patient
        if self._verified:
            return self._go_on(patient)
        if self._birth_date is not None:
            return self._check(patient, self._birth_date)
        return self._ask(State.BIRTH_DATE, sentences.ASK_BIRTH_DATE.format(first_name=patient.first_name))

    def _hear_birth_date(self, text: str, _digits: str) -> Reply:
        birth_date = read_date(text)
        if birth_date is None:
            return Reply(sentences.UNCLEAR)
        return self._check(self._known_patient, birth_date)

    def _check(self, patient: Patient, birth_date: date) -> Reply:
        if birth_date == patient.birth_date:
            self._verified = True
            reply = self._go_on(patient)
            thanks = sentences.THANKS.format(first_name=patient.first_name)
            return replace(reply, text=f"{thanks} {reply.text}", facts={"customer_id": patient.customer_id})
        self._wrong_birth_dates += 1
        if self._wrong_birth_dates < _ATTEMPTS:
            return self._ask(State.BIRTH_DATE, sentences.WRONG_BIRTH_DATE)
        return self._transfer(f"{sentences.UNVERIFIED} {sentences.TRANSFER}")

    def _hear_account_number(self, text: str, digits: str) -> Reply:
        number = self._keypad.press(digits) if digits else read_digits(text)
        if digits and number is None:
            return Reply(sentences.FINISH_ENTRY)
        if not number and not digits:
            has_none = read_answer(text) is False
            return self._ask(State.NAME, sentences.ASK_NAME) if has_none else Reply(sentences.UNCLEAR)
        self._patient = self._tools.lookup_account(number or "")
        if self._patient is not None:
            return self._tell_account(self._patient)
        self._wrong_accounts += 1
        if self._wrong_accounts < _ATTEMPTS:
            return Reply(f"{sentences.ACCOUNT_UNKNOWN} {sentences.ENTER_ACCOUNT}")
        return self._transfer(f"{sentences.ACCOUNT_UNKNOWN_AGAIN} {sentences.TRANSFER}")

    # What is done for a verified caller.

    def _go_on(self, patient: Patient) -> Reply:
        if self._request in (Request.BILLING, Request.ACCOUNT):
            self._tools.lookup_account(patient.account_number)
            return self._tell_account(patient)
        if self._request is Request.BOOK:
            return self._offer_slots()
        moment = self._tools.appointment_of(patient)
        if moment is None:
            return self._ask(State.BOOKING_OFFER, sentences.OFFER_BOOKING)
        yours = sentences.YOUR_APPOINTMENT.format(moment=speak_moment(moment))
        if self._request is Request.RESCHEDULE:
            reply = self._offer_slots()
            return replace(reply, text=f"{yours} {reply.text}")
        return self._ask(State.RESCHEDULE_OFFER, f"{yours} {sentences.OFFER_RESCHEDULE}")

    def _hear_reschedule_offer(self, text: str, _digits: str) -> Reply:
        request, answer = read_request(text), read_answer(text)
        if request is Request.RESCHEDULE:
            answer = True
        elif wants_to_keep(text):
            return self._settle(sentences.LEFT_ALONE)
        elif request is Request.CANCEL:
            answer = False
        match answer:
            case True:
                self._request = Request.RESCHEDULE
                return self._offer_slots()
            case False:
                return self._cancel()
            case None:
                return Reply(sentences.UNCLEAR)

    def _hear_booking_offer(self, text: str, _digits: str) -> Reply:
        match read_answer(text):
            case True:
                self._request = Request.BOOK
                return self._offer_slots()
            case False:
                return self._settle(sentences.LEFT_ALONE)
            case None:
                return Reply(sentences.UNCLEAR)

    def _hear_slot(self, text: str, _digits: str) -> Reply:
        slot = read_choice(text, OPEN_SLOTS)
        if slot is not None:
            return self._book(slot)
        if read_answer(text) is False or wants_to_keep(text):
            return self._settle(sentences.LEFT_ALONE)
        return Reply(sentences.UNCLEAR)

    def _cancel(self) -> Reply:
        moment = self._tools.appointment_of(self._known_patient)
        assert moment is not None, "cancelling is only offered for an appointment"
        confirmation = self._tools.cancel_appointment(self._known_patient)
        return self._confirm(sentences.CANCELLED, moment, confirmation, outcome="cancelled")

    def _book(self, slot: datetime) -> Reply:
        if self._request is Request.RESCHEDULE:
            confirmation = self._tools.reschedule_appointment(self._known_patient, slot)
            return self._confirm(sentences.MOVED, slot, confirmation, outcome="rescheduled")
        confirmation = self._tools.book_appointment(self._known_patient, slot)
        return self._confirm(sentences.BOOKED, slot, confirmation, outcome="booked")

    def _tell_account(self, patient: Patient) -> Reply:
        if self._request is Request.BILLING:
            return self._settle(sentences.BALANCE.format(balance=patient.balance))
        return self._settle(sentences.ACCOUNT_FOUND)

    @property
    def _known_patient(self) -> Patient:
        assert self._patient is not None, f"{self.state} is only reached with a patient"
        return self._patient

    # The shapes of an answer.

    def _ask(self, state: State, question: str) -> Reply:
        self.state = state
        return Reply(question)

    def _offer_slots(self) -> Reply:
        return self._ask(State.SLOT, sentences.OFFER_SLOTS.format(*map(speak_moment, OPEN_SLOTS)))

    def _confirm(self, done: str, moment: datetime, confirmation: str, *, outcome: str) -> Reply:
        self._outcome = {"outcome": outcome}
        number = sentences.CONFIRMATION.format(confirmation=confirmation)
        reply = self._settle(f"{done.format(moment=speak_moment(moment))} {number}")
        return replace(reply, metadata=self._outcome)

    def _settle(self, answer: str) -> Reply:
        return self._ask(State.ANYTHING_ELSE, f"{answer} {sentences.ANYTHING_ELSE}")

    def _transfer(self, words: str, *, department: str = "front desk") -> Reply:
        self._tools.transfer_call(department)
        self._outcome = {"outcome": "transferred"}
        return self._end(words)

    def _end(self, words: str) -> Reply:
        self.state = State.ENDED
        return Reply(words, metadata=self._outcome, ends_call=True)


def _name_in(text: str) -> str | None:
    mentioned = mentioned_patient(text)
    return mentioned.name if mentioned else read_name(text)
