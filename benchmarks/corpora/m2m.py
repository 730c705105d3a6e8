"""Machines Talking to Machines: simulated calls to a cinema and a restaurant desk, worded by people, in lower case.

`sim-M/*.json` and `sim-R/*.json` of google-research-datasets/simulated-dialogue. No licence is stated there, so that the
cases are for measuring alone.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from corpora.turns import AgentTurn, Corpus, Label, asking, context_before, detokenised
from corpora.wordings import asks, checks, does, done, failed, suggests

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from corpora.turns import Wordings

__all__ = ["read"]

DATE = asks("the date", "the day", clauses=("what day you want to go", "which date you want"))
TIMES = does(
    "suggests a time",
    "offers times to choose from",
    "tells you the available times",
    "lists the available times",
    "proposes a time",
)

WORDINGS: dict[str, Wordings] = {
    "cinema": {
        Label("REQUEST", "movie"): asks("the movie", "the movie title", clauses=("which movie you want to see", "what you want to see")),
        Label("REQUEST", "theatre_name"): asks("the theater", "the name of the theater", clauses=("which theater you want to go to", "what theater you prefer")),
        Label("REQUEST", "date"): DATE,
        Label("REQUEST", "time"): asks("the time", "the showtime", clauses=("what time you want to go", "which showing you want")),
        Label("REQUEST", "num_tickets"): asks("the number of tickets", clauses=("how many tickets you want", "how many tickets to buy")),
        Label("CONFIRM", "booking"): checks("ticket purchase"),
        Label("NOTIFY_SUCCESS", "booking"): done("the tickets are booked", "the tickets were bought", process="ticket purchase"),
        Label("NOTIFY_FAILURE", "booking"): failed("the tickets could not be bought", "it cannot get the tickets", process="ticket purchase"),
        Label("NOTIFY_FAILURE", "time"): failed("the time is not available", "there is no showing at that time"),
        Label("OFFER", "time"): (*TIMES, "lists the showtimes"),
    },
    "restaurant": {
        Label("REQUEST", "category"): asks("the type of food", "the cuisine", clauses=("what kind of food you want", "what you want to eat")),
        Label("REQUEST", "rating"): asks("the rating", "the star rating", clauses=("what rating the restaurant should have",)),
        Label("REQUEST", "price_range"): asks("the price range", "your budget", clauses=("what price range you prefer", "how expensive it may be")),
        Label("REQUEST", "location"): asks("the location", "the area", clauses=("where the restaurant should be", "what location you prefer")),
        Label("REQUEST", "meal"): asks("the meal", "the mealtime", clauses=("which meal it is for", "whether it is for lunch or dinner")),
        Label("REQUEST", "restaurant_name"): asks("the restaurant", "the name of the restaurant", clauses=("which restaurant you want",)),
        Label("REQUEST", "date"): DATE,
        Label("REQUEST", "time"): asks("the time", "the reservation time", clauses=("what time you want the table", "at what time you want to eat")),
        Label("REQUEST", "num_people"): asks("the number of people", "the party size", clauses=("how many people will come", "for how many people to book")),
        Label("CONFIRM", "booking"): checks("reservation"),
        Label("NOTIFY_SUCCESS", "booking"): done("the table is booked", "the reservation is made", process="table reservation"),
        Label("NOTIFY_FAILURE", "booking"): failed("the table could not be booked", "it cannot make the reservation", process="reservation"),
        Label("NOTIFY_FAILURE", "search"): failed("no restaurant was found", "there are no such restaurants"),
        Label("NOTIFY_FAILURE", "time"): failed("the time is not available", "there is no table at that time"),
        Label("OFFER", "time"): TIMES,
        Label("OFFER", "restaurant_name"): (*suggests("a restaurant", "some restaurants"), *does("lists restaurants")),
    },
}  # fmt: skip

NAMED = {
    "movie": r"movie|film|\bsee\b|watch",
    "theatre_name": r"theat|cinema",
    "date": r"\bdate|\bdays?\b|when\b",
    "time": r"\btime|when\b|show ?time",
    "num_tickets": r"how many|number|tickets",
    "num_people": r"how many|number|people|party|persons|guests|size",
    "category": r"food|cuisine|type|category|kind",
    "rating": r"rating|stars?\b|review|rated",
    "price_range": r"pric|budget|expensive|cost|cheap",
    "location": r"location|where|area|city|town|located|place\b",
    "meal": r"meal|breakfast|lunch|dinner|brunch",
    "restaurant_name": r"restaura\w*|where|place",
}
SEARCHED = {"category", "rating", "price_range", "location", "meal"}
WORKED = re.compile(
    r"\b(book|reserv|purchas|bought|confirmed|made|success|complete|got|have|all set)", re.IGNORECASE
)
CHECKS = re.compile(r"\b(right|correct|confirm|okay|ok)\b ?\??$|\?|\bconfirm\b", re.IGNORECASE)
NOT = re.compile(
    r"\b(no|not|\w+'t|unable|sorry|unfortunately|none|nothing|cannot|unavailable|fail\w*|wasnt)\b",
    re.IGNORECASE,
)


def read(paths: Iterable[Path]) -> Corpus:
    """Return the turns of the desks in files of dialogues."""
    turns = [
        turn
        for path in paths
        for dialogue in json.loads(path.read_text(encoding="utf-8"))
        for turn in turns_of(dialogue)
    ]
    return Corpus("m2m", tuple(turns), WORDINGS)


def turns_of(dialogue: dict[str, Any]) -> Iterable[AgentTurn]:
    name = dialogue["dialogue_id"]
    business = "cinema" if name.startswith("movies") else "restaurant"
    said: list[tuple[str, str]] = []
    for turn in dialogue["turns"]:
        if "system_utterance" in turn:
            text = detokenised(turn["system_utterance"]["text"])
            context = context_before(said, len(said))
            does, unclear = labels(turn["system_acts"], text)
            known = WORDINGS[business].keys()
            yield AgentTurn(
                name,
                len(said),
                business,
                text,
                context,
                frozenset(does & known),
                frozenset(unclear & known - does),
            )
            said.append(("Agent", text))
        said.append(("User", detokenised(turn["user_utterance"]["text"])))


def labels(acts: list[dict[str, str]], text: str) -> tuple[set[Label], set[Label]]:
    """Return what a turn does, and what it may do."""
    slots: dict[str, set[str]] = {}
    for act in acts:
        slots.setdefault(act["type"], set()).add(act.get("slot", ""))
    does: set[Label] = set()
    unclear: set[Label] = set()

    def judge(label: Label, labelled: bool, borne_out: bool) -> None:
        if labelled:
            (does if borne_out else unclear).add(label)

    question = asking(text) or text
    requested = slots.get("REQUEST", set())
    others = slots.keys() - {"REQUEST"}
    for slot, words in NAMED.items():
        named = bool(re.search(words, question))
        judge(
            Label("REQUEST", slot),
            slot in requested or (named and "?" in text) or bool(others),
            slot in requested and named,
        )
    checked = slots.get("CONFIRM", set())
    settled = "NOTIFY_SUCCESS" in slots
    judge(
        Label("CONFIRM", "booking"),
        bool(checked) or settled,
        len(checked - SEARCHED) > 1 and bool(CHECKS.search(text)),
    )
    asked_back = bool(re.search(r"\?|correct|right$|want", text))
    judge(
        Label("NOTIFY_SUCCESS", "booking"),
        settled or bool(checked),
        settled and bool(WORKED.search(text)) and not asked_back,
    )
    judge_failures(slots, text, judge)
    offered = slots.get("SELECT", set()) | slots.get("OFFER", set())
    judge(Label("OFFER", "time"), bool(offered), "time" in offered)
    judge(
        Label("OFFER", "restaurant_name"),
        bool(offered),
        "restaurant_name" in offered and "time" not in offered,
    )
    return does, unclear


def judge_failures(slots: dict[str, set[str]], text: str, judge: Any) -> None:
    failing = slots.get("NOTIFY_FAILURE", set())
    search = bool(failing & SEARCHED) or bool(re.search(r"\b(find|found|match)", text))
    negated = slots.get("NEGATE", set())
    denied = bool(NOT.search(text))
    booking = bool(failing) and denied and not search and not re.search(r"those are the only", text)
    judge(Label("NOTIFY_FAILURE", "booking"), bool(failing) or bool(negated) or denied, booking)
    judge(
        Label("NOTIFY_FAILURE", "search"),
        bool(failing) or denied,
        bool(failing & SEARCHED) and denied and search,
    )
    judge(
        Label("NOTIFY_FAILURE", "time"),
        bool(failing) or bool(negated) or denied,
        "time" in negated and denied,
    )
