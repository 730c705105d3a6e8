"""Foreign text made fit for people's eyes."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.visible import shortened, visible, visible_line

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("\x9b31m", r"\x9b31m"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("nul\x00 del\x7f back\x08", r"nul\x00 del\x7f back\x08"),
        ("over\rwritten", r"over\rwritten"),
        ("\u202edetrever\u202c \u2066isolated\u2069", r"\u202edetrever\u202c \u2066isolated\u2069"),
        ("\u200e\u200f\u061c", r"\u200e\u200f\u061c"),
        ("in\u200bvis\ufeffible\u00ad", r"in\u200bvis\ufeffible\xad"),
        ("\u2028\u2029\x85\x0b\x0c", r"\u2028\u2029\x85\x0b\x0c"),
        ("half \ud83d a pair", r"half \ud83d a pair"),
        ("\ufffe\uffff", r"\ufffe\uffff"),
        ("\U000e0041", r"\U000e0041"),
    ],
    ids=ascii,
)
def test_what_cannot_be_seen_is_escaped(text: str, shown: str) -> None:
    assert visible(text) == visible_line(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "<b>&amp;</b> ]]>",
        "Grüße 你好 שלום مرحبا \N{WAVING HAND SIGN}",
        "5\u00a0€ \u3000 \u202f",
        "\\x1b",
    ],
    ids=ascii,
)
def test_what_can_be_seen_stays(text: str) -> None:
    assert visible(text) == visible_line(text) == text


def test_lines_stay_unless_there_must_be_only_one() -> None:
    assert visible("a\n\tb\x00") == "a\n\tb\\x00"
    assert visible_line("a\n\tb\x00") == "a\\n\\tb\\x00"


@given(text=ANY_TEXT)
def test_any_text_can_be_encoded_parsed_as_xml_and_made_visible_again(text: str) -> None:
    shown = visible(text)
    element = ET.Element("text")
    element.text = shown
    assert ET.fromstring(ET.tostring(element, encoding="utf-8")).text in (shown, None)  # noqa: S314  (ours)
    assert visible(shown) == shown
    assert len(visible_line(text).splitlines()) <= 1


@pytest.mark.parametrize(
    ("limit", "around", "piece"),
    [
        (10, 0, "0123456789"),
        (11, 5, "0123456789"),
        (6, 0, "01234…"),
        (6, 2, "01234…"),
        (6, 5, "…4567…"),
        (6, 9, "…56789"),
        (6, 100, "…56789"),
    ],
)
def test_a_long_text_is_cut_around_a_place(limit: int, around: int, piece: str) -> None:
    assert shortened("0123456789", limit, around=around) == piece


@given(text=ANY_TEXT, limit=st.integers(4, 20), data=st.data())
def test_a_piece_is_within_its_limit_and_has_the_place(text: str, limit: int, data: st.DataObject) -> None:
    text = f"{text}."
    around = data.draw(st.integers(0, len(text) - 1))
    piece = shortened(text, limit, around=around)
    assert len(piece) <= limit
    assert text[around] in piece
    assert piece.strip("…") in text or "…" in text
