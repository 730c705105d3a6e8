"""How often a judge says what a person says."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.judge.checking import ask
from pytest_agentsim.judge.expected_outcome import TOPIC
from pytest_agentsim.judge.interface import BLOCKED, NO, YES, Answer, AnswerKind, Question
from pytest_agentsim.statistics.proportion import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_agentsim.judge.interface import Judge
    from pytest_agentsim.judge.labels import LabelledCall

__all__ = ["Calibration", "Comparison", "calibrate", "told"]

WORDS = (YES, NO, BLOCKED)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a person and the judge say of one line of one call."""

    call: str
    line: str
    label: str
    answer: Answer

    @property
    def agrees(self) -> bool:
        return self.answer.value == self.label


@dataclass(frozen=True, slots=True)
class Calibration:
    """All lines that were compared, at least one."""

    comparisons: tuple[Comparison, ...]

    @property
    def agreed(self) -> int:
        """On how many lines both say the same."""
        return sum(each.agrees for each in self.comparisons)

    @property
    def agreement(self) -> float:
        """The share of lines on which both say the same, 0.0 to 1.0."""
        return self.agreed / len(self.comparisons)

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa: the agreement beyond that of two who answer so by chance; None if there is only one answer.

        Source: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20
        (1960).
        """
        total = len(self.comparisons)
        labels = Counter(each.label for each in self.comparisons)
        answers = Counter(each.answer.value for each in self.comparisons)
        chance = sum(labels[word] * answers[word] for word in WORDS) / total**2
        return None if chance == 1.0 else (self.agreement - chance) / (1.0 - chance)


async def calibrate(judge: Judge, calls: Iterable[LabelledCall]) -> Calibration:
    """Ask a judge about the lines that a person has judged; raises JudgeError."""
    comparisons: list[Comparison] = []
    for each in calls:
        questions = [Question(TOPIC, line, AnswerKind.LINE) for line in each.labels]
        answers = await ask(judge, questions, each.call)
        comparisons += [
            Comparison(each.name, line, label, answer)
            for (line, label), answer in zip(each.labels.items(), answers, strict=True)
        ]
    return Calibration(tuple(comparisons))


def told(found: Calibration) -> Iterator[str]:
    """Tell a person about a calibration, a line after the other: the disagreements first."""
    for each in found.comparisons:
        if not each.agrees:
            yield f"{each.call}: {each.line}"
            yield f"    you say {each.label}, the judge says {each.answer.value}: {each.answer.explanation}"
            yield from (f"    it quotes {quote!r}" for quote in each.answer.quotes)
    low, high = wilson_interval(found.agreed, len(found.comparisons))
    kappa = "" if found.kappa is None else f", kappa {found.kappa:.2f}"
    yield (
        f"agreement {found.agreed} of {len(found.comparisons)} lines: {found.agreement:.0%} "
        f"(95 % interval {low:.0%} to {high:.0%}){kappa}"
    )
    pairs = Counter((each.label, each.answer.value) for each in found.comparisons)
    for label in WORDS:
        counts = [pairs[label, word] for word in WORDS]
        if any(counts):
            said = ", ".join(f"{count} {word}" for word, count in zip(WORDS, counts, strict=True) if count)
            yield f"    where you say {label}, the judge says: {said}"
