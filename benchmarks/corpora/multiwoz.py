"""MultiWOZ 2.1: people play tourists and the information desk of a city, in writing. MIT licence.

`data.json` of MultiWOZ 2.1 (budzianowski/multiwoz), or a part of it, such as `val.json` and `test.json` in the folder
`data/multiwoz` of thu-coai/ConvLab-2. Annotators missed acts and slots, so that words have to bear out the labels.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corpora.turns import AgentTurn, Corpus, Label, asking, context_before, detokenised
from corpora.wordings import (
    ANYTHING_ELSE,
    GOODBYE,
    WELCOME,
    asks,
    counts,
    done,
    failed,
    offers_to,
    suggests,
    tells,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from corpora.turns import Wordings

__all__ = ["read"]

Acts = dict[str, list[list[str]]]  # as "Hotel-Inform": [["Area", "north"], ["Stars", "4"]]

BUSINESSES = ("attraction", "hotel", "restaurant", "taxi", "train")
GENERAL: Wordings = {
    Label("GOODBYE"): GOODBYE,
    Label("REQ_MORE"): ANYTHING_ELSE,
    Label("WELCOME"): WELCOME,
}


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of the corpus: its topic, and the words that name it where it is asked for or told."""

    topic: str
    asked: str = ""
    told: str = ""
    alone: bool = True  # whether a question can be about it without naming it


SLOTS = {
    "Area": Slot(
        "area", r"\b(area|part|side|location|where(?! (?:are|will|would) you (?:leav|go|com))|located)\b"
    ),
    "Price": Slot("price range", r"\bpric\w*|budget|cost|cheap|expensive|\bfees?\b"),
    "Food": Slot("food", r"\b(food|cuisine|eat|type|kind|style)\w*"),
    "Type": Slot(
        "type",
        r"\b(types?|kinds?|sorts?|style|hotel or|guest ?houses? or|or (a )?(hotel|guest ?house))\b|looking to do",
    ),
    "Stars": Slot("stars", r"\b(stars?|rating|rated)\b"),
    "Parking": Slot("parking", r"\bparking\b", r"\bparking\b"),
    "Internet": Slot("internet", r"\b(internet|wi-?fi)\b", r"\b(internet|wi-?fi)\b"),
    "Name": Slot("name", r"\bname\b|\b(which|what) (hotel|restaurant|guest ?house|place|attraction)\b"),
    "Day": Slot(
        "day", r"\b(days?|dates?|when|nights? (would|will|are) you (like to )?arriv)\b(?! will you be stay)"
    ),
    "Time": Slot("time", r"\b(time|when|what hour)\b"),
    "People": Slot(
        "people", r"\b(people|guests?|persons?|party|tickets?|seats?|how many of you|diners?|many will)\b"
    ),
    "Stay": Slot(
        "nights", r"\b(nights?|how long|how many days|duration|length of|number of days|shorter stay)\b"
    ),
    "Leave": Slot(
        "leaving time",
        r"\b(leav\w*|depart\w*|pick\w* (you )?up|picked)\b",
        r"\b(leav|depart)\w*",
        alone=False,
    ),
    "Arrive": Slot(
        "arrival time",
        r"\b(arriv\w*|get there|be there|there by)\b",
        r"\barriv\w*|get you \w+ by",
        alone=False,
    ),
    "Depart": Slot(
        "departure",
        r"\b(leav\w*|depart\w*(?! times?)|from|pick\w*|coming|origin|start\w*)\b(?! times?)",
        alone=False,
    ),
    "Dest": Slot(
        "destination",
        r"\b(destinations?|going|go|to where|where to|head\w*|arriv\w*|tak\w+ you|travel\w* to|"
        r"stations? will you|stations? .*between|drop\w*|to or from)\b(?! times?)",
        alone=False,
    ),
    "Phone": Slot("phone", told=r"\d{9,}|\b\d{3,5}[ -]\d{3}[ -]?\d{3,4}\b|\bphone\b|\bcontact number"),
    "Addr": Slot("address", told=r"\b(address|street|road|lane|avenue|located (at|on)|place)\b"),
    "Post": Slot("postcode", told=r"post ?(al )?code|\b[cp][be]\d+ ?\d?[a-z]+\b"),
    "Fee": Slot("fee", told=r"\b(fee|free|admission|entrance|entry|pounds)\b"),
    "Ref": Slot("reference", told=r"\b(ref\w*|confirmation (number|#|code))\b"),
    "Ticket": Slot("fare", told=r"\b(pounds|gbp|price|cost|fare|fee)\w*\b|£"),
    "Duration": Slot("duration", told=r"\b(minutes?|hours?)\b"),
    "Car": Slot("car", told=r"\b(toyota|skoda|bmw|honda|ford|audi|lexus|volvo|volkswagen|tesla)\b"),
}

ENTRY = r"\b(fees?|entr\w+|pay\w*|free|admission)\b"
ASKED = {
    "attraction": ("Area", "Type", "Price"),
    "hotel": ("Area", "Price", "Type", "Stars", "Parking", "Internet", "Name", "Day", "People", "Stay"),
    "restaurant": ("Area", "Price", "Food", "Name", "Day", "Time", "People"),
    "taxi": ("Leave", "Arrive", "Depart", "Dest"),
    "train": ("Leave", "Arrive", "Depart", "Dest", "Day", "People"),
}
TOLD = {
    "attraction": ("Phone", "Addr", "Post", "Fee"),
    "hotel": ("Phone", "Addr", "Post", "Ref", "Parking", "Internet"),
    "restaurant": ("Phone", "Addr", "Post", "Ref"),
    "taxi": ("Phone", "Car"),
    "train": ("Ticket", "Duration", "Ref", "Leave", "Arrive"),
}

AREA = asks(
    "the area",
    "your preferred area",
    "the part of town",
    clauses=("which part of town you prefer", "what area you want"),
)
PRICES = asks("your price range", "the price range", "your budget", clauses=("what price range you want",))
PHONE = tells("the phone number", "their phone number", "the telephone number")
ADDRESS = tells("the address", "the street address", clauses=("where it is located",))
POSTCODE = tells("the postcode", "the post code")
REFERENCE = tells("the reference number", "a reference number", "your booking reference")
DAY = asks("the day", "the day of the booking", clauses=("which day to book for", "what day you want"))

WORDINGS: dict[str, Wordings] = {
    "attraction": {
        Label("REQUEST", "area"): AREA,
        Label("REQUEST", "type"): asks(
            "the type of attraction",
            "the kind of attraction",
            clauses=("what type of attraction you want to see", "what sort of place you want to visit"),
        ),
        Label("REQUEST", "price range"): asks(
            clauses=("how much you want to pay for entry", "about the entrance fee you would accept")
        ),
        Label("INFORM", "phone"): PHONE,
        Label("INFORM", "address"): ADDRESS,
        Label("INFORM", "postcode"): POSTCODE,
        Label("INFORM", "fee"): tells(
            "the entrance fee",
            "the admission price",
            clauses=("how much the entrance fee is", "what it costs to get in"),
        ),
        Label("OFFER"): suggests("an attraction", "a place to visit", "an attraction to visit"),
        Label("INFORM_COUNT"): counts("attractions"),
        Label("NOTIFY_FAILURE", "search"): failed(
            "no attraction was found", "there are no such attractions", "there is no attraction of that kind"
        ),
        **GENERAL,
    },
    "hotel": {
        Label("REQUEST", "area"): AREA,
        Label("REQUEST", "price range"): PRICES,
        Label("REQUEST", "type"): asks(
            "the type of accommodation",
            clauses=("whether you prefer a hotel or a guesthouse", "if you want a hotel or a guesthouse"),
        ),
        Label("REQUEST", "stars"): asks(
            "the star rating",
            "the number of stars",
            "your preferred star rating",
            clauses=("how many stars the hotel should have",),
        ),
        Label("REQUEST", "parking"): asks(
            clauses=("if you need parking", "whether you need parking", "whether you want free parking")
        ),
        Label("REQUEST", "internet"): asks(
            clauses=(
                "if you need internet",
                "whether you need wifi",
                "whether the hotel should have internet",
            )
        ),
        Label("REQUEST", "name"): asks(
            "the name of the hotel", "the hotel name", clauses=("which hotel you mean",)
        ),
        Label("REQUEST", "day"): asks(
            "the check-in day",
            "your arrival day",
            "the first day of your stay",
            clauses=("what day you will check in", "which day your stay starts", "what day you arrive"),
        ),
        Label("REQUEST", "people"): asks(
            "the number of guests",
            "the number of people",
            clauses=("how many people will stay", "how many guests there will be"),
        ),
        Label("REQUEST", "nights"): asks(
            "the number of nights",
            "the length of your stay",
            clauses=("how many nights you will stay", "how long you will stay"),
        ),
        Label("INFORM", "phone"): PHONE,
        Label("INFORM", "address"): ADDRESS,
        Label("INFORM", "postcode"): POSTCODE,
        Label("INFORM", "reference"): REFERENCE,
        Label("INFORM", "parking"): tells(
            clauses=("whether there is parking", "whether the hotel has parking", "if parking is available")
        ),
        Label("INFORM", "internet"): tells(
            clauses=("whether there is internet", "whether the hotel has wifi", "if internet is included")
        ),
        Label("OFFER"): suggests("a hotel", "a place to stay", "a hotel or guesthouse"),
        Label("INFORM_COUNT"): counts("hotels"),
        Label("OFFER_INTENT", "booking"): offers_to(
            "book a room", "book the hotel", "make a reservation", "book it for you"
        ),
        Label("NOTIFY_SUCCESS", "booking"): done(
            "the hotel is booked", "the room is booked", "the booking was successful", process="hotel booking"
        ),
        Label("NOTIFY_FAILURE", "booking"): failed(
            "the hotel could not be booked",
            "the booking was not possible",
            "the room is not available",
            process="hotel booking",
        ),
        Label("NOTIFY_FAILURE", "search"): failed(
            "no hotel was found", "there are no such hotels", "no hotels match"
        ),
        **GENERAL,
    },
    "restaurant": {
        Label("REQUEST", "area"): AREA,
        Label("REQUEST", "price range"): PRICES,
        Label("REQUEST", "food"): asks(
            "the type of food",
            "the cuisine",
            "your preferred cuisine",
            clauses=("what kind of food you want", "what you would like to eat"),
        ),
        Label("REQUEST", "name"): asks(
            "the name of the restaurant", "the restaurant name", clauses=("which restaurant you mean",)
        ),
        Label("REQUEST", "day"): (
            *DAY,
            *asks("the day of the reservation", clauses=("what day the table is for",)),
        ),
        Label("REQUEST", "time"): asks(
            "the time of the reservation",
            "the time",
            clauses=(
                "what time you want the table",
                "what time to book the table for",
                "when you want to eat",
            ),
        ),
        Label("REQUEST", "people"): asks(
            "the number of people",
            "the party size",
            "the number of guests",
            clauses=("how many people will dine", "how many people the table is for"),
        ),
        Label("INFORM", "phone"): PHONE,
        Label("INFORM", "address"): ADDRESS,
        Label("INFORM", "postcode"): POSTCODE,
        Label("INFORM", "reference"): REFERENCE,
        Label("OFFER"): suggests("a restaurant", "a place to eat"),
        Label("INFORM_COUNT"): counts("restaurants"),
        Label("OFFER_INTENT", "booking"): offers_to("book a table", "make a reservation", "reserve a table"),
        Label("NOTIFY_SUCCESS", "booking"): done(
            "the table is booked",
            "the table is reserved",
            "the reservation was made",
            process="table reservation",
        ),
        Label("NOTIFY_FAILURE", "booking"): failed(
            "the table could not be booked",
            "no table is available",
            "the reservation was not possible",
            process="table reservation",
        ),
        Label("NOTIFY_FAILURE", "search"): failed(
            "no restaurant was found", "there are no such restaurants", "no restaurants are available"
        ),
        **GENERAL,
    },
    "taxi": {
        Label("REQUEST", "leaving time"): asks(
            "the pickup time",
            "your departure time",
            clauses=(
                "when you want to leave",
                "what time you want to be picked up",
                "what time the taxi should leave",
            ),
        ),
        Label("REQUEST", "arrival time"): asks(
            "your arrival time",
            "the arrival time",
            clauses=(
                "when you need to arrive",
                "what time you want to get there",
                "by when you have to arrive",
            ),
        ),
        Label("REQUEST", "departure"): asks(
            "the pickup location",
            "your departure location",
            "the place of departure",
            clauses=("where to pick you up", "where you are leaving from"),
        ),
        Label("REQUEST", "destination"): asks(
            "your destination",
            "the destination",
            clauses=("where you are going", "where the taxi should take you"),
        ),
        Label("INFORM", "phone"): (*PHONE, *tells("the contact number", "the driver's number")),
        Label("INFORM", "car"): tells(
            "the type of car", "the car model", clauses=("what car will come", "which car it is")
        ),
        Label("NOTIFY_SUCCESS", "booking"): done(
            "the taxi is booked", "the taxi is on its way", "a taxi has been reserved", process="taxi booking"
        ),
        **GENERAL,
    },
    "train": {
        Label("REQUEST", "leaving time"): asks(
            "your departure time",
            "the departure time",
            clauses=(
                "when you want to leave",
                "what time you want to depart",
                "what time you would like to leave",
            ),
        ),
        Label("REQUEST", "arrival time"): asks(
            "your arrival time",
            "the arrival time",
            clauses=("when you want to arrive", "by what time you need to arrive"),
        ),
        Label("REQUEST", "departure"): asks(
            "your departure station",
            "the departure city",
            "the place of departure",
            clauses=("where you are leaving from", "which station you depart from"),
        ),
        Label("REQUEST", "destination"): asks(
            "your destination",
            "the destination",
            "the arrival station",
            clauses=("where you are going", "where you are travelling to"),
        ),
        Label("REQUEST", "day"): asks(
            "the day of travel",
            "the travel day",
            "your travel date",
            clauses=("what day you are travelling", "which day you leave"),
        ),
        Label("REQUEST", "people"): asks(
            "the number of tickets",
            "the number of passengers",
            clauses=("how many tickets you need", "how many people are travelling"),
        ),
        Label("INFORM", "fare"): tells(
            "the price of the ticket",
            "the fare",
            "the ticket price",
            clauses=("how much the ticket costs", "what the tickets cost"),
        ),
        Label("INFORM", "duration"): tells(
            "the travel time", "the duration of the journey", clauses=("how long the trip takes",)
        ),
        Label("INFORM", "reference"): REFERENCE,
        Label("INFORM", "leaving time"): tells(
            "the departure time", clauses=("when the train leaves", "what time the train departs")
        ),
        Label("INFORM", "arrival time"): tells(
            "the arrival time", clauses=("when the train arrives", "what time the train gets in")
        ),
        Label("OFFER"): suggests("a train", "a train for you"),
        Label("INFORM_COUNT"): counts("trains"),
        Label("OFFER_INTENT", "booking"): offers_to(
            "book a ticket", "book the train", "book a seat", "buy the tickets"
        ),
        Label("NOTIFY_SUCCESS", "booking"): done(
            "the train is booked",
            "the tickets are booked",
            "the booking was successful",
            process="train booking",
        ),
        Label("NOTIFY_FAILURE", "search"): failed(
            "no train was found", "there are no such trains", "no trains are available"
        ),
        **GENERAL,
    },
}

OFFERS = re.compile(
    r"(would you (like|care|be interested)|shall|should|do you (want|need)|can i|may i|could i|want (me )?to|need a|interested in|"
    r"like (me )?to|i can|happy to|pleased to|like a)[^.?!]*\b(book|reserv|ticket|table|room|seat|purchase|buy|stay)",
    re.IGNORECASE,
)
WORKS = re.compile(
    r"\b(book|reserv|success|all set|confirmed|purchas|arranged|scheduled|complete)", re.IGNORECASE
)
NOT = re.compile(
    r"\b(no|not|\w+n't|unable|sorry|unfortunately|none|nothing|cannot|unavailable|fully booked)\b",
    re.IGNORECASE,
)
MORE = re.compile(
    r"\b(any ?thing|something|what) (else|more|other|further)|\banything(?! (?:specific|in particular))|what else|is that all|"
    r"(further|more|other|any) (help|assist\w*)|all (you need|for) today|that be all|help (you )?with today|else\b[^.]*\?|else$",
    re.IGNORECASE,
)
INVITES = re.compile(
    r"\b(let (me|us) know|call|contact|reach|feel free|come back)\b[^.?!]*\b(else|assist|help)", re.IGNORECASE
)
PRESENTS = re.compile(
    r"\b(there(?: is|'s| are)|(?:i|we) (?:have|found|recommend|suggest|can)|i've|how about|what about|suggest|recommend|fits?|match\w*|"
    r"meets?|options?|try)\b|\?",
    re.IGNORECASE,
)
NOT_TOLD = re.compile(
    r"\b(not|\w+n't|no)\b[^.,]*\b(list|have|know|say|show|avail|provid|information|in (?:the|my|our) system)",
    re.IGNORECASE,
)
BYE = re.compile(
    r"\b(good ?-? ?bye|bye|take care|see you|good (day|night|evening)|enjoy|have (a|an|fun|safe)\b)|safe trip|next time",
    re.IGNORECASE,
)
CLOSES = re.compile(
    r"\bthank(s| you)? for (using|call|contact|visit)|\bglad (i|we|to)\b|\bthank you\b", re.IGNORECASE
)
WELCOMES = re.compile(r"\bwelcome(?! to)\b|\b(my|a) pleasure\b|no problem|anytime", re.IGNORECASE)
GLAD = re.compile(r"\bglad\b|happy to|\bthank", re.IGNORECASE)
ALTERED = re.compile(r"\b(another|different|change|other|broaden|alternat\w*|instead|else)\b", re.IGNORECASE)
CHECKED = re.compile(
    r"\b(correct|right|confirm|did you say|you said|was that|clarify|(?:leave|arrive|depart)(?: there)? (?:at|by|on|around) \d|you want(?:ed)?\b|so you|just one|alone|only you|just you)\b",
    re.IGNORECASE,
)
HOW_MANY = re.compile(
    r"\b(\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|many|lots|plenty|few|couple)\b",
    re.IGNORECASE,
)
NUMBER = re.compile(
    r"^(about |over |only |around )?(\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen)\b",
    re.IGNORECASE,
)
BOOKS = {
    "hotel": re.compile(r"\b(rooms?|nights?|hotel|guest ?house|stay\w*|lodging)\b", re.IGNORECASE),
    "restaurant": re.compile(r"\b(tables?|restaurant|din\w+|party of|eat)\b", re.IGNORECASE),
}


def read(paths: Iterable[Path]) -> Corpus:
    """Return the turns of the desk in files of dialogues."""
    turns: list[AgentTurn] = []
    for path in paths:
        for name, dialogue in json.loads(path.read_text(encoding="utf-8")).items():
            turns += turns_of(name.removesuffix(".json"), dialogue["log"])
    return Corpus("multiwoz", tuple(turns), WORDINGS)


def turns_of(dialogue: str, log: list[dict[str, Any]]) -> Iterable[AgentTurn]:
    said = [("Agent" if at % 2 else "User", detokenised(turn["text"])) for at, turn in enumerate(log)]
    talked_of, booked = "", ""
    for at, turn in enumerate(log):
        acts: Acts = turn.get("dialog_act") or {}
        named = [business for business in BUSINESSES if any(act.lower().startswith(business) for act in acts)]
        if not at % 2:
            talked_of = named[0] if named else talked_of
            booked = next((each for each in named if each in BOOKS), booked)
            continue
        text, context = said[at][1], context_before(said, at)
        books = next((each for each, words in BOOKS.items() if words.search(text)), booked)
        if any(act.startswith("Booking") for act in acts) and books and books not in named:
            named.append(books)
        booked = next((each for each in named if each in BOOKS), booked)
        talked_of = named[0] if named else talked_of
        for business in named or ([talked_of] if talked_of in WORDINGS else []):
            does, unclear = labels(
                business, acts, text, " ".join(each for _, each in said[:at]), others=len(named) > 1
            )
            known = WORDINGS[business].keys()
            yield AgentTurn(
                dialogue,
                at,
                business,
                text,
                context,
                frozenset(does & known),
                frozenset((unclear - does) & known),
            )


def labels(
    business: str, acts: Acts, text: str, before: str, *, others: bool
) -> tuple[set[Label], set[Label]]:
    """Return what a turn does for a business, and what it may do."""
    own: Acts = {}
    foreign: set[str] = set()
    for name, slots in acts.items():
        whose, _, act = name.partition("-")
        if whose.lower() == business or whose == "general" or (whose == "Booking" and business in BOOKS):
            own.setdefault(act if whose != "Booking" else f"Booking-{act}", []).extend(slots)
        else:
            foreign |= {slot for slot, _ in slots}
    does: set[Label] = set()
    unclear: set[Label] = set()

    def judge(label: Label, labelled: bool, borne_out: bool) -> None:
        if labelled and borne_out:
            does.add(label)
        elif labelled or borne_out:
            unclear.add(label)

    requests(business, own, foreign, text, judge)
    data(business, own, foreign, text, judge)
    bookings(business, own, text, judge)
    findings(own, text, before, judge)
    failing = "NoOffer" in own or "Booking-NoBook" in own
    judge(
        Label("REQ_MORE"),
        "reqmore" in own or failing,
        bool(MORE.search(text)) and not failing and not INVITES.search(text),
    )
    says_bye = bool(BYE.search(text))
    judge(Label("GOODBYE"), "bye" in own or says_bye or bool(CLOSES.search(text)), "bye" in own and says_bye)
    judge(
        Label("WELCOME"),
        "welcome" in own or bool(GLAD.search(text)),
        bool(WELCOMES.search(text)) and "?" not in text,
    )
    if "bye" in own and "welcome" in own:
        unclear |= {Label("WELCOME"), Label("GOODBYE")} - does
    if others:
        unclear |= {Label("OFFER_INTENT", "booking"), Label("OFFER")} - does
    return does, unclear


def requests(business: str, own: Acts, foreign: set[str], text: str, judge: Any) -> None:
    asked = {slot for act in ("Request", "Booking-Request") for slot, _ in own.get(act, ())}
    chosen = {slot for slot, _ in own.get("Select", ())}
    question = asking(text)
    told = [slot for slot, _ in own.get("Inform", ())]
    listed = {slot for slot in told if told.count(slot) > 1} if "Select" in own else set()
    doubtful = bool(CHECKED.search(question)) or (
        ("NoOffer" in own or "Booking-NoBook" in own) and bool(ALTERED.search(text))
    )
    travels = [SLOTS[name].topic for name in ("Leave", "Arrive")]
    which_time = not re.search(SLOTS["Leave"].asked + "|" + SLOTS["Arrive"].asked, question, re.IGNORECASE)
    for name in ASKED[business]:
        slot = SLOTS[name]
        named = bool(re.search(slot.asked, question, re.IGNORECASE))
        alone = slot.alone and len(asked) == 1 and bool(question)
        labelled = name in asked
        fits = named or (labelled and alone)
        if slot.topic in travels and which_time and re.search(r"\btime|\bwhen\b", question, re.IGNORECASE):
            fits = not labelled
        if business == "attraction" and name == "Price" and not re.search(ENTRY, question, re.IGNORECASE):
            fits = not labelled
        if doubtful or name in chosen | listed | foreign:
            fits = not labelled
        judge(Label("REQUEST", slot.topic), labelled, fits)


def data(business: str, own: Acts, foreign: set[str], text: str, judge: Any) -> None:
    told = {
        slot
        for act in ("Inform", "Recommend", "Booking-Book", "OfferBooked", "Booking-Inform")
        for slot, _ in own.get(act, ())
    }
    if business == "train" and "Time" in told:
        told.add("Duration")
    listed = any(slot == "Choice" for slot, _ in own.get("Inform", ()))
    aside = {slot for act in ("OfferBook", "OfferBooked", "Select") for slot, _ in own.get(act, ())}
    for name in TOLD[business]:
        slot = SLOTS[name]
        fits = bool(re.search(slot.told, text, re.IGNORECASE)) and not NOT_TOLD.search(text)
        labelled = name in told
        general = name in ("Parking", "Internet", "Leave", "Arrive")
        if name in foreign or (
            general and (listed or name in aside or ("?" in asking(text) and not labelled))
        ):
            fits = not labelled
        judge(Label("INFORM", slot.topic), labelled, fits)


def bookings(business: str, own: Acts, text: str, judge: Any) -> None:
    offered = "Booking-Inform" in own or "OfferBook" in own
    fits = bool(OFFERS.search(text))
    if "Booking-Request" in own or (
        business == "train" and any(slot == "People" for slot, _ in own.get("Request", ()))
    ):
        fits = not offered
    judge(Label("OFFER_INTENT", "booking"), offered, fits)
    booked = (
        "Booking-Book" in own
        or "OfferBooked" in own
        or any(slot == "Car" for slot, _ in own.get("Inform", ()))
    )
    referred = any(slot == "Ref" for act in ("Inform", "Booking-Inform") for slot, _ in own.get(act, ()))
    judge(
        Label("NOTIFY_SUCCESS", "booking"),
        booked or referred,
        bool(WORKS.search(text)) and (booked or not offered),
    )
    judge(
        Label("NOTIFY_FAILURE", "booking"),
        "Booking-NoBook" in own,
        bool(NOT.search(text)) and "NoOffer" not in own,
    )


def findings(own: Acts, text: str, before: str, judge: Any) -> None:
    judge(
        Label("NOTIFY_FAILURE", "search"),
        "NoOffer" in own,
        bool(NOT.search(text)) and "Booking-NoBook" not in own,
    )
    found = [value for act in ("Inform", "Recommend") for slot, value in own.get(act, ()) if slot == "Choice"]
    judge(
        Label("INFORM_COUNT"),
        bool(found),
        any(NUMBER.search(value) for value in found) if found else bool(HOW_MANY.search(text)),
    )
    recommended = [value for slot, value in own.get("Recommend", ()) if slot == "Name"]
    named = [
        value for act in ("Inform", "Select") for slot, value in own.get(act, ()) if slot in ("Name", "Id")
    ]
    new = [value for value in (*recommended, *named) if value.lower() not in before.lower()]
    contact = any(slot in ("Phone", "Addr", "Post", "Fee", "Ref") for slot, _ in own.get("Inform", ()))
    settled = (
        "Booking-Book" in own
        or "OfferBooked" in own
        or "NoOffer" in own
        or "Booking-NoBook" in own
        or "Select" in own
    )
    presented = bool(recommended) or (not contact and bool(PRESENTS.search(text)))
    borne_out = bool(new) and presented and not settled and not BYE.search(text)
    described = (
        "Recommend" in own
        or "Select" in own
        or any(slot not in ("Choice", "Car") for slot, _ in own.get("Inform", ()))
    )
    judge(Label("OFFER"), bool(named or recommended) or described, borne_out)
