"""Which words belong together by their form."""

from __future__ import annotations

import pytest

from pytest_agentsim.caller.matcher.lexicon import concepts
from pytest_agentsim.caller.matcher.words import family, stem, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("relocation", "relocating"),
        ("enrollment", "enroll"),
        ("participants", "participate"),
        ("insurance", "insured"),
        ("arrival", "arrive"),
    ],
)
def test_other_parts_of_speech_share_a_family(one, other):
    assert concepts(stem(one)) & concepts(stem(other)), f"{family(stem(one))}, {family(stem(other))}"


@pytest.mark.parametrize(
    ("one", "other"),
    [("department", "departure"), ("apartment", "apart"), ("university", "universe"), ("date", "data")],
)
def test_words_that_only_begin_alike_do_not(one, other):
    assert not concepts(stem(one)) & concepts(stem(other))


def test_a_post_code_is_one_word_however_it_is_written():
    assert tokens("the post code, the post-code") == tokens("the postcode, the postcode")
