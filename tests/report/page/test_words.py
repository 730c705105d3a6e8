"""Foreign text and numbers as the page shows them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.report.page.words import (
    LONGEST_TEXT,
    in_script,
    line_shown,
    number_shown,
    seconds_shown,
    text_shown,
)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "unknown"),
        (0, "0.0 ms"),
        (0.0012, "1.2 ms"),
        (0.0994, "99 ms"),
        (0.0999, "0.10 s"),
        (0.5, "0.50 s"),
        (9.994, "9.99 s"),
        (9.996, "10.0 s"),
        (59.94, "59.9 s"),
        (59.99, "1 min 00 s"),
        (60, "1 min 00 s"),
        (3_725, "62 min 05 s"),
        (-0.5, "-0.50 s"),
    ],
)
def test_seconds_have_the_unit_that_fits_them(seconds, shown):
    assert seconds_shown(seconds) == shown


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (True, "", "passed"),
        (False, "", "failed"),
        (4, "", "4"),
        (0.30471, "", "0.305"),
        (229.995, "words/min", "230.0 words/min"),
        (12_345.6, "Hz", "12346 Hz"),
        (0.2, "s", "0.20 s"),
        ("good\x1b", "", "good\\x1b"),
        (None, "", "None"),
    ],
)
def test_a_metric_has_as_many_digits_as_somebody_reads(value, unit, shown):
    assert number_shown(value, unit) == shown


def test_what_is_too_long_says_how_much_is_missing():
    assert text_shown("x" * LONGEST_TEXT) == "x" * LONGEST_TEXT
    assert text_shown("x" * (LONGEST_TEXT + 7)).endswith("x… (7 more characters are in the call's artifacts)")


def test_a_name_stays_in_its_line():
    assert line_shown("a\nb\u202ec") == "a\\nb\\u202ec"
    assert line_shown("x" * 1_000_000) == "x" * 299 + "…"


@given(st.text() | st.sampled_from(["</script>", "<!--", "]]>", "\u2028", "&lt;"]))
def test_no_text_can_end_a_script_and_all_of_it_comes_back(text):
    written = in_script({"text": text})
    assert not set(written) & set("<>&\u2028\u2029")
    assert json.loads(written) == {"text": text}
