"""The examples of docs/transcripts.md are what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pytest_agentsim.transcripts.reading import read_one
from pytest_agentsim.transcripts.recognise import FORMATS

PAGE = Path(__file__).parents[2] / "docs" / "transcripts.md"
EXAMPLE = re.compile(r"```(?:json|text)\n(.*?)```\n\n`(\w+)`", re.DOTALL)
EXAMPLES = [(name, text) for text, name in EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("name", "text"), EXAMPLES)
def test_an_example_is_recognised_as_what_it_is_called(name, text) -> None:
    read = read_one(text, agent_speaker=0)
    assert read.format == name
    assert read.result.turns[0].text.startswith("How")


def test_each_format_has_an_example() -> None:
    assert {name for name, _ in EXAMPLES} == set(FORMATS) - {"cekura_chat"}
