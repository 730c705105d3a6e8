"""How the author of a test words a trigger, from what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

__all__ = [
    "ANYTHING_ELSE",
    "GOODBYE",
    "WELCOME",
    "asks",
    "checks",
    "counts",
    "does",
    "done",
    "failed",
    "offers_to",
    "suggests",
    "tells",
    "worded",
]

ANYTHING_ELSE = (
    "asks if you need anything else",
    "asks whether you need anything else",
    "asks if there is anything else",
    "asks whether there is anything else it can help with",
    "asks whether it can help with something else",
    "asks if you need any more help",
    "asks if that is all",
)
GOODBYE = (
    "says goodbye",
    "says goodbye",
    "says goodbye to you",
    "ends the conversation",
    "ends the call",
    "closes the conversation",
)
WELCOME = ("says you are welcome", "says that you're welcome", "acknowledges your thanks")

SUBJECTS = ("The agent {}",) * 14 + ("Agent {}", "Agent {}", "The assistant {}", "the agent {}", "{}", "{}")
PAST = {
    "asks": "asked",
    "wants": "wanted",
    "says": "said",
    "tells": "told",
    "gives": "gave",
    "confirms": "confirmed",
    "offers": "offered",
    "suggests": "suggested",
    "recommends": "recommended",
    "requests": "requested",
}


def worded(random: Random, predicate: str) -> str:
    """Return a trigger: mostly `The agent …`, now and then without a subject or in the past."""
    subject = random.choice(SUBJECTS)
    verb, _, rest = predicate.partition(" ")
    if subject == "{}" and random.random() < 0.5 and verb in PAST:
        predicate = f"{PAST[verb]} {rest}"
    return subject.format(predicate)


def asks(*nouns: str, clauses: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return wordings for asking for a datum, given as `your name` or, in clauses, `what you are called`."""
    for_it = (
        "asks for {}",
        "asks for {}",
        "asks for {}",
        "asks you for {}",
        "wants to know {}",
        "requests {}",
    )
    whether = ("asks {}", "asks {}", "asks you {}", "wants to know {}")
    return tuple(form.format(noun) for noun in nouns for form in for_it) + tuple(
        form.format(clause) for clause in clauses for form in whether
    )


def tells(*nouns: str, clauses: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return wordings for giving a datum."""
    forms = ("tells you {}", "gives you {}", "gives {}", "mentions {}")
    return tuple(form.format(noun) for noun in nouns for form in forms) + tuple(
        form.format(clause) for clause in clauses for form in ("says {}", "tells you {}")
    )


def suggests(*nouns: str) -> tuple[str, ...]:
    """Return wordings for suggesting one of what was looked for."""
    forms = ("suggests {}", "recommends {}", "proposes {}", "offers {}", "offers you {}")
    return tuple(form.format(noun) for noun in nouns for form in forms)


def counts(plural: str) -> tuple[str, ...]:
    """Return wordings for telling how many were found."""
    return (
        f"says how many {plural} were found",
        f"says how many {plural} there are",
        f"tells you the number of {plural} found",
        f"tells you how many {plural} match",
    )


def offers_to(*verbs: str) -> tuple[str, ...]:
    """Return wordings for offering to do something, given as `book a table`."""
    forms = (
        "offers to {}",
        "asks if you want to {}",
        "asks whether you would like to {}",
        "asks if it should {}",
    )
    return tuple(form.format(verb) for verb in verbs for form in forms)


def done(*facts: str, process: str = "") -> tuple[str, ...]:
    """Return wordings for telling that something is done, given as `the table is booked`."""
    forms = ("confirms that {}", "says {}", "says that {}", "lets you know that {}")
    whole = (
        f"says the {process} was successful",
        f"says the {process} is complete",
        f"confirms the {process}",
    )
    return tuple(form.format(fact) for fact in facts for form in forms) + (whole if process else ())


def failed(*facts: str, process: str = "") -> tuple[str, ...]:
    """Return wordings for telling that something did not work, given as `no table is free`."""
    forms = ("says {}", "says that {}", "tells you that {}")
    whole = (f"says the {process} failed", f"says it could not complete the {process}")
    return tuple(form.format(fact) for fact in facts for form in forms) + (whole if process else ())


def checks(process: str) -> tuple[str, ...]:
    """Return wordings for reading the details of something back to have them confirmed."""
    return (
        f"asks you to confirm the {process} details",
        f"reads back the {process} details and asks if they are correct",
        f"checks the {process} details with you before going ahead",
        f"asks if the {process} details are right",
    )


def does(*predicates: str) -> tuple[str, ...]:
    """Return wordings as they stand."""
    return predicates
