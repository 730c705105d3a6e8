"""How alike the sounds of words are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.caller.matcher.phones import PHONES, distance, least_distance

some_phones = st.lists(st.sampled_from(sorted(PHONES)), max_size=8).map(tuple)


@given(some_phones)
def test_the_same_sounds_are_not_apart(phones):
    assert distance(phones, phones) == 0.0


@given(some_phones, some_phones)
def test_it_does_not_matter_which_was_heard(one, other):
    assert distance(one, other) == pytest.approx(distance(other, one))


@given(some_phones, some_phones, some_phones)
def test_what_was_heard_in_between_makes_no_way_shorter(one, between, other):
    assert distance(one, other) <= distance(one, between) + distance(between, other) + 1e-9


@given(some_phones, some_phones)
def test_what_is_quickly_seen_is_never_more_than_the_distance(one, other):
    assert least_distance(one, other) <= distance(one, other) + 1e-9


@given(some_phones, some_phones, st.floats(0.0, 5.0))
def test_a_bound_changes_nothing_below_it(one, other, most):
    found = distance(one, other, most)
    assert (found > most) == (distance(one, other) > most)
    assert found > most or found == distance(one, other)


@pytest.mark.parametrize(
    ("near", "far"),
    [
        (("T", "D"), ("T", "M")),
        (("S", "SH"), ("S", "G")),
        (("IH", "IY"), ("IH", "AA")),
        (("M", "N"), ("M", "K")),
    ],
)
def test_phones_that_are_made_alike_are_nearer(near, far):
    assert distance(near[:1], near[1:]) < distance(far[:1], far[1:])


def test_a_vowel_is_lost_rather_than_taken_for_a_consonant():
    assert distance(("AA",), ("K",)) == distance(("AA",), ()) + distance((), ("K",))
