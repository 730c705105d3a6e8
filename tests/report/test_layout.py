"""Paragraphs in the columns of a terminal."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.report.layout import EVIDENCE, Paragraph, cells, laid_out, plain, underline

WORDS = st.text("ab 漢e\u0301…", max_size=60)


def lines_of(text: str, width: int, lead: str = "") -> list[str]:
    return [plain(line) for line in laid_out(Paragraph(((lead, ""),), ((text, ""),)), width)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ["> "]),
        ("one two", ["> one two"]),
        ("one two three", ["> one two", "  three"]),
        ("one  two  three", ["> one  two", "  three"]),
        ("onetwothreefour", ["> onetwothr", "  eefour"]),
        ("to onetwothreefour", ["> to", "  onetwothr", "  eefour"]),
        ("漢漢漢漢漢漢", ["> 漢漢漢漢", "  漢漢"]),
        ("e\u0301" * 11, ["> " + "e\u0301" * 9, "  " + "e\u0301" * 2]),
    ],
)
def test_text_flows_beside_its_lead(text: str, lines: list[str]) -> None:
    assert [line.rstrip() for line in lines_of(text, 11, "> ")] == [line.rstrip() for line in lines]


@given(text=WORDS, width=st.integers(3, 40))
def test_no_line_is_too_wide_and_nothing_but_blanks_is_lost(text: str, width: int) -> None:
    lines = lines_of(text, width)
    assert all(cells(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_pieces_keep_their_styles_over_the_end_of_a_line() -> None:
    paragraph = Paragraph((("> ", "bad"),), (("a ", ""), ("fee of", EVIDENCE), (" 25", "")))
    first, second = laid_out(paragraph, 7)
    assert first == (("> ", "bad"), ("a ", ""), ("fee", EVIDENCE))
    assert second == (("  ", ""), ("of", EVIDENCE), (" 25", ""))
    assert [underline(first), underline(second)] == ["    ^^^", "  ^^"]


def test_a_line_without_evidence_has_nothing_below_it() -> None:
    assert underline((("words", ""), ("bad", "bad"))) == ""


def test_a_paragraph_travels_as_json() -> None:
    paragraph = Paragraph((("> ", "bad"),), (("a", ""), ("b", EVIDENCE)))
    assert Paragraph.from_json(json.loads(json.dumps(paragraph.to_json()))) == paragraph
