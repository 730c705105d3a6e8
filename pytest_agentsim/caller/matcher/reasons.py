"""Why a trigger was found to hold or not, in a sentence for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.weights import contributions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_agentsim.caller.matcher.trigger import Part

__all__ = ["why"]

AGAINST = {
    "other type": "the question asks for another type of answer",
    "identity missing": "the question is not about the same piece of data",
    "identity extra": "the question is about another piece of data",
    "yes/no only": "it is a yes/no question",
    "open but yes/no wanted": "it is not a yes/no question",
    "opposite": "it is about the opposite",
    "read back": "it reads something back for confirmation",
    "asks for data": "it asks for data instead",
    "other process": "it is about other business",
    "denied": "the agent says that it is not so",
    "other act": "the agent does something else",
    "done": "it is already done",
    "no value": "no value is given",
    "nothing of it": "nothing of it is mentioned",
    "about one already named": "it is about something already named",
    "only asks": "the agent only asks",
    "offers to do": "the agent offers to do something instead",
    "in a question": "it is said in a question",
    "topic missing": "it is about something else",
}
# What an act cannot do without; absent, it is the reason.
ESSENTIAL = ("question", "statement", "wording")
LONGEST_TOPIC = 60


def why(part: Part, features: Mapping[str, float], *, holds: bool) -> str:
    """Return the reason for the verdict on the part that decided."""
    topic = ", ".join(each.text for each in part.topics if each.text)
    act = part.act.value + (f" ({topic[:LONGEST_TOPIC]})" if topic and topic not in part.act.value else "")
    if holds:
        return f"the agent {act}"
    weighed = contributions(part.act, features)
    if any(name in weighed and name not in features for name in ESSENTIAL):
        return f"no sentence in which the agent {act}"
    name = min((each for each in weighed if each in AGAINST), key=lambda each: weighed[each], default="")
    if name and weighed[name] < 0:
        return f"not that the agent {act}: {AGAINST[name]}"
    return f"too little to say that the agent {act}"
