"""How one sequence becomes another with the fewest changes."""

from __future__ import annotations

import jiwer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.metrics.alignment import Change, changes, distance

WORDS = st.lists(st.sampled_from("abcd"), max_size=12)


@pytest.mark.parametrize(
    ("said", "heard", "expected"),
    [
        ("abc", "abc", []),
        ("abc", "axc", [Change(1, "b", "x")]),
        ("abc", "ac", [Change(1, "b", None)]),
        ("ac", "abc", [Change(1, None, "b")]),
        ("", "ab", [Change(0, None, "a"), Change(0, None, "b")]),
        ("ab", "", [Change(0, "a", None), Change(1, "b", None)]),
    ],
)
def test_the_fewest_changes_are_found(said: str, heard: str, expected: list[Change]) -> None:
    assert changes(said, heard) == expected


@given(WORDS, WORDS)
def test_there_are_as_many_as_jiwer_finds(said: list[str], heard: list[str]) -> None:
    if said:
        found = jiwer.process_words(" ".join(said), " ".join(heard) or " ")
        assert distance(said, heard) == found.substitutions + found.deletions + found.insertions


@given(WORDS, WORDS)
def test_the_changes_lead_from_one_to_the_other(said: list[str], heard: list[str]) -> None:
    made = list(said)
    for change in reversed(changes(said, heard)):
        new = [] if change.heard is None else [change.heard]
        old = 0 if change.said is None else 1
        assert made[change.place : change.place + old] == [change.said][:old]
        made[change.place : change.place + old] = new
    assert made == heard


@given(WORDS, WORDS)
def test_the_way_back_is_as_long(said: list[str], heard: list[str]) -> None:
    assert distance(said, heard) == distance(heard, said)
