"""Making cases for the matcher: of each turn, a few triggers that hold and many that do not."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from random import Random
from typing import TYPE_CHECKING

from corpora.wordings import worded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matcher_dialogues import Case

    from corpora.turns import AgentTurn, Corpus, Label, Wordings

__all__ = ["cases_of", "drawn"]

SIZES = {4: 16, 5: 18, 6: 16, 7: 17, 8: 14, 9: 11, 10: 8}  # how many triggers, and how often in a hundred
FEWEST = 3
PER_DIALOGUE = 6
WITHHELD = 0.35  # how often the triggers that hold are left out
SILENT = 0.35  # how often a turn that does nothing known is used
NEAR = 4.0  # how much likelier a distractor is that is easily taken for a trigger that holds
GENERAL = 0.5  # how much likelier one is that any business has
QUESTIONS = {"CONFIRM", "HOW_HELP", "OFFER", "OFFER_INTENT", "REPEAT", "REQUEST", "REQ_MORE"}
OPPOSED = (
    {"departure", "destination"},
    {"leaving time", "arrival time"},
    {"day", "time"},
    {"nights", "people"},
    {"start date", "end date"},
)


def cases_of(corpus: Corpus) -> list[Case]:
    """Return all cases of a corpus, in the order of its dialogues."""
    together: defaultdict[tuple[str, str], list[AgentTurn]] = defaultdict(list)
    for turn in corpus.turns:
        together[turn.dialogue, turn.business].append(turn)
    return [
        case
        for (dialogue, business), turns in together.items()
        for case in in_dialogue(
            corpus.name, turns, corpus.wordings[business], repeatable(f"{corpus.name} {dialogue} {business}")
        )
    ]


def repeatable(seed: str) -> Random:
    return Random(seed)  # noqa: S311  (the same files have to give the same cases)


def in_dialogue(
    corpus: str, turns: Sequence[AgentTurn], wordings: Wordings, random: Random
) -> Iterable[Case]:
    texts = {label: worded(random, random.choice(predicates)) for label, predicates in wordings.items()}
    shown = [label for label in wordings if any(label in turn.does for turn in turns)]
    random.shuffle(shown)
    size = random.choices(list(SIZES), weights=list(SIZES.values()))[0]
    kept = shown[: max(1, size - 2)]
    pool = distractors(random, [label for label in wordings if label not in kept], shown)
    scenario = [*kept, *pool[: size - len(kept)]]
    for turn in random.sample(turns, min(len(turns), PER_DIALOGUE)):
        if not turn.does and random.random() > SILENT:
            continue
        excluded = turn.unclear | (turn.does if random.random() < WITHHELD else frozenset())
        labels = [label for label in scenario if label not in excluded]
        spare = [label for label in pool if label not in excluded | turn.does and label not in labels]
        labels += spare[: len(scenario) - len(labels)]
        if len(labels) >= FEWEST:
            random.shuffle(labels)
            yield case(corpus, turn, labels, texts)


def distractors(random: Random, labels: list[Label], shown: list[Label]) -> list[Label]:
    """Return labels in a random order in which those come early that are easily taken for one that is shown."""
    near = {label for label in labels if any(is_near(label, other) for other in shown)}
    weights = {label: NEAR if label in near else 1.0 if label.topic else GENERAL for label in labels}
    order = {label: random.random() ** (1 / weight) for label, weight in weights.items()}
    return sorted(labels, key=order.__getitem__, reverse=True)


def is_near(one: Label, other: Label) -> bool:
    if one.topic and one.topic == other.topic:
        return True
    return one.act == other.act and any({one.topic, other.topic} <= pair for pair in OPPOSED)


def case(corpus: str, turn: AgentTurn, labels: list[Label], texts: dict[Label, str]) -> Case:
    numbered = dict(enumerate(labels, start=1))
    return {
        "id": f"{corpus}-{turn.dialogue}-{turn.number}",
        "split": corpus,
        "dialogue_id": f"{corpus}-{turn.dialogue}",
        "turn": turn.number,
        "service": f"{corpus}_{turn.business}",
        "agent_utterance": turn.said,
        "context": list(turn.context),
        "conditions": [{"id": number, "text": texts[label]} for number, label in numbered.items()],
        "gold": [number for number, label in numbered.items() if label in turn.does],
        "meta": {
            "corpus": corpus,
            "acts": {str(number): label.act for number, label in numbered.items()},
            **acts_of(turn),
            "label": {str(number): str(label) for number, label in numbered.items()},
        },
    }


def acts_of(turn: AgentTurn) -> dict[str, list[str]]:
    """Return what a turn does as a whole, where that is known, or else which acts it may show beside its own."""
    acts = {label.act for label in turn.does}
    unclear = {label.act for label in turn.unclear} - acts
    if "?" in turn.said and not acts & QUESTIONS:
        unclear |= QUESTIONS
    if unclear:
        return {"unclear_acts": sorted(unclear)}
    return {"turn_acts": sorted(acts)} if acts else {}


def drawn(cases: Sequence[Case], count: int, empty: float, seed: str) -> list[Case]:
    """Return so many cases, with a share where none holds; of the others, those with rare labels are likelier."""
    random = repeatable(seed)
    matching = [case for case in cases if case["gold"]]
    others = [case for case in cases if not case["gold"]]
    frequency = Counter(label for case in matching for label in gold_labels(case))
    weights = {
        id(case): 1 / math.sqrt(min(frequency[label] for label in gold_labels(case))) for case in matching
    }
    matching.sort(key=lambda case: random.random() ** (1 / weights[id(case)]), reverse=True)
    random.shuffle(others)
    count = min(count, int(len(matching) / (1 - empty)), int(len(others) / empty))
    chosen = {id(case) for case in (*matching[: round(count * (1 - empty))], *others[: round(count * empty)])}
    return [case for case in cases if id(case) in chosen]


def gold_labels(case: Case) -> list[str]:
    return [f"{case['service']} {case['meta']['label'][str(number)]}" for number in case["gold"]]
