"""Taskmaster-1, the spoken dialogues of two people: operators play an assistant that orders and books. CC BY 4.0 licence.

`woz-dialogs-*.md` in the folder `taskmaster-1` of RasaHQ/multiwoz-paper, a thousand of the dialogues of
google-research-datasets/Taskmaster with numbers and prices taken out, which are put back at random. The corpus tells no
acts: they come from patterns written for the wordings of these operators, and where a weaker pattern alone fits, nothing
is claimed.
"""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from corpora.turns import SENTENCE_END, AgentTurn, Corpus, Label, context_before, is_asking
from corpora.wordings import (
    ANYTHING_ELSE,
    GOODBYE,
    WELCOME,
    asks,
    does,
    done,
    failed,
    offers_to,
    tells,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["read"]


class Sign(NamedTuple):
    """What shows a label: a pattern that suffices, one that leaves it open, and the triggers for it."""

    certain: str
    possible: str
    worded: tuple[str, ...]


def request(topic: str, certain: str, possible: str, worded: tuple[str, ...]) -> tuple[Label, Sign]:
    return Label("REQUEST", topic), Sign(certain, possible, worded)


NAME = request(
    "name",
    r"(what('s| is| was)|have|get|and) (your|the)( full| first| last)? name|name (for the (appointment|reservation)|should|under)|under what name",
    r"\bname",
    asks("your name", "your full name", "a name", clauses=("what your name is", "which name to book under")),
)
WHEN = r"\bwhen (would|do|did|should|are|will) you|what (day|time|date)|(day|time|date)s? (would|do|did|works?)|time (preference|in mind)|(have|prefer).* time\b|when (would|do|did) (it|this)|for when"
BOOKED = r"(i have|i've|have been|has been|was|were|is|are|got)( just| now)? (booked|placed|ordered|confirmed|purchased|scheduled|reserved)|all (done|set)"
SHOULD = r"(should|shall|can|may) i (go ahead and )?(continue|proceed|book|place|order|purchase|process|charge|request)|(want|like) me to (go ahead and )?(book|place|order|purchase|process)|would you like to (book|place|order|purchase|continue|go ahead|make)\b.*(now|order|purchase|ticket|ride)|\bshall we\b"

GENERAL: dict[Label, Sign] = {
    Label("HOW_HELP"): Sign(r"how (can|may) (i|we) (help|assist)|what can i (do for|help)", r"\bhelp\b|assist", does(
        "asks how it can help", "asks how it can help you", "asks what it can do for you")),
    Label("GREETING"): Sign(r"^\W*(hi|hello|hey|good (morning|afternoon|evening))\b", r"\b(hi|hello|hey|welcome)\b", does("greets you", "says hello")),
    Label("REQ_MORE"): Sign(
        r"(can|may) i (help|assist)( you)? with anything else|(need|want)( my help with| help with)? anything else|^\W*(is there )?anything else( for you| (that )?i can (help|do)\b.*| today)?\W*\?|is that (all|everything)",
        r"anything else|anymore|any other|is that (all|it)|\bmore\b|\belse\b", ANYTHING_ELSE),
    Label("GOODBYE"): Sign(r"\bbye|have a (good|great|nice|wonderful|lovely)|take care", r"enjoy|thank(s| you)|good day", GOODBYE),
    Label("WELCOME"): Sign(r"welcome", r"problem|pleasure|thank", WELCOME),
    Label("HOLD"): Sign(
        r"(one|just a|a) (moment|second|sec|minute)\b|hold on|(please|can you) (wait|hold)|bear with", r"let me|check|look|i('ll| will)|going to", does(
            "asks you to wait", "asks you to hold on", "asks you to hold", "asks for a moment")),
    Label("REPEAT"): Sign(
        r"(can|could|would|please|need) (you )?(please )?(to )?(repeat|say)\b.*|say that again|what was that|come again|didn't (catch|get|hear)", r"repeat|again|sorry|hear", does(
            "asks you to repeat that", "asks you to say that again", "did not understand you and asks you to repeat", "asks you to repeat what you said")),
    Label("INFORM", "price"): Sign(r"(total|cost|pric\w+|comes? (out )?to|will be|fare|estimate)[^?]*_price_|_price_ (is|will be) (the|your)", r"_price_|dollars|price|cost|charge", tells(
        "the price", "the total", "the total price", clauses=("how much it costs", "what the total is"))),
    Label("CONFIRM", "price"): Sign(
        r"_price_[^.]*\b(is (that|this) (ok|okay|alright|fine)|sounds? good|is okay|okay\?|is that)", r"_price_|dollars", does(
            "asks if the price is okay", "asks whether the price is all right", "asks whether you agree to the price")),
    Label("CONFIRM", "details"): Sign(
        r"((so|you said|to confirm|confirm|you are ordering|you want(ed)?|i have)\b(\W+\S+){3,}\W+(is (that|this) )?(right|correct)\W*\?)|(\w+\W+){6,}is (that|this) (right|correct)\W*\?",
        r"\b(right|correct|confirm|did you say|did i|you said)\b", does(
            "asks you to confirm the details", "asks if the details are right", "reads back the details and asks if they are correct", "checks the details with you")),
}  # fmt: skip

TASKS: dict[str, dict[Label, Sign]] = {
    "movie": dict([
        request("movie", r"(what|which) (movie|film)(?!s? theat)(?! type)", r"movie|film|\bsee\b|watch", asks("the movie", "the name of the movie", clauses=("which movie you want to see", "what movie you would like to watch"))),
        request("theater", r"(which|what|have an?y?|prefer\w*( on)?( which)?)( movie| particular)? theat|where (would|do|did) you (like|want) to (see|watch)", r"theat|where|cinema", asks("the theater", "your preferred theater", clauses=("which theater you want", "what theater you prefer"))),
        request("location", r"where are you( located)?\W*\?|(what|which) (city|area|part of|town|state)|where (in|are) .*\?", r"\bcity|area|where|located|location|zip", asks("your location", "the city", "your city", clauses=("where you are", "where you are located", "what city you are in"))),
        request("time", WHEN, r"\btime|when|show(ing|time)|tonight|today", asks("the time", "the showtime", clauses=("what time you want to see the movie", "when you would like to go"))),
        request("tickets", r"how many (tickets|people)|number of tickets|many tickets", r"ticket|how many|just (you|one)", asks("the number of tickets", clauses=("how many tickets you need", "how many tickets you want"))),
        (Label("OFFER_INTENT", "booking"), Sign(SHOULD, r"should i|book|purchase|buy|would you like", offers_to("book the tickets", "buy the tickets", "complete the purchase"))),
        (Label("NOTIFY_SUCCESS", "booking"), Sign(BOOKED, r"booked|confirmed|purchased|got it|sent|all (set|done)", done("the tickets are booked", "the tickets were purchased", process="ticket purchase"))),
        (Label("NOTIFY_FAILURE", "sold out"), Sign(r"sold out|(is|are) (not|n't|no longer) available|unavailable|isn't available|aren't available", r"sold|n't|not|no\b|sorry|unfortunately", failed("the showing is sold out", "there are no tickets left", "the tickets are not available"))),
        (Label("INFORM", "sent"), Sign(r"tickets?\b[^.]*(sent|text\w*)|(sent|text\w*) [^.]*tickets?", r"sent|text|receipt|mobile|phone", does("says the tickets are sent to your phone", "tells you that you will get the tickets on your phone", "says how you will get the tickets"))),
    ]),
    "repair": dict([
        NAME,
        (Label("REQUEST", "spelling"), Sign(r"spell", r"spell|letters", does("asks you to spell your name", "asks how your name is spelled", "asks you how to spell your name"))),
        request("phone", r"(what('s| is)|have|get|and|for)( a| your| the| whats your)?.*(phone|contact|call ?back|good)? ?\bnumber\b", r"\bnumber\b|reach", asks("your phone number", "a contact number", "your telephone number", clauses=("what your number is", "which number to call"))),
        request("car", r"make and model|(what|which)('s| is| type| kind| make| model| car| vehicle)[^?]*\b(car|vehicle|model|make)\b", r"model|\bmake\b|\bcar\b|vehicle|drive", asks("the make and model", "your car", "the make and model of your car", clauses=("what kind of car you have", "what car you drive"))),
        request("year", r"what year|(what('s| is)|the) year|year (is|of)", r"year", asks("the year of the car", "the model year", clauses=("what year the car is",))),
        request("problem", r"(what|which)[^?]*(problem|issue|reason|wrong|going on|need(s)? (an|to|done|the|work))|why (do|did|are)|what work|seems to be", r"problem|issue|reason|wrong|for\W*\?|happen", asks("the reason for the appointment", "the problem with your car", clauses=("what is wrong with the car", "why you need an appointment"))),
        request("time", WHEN, r"\btime|when|\bday\b|date|available|soon", asks("the appointment time", "the day of the appointment", clauses=("when you want the appointment", "when you want to bring the car in"))),
        request("shop", r"(which|what)[^?]*(shop|mechanic|dealer)(?! do)|where (would|do|did) you (like|want) to take", r"shop|mechanic|where|located", asks("the shop", "the repair shop", clauses=("which shop you want to go to", "where you want to take the car"))),
        (Label("OFFER_INTENT", "booking"), Sign(SHOULD, r"should i|book|continue|would you like", offers_to("book the appointment", "make the appointment"))),
        (Label("NOTIFY_SUCCESS", "booking"), Sign(BOOKED, r"booked|confirmed|scheduled|all set|appointment (is|has)|set", done("the appointment is booked", "the appointment is made", process="appointment booking"))),
    ]),
    "ride": dict([
        request("pickup", r"pick ?-?(up|ed up)[^?]*(location|address|place|spot)|where[^?]*(pick|coming from|be leaving)|picked up from", r"pick|where|location|address", asks("the pickup location", "your pickup address", clauses=("where to pick you up", "where you want to be picked up"))),
        request("destination", r"where[^?]*(\bgo\b|going|heading|headed|drop|take you|destination|to\W*\?)|drop ?-?off (location|address|point)|destination", r"where|drop|going|destination|location|address", asks("your destination", "the drop-off location", "the destination", clauses=("where you are going", "where you want to be dropped off"))),
        request("passengers", r"how many|how large|in your party|just (you|for you)|number of (people|passengers)", r"people|passengers|party|seats|alone", asks("the number of passengers", clauses=("how many people will ride", "how many passengers there will be"))),
        request("type", r"(what|which) (type|kind|sort|size)s? of (ride|car|uber|lyft|vehicle|service)|uber ?(x|xl|pool)?[^?]*\bor\b[^?]*uber ?(x|xl|pool)?|pool or|(ride|car) (type|preference)", r"uber|lyft|\bxl\b|type|kind|shared|prefer", asks("the type of ride", "the kind of ride", clauses=("what type of ride you want", "which kind of car you want"))),
        request("time", WHEN + r"|now or (later|schedule)|immediate|right now\W*\?|for now\W*\?", r"\btime|when|now|later|today|tonight|schedule", asks("the pickup time", clauses=("when you want to be picked up", "what time to pick you up"))),
        (Label("OFFER_INTENT", "booking"), Sign(SHOULD, r"should i|book|request|would you like", offers_to("book the ride", "order the ride", "request a ride"))),
        (Label("NOTIFY_SUCCESS", "booking"), Sign(BOOKED + r"|(ride|driver|uber|lyft) is (on|coming|arriv)|on (its|the|their|his|her) way", r"booked|confirmed|ordered|on the way|arriv|all set|requested", done("the ride is booked", "the car is on its way", process="booking"))),
        (Label("INFORM", "arrival"), Sign(r"(driver|ride|car|uber|lyft|they|he|she|it)\b[^.?]*(arriv|be there|pick you up)[^.?]* in (about |approximately )?_number_|_number_ min\w* away", r"minutes?\b|arriv", tells("the arrival time of the driver", clauses=("when the driver will arrive", "how long it takes until the driver comes")))),
    ]),
    "coffee": dict([
        request("drink", r"(what|which) (kind|type|sort)?s? ?(of )?(coffee|drink|beverage|latte)|what (would|did|do|can|will) (you|i) (like|want|get|have|be)( you)?( to (order|drink|get|have))?( from \S+)?( today)?\W*\?", r"order|drink|coffee|latte", asks("the drink", "your order", clauses=("what you want to order", "what you would like to drink"))),
        request("size", r"(what|which)('s)?[^?]*size|size (would|did|do|for|of)|size\W*\?", r"size|tall|grande|venti|small|medium|large", asks("the size", "the size of the drink", clauses=("what size you want", "which size you would like"))),
        request("milk", r"(what|which|any|kind|type|sort|preference|choice)[^?]*milk|milk (preference|would|do|did|choice|type)|milk\W+or\b|or \w+ milk", r"milk|cream|soy|almond|skim", asks("the type of milk", "your milk preference", clauses=("what kind of milk you want", "which milk you prefer"))),
        request("location", r"(which|what)( starbucks)?( \w+)? ?(location|store|starbucks|pete?'?s|peet'?s|coffee shop)|where[^?]*(pick|order|located|from)|from (where|which)|pick[^?]*(from|up)[^?]*where", r"location|where|store|starbucks|pick|address|street", asks("the location", "the pickup location", "the store", clauses=("where you want to pick it up", "which store you want"))),
        request("temperature", r"(iced|hot|cold)( \w+)? or|or (iced|hot|cold|regular)\b", r"iced|hot|cold|regular", asks(clauses=("whether you want it iced or hot", "if it should be hot or iced"))),
        request("cream", r"(would|did|do|want|any|like|with|add)[^?]*whip", r"whip|cream|foam", asks(clauses=("if you want whipped cream", "whether you would like whipped cream"))),
        (Label("OFFER_INTENT", "order"), Sign(SHOULD, r"should i|place|order|purchase|would you like", offers_to("place the order", "order it", "submit the order"))),
        (Label("NOTIFY_SUCCESS", "order"), Sign(BOOKED, r"placed|ordered|confirmed|all set|order|ready", done("the order is placed", "the order has gone through", process="order"))),
        (Label("INFORM", "ready"), Sign(r"ready[^.?]*(in|minutes|by|at)\b|_number_ minutes", r"ready|minutes", tells("the pickup time", clauses=("when the order will be ready", "how long it will take")))),
    ]),
    "pizza": dict([
        request("toppings", r"(what|which|choice|kinds?|any|type)[^?]*toppings?|toppings?( would| did| do|\W*\?)|(what|which) (did|would|do) you (want|like)[^?]* on\b", r"topping|\bon\b|cheese|with", asks("the toppings", "your toppings", clauses=("what toppings you want", "what you want on the pizza"))),
        request("size", r"(what|which)('s)?[^?]*size|size (would|did|do|for|of)|size\W*\?", r"size|small|medium|large|inch", asks("the size", "the size of the pizza", clauses=("what size you want", "which size the pizza should be"))),
        request("crust", r"(what|which|kind|type|preference|choice|any|have a)[^?]*crust|crust (preference|would|did|do|type)|crust\W*\?", r"crust|thin|thick", asks("the crust", "the type of crust", clauses=("what kind of crust you want", "which crust you prefer"))),
        request("type", r"(what|which) (kind|type|sort)s? of pizzas?|(which|what) pizzas?\b", r"kind|type|pizza|order|like", asks("the type of pizza", "the kind of pizza", clauses=("what kind of pizza you want", "which pizza you would like"))),
        request("number", r"how many", r"how many|pizzas", asks("the number of pizzas", clauses=("how many pizzas you want", "how many pizzas to order"))),
        request("delivery", r"(pick\w* ?(it|them)? ?up|deliver\w*|dine|dining|carry ?out|take ?out)[^?]*\bor\b[^?]*(pick|deliver|dine|carry|have)", r"pick|deliver|dine|carry", asks(clauses=("whether you want pickup or delivery", "if you want it delivered", "how you want to get the pizza"))),
        request("restaurant", r"where[^?]*(order|from|want)|(which|what)[^?]*(location|restaurant|pizzeria|place|store)\b|from where", r"where|location|restaurant|place|store", asks("the restaurant", "the location", clauses=("where you want to order from", "which pizza place you want"))),
        (Label("OFFER_INTENT", "order"), Sign(SHOULD, r"should i|place|order|purchase|would you like", offers_to("place the order", "order the pizza"))),
        (Label("NOTIFY_SUCCESS", "order"), Sign(BOOKED, r"placed|ordered|confirmed|all set|order|ready", done("the order is placed", "the pizza is ordered", process="order"))),
        (Label("INFORM", "ready"), Sign(r"ready[^.?]*(in|minutes|by|at)\b|_number_ min\w*", r"ready|minutes", tells("the pickup time", clauses=("when the pizza will be ready", "how long it will take")))),
    ]),
    "restaurant": dict([
        request("cuisine", r"(what|which|a) (type|kind|sort)s? of (food|restaurant|cuisine|meal|place)|cuisines?\b|mood for|what[^?]*\beat\b", r"food|type|kind|eat|cuisine|like", asks("the type of food", "the cuisine", clauses=("what kind of food you like", "what you are in the mood for"))),
        request("location", r"(which|what) (part|area|city|neighborhood|town|location|side)|where (are|would|do|did|in|is|should)", r"where|area|part of|city|located|location|near", asks("the location", "the area", clauses=("where the restaurant should be", "which part of the city you are in"))),
        request("time", WHEN, r"\btime|when|tonight|today|\bday\b", asks("the time of the reservation", "the reservation time", clauses=("when you want the table", "what time you want to eat"))),
        request("people", r"how many|how (large|big)|(people|many) (are|is|will be) in", r"people|party|guests|how many|table for", asks("the number of people", "the party size", clauses=("how many people are in your party", "how many people the table is for"))),
        NAME,
        request("features", r"(any|other|additional|some|another|more)[^?]*(characteristic|criteria|feature|specification|specific|preference|requirement|things you)", r"anything|else|other|prefer|looking for|\blike\b", asks("further preferences", "other criteria", clauses=("if you have any other preferences", "what else the restaurant should offer"))),
        (Label("OFFER_INTENT", "phone"), Sign(r"(want|like|need)[^?]*(their|the)( phone)? number\b", r"\bnumber\b", (*offers_to("give you the phone number")[:1], "asks if you want the phone number", "asks whether you would like their phone number"))),
        (Label("OFFER_INTENT", "booking"), Sign(SHOULD + r"|would you like (a|to (make|book) a?) ?(reservation|table)|(want|like) me to (book|reserve|make)", r"should i|book|reserv|would you like", offers_to("book the table", "make the reservation"))),
        (Label("NOTIFY_SUCCESS", "booking"), Sign(BOOKED, r"booked|confirmed|reserved|all set|reservation", done("the table is booked", "the reservation is made", process="reservation"))),
    ]),
}  # fmt: skip

HINTS = {
    "repair": r"\b(mechanic|repair|oil change|brakes?|engine|tires?|make and model|intelligent auto|vehicle|odometer|mileage)\b",
    "ride": r"\b(uber|lyft|pick ?up location|ride)\b",
    "coffee": r"\b(latte|coffee|starbucks|milk|mocha|macchiato|espresso|frappuccino|whip)\b",
    "pizza": r"\b(pizzas?|toppings?|crust)\b",
    "movie": r"\b(movie|showtimes?|theat\w+|film|tickets)\b",
    "restaurant": r"\b(restaurant|reserv\w+|table|cuisine|seating|party)\b",
}
STATED = {"INFORM", "NOTIFY_SUCCESS", "NOTIFY_FAILURE", "GOODBYE", "WELCOME", "GREETING", "HOLD"}
CHECKED = re.compile(
    r"\b(right|correct|did you say|you said|did i|confirm)\b|\bis (that|this|it)\b(?! (all|everything))",
    re.IGNORECASE,
)
BLANK = re.compile(r"_(number|price)_")
UNUSABLE = re.compile(r"\(deleted\)|_[a-z]+\.[a-z.]+_")


def read(paths: Iterable[Path]) -> Corpus:
    """Return the turns of the operators in files of stories."""
    turns = [turn for path in paths for name, said in stories(path) for turn in turns_of(name, said)]
    wordings = {
        task: {label: sign.worded for label, sign in (GENERAL | signs).items()}
        for task, signs in TASKS.items()
    }
    return Corpus("taskmaster", tuple(turns), wordings)


def stories(path: Path) -> Iterable[tuple[str, list[tuple[str, str]]]]:
    """Return the turns of each dialogue; what one side says in a row is one turn."""
    for story in path.read_text(encoding="utf-8").split("## ")[1:]:
        name, *lines = story.strip().splitlines()
        said: list[tuple[str, str]] = []
        for line in filter(None, map(str.strip, lines)):
            who = "User" if line.startswith("*") else "Agent"
            before = said.pop()[1] + " " if said and said[-1][0] == who else ""
            said.append((who, before + line[2:]))
        yield name, said


def turns_of(name: str, said: list[tuple[str, str]]) -> Iterable[AgentTurn]:
    whole = " ".join(text for _, text in said).lower()
    task = max(HINTS, key=lambda each: len(re.findall(HINTS[each], whole)))
    random = Random(name)  # noqa: S311  (the same files have to give the same cases)
    spoken = [(who, BLANK.sub(lambda blank: filled(blank[1], random), text)) for who, text in said]
    for at, (who, text) in enumerate(said):
        if who == "Agent" and not UNUSABLE.search(
            " ".join(each for _, each in said[max(0, at - 2) : at + 1])
        ):
            does, unclear = labels(GENERAL | TASKS[task], text)
            yield AgentTurn(
                name,
                at,
                task,
                spoken[at][1],
                context_before(spoken, at),
                frozenset(does),
                frozenset(unclear - does),
            )


def filled(what: str, random: Random) -> str:
    number = random.randint(2, 9)
    return f"${number + 10}.{random.randint(10, 99)}" if what == "price" else str(number)


def labels(signs: dict[Label, Sign], text: str) -> tuple[set[Label], set[Label]]:
    """Return what a turn does, and what it may do."""
    does: set[Label] = set()
    unclear: set[Label] = set()
    for sentence in SENTENCE_END.split(text):
        asks_something, checks_something = is_asking(sentence), bool(CHECKED.search(sentence))
        for label, sign in signs.items():
            stated = label.act in STATED
            fits = asks_something and (label.act == "CONFIRM" or not checks_something)
            if stated:
                fits = label.act != "NOTIFY_SUCCESS" or "?" not in text
            if re.search(sign.certain, sentence, re.IGNORECASE):
                (does if fits else unclear).add(label)
            elif re.search(sign.possible, sentence, re.IGNORECASE):
                unclear.add(label)
    return does, unclear
