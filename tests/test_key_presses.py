"""Keys in a transcript."""

from __future__ import annotations

import pytest

from pytest_agentsim.key_presses import Message, key_spans, read_keys


@pytest.mark.parametrize(
    ("text", "keys", "words"),
    [
        ("DTMF: 1", ("1",), ""),
        ("dtmf: 1 2 #", ("12#",), ""),
        ("One moment\nDTMF: 1", ("1",), "One moment"),
        ("DTMF: 12\nDTMF: 3", ("12", "3"), ""),
        ('<dtmf digits="1234#"/>', ("1234#",), ""),
        ("Entering it now. <dtmf digits='7' /> Done.", ("7",), "Entering it now.   Done."),
        ("DTMF:", (), "DTMF:"),
        ("I pressed DTMF: 1", (), "I pressed DTMF: 1"),
        ("Press 1", (), "Press 1"),
    ],
)
def test_the_keys_of_a_message_are_told_from_its_words(text, keys, words):
    assert read_keys(text) == Message(keys, words)


def test_keys_are_found_where_they_stand():
    text = 'Now <dtmf digits="7"/>\nDTMF: 1 2'
    assert [text[start:end] for start, end in key_spans(text)] == ['<dtmf digits="7"/>', "DTMF: 1 2"]
    assert key_spans("Press 1") == ()
