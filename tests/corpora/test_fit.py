"""How the weights of the matcher are fitted to cases and to examples."""

from __future__ import annotations

import pytest

pytest.importorskip("scipy")

import matcher_fit
import numpy as np

from pytest_agentsim.caller.matcher.acts import Act

NUMBERING = {act: {"always": 0, "said so": 1} for act in matcher_fit.FITTED_ACTS}


def decision(holds, *features):
    numbers = np.array([NUMBERING[Act.ASK][name] for name in features], dtype=np.int32)
    return [(holds, [[(Act.ASK, [(numbers, np.ones(len(numbers)))])]])]


def test_an_example_comes_out_however_many_cases_speak_against_it():
    against = [decision(False, "always", "said so")] * 200
    example = decision(True, "always", "said so")
    weights = matcher_fit.fit_all([*against, example], [1.0] * len(against), NUMBERING)
    assert matcher_fit.comes_out(example, weights)


def test_cases_decide_where_no_example_does():
    cases = [decision(False, "always")] * 50 + [decision(True, "always", "said so")] * 50
    weights = matcher_fit.fit_all(cases, [1.0] * len(cases), NUMBERING)
    assert all(matcher_fit.comes_out(each, weights) for each in cases)
