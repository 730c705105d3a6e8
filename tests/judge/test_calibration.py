"""How often a judge says what a person says."""

from __future__ import annotations

import pytest

from pytest_agentsim.judge import Answer
from pytest_agentsim.judge.calibration import Calibration, Comparison, calibrate, told
from pytest_agentsim.judge.given import FunctionJudge
from pytest_agentsim.judge.labels import LabelledCall
from tests.metrics.calls import a_text_call

CALL = a_text_call(("caller", 0.0, "Hi"))


def compared(*pairs):
    """A calibration with these pairs of a person's label and the judge's answer."""
    return Calibration(
        tuple(Comparison("x", f"line {n}", label, Answer(answer)) for n, (label, answer) in enumerate(pairs))
    )


async def test_a_judge_is_asked_about_every_line_of_every_call():
    calls = [
        LabelledCall("one", CALL, {"It works.": "yes", "It is kind.": "no"}),
        LabelledCall("two", CALL, {"It works.": "no"}),
    ]
    found = await calibrate(FunctionJudge(lambda question, call: "works" in question.text), calls)
    assert [(each.call, each.line, each.agrees) for each in found.comparisons] == [
        ("one", "It works.", True),
        ("one", "It is kind.", True),
        ("two", "It works.", False),
    ]


def test_kappa_is_the_agreement_beyond_chance():
    # Cohen's own way: 35 of 50 agree; by chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5 would.
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    found = compared(*pairs)
    assert found.agreement == 0.7
    assert found.kappa == pytest.approx(0.4)


def test_where_there_is_only_one_answer_there_is_no_kappa():
    assert compared(("yes", "yes")).kappa is None


def test_disagreements_are_told_first():
    lines = list(told(compared(("yes", "yes"), ("no", "yes"))))
    assert lines == [
        "x: line 1",
        "    you say no, the judge says yes: ",
        "agreement 1 of 2 lines: 50% (95 % interval 9% to 91%), kappa 0.00",
        "    where you say yes, the judge says: 1 yes",
        "    where you say no, the judge says: 1 yes",
    ]
