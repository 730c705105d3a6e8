"""What the wording of a sentence tells of its act, whatever it is about."""

from __future__ import annotations

import pytest

from pytest_agentsim.caller.matcher.acts import Act
from pytest_agentsim.caller.matcher.fitted import fitted
from pytest_agentsim.caller.matcher.wording_model import act_evidence, shape


def test_names_and_numbers_are_all_the_same_to_it():
    known = frozenset(("your", "is"))
    assert shape("Your zorble is 42?", known) == ["your", "_", "is", "0", "?"]


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("What is your zorble?", Act.ASK),
        ("Have a great day!", Act.GOODBYE),
        ("Is there anything else I can help you with?", Act.ANYTHING_ELSE),
        ("Please confirm the following details: a zorble for 2.", Act.CHECK),
    ],
)
def test_it_tells_the_act_of_a_sentence_about_things_unheard_of(text, act):
    evidence = act_evidence(text, fitted().wordings)
    assert max(evidence, key=evidence.__getitem__) is act


def test_what_was_fitted_says_what_it_was_fitted_to():
    assert set(fitted().features) == set(fitted().wordings.acts)
