"""What specifies a general noun."""

from __future__ import annotations

import pytest

from pytest_agentsim.caller.matcher.modifiers import Specified, compare, specified_nouns


@pytest.mark.parametrize(
    ("wanted", "said", "outcome"),
    [
        ("departure city", "what is your departure date and city?", Specified.ONLY_WANTED),
        ("account number", "what is your phone number?", Specified.OTHERWISE),
        ("date of birth", "what is the date of birth?", Specified.ALIKE),
        ("city", "which city?", Specified.NEITHER),
        ("address", "what is your billing address?", Specified.ONLY_SAID),
        ("account number", "what is your age?", None),
    ],
)
def test_a_noun_that_both_share_is_compared_by_what_specifies_it(wanted, said, outcome):
    assert compare(specified_nouns(wanted), specified_nouns(said)) is outcome


def test_politeness_specifies_nothing():
    assert not any(specified_nouns("could you tell me your full name, please?").values())
