"""What the caller means, read from keywords: requests, yes and no, names, numbers, a choice of days."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING

from acme_clinic.dates import DAYS, MONTHS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

__all__ = [
    "Request",
    "is_done",
    "is_farewell",
    "is_greeting",
    "read_answer",
    "read_choice",
    "read_digits",
    "read_name",
    "read_request",
    "read_spelled",
    "wants_to_keep",
]


class Request(Enum):
    """What a caller may want from the front desk."""

    HUMAN = auto()
    RESCHEDULE = auto()
    CANCEL = auto()
    HOURS = auto()
    BILLING = auto()
    ACCOUNT = auto()
    BOOK = auto()


_PEOPLE = "human|person|people|someone|somebody|representative|operator|agent|staff|receptionist|nurse"
# In order: the first that is found is what the caller wants ("my account balance" is about billing).
_REQUESTS = {
    Request.HUMAN: rf"\b(speak|talk|connect|transfer)\b.*\b({_PEOPLE})\b|\b(human|operator|real person)\b",
    Request.RESCHEDULE: (
        r"\bre-?schedul|\b(move|change|shift|postpone)\b.*\bappointment|\banother (day|time)\b"
    ),
    Request.CANCEL: r"\bcancel|\bcan't make (it|my|the)\b|\bcall off\b",
    Request.HOURS: r"\bhours\b|\b(open|opens|opening|close|closes|closed|closing)\b",
    Request.BILLING: r"\b(bill|bills|billing|balance|invoice|charge|charged|payment|payments|pay|owe)\b",
    Request.ACCOUNT: r"\baccount\b",
    Request.BOOK: (
        r"\b(book|schedule|make|set up|get)\b.*\bappointment\b|\bsee (a|the) doctor\b"
        r"|\b(need|want|like|have) (an?|another)( new)? appointment\b"
    ),
}
_DENIED = re.compile(
    r"\b(?:(?:don't|do not|can't|cannot|won't|no need to|not)(?: (?:want|need|wish|have) to)?"
    r"|instead of|than|no|thanks for|thank you for)"
    r" (?:re-?schedul\w*|cancel\w*|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
)

_ANSWER = re.compile(
    r"\b(?:(?P<yes>yes|yeah|yep|yup|absolutely|definitely|of course|sounds good|that works|correct)"
    r"|(?P<no>no|nope|nah|not|never|nothing|don't|neither|none))\b"
)
# A filler as often as a yes: counts only where nothing clearer is said ("Okay, no").
_PERHAPS_YES = re.compile(r"\b(?:okay|ok|sure|alright|fine|great)\b")
_NO_FUSS = re.compile(r"\bno (?:problem|worries)\b|\bwhy not\b")

_GREETING = re.compile(r"(?:hi|hello|hey|good (?:morning|afternoon|evening))(?: there)?[\s,.!]*")
_FAREWELL = re.compile(r"\b(?:bye|goodbye|good bye|have a (?:good|nice|great) (?:one|day|evening|weekend))\b")

_DONE = re.compile(
    r"\b(?:that's (?:all|it|everything)|that is (?:all|it|everything)|(?:that'll|that will) be all"
    r"|nothing else|(?:i'm|i am) (?:all set|done|good))\b"
)

_ONLY_THANKS = re.compile(
    r"(?:(?:great|perfect|wonderful|okay|ok|alright|all right|fine|good)[\s,.!]+)*"
    r"(?:thanks|thank you)(?: so much| very much| a lot| again| for your help)*[\s.!]*"
)
_KEEP = re.compile(
    r"\b(?:keep (?:it|my|the|that)|leave (?:it|everything)|never mind|don't cancel|do not cancel)\b"
)

_MY_NAME = re.compile(r"\bname(?:'s| is|:)\s+(.+)", re.IGNORECASE | re.DOTALL)
_INTRODUCTION = re.compile(
    r"\b(?:this is|it's|it is|i'm|i am|that's|that is|under)\s+(.+)", re.IGNORECASE | re.DOTALL
)
_FIRST_AND_LAST = re.compile(
    r"\bfirst name(?: is|:)? ([\w'-]+).*?\blast name(?: is|:)? ([\w'-]+)", re.IGNORECASE | re.DOTALL
)
_NAME_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_TITLE_OR_FILLER = re.compile(
    r"sure|yes|yeah|hi|hello|ok|okay|of|course|certainly|absolutely|alright|fine|great|thanks|thank|please"
    r"|um|uh|well|oh|so|under|mr|mrs|ms|miss|dr"
)
_NEVER_A_NAME = re.compile(
    r"a|about|account|again|all|already|am|an|and|any|appointment|are|at|because|birth|book|born|but|bye|call"
    r"|called|calling|can|cancel|change|could|date|dob|do|does|don't|for|from|give|have|help|here|how|i|i'm|i'd"
    r"|i've|if|in|is|it|it's|just|know|last|like|looking|me|my|name|need|no|not|number|of|on|or|phone|please"
    r"|reschedule|schedule|sorry|speaking|spell|spelled|tell|than|thank|thanks|that|that's|the|there|they|this|to"
    r"|trying|want|wanted|was|what|when|where|which|who|why|with|would|you|your"
)
_SPELLED = re.compile(r"(?<![^\W_])(?<!')(?:[^\W\d_][\s.,-]+){2,}[^\W\d_](?![^\W_])(?!')")

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_FIRST_OR_LATER = re.compile(
    r"\b(?:(?P<first>first|earlier|earliest|former|either|any|whichever)|(?P<second>second|later|latter|last))\b"
)


def read_request(text: str) -> Request | None:
    """Return what the caller asks for; what they say they do not want is not counted."""
    wanted = _DENIED.sub("", _plain(text))
    return next((request for request, pattern in _REQUESTS.items() if re.search(pattern, wanted)), None)


def read_answer(text: str) -> bool | None:
    """Return yes or no, whichever is said first."""
    said = _NO_FUSS.sub("okay", _plain(text))
    if found := _ANSWER.search(said):
        return found["yes"] is not None
    return True if _PERHAPS_YES.search(said) else None


def is_greeting(text: str) -> bool:
    """Tell whether the caller only says hello."""
    return _GREETING.fullmatch(_plain(text)) is not None


def is_farewell(text: str) -> bool:
    """Tell whether the caller says goodbye."""
    return _FAREWELL.search(_plain(text)) is not None


def is_done(text: str) -> bool:
    """Tell whether the caller wants nothing more."""
    said = _plain(text)
    return _DONE.search(said) is not None or _ONLY_THANKS.fullmatch(said) is not None


def wants_to_keep(text: str) -> bool:
    """Tell whether the caller would rather have everything stay as it is."""
    return _KEEP.search(_plain(text)) is not None


def read_name(text: str) -> str | None:
    """Return the name that the caller gives, one word or several."""
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    if found := _FIRST_AND_LAST.search(text):
        return " ".join(map(_capitalised, found.groups()))
    if found := _MY_NAME.search(text) or _INTRODUCTION.search(text):
        text = found[1]
    parts = re.split(r"[^\w\s'-]+|[0-9]+", text)
    return next(filter(None, map(_leading_name, parts)), None)


def read_spelled(text: str) -> str | None:
    """Return the letters of a name spelled out: S-A-R-A-H, J O H N."""
    letters = "".join(filter(str.isalpha, "".join(_SPELLED.findall(text))))
    return letters.upper() or None


def read_digits(text: str) -> str:
    """Return all digits said in the text, "one two 34" as 1234."""
    words = re.findall(r"[0-9]+|[a-z]+", _plain(text))
    return "".join(
        word if word.isdigit() else str(_DIGITS.index(word))
        for word in words
        if word.isdigit() or word in _DIGITS
    )


def read_choice(text: str, slots: Sequence[datetime]) -> datetime | None:
    """Return the slot that the caller chooses: by day, date or time, or as the first or second one."""
    said = _DENIED.sub("", _plain(text))
    named = {slot: found.start() for slot in slots if (found := re.search(_slot_pattern(slot), said))}
    if named:
        return min(named, key=named.__getitem__)
    position = _FIRST_OR_LATER.search(said)
    if position is None:
        return None
    return slots[0] if position["first"] else slots[-1]


def _plain(text: str) -> str:
    """Return the text as the keywords expect it: small letters, straight apostrophes, single spaces."""
    return " ".join(text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").casefold().split())


def _leading_name(part: str) -> str | None:
    words = _NAME_WORD.findall(part)
    while words and _TITLE_OR_FILLER.fullmatch(words[0].casefold()):
        words.pop(0)
    stop = next((at for at, word in enumerate(words) if _NEVER_A_NAME.fullmatch(word.casefold())), len(words))
    return " ".join(map(_capitalised, words[:stop])) if 1 <= stop <= 4 else None


def _capitalised(word: str) -> str:
    return word[0].upper() + word[1:]


def _slot_pattern(slot: datetime) -> str:
    hour, half = slot.hour % 12 or 12, "am" if slot.hour < 12 else "pm"
    part_of_day = "morning" if half == "am" else "afternoon"
    month = MONTHS[slot.month - 1].casefold()
    return (
        rf"\b(?:{DAYS[slot.weekday()].casefold()}|{month} {slot.day}|{slot.day}(?:st|nd|rd|th)|{part_of_day}"
        rf"|{hour}:{slot.minute:02}|{hour} ?{half})\b"
    )
