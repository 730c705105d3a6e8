from __future__ import annotations

import pytest

from pytest_agentsim.audio.stt.interface import Hints
from pytest_agentsim.audio.stt.prompt import LONGEST_PROMPT, language_code, prompt_of


def test_the_most_telling_hint_stands_last():
    assert prompt_of(Hints(("your date of birth", "Maria Lopez.", "a toothache"))) == (
        "a toothache. Maria Lopez. your date of birth."
    )


def test_the_least_telling_hints_are_left_out_of_a_long_prompt():
    prompt = prompt_of(Hints(("the most telling", *("word " * 50,) * 20)))
    assert len(prompt) <= LONGEST_PROMPT
    assert prompt.endswith("the most telling.")


def test_no_hints_make_no_prompt():
    assert prompt_of(Hints()) == ""


@pytest.mark.parametrize(
    ("language", "code"),
    [("en", "en"), ("en-US", "en"), ("pt_BR", "pt"), ("multi", ""), ("", ""), ("DE", "de")],
)
def test_services_are_told_the_language_only(language, code):
    assert language_code(language) == code
