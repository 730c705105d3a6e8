"""The clinic's patients, and the functions by which a bot works with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from acme_clinic.replies import ToolCall

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OPEN_SLOTS", "PATIENTS", "Patient", "Tools", "mentioned_patient"]


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient's file; `balance` in dollars, `appointment` as it stands before anybody calls."""

    name: str
    birth_date: date
    customer_id: str
    account_number: str
    balance: float
    appointment: datetime | None

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


PATIENTS = (
    Patient("Sarah Johnson", date(1990, 1, 1), "cust_123", "1234", 420.00, datetime(2026, 3, 3, 10, 0)),  # noqa: DTZ001
    Patient("John Smith", date(1985, 7, 4), "cust_124", "5678", 75.50, datetime(2026, 3, 4, 15, 30)),  # noqa: DTZ001
    Patient("Maria Garcia", date(1978, 11, 23), "cust_125", "9012", 0.00, None),
)
OPEN_SLOTS = (datetime(2026, 3, 5, 14, 0), datetime(2026, 3, 9, 9, 30))  # noqa: DTZ001

_FIRST_CONFIRMATION = 1042


def mentioned_patient(text: str) -> Patient | None:
    """Return the patient whose full name stands in the text."""
    return next((patient for patient in PATIENTS if patient.name.casefold() in text.casefold()), None)


class Tools:
    """The functions of one conversation, on its own copy of the appointments; each use becomes a ToolCall."""

    def __init__(self) -> None:
        self._appointments = {
            patient.name: [patient.appointment] if patient.appointment else [] for patient in PATIENTS
        }
        self._confirmations = 0
        self._calls = 0
        self._untold: list[ToolCall] = []

    def appointment_of(self, patient: Patient) -> datetime | None:
        """Return when the patient is expected next; reading the calendar is not a tool call."""
        return min(self._appointments[patient.name], default=None)

    def take_calls(self) -> tuple[ToolCall, ...]:
        """Return the calls made since the last time."""
        calls, self._untold = tuple(self._untold), []
        return calls

    def lookup_patient(self, name: str) -> Patient | None:
        """Find a patient by name; only the letters count, so that a spelled name is found too."""
        patient = next((each for each in PATIENTS if _letters(each.name) == _letters(name)), None)
        self._note("lookup_patient", {"name": name}, _file(patient))
        return patient

    def lookup_account(self, account_number: str) -> Patient | None:
        """Find a patient by account number."""
        patient = next((each for each in PATIENTS if each.account_number == account_number), None)
        balance = {"balance": patient.balance} if patient else {}
        self._note("lookup_account", {"account_number": account_number}, _file(patient) | balance)
        return patient

    def cancel_appointment(self, patient: Patient) -> str:
        """Cancel the patient's next appointment; return the confirmation number."""
        self._drop_next(patient)
        return self._confirm("cancel_appointment", {"patient": patient.name})

    def reschedule_appointment(self, patient: Patient, slot: datetime) -> str:
        """Move the patient's next appointment; return the confirmation number."""
        self._drop_next(patient)
        self._appointments[patient.name].append(slot)
        return self._confirm("reschedule_appointment", {"patient": patient.name, "slot": slot.isoformat()})

    def book_appointment(self, patient: Patient, slot: datetime) -> str:
        """Make an appointment for the patient; return the confirmation number."""
        self._appointments[patient.name].append(slot)
        return self._confirm("book_appointment", {"patient": patient.name, "slot": slot.isoformat()})

    def create_payment_plan(self, patient: Patient | None, monthly_amount: float) -> str:
        """Set up a payment plan; return the confirmation number."""
        who = {"patient": patient.name} if patient else {}
        return self._confirm("create_payment_plan", who | {"monthly_amount": monthly_amount})

    def order_refill(self, patient: Patient) -> str:
        """Order the patient's medicine; return the confirmation number."""
        return self._confirm("order_refill", {"patient": patient.name})

    def transfer_call(self, department: str) -> None:
        """Hand the call over to people."""
        self._note("transfer_call", {"department": department}, {"status": "transferred"})

    def _drop_next(self, patient: Patient) -> None:
        if moment := self.appointment_of(patient):
            self._appointments[patient.name].remove(moment)

    def _confirm(self, name: str, arguments: Mapping[str, Any]) -> str:
        confirmation = f"ACM-{_FIRST_CONFIRMATION + self._confirmations}"
        self._confirmations += 1
        self._note(name, arguments, {"status": "ok", "confirmation_number": confirmation})
        return confirmation

    def _note(self, name: str, arguments: Mapping[str, Any], result: Mapping[str, Any]) -> None:
        self._calls += 1
        self._untold.append(ToolCall(f"call_{self._calls}", name, arguments, result))


def _letters(name: str) -> str:
    return "".join(filter(str.isalpha, name)).casefold()


def _file(patient: Patient | None) -> dict[str, Any]:
    if patient is None:
        return {"found": False}
    return {"found": True, "name": patient.name, "customer_id": patient.customer_id}
