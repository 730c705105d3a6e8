"""How marks are named by people who spell."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from pytest_agentsim.caller.mark_names import MARKS, NAMES, name_of_mark

SCHEMA = json.loads(files("pytest_agentsim.scenario").joinpath("scenario.schema.json").read_text("utf-8"))
LANGUAGES = SCHEMA["$defs"]["personality"]["properties"]["language"]["enum"]


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "multi"])
def test_every_language_names_each_mark_and_none_twice(language: str) -> None:
    names = [NAMES[language][mark] for mark in MARKS]
    assert all(names)
    assert len(set(names)) == len(MARKS)


@pytest.mark.parametrize(("language", "name"), [("de", "Punkt"), ("pt-BR", "ponto"), ("ES_mx", "punto")])
def test_a_region_does_not_matter(language: str, name: str) -> None:
    assert name_of_mark(".", language) == name


@pytest.mark.parametrize("language", ["multi", "eo", ""])
def test_a_language_without_names_has_the_english_ones(language: str) -> None:
    assert name_of_mark("@", language) == "at"


@pytest.mark.parametrize("character", ["a", "7", " ", "é"])
def test_letters_and_digits_are_no_marks(character: str) -> None:
    assert name_of_mark(character, "en") is None
