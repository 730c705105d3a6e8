"""The numbers that were fitted to real dialogues (`fitted.json`), read when the first trigger is judged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from pytest_agentsim.caller.matcher.acts import Act

__all__ = ["Fitted", "WordingModel", "fitted"]


@dataclass(frozen=True, slots=True, eq=False)
class WordingModel:
    """A linear model of acts: for each word or pair of words its weights, in the order of `acts`."""

    acts: tuple[Act, ...]
    words: frozenset[str]
    bias: tuple[float, ...]
    weights: dict[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The model of wordings, and the weight of each feature for each act."""

    wordings: WordingModel
    features: dict[Act, dict[str, float]]


@cache
def fitted() -> Fitted:
    """Return what was fitted; `benchmarks/matcher_fit.py` writes it."""
    from importlib.resources import files

    document = json.loads(files(__package__).joinpath("fitted.json").read_text(encoding="utf-8"))
    wordings = document["wordings"]
    return Fitted(
        WordingModel(
            tuple(Act[name] for name in wordings["acts"]),
            frozenset(wordings["words"]),
            tuple(wordings["bias"]),
            {piece: tuple(weight / 10 for weight in row) for piece, row in wordings["weights"].items()},
        ),
        {Act[name]: weights for name, weights in document["features"].items()},
    )
