"""What words have to do with each other on a service call: synonyms, kinds of business done, weights."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.words import SHORTEST_ROOT, family, stem

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "SAME",
    "SYNONYM",
    "concepts",
    "is_context",
    "is_identity",
    "is_known",
    "processes",
    "things",
    "weight",
]

# How much a word counts that occurs itself, or only through a word of the same concept.
SAME = 1.0
SYNONYM = 0.8

# Words that may stand for one another. A word may belong to several concepts.
CONCEPTS = {
    # who and what
    "name": "name called title",
    "person": "person people passenger traveler traveller rider guest adult diner party group seat ticket "
    "attendee patron visitor tenant",
    "recipient": "recipient receiver receiving payee recipient who whom friend contact transferee",
    "provider": "doctor physician provider specialist dermatologist practitioner clinician dr",
    "dentist": "dentist dental",
    "therapist": "therapist psychologist psychiatrist counselor counsellor therapy",
    "stylist": "stylist salon hairdresser hair barber hairstylist barbershop",
    "staff": "representative human person operator specialist colleague manager supervisor advisor agent",
    "birth": "birth",
    "phone": "phone contact callback",
    "email": "email mail inbox",
    "contact": "contact phone email mail address reach",
    "identity": "identity identification verification security",
    "member": "member membership subscriber",
    "policy": "policy plan coverage insurance insurer carrier",
    "insurance": "insurance protection insure",
    "zip": "zip zipcode",
    "card": "card credit debit",
    "balance": "balance owe due outstanding",
    "reason": "reason why purpose problem issue matter concern bring symptom wrong",
    "hours": "hours hour open opening close",
    # where
    "place": "place city town location area where region neighborhood neighbourhood locality municipality part "
    "metropolis district",
    "address": "address street location located where avenue",
    "venue": "venue stadium hall theater theatre arena cinema location",
    "origin": "origin depart departure departing leave source start begin pickup pick board "
    "outbound pick-up departs",
    "destination": "destination arrive arrival reach head visit land end inbound final drop-off dropoff "
    "drop terminate",
    "return": "return back drop-off dropoff inbound drop",
    "checkin": "check-in checkin arrival arrive",
    "checkout": "check-out checkout leave",
    "airport": "airport",
    "station": "station terminal stop terminus",
    # when
    "date": "date day when month weekday",
    "time": "time when hour clock",
    "slot": "slot time availability available opening",
    "start": "start begin kick showtime commence start-time",
    "duration": "duration long length last nights",
    # how much
    "price": "price cost fare rate charge fee amount pay payment rent pricing pricey bill total "
    "expensive cheap inexpensive moderate price budget",
    "money": "money fund amount sum cash",
    "number": "number many count quantity amount",
    "rating": "rating star review score rate rated",
    "ticket": "ticket seat pass admission",
    "discount": "discount coupon promotion deal",
    # things
    "kind": "type kind category genre cuisine sort style class preference classification",
    "food": "food cuisine meal dish eat serve menu dine serving",
    "restaurant": "restaurant eatery table dine dining reservation",
    "movie": "movie show film watch",
    "showtime": "showtime showing screening time show",
    "song": "song music track tune listen",
    "artist": "artist singer band musician performer",
    "actor": "actor actress star cast starring",
    "director": "director directed",
    "album": "album record",
    "event": "event game concert show match performance play",
    "attraction": "attraction landmark museum park sight tourist gallery pool college church nightclub architecture",
    "home": "home house apartment property place unit condo flat accommodation",
    "hotel": "hotel accommodation stay lodging room inn guesthouse hostel motel",
    "room": "room bedroom",
    "flight": "flight fly plane airline airplane",
    "airline": "airline carrier",
    "bus": "bus coach",
    "train": "train rail railway",
    "car": "car vehicle rental suv sedan",
    "cab": "cab ride taxi driver",
    "stops": "stop layover stopover transfer connection direct nonstop",
    "luggage": "bag luggage baggage suitcase",
    "weather": "weather forecast temperature rain cloudy sunny snow degree raining snowing",
    "rain": "rain precipitation snow",
    "wind": "wind windy mph",
    "humidity": "humidity humid",
    "device": "device tv speaker player television",
    "subtitle": "subtitle caption language",
    "pet": "pet animal dog cat",
    "kid": "kid child family",
    "smoke": "smoke smoking",
    "wifi": "wifi wi-fi internet",
    "furnished": "furnished furniture",
    "alcohol": "alcohol drink beer wine liquor",
    "vegetarian": "vegetarian vegan meat",
    "outdoor": "outdoor outside patio",
    "unisex": "unisex gender men women man woman",
    "free": "free charge entry entrance",
    "shared": "share shared pool carpool",
    "appointment": "appointment visit booking slot session meeting consultation schedule tour",
    "account": "account checking saving savings",
    "order": "order purchase",
    "record": "record account file profile system",
    "delivery": "delivery deliver ship shipping shipment courier parcel package",
    "document": "document form paperwork letter statement",
    "medicine": "medicine medication prescription refill pharmacy drug",
    "message": "message voicemail note",
    "calendar": "calendar schedule agenda",
    "available": "available availability free open vacancy vacant",
    "alternative": "alternative different another other else instead option",
    "recording": "record recorded recording monitored",
    "policy2": "terms rule policy condition",
    "code": "code number reference",
    "pin": "pin passcode password passphrase",
    "live": "live",
    # doing, and the noun for it
    "cancel": "cancel cancellation",
    "reserve": "reserve reservation",
    "confirm": "confirm confirmation",
    "complete": "complete completion",
    "renew": "renew renewal",
    "approve": "approve approval",
    "register": "register registration",
    "activate": "activate activation",
    "subscribe": "subscribe subscription",
    "depart": "depart departure",
    "arrive": "arrive arrival",
    "refund": "refund reimburse reimbursement",
    "recommend": "recommend recommendation",
    "direct": "direction instruction",
    "locate": "locate location",
    "permit": "permit permission allow",
    "describe": "describe description",
    "explain": "explain explanation",
    "prefer": "prefer preference",
    "find": "find locate look pull match search",
    "verify": "verify authenticate identity validate",
    "understand": "understand catch hear",
    "help": "help assist assistance support",
    "move": "move relocate relocation",
    "severity": "severity severe serious bad urgent urgency",
    "obstacle": "obstacle challenge difficulty barrier hurdle",
    "dependent": "dependent dependant family child spouse",
    "injury": "injury injured hurt wound",
    "pain": "pain ache aching hurt sore discomfort symptom",
    "illness": "illness sick ill unwell disease condition diagnosis",
    "insurer": "insurer insurance carrier provider",
    "colleague": "colleague coworker co-worker teammate staff",
    "boss": "boss manager supervisor",
    "occupation": "occupation job profession employment employer work",
    "purchase": "purchase buy bought order item product",
    "package": "package parcel shipment box item",
    "broken": "broken faulty defective damaged malfunction",
    "deadline": "deadline due date",
    "experience": "experience background history",
    "language": "language speak spoken",
    "repair": "repair fix mend maintenance service",
    "invoice": "invoice bill statement",
    "trip": "trip journey travel route ride",
    "party": "party celebration occasion event",
    "guest": "guest attendee visitor participant invitee",
    "choice": "choice option alternative selection preference",
    "happen": "happen occur take-place incident event",
    "team": "team teamwork collaboration collaborate colleague",
    "approval": "approval approve permission authorization authorize sign-off",
    "topic": "topic subject focus theme",
    "goal": "goal aim objective target purpose achieve",
    "notes": "note comment remark detail information",
    "frequency": "frequency often frequent recur recurring",
    "previous": "previous previously before earlier prior past",
    "salary": "salary wage pay income earn",
    "damage": "damage damaged broken break broke crack faulty",
    "measure": "size dimension measurement weight height",
    "color": "color colour",
    "brand": "brand make model manufacturer",
    "allergy": "allergy allergic intolerance",
    "delay": "delay delayed late behind",
    "error": "error fault issue problem trouble glitch",
    "complain": "complaint complain complaining",
    "quick": "quick quickly soon fast urgent asap",
}

# The business that a call can do. Two different ones never stand for one another, however near their wording.
PROCESSES = {
    "book": "book reserve reservation schedule appointment make arrange rent rental order secure "
    "obtain purchase buy ticket",
    "cancel": "cancel cancellation cancelled cancelling canceled",
    "reschedule": "reschedule move change postpone rescheduling",
    "refund": "refund reimburse reimbursement",
    "pay": "pay payment charge billed",
    "send": "send email text mail forward dispatch",
    "transfer": "transfer wire",
    "update": "update change correct amend modify",
    "play": "play playback start stream begin",
    "add": "add",
    "verify": "verify authenticate verification verified",
    "activate": "activate activation enable unlock reactivate",
    "block": "block freeze deactivate lock suspend disable",
    "renew": "renew renewal refill",
    "order": "order purchase buy place",
    "submit": "submit file submission request claim submitted",
    "return": "return exchange replace replacement",
    "deliver": "deliver delivery ship",
    "escalate": "escalate escalation",
    "waive": "waive waiver",
    "find": "find locate match",
    "approve": "approve approval authorize authorise",
    "deny": "deny denial reject",
    "cab": "cab ride taxi",
}

# The things that a business is about, by words that mean nothing else. What is said of one is not said of another.
THINGS = {
    "restaurant": "restaurant eatery cafe cuisine food table",
    "movie": "movie cinema screening showtime",
    "song": "song music album track",
    "event": "event concert",
    "attraction": "attraction museum landmark",
    "home": "house apartment condo",
    "hotel": "hotel hostel guesthouse motel",
    "flight": "flight plane airline",
    "bus": "bus",
    "train": "train railway",
    "car": "car vehicle",
    "cab": "cab",
    "weather": "weather forecast temperature rain humidity wind snow",
    "alarm": "alarm",
    "doctor": "doctor dentist therapist psychiatrist psychologist dermatologist physician",
    "stylist": "stylist salon hairdresser barber",
    "pizza": "pizza",
    "meeting": "meeting",
    "party": "party rsvp",
}

# What nearly everything on a call is about: weak evidence alone, and often left out.
CONTEXT_WORDS = """
    appointment reservation booking book reserve visit trip travel travelling journey event details
    detail information request call today customer person preferred preference prefer desired desire
    specific particular particularly search filter look looking interested interest plan available
    new complete full exact current main general average use using one first following schedule
    scheduled provide service serve served buy purchase ticket make made order rental rent ride
    flight bus hotel restaurant movie doctor dentist salon stylist car cab house apartment property
    song music show showing run running play playing happen happening locate located live attend
    transfer transferred receive money people tenant office medical practice theater stay concerned
    expect expected require required day night item page hold check perform performing team teams
    end leg work works working best convenient choose method way menu option press key list
"""

# Words that tell one piece of data from another of the same type. Without them it is another question.
IDENTITY_WORDS = """
    birth security social insurance insurer member membership policy order account phone email zip
    card credit debit license licence registration passport tracking confirmation reference
    emergency employer pharmacy prescription medication maiden pin password first last middle
    lastname spouse income invoice serial model vehicle plate company callback routing checking
    savings saving expiration expiry cvv referral diagnosis symptom allergy billing
"""


def _table(groups: dict[str, str]) -> dict[str, frozenset[str]]:
    members: dict[str, set[str]] = {}
    for group, words in groups.items():
        for word in words.split():
            members.setdefault(stem(word), set()).add(group)
    return {word: frozenset(names) for word, names in members.items()}


_CONCEPTS_OF = _table(CONCEPTS)
_PROCESSES_OF = _table(PROCESSES)
_THINGS_OF = _table(THINGS)
_CONTEXT = frozenset(stem(word) for word in CONTEXT_WORDS.split())
_IDENTITY = frozenset(stem(word) for word in IDENTITY_WORDS.split())
_NONE: frozenset[str] = frozenset()


@lru_cache(maxsize=8192)
def concepts(word_stem: str) -> frozenset[str]:
    """Return the names of the concepts that a stem belongs to; words of one family share one."""
    found = _CONCEPTS_OF.get(word_stem, _NONE)
    return found | {f"{family(word_stem)}-"} if len(word_stem) >= SHORTEST_ROOT else found


def processes(word_stem: str) -> frozenset[str]:
    """Return the kinds of business that a stem may name."""
    return _PROCESSES_OF.get(word_stem, _NONE)


def things(words: Iterable[str]) -> frozenset[str]:
    """Return the things that a business is about, of those that stems name."""
    return frozenset(name for word in words for name in _THINGS_OF.get(word, _NONE))


def is_known(word_stem: str) -> bool:
    """Whether a stem is among the words that calls are about."""
    return word_stem in _CONCEPTS_OF


@lru_cache(maxsize=8192)
def weight(word_stem: str) -> float:
    """Return how much a word tells about what a sentence is about: 0.35 for the usual, 1 for the telling."""
    return 0.35 if word_stem in _CONTEXT and word_stem not in _IDENTITY else 1.0


def is_identity(word_stem: str) -> bool:
    """Whether a word tells one piece of data from another of the same type ("birth" in "date of birth")."""
    return word_stem in _IDENTITY


def is_context(word_stem: str) -> bool:
    """Whether a word is one of those that nearly everything on a call is about."""
    return word_stem in _CONTEXT
