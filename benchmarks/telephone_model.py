"""Make the language model of what agents say on the telephone, which the embedded recogniser searches with.

    python benchmarks/telephone_model.py dialogues_001.json … self-dialogs-train.md woz-dialogs-train.md

The files are the training split of Schema-Guided Dialogue and that of Taskmaster-1 (`corpora/agent_sentences.py` says
where they are). What agents say there is mixed with `phone_talk.txt` and with the usual words, and pairs of words, of
the general model that comes with PocketSphinx, and written to the package. The same files give the same model.
`--without` names a file of cases (`matcher_dialogues.py`), whose dialogues are left out, so that they can be measured.
"""

from __future__ import annotations

import argparse
import heapq
import math
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from corpora.agent_sentences import ANY_VALUE, sentences_of
from matcher_dialogues import load

from pytest_agentsim.audio.stt.english import TELEPHONE, GeneralModel
from pytest_agentsim.audio.stt.lattice import LOG_BASE
from pytest_agentsim.audio.stt.ngrams import BEGIN, END, ORDER, Estimate, write_arpa
from pytest_agentsim.audio.stt.phone_talk import phone_talk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set

    from pytest_agentsim.audio.stt.ngrams import Gram

AGENTS = 0.4  # of the probability comes from the dialogues
PHONE_TALK = 0.25  # and from the sentences that are written by hand; the rest is general
VOCABULARY = 20_000  # of the most usual words
HEADS = 5_000  # of them, whose general pairs are looked at
PAIRS = 150_000  # of these, the most telling
LEAST_OFTEN = 3  # times that a word of the dialogues was said
DISCOUNT = 0.6  # of each count goes to what was not seen
# How much less likely all that was said would be without a gram that is worth its place, as a logarithm.
WORTH = {2: 3.0, 3: 4.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("dialogues", nargs="+", type=Path)
    parser.add_argument("--without", type=Path, help="cases whose dialogues are left out")
    parser.add_argument("--out", type=Path, default=TELEPHONE)
    options = parser.parse_args()
    without = (
        frozenset(case["dialogue_id"] for case in load(options.without)) if options.without else frozenset()
    )
    general = GeneralModel()
    agents = Dialogues(
        (sentence for path in options.dialogues for sentence in sentences_of(path, without)),
        general.dictionary,
    )
    written_by_hand = Estimate(phone_talk())
    usual = {**general.usual_words(VOCABULARY), END: general.probability((END,))}

    def probability(gram: Gram) -> float:
        return (
            AGENTS * agents.probability(gram)
            + PHONE_TALK * written_by_hand.probability(gram)
            + (1 - AGENTS - PHONE_TALK) * general.probability(gram)
        )

    worthy = [gram for gram in agents.worthy() if ANY_VALUE not in gram]
    longer = dict.fromkeys((*worthy, *written_by_hand.grams, *telling_pairs(general, usual)))
    single = {(word,): probability((word,)) for word in (*agents.words, *written_by_hand.words, *usual)}
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "telephone.lm"
        write_arpa(path, single, [gram for gram in longer if len(gram) > 1], probability)
        general.read(path).write(str(options.out))
    print(
        f"{options.out}: {len(single)} words, {len(longer)} grams, {options.out.stat().st_size / 1e6:.1f} MB"
    )


class Dialogues:
    """The probability of a word after up to two others, as it was in dialogues."""

    def __init__(self, sentences: Iterable[tuple[str, ...]], dictionary: Set[str]) -> None:
        said = list(sentences)
        often = Counter(word for sentence in said for word in sentence)
        usual = {word for word in often if often[word] >= LEAST_OFTEN}
        # What the dictionary lacks are names and slips of the pen.
        self._known = usual & dictionary | {ANY_VALUE}
        self.words = tuple(sorted(self._known - {ANY_VALUE}))
        self._counts: Counter[Gram] = Counter()
        for sentence in said:
            words = (BEGIN, *(self._spoken(word) for word in sentence), END)
            for end in range(2, len(words) + 1):
                self._counts.update(words[start:end] for start in range(max(0, end - ORDER), end))
        self._totals: defaultdict[Gram, int] = defaultdict(int)
        self._kinds: defaultdict[Gram, int] = defaultdict(int)
        for gram, count in self._counts.items():
            self._totals[gram[:-1]] += count
            self._kinds[gram[:-1]] += 1

    def probability(self, gram: Gram) -> float:
        """Return how likely the last word of `gram` is after those before it."""
        if gram[-1] not in self._known and gram[-1] != END:
            return 0.0
        return self._of_known((*map(self._spoken, gram[:-1]), gram[-1]))

    def worthy(self) -> Iterator[Gram]:
        """Go through the grams without which what was said would be much less likely."""
        for gram, count in self._counts.items():
            if len(gram) > 1:
                without = self._left(gram[:-1]) * self._of_known(gram[1:])
                if count * math.log(self._of_known(gram) / without) > WORTH[len(gram)]:
                    yield gram

    def _spoken(self, word: str) -> str:
        return word if word in self._known or word == BEGIN else ANY_VALUE

    def _of_known(self, gram: Gram) -> float:
        history = gram[:-1]
        if not history:
            return self._counts[gram] / self._totals[history]
        shorter = self._of_known(gram[1:])
        total = self._totals.get(history)
        if not total:
            return shorter
        return max(self._counts[gram] - DISCOUNT, 0.0) / total + self._left(history) * shorter

    def _left(self, history: Gram) -> float:
        return DISCOUNT * self._kinds[history] / self._totals[history]


def telling_pairs(general: GeneralModel, usual: dict[str, float]) -> Iterable[Gram]:
    """Return the pairs of usual words that tell most of what comes next."""

    def scored() -> Iterator[tuple[float, Gram]]:
        likely = general.model.prob
        alone = {word: likely((word,)) for word in usual}
        for head, often in {BEGIN: usual[END], **dict(list(usual.items())[:HEADS])}.items():
            for word in usual:
                more = (together := likely((word, head))) - alone[word]
                if more > 0:
                    yield often * math.exp(together * LOG_BASE) * more, (head, word)

    return [gram for _, gram in heapq.nlargest(PAIRS, scored())]


if __name__ == "__main__":
    main()
