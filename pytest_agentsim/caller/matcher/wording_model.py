"""How the words of a sentence, apart from what it is about, tell which act it is: a fitted model.

It sees one and two words in a row. Words that are not said in nearly every business are all the same to it, and so
are numbers: "would you like _ _ ?" is an offer whatever is offered. What the sentence is about is judged elsewhere.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.words import plain
from pytest_agentsim.caller.patterns import lazily

if TYPE_CHECKING:
    from pytest_agentsim.caller.matcher.acts import Act
    from pytest_agentsim.caller.matcher.fitted import WordingModel

__all__ = ["act_evidence", "shape", "shapes_in"]

WORD = lazily(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+|[?$%]")
ANYTHING = "_"
NUMBER = "0"
# Evidence beyond this is no surer.
LIMIT = 5.0


@lru_cache(maxsize=512)
def act_evidence(text: str, model: WordingModel) -> dict[Act, float]:
    """Return how far a text's wording speaks for each act that the model knows: log odds, -5 to 5."""
    sums = list(model.bias)
    for piece in shapes_in(text, model.words):
        weights = model.weights.get(piece)
        if weights is not None:
            sums = [total + weight for total, weight in zip(sums, weights, strict=True)]
    return {act: max(-LIMIT, min(LIMIT, total)) for act, total in zip(model.acts, sums, strict=True)}


def shape(text: str, known: frozenset[str]) -> list[str]:
    """Return a text's words in lower case, with `_` for each that is not known and `0` for each number."""
    return [
        NUMBER if word.isdigit() else word if word in known or word in "?$%" else ANYTHING
        for word in WORD.findall(plain(text).lower())
    ]


def shapes_in(text: str, known: frozenset[str]) -> set[str]:
    """Return the words and pairs of words that the model looks at; ``^`` is the beginning, ``.`` the end."""
    words = ["^", *shape(text, known), "."]
    return {*words, *(f"{one} {other}" for one, other in pairwise(words))}
