"""Triggers on keys."""

from __future__ import annotations

import pytest

from pytest_agentsim.caller.matcher import keypress


@pytest.mark.parametrize(
    ("trigger", "groups"),
    [
        ("The main agent pressed 1", ["1"]),
        ("The agent presses 2", ["2"]),
        ("Main Agent sent DTMF: 0", ["0"]),
        ("The main agent send DTMF tone of 2, after testing agent asks", ["2"]),
        ("The agent pressed the key 12#", ["12#"]),
        ("The agent entered 1234", ["1234"]),
        ("The agent enters 1234 on the keypad", ["1234"]),
        ("The main agent enters the account number 1234 as asked", ["1234"]),
        ("The agent pressed the 1 key", ["1"]),
        ("The agent keyed in '55*'", ["55*"]),
        ("The agent pressed the star key", ["*"]),
        ("The agent presses pound", ["#"]),
        ("The main agent pressed one", ["1"]),
        ("The agent pressed 1 or 2", ["1", "2"]),
        ("The agent presses 1, 2, or 3 when asked", ["1", "2", "3"]),
        ("The agent pressed any key", []),
    ],
)
def test_a_trigger_names_its_keys(trigger, groups):
    assert keypress.parse(trigger) == keypress.KeyPress(tuple(groups))


@pytest.mark.parametrize(
    "trigger",
    [
        "The agent asks you to press 1",
        "The agent says to press 1 for sales",
        "The agent entered 2 minutes late",
        "The agent sent one email",
        "The agent asks for your name",
    ],
)
def test_a_trigger_about_words_names_no_keys(trigger):
    assert keypress.parse(trigger) is None


def test_the_closing_hash_need_not_be_named():
    assert keypress.KeyPress(("12",)).matches(("12#",))
    assert not keypress.KeyPress(("12#",)).matches(("12",))


def test_one_of_several_groups_is_enough():
    assert keypress.KeyPress(("3",)).matches(("12", "3"))
    assert not keypress.KeyPress(("123",)).matches(("12", "3"))


def test_any_of_the_keys_that_a_trigger_names_will_do():
    assert keypress.KeyPress(("1", "2")).matches(("2",))
    assert not keypress.KeyPress(("1", "2")).matches(("12",))


def test_words_are_no_keys():
    assert keypress.KeyPress(()).matches(("9",))
    assert not keypress.KeyPress(()).matches(())
