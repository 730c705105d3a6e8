"""Fit the weights of the offline matcher to real dialogues, and write them to the package.

    python benchmarks/matcher_fit.py train.jsonl.xz other.jsonl.xz --turns turns.jsonl.xz \
        --examples tests/caller/matcher/examples.py

The same dialogues give the same file, on the same version of scipy. Two linear models come out of it. One tells the
acts of a sentence from its wording alone; the dialogues only say what a whole turn does, so that of each turn the
sentence that fits best has to show it. The other weighs the features of a trigger and a sentence, act by act; again
the sentence that fits best decides, so both are fitted in rounds. A recogniser's words count as much as the written
ones. Examples written by hand count the more, the longer they come out wrong, as they hold what users rely on.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

# The vectors are short: threads that share them wait for one another for longer than they calculate.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from matcher_dialogues import as_recognised, before, fold_of, load, opens_call, unpunctuated
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack

from pytest_agentsim.caller.matcher import trigger
from pytest_agentsim.caller.matcher.acts import Act
from pytest_agentsim.caller.matcher.features import about, manner
from pytest_agentsim.caller.matcher.fitted import WordingModel
from pytest_agentsim.caller.matcher.scoring import LATER_READING
from pytest_agentsim.caller.matcher.utterance import read
from pytest_agentsim.caller.matcher.wording_model import shapes_in
from pytest_agentsim.caller.matcher.words import STOP_WORDS, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matcher_dialogues import Case

    from pytest_agentsim.caller.matcher.features import Features
    from pytest_agentsim.caller.matcher.trigger import Part

ACT_OF = {
    "REQUEST": Act.ASK,
    "INFORM": Act.STATE,
    "OFFER": Act.SUGGEST,
    "CONFIRM": Act.CHECK,
    "OFFER_INTENT": Act.OFFER_TO,
    "NOTIFY_SUCCESS": Act.DONE,
    "NOTIFY_FAILURE": Act.FAILED,
    "INFORM_COUNT": Act.COUNT,
    "REQ_MORE": Act.ANYTHING_ELSE,
    "GOODBYE": Act.GOODBYE,
}
FITTED_ACTS = tuple(ACT_OF.values())
ATTRIBUTION = (
    "Fitted to the Schema-Guided Dialogue dataset (google-research-datasets/dstc8-schema-guided-dialogue, "
    "CC BY-SA 4.0), wordings also from SGD-X, to STAR (RasaHQ/STAR, MIT), MultiWOZ (budzianowski/multiwoz, MIT) and "
    "HR-MultiWOZ (amazon-science/hr-multiwoz-tod-llm-agent, Apache 2.0)."
)

# From what sense says; dialogues move a weight only as far as they show it.
FORMS = {
    Act.ASK: ("form: open question", "form: request"),
    Act.CHECK: ("cue: check", "cue: weak_check"),
    Act.OFFER_TO: ("cue: offer_to",),
    Act.SUGGEST: ("cue: suggest", "cue: weak_suggest"),
    Act.STATE: ("form: statement",),
    Act.COUNT: ("cue: count",),
    Act.DONE: ("cue: done",),
    Act.FAILED: ("cue: failed",),
    Act.ANYTHING_ELSE: ("cue: anything_else",),
    Act.GOODBYE: ("cue: goodbye",),
}
COMMON = {
    "always": -3.0,
    "another thing": -2.0,
    "topic": 2.0,
    "topic, head": 1.0,
    "wording model": 0.5,
    "opposite": -4.0,
    "other way": -2.0,
    "other process": -3.0,
    "other way, type fits": -2.0,
    "other way than the caller's": -1.0,
    "far side, not said": -1.5,
    "asks another question": -1.5,
    "another piece of data": -1.5,
    "another one's": -3.0,
    LATER_READING: -0.7,
}
DATA = {"nothing of it": -2.0, "specified otherwise": -2.0, "type other": -2.0, "identity missing": -2.0}
DENIED = {"denied": -2.0, "what it is about is denied": -2.0}
OWN = {
    Act.ASK: {
        **DATA,
        "identity extra": -2.0,
        "form: statement": -3.0,
        "given, not asked": -3.0,
        "has it already": -3.0,
        "identity missing, type fits": -4.0,
        "who": 3.0,
    },
    Act.STATE: {**DATA, "identity extra": -2.0},
    Act.OFFER_TO: DENIED,
    Act.SUGGEST: DENIED,
    Act.DONE: {"denied": -3.0, "what it is about is denied": -2.0},
    Act.GOODBYE: {"thanked after closing": 2.0, "opens the call without a bye": -3.0},
}
PRIOR = {act: {**COMMON, **dict.fromkeys(FORMS[act], 2.0), **OWN.get(act, {})} for act in FITTED_ACTS}

# The cases share many of their triggers.
parsed = cache(trigger.parse)

FOLDS = 4
BUSINESSES = 6  # in which a word is said, for the wording model to know it
SEEN = 8  # times that a piece of wording occurs
WORDING_STRENGTH, FEATURE_STRENGTH = 1.0, 2.0  # of the pull towards what was expected
WORDING_ROUNDS, FEATURE_ROUNDS = 3, 4
RECOGNISED, EXAMPLE = 1.0, 8.0  # how much a decision counts
EXAMPLE_ROUNDS, SURE = (
    8,
    0.3,
)  # an example that comes out wrong, or by less than this, counts twice the next time
MISFIRE = 1.0  # how much more firing wrongly counts than missing

# A trigger judged in a turn, before it is known which sentence decides: alternatives, what each names, candidates.
Named = tuple[Act, list[tuple[np.ndarray, np.ndarray]]]
Judged = tuple[bool, list[list[Named]]]
# The same with features by name.
Observed = tuple[bool, list[list[tuple[Act, list["Features"]]]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("dialogues", nargs="+", type=Path)
    parser.add_argument(
        "--turns",
        type=Path,
        nargs="*",
        default=[],
        help="agent turns with their acts alone (matcher_turns.py)",
    )
    parser.add_argument(
        "--examples", type=Path, help="a Python file with HOLDING, NOT_HOLDING and IN_CONTEXT"
    )
    parser.add_argument(
        "--weight", type=float, nargs="*", default=[], help="of each file of dialogues; default 1"
    )
    parser.add_argument("--out", type=Path, default=Path("pytest_agentsim/caller/matcher/fitted.json"))
    arguments = parser.parse_args()
    weights = [*arguments.weight, *[1.0] * len(arguments.dialogues)]
    cases, counts = [], []
    for path, weight in zip(arguments.dialogues, weights, strict=False):
        found = load(path)
        cases += found
        counts += [weight] * len(found)
    examples = examples_in(arguments.examples) if arguments.examples else []
    turns = [turn for path in arguments.turns for turn in load(path)]
    wordings, features = fit(cases, counts, examples, turns)
    write(arguments.out, wordings, features)


def fit(
    cases: Sequence[Case],
    counts: Sequence[float],
    examples: Sequence[Case] = (),
    turns: Sequence[Case] = (),
) -> tuple[WordingModel, dict[Act, dict[str, float]]]:
    """Return the model of wordings and the weights of the features.

    `counts` tell how much each case counts; of `turns` only the wordings are learnt.
    """
    words = general_words(cases)
    worded = [*cases, *turns]
    # Weights have to be fitted to what the model says of dialogues that it has not seen.
    parts = [[case for case in worded if fold_of(case, FOLDS) != fold] for fold in range(FOLDS)]
    with ProcessPoolExecutor() as pool:
        wordings, *unseen = pool.map(fit_wordings, [worded, *parts], [words] * (FOLDS + 1))
        models = [unseen[fold_of(case, FOLDS)] for case in cases]
        sets = [(cases, models), ([as_recognised(case) for case in cases], models)]
        sets.append((list(examples), [wordings] * len(examples)))
        observed = [each for some, known in sets for each in pool.map(observe, some, known, chunksize=100)]
    numbering: dict[Act, dict[str, int]] = {act: {} for act in FITTED_ACTS}
    decisions = [[numbered(each, numbering) for each in case] for case in observed]
    weights = fit_all(decisions, [*counts, *(RECOGNISED * each for each in counts)], numbering)
    return wordings, {
        act: {name: float(weights[act][number]) for name, number in numbering[act].items()}
        for act in FITTED_ACTS
    }


def examples_in(path: Path) -> list[Case]:
    """Return the examples of a Python file as decisions about one trigger."""
    spec = importlib.util.spec_from_file_location("matcher_examples", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    rows = [(wanted, said, "", True) for wanted, said in module.HOLDING]
    rows += [(wanted, said, "", False) for wanted, said in module.NOT_HOLDING]
    rows += module.IN_CONTEXT
    return [
        {
            "agent_utterance": said,
            "context": ["Agent: Hello.", *([f"User: {caller}"] if caller else [])],
            "conditions": [{"id": 1, "text": wanted}],
            "gold": [1] if holds else [],
        }
        for wanted, said, caller, holds in rows
    ]


def general_words(cases: Iterable[Case]) -> frozenset[str]:
    """Return the words that agents say in many kinds of business, without names."""
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    times: Counter[str] = Counter()
    as_name: Counter[str] = Counter()
    for case in cases:
        text = plain(case["agent_utterance"])
        for found in re.finditer(r"[^\W\d_]+(?:'[^\W\d_]+)?", text):
            word = found[0].lower()
            inside = found.start() > 0 and text[: found.start()].rstrip()[-1:] not in (*".?!:", "")
            times[word] += 1
            as_name[word] += inside and found[0][0].isupper() and word.partition("'")[0] != "i"
            if case["id"].startswith("sgd"):
                kinds[word].add(case["service"].rpartition("_")[0])
    return STOP_WORDS | {
        word for word in kinds if len(kinds[word]) >= BUSINESSES and 2 * as_name[word] < times[word]
    }


def fit_wordings(cases: Iterable[Case], words: frozenset[str]) -> WordingModel:
    """Fit what wordings tell of acts: one sentence of a turn has to show each of its acts, none may show others."""
    turns: list[tuple[list[str], frozenset[Act], frozenset[Act]]] = []
    for case in cases:
        named = case["meta"].get("turn_acts") or [case["meta"]["acts"][str(each)] for each in case["gold"]]
        acts = frozenset(ACT_OF[each] for each in named if each in ACT_OF)
        unclear = (
            frozenset(ACT_OF[each] for each in case["meta"].get("unclear_acts", ()) if each in ACT_OF) - acts
        )
        said = case["agent_utterance"]
        turns += [
            ([each.marked for each in read(text).sentences], acts, unclear)
            for text in dict.fromkeys((said, unpunctuated(said)))
        ]
    pieces = [shapes_in(sentence, words) for sentences, *_ in turns for sentence in sentences]
    seen = Counter(piece for each in pieces for piece in each)
    number = {piece: at for at, piece in enumerate(sorted(piece for piece in seen if seen[piece] >= SEEN))}
    rows = [[number[piece] for piece in sorted(each) if piece in number] for each in pieces]
    observed = sparse([(row, np.ones(len(row))) for row in rows], len(number))
    ends = np.cumsum([len(sentences) for sentences, *_ in turns])
    spans = list(zip([0, *ends[:-1]], ends, strict=True))
    fitted = [
        _fit_act(observed, spans, [None if act in unclear else act in acts for _, acts, unclear in turns])
        for act in FITTED_ACTS
    ]
    tenths = np.round(10 * np.array([weights for weights, _ in fitted]).T)
    return WordingModel(
        acts=FITTED_ACTS,
        words=words,
        bias=tuple(round(float(bias), 2) for _, bias in fitted),
        weights={
            piece: tuple(float(weight) / 10 for weight in tenths[at])
            for piece, at in number.items()
            if tenths[at].any()
        },
    )


def _fit_act(
    observed: csr_matrix, spans: Sequence[tuple[int, int]], does: Sequence[bool | None]
) -> tuple[np.ndarray, float]:
    """Fit one act; of turns that may or may not do it (None) nothing is learnt."""
    known = np.ones(observed.shape[0])
    for (start, end), does_it in zip(spans, does, strict=True):
        known[start:end] = does_it is not None
    shown, counts = np.zeros(observed.shape[0]), known.copy()
    for (start, end), does_it in zip(spans, does, strict=True):
        if does_it:
            shown[start:end], counts[start:end] = 1.0, 1.0 / max(1, end - start)
    with_bias = csr_matrix(hstack([observed, np.ones((observed.shape[0], 1))]))
    expected = np.zeros(with_bias.shape[1])
    pull = np.append(np.full(observed.shape[1], WORDING_STRENGTH), 0.0)
    weights = expected
    for _ in range(WORDING_ROUNDS):
        weights = logistic(with_bias, shown, counts, expected, pull)
        totals = with_bias @ weights
        shown, counts = np.zeros(observed.shape[0]), known.copy()
        for (start, end), does_it in zip(spans, does, strict=True):
            if does_it and end > start:
                counts[start:end] = 0.25  # the others may show it as well
                best = start + int(np.argmax(totals[start:end]))
                shown[best] = counts[best] = 1.0
    return weights[:-1], weights[-1]


def observe(case: Case, wordings: WordingModel) -> list[Observed]:
    """Return the features of each trigger of a case in each sentence of its turn."""
    utterance = read(case["agent_utterance"], *before(case), opens_call=opens_call(case))
    found = []
    for condition in case["conditions"]:
        alternatives = [
            [
                (
                    part.act,
                    [
                        {
                            **manner(sentence, utterance, part.act, wordings),
                            **about(topic, sentence, utterance, part.act),
                            **({LATER_READING: float(reading)} if (reading := later(parts)) else {}),
                        }
                        for sentence in utterance.sentences
                    ],
                )
                for part in parts
                for topic in part.topics
            ]
            for parts in parsed(condition["text"])
            if all(part.act in FITTED_ACTS for part in parts)
        ]
        if alternatives:
            found.append((condition["id"] in case["gold"], alternatives))
    return found


def later(parts: Sequence[Part]) -> int:
    """Return which reading of a trigger this is, 0 for the first."""
    return max(part.reading for part in parts)


def numbered(observed: Observed, numbering: dict[Act, dict[str, int]]) -> Judged:
    """Return a trigger with its features by number; new ones get the next."""

    def row(features: Features, numbers: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
        found = [numbers.setdefault(name, len(numbers)) for name in features]
        return np.array(found, dtype=np.int32), np.array(list(features.values()))

    holds, alternatives = observed
    return holds, [
        [(act, [row(each, numbering[act]) for each in candidates]) for act, candidates in parts]
        for parts in alternatives
    ]


def fit_all(
    decisions: Sequence[Sequence[Judged]], counts: Sequence[float], numbering: dict[Act, dict[str, int]]
) -> dict[Act, np.ndarray]:
    """Fit the weights to all decisions: those that `counts` tell of, and the examples, which are the rest.

    An example that does not come out right for sure counts twice as much in the next round.
    """
    examples = decisions[len(counts) :]
    importance = [EXAMPLE] * len(examples)
    weights = fit_features(decisions, [*counts, *importance], numbering)
    for _ in range(EXAMPLE_ROUNDS):
        wrong = [not comes_out(example, weights) for example in examples]
        if not any(wrong):
            break
        importance = [
            2 * each if is_wrong else each for each, is_wrong in zip(importance, wrong, strict=True)
        ]
        weights = fit_features(decisions, [*counts, *importance], numbering)
    return weights


def comes_out(example: Sequence[Judged], weights: dict[Act, np.ndarray]) -> bool:
    """Whether what an example says comes out, and not just so."""
    totals = [(holds, deciding(alternatives, weights)[0]) for holds, alternatives in example]
    return all(total >= SURE if holds else total <= -SURE for holds, total in totals)


def fit_features(
    decisions: Sequence[Sequence[Judged]], importance: Sequence[float], numbering: dict[Act, dict[str, int]]
) -> dict[Act, np.ndarray]:
    """Fit the weights of the features: in each round to the sentences that decide by the weights of the last."""
    expected = {
        act: np.array([PRIOR[act].get(name, 0.0) for name in numbering[act]], dtype=float)
        for act in FITTED_ACTS
    }
    weights = dict(expected)
    for _ in range(FEATURE_ROUNDS):
        rows: dict[Act, list[tuple[np.ndarray, np.ndarray]]] = {act: [] for act in FITTED_ACTS}
        holds: dict[Act, list[float]] = {act: [] for act in FITTED_ACTS}
        counts: dict[Act, list[float]] = {act: [] for act in FITTED_ACTS}
        for decision, count in zip(decisions, importance, strict=True):
            for is_so, alternatives in decision:
                _, act, row = deciding(alternatives, weights)
                rows[act].append(row)
                holds[act].append(float(is_so))
                counts[act].append(count if is_so else MISFIRE * count)
        for act in FITTED_ACTS:
            pull = np.full(len(expected[act]), FEATURE_STRENGTH)
            matrix = sparse(rows[act], len(expected[act]))
            weights[act] = logistic(matrix, np.array(holds[act]), np.array(counts[act]), expected[act], pull)
    return weights


def deciding(
    alternatives: Sequence[Sequence[Named]], weights: dict[Act, np.ndarray]
) -> tuple[float, Act, tuple[np.ndarray, np.ndarray]]:
    """Return the total, act and features that decide: of the best alternative the worst part, as best seen."""

    def best(named: Named) -> tuple[float, Act, tuple[np.ndarray, np.ndarray]]:
        act, candidates = named
        totals = [float(weights[act][numbers] @ values) for numbers, values in candidates]
        at = int(np.argmax(totals))
        return totals[at], act, candidates[at]

    def total(each: tuple[float, Any, Any]) -> float:
        return each[0]

    return max((min(map(best, parts), key=total) for parts in alternatives), key=total)


def sparse(rows: Sequence[tuple[Any, np.ndarray]], width: int) -> csr_matrix:
    """Return rows of numbered values as a matrix."""
    ends = np.cumsum([0, *(len(numbers) for numbers, _ in rows)])
    values = np.concatenate([values for _, values in rows]) if rows else np.zeros(0)
    numbers = (
        np.concatenate([np.asarray(numbers, dtype=np.int32) for numbers, _ in rows]) if rows else np.zeros(0)
    )
    return csr_matrix((values, numbers, ends), shape=(len(rows), width))


def logistic(
    matrix: csr_matrix, holds: np.ndarray, counts: np.ndarray, expected: np.ndarray, pull: np.ndarray
) -> np.ndarray:
    """Return the weights that explain best what holds, each pulled towards what was expected of it."""
    turned = matrix.T.tocsr()

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        totals, off = matrix @ weights, weights - expected
        chance = 1 / (1 + np.exp(-np.clip(totals, -500, 500)))
        unlikely = counts @ (np.logaddexp(0, totals) - holds * totals) + 0.5 * pull @ off**2
        return unlikely, turned @ (counts * (chance - holds)) + pull * off

    return minimize(loss, expected, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x


def write(path: Path, wordings: WordingModel, features: dict[Act, dict[str, float]]) -> None:
    """Write what was fitted, in the order of the names, so that two fits can be compared."""
    document = {
        "licence": "CC BY-SA 4.0",
        "attribution": ATTRIBUTION,
        "wordings": {
            "acts": [act.name for act in wordings.acts],
            "words": sorted(wordings.words),
            "bias": list(wordings.bias),
            "weights": {
                piece: [round(10 * each) for each in row] for piece, row in sorted(wordings.weights.items())
            },
        },
        "features": {
            act.name: {
                name: round(weight, 2)
                for name, weight in sorted(features[act].items())
                if abs(weight) >= 0.005
            }
            for act in FITTED_ACTS
        },
    }
    lines = (
        json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        .replace('],"', '],\n"')
        .replace('},"', '},\n"')
    )
    path.write_text(f"{lines}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
