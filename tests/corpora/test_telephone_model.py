from __future__ import annotations

import pytest

pytest.importorskip("pocketsphinx")
pytest.importorskip("espeakng_loader")
pytest.importorskip("telephone_model")

from telephone_model import Dialogues

from pytest_agentsim.audio.stt.ngrams import BEGIN, END

SAID = [*[("which", "city", "please"), ("which", "day", "please"), ("which", "cotogna")] * 4, ("city", "day")]
WORDS = frozenset(("which", "city", "day", "please"))


@pytest.fixture(scope="module")
def dialogues():
    return Dialogues(SAID, WORDS)


def test_what_was_said_in_that_place_is_likelier(dialogues):
    assert (
        dialogues.probability((BEGIN, "which", "city"))
        > dialogues.probability((BEGIN, "which", "please"))
        > 0
    )


def test_a_word_that_the_dictionary_lacks_has_no_probability(dialogues):
    assert dialogues.probability(("which", "cotogna")) == 0
    assert "cotogna" not in dialogues.words


def test_probabilities_add_up_to_one_with_what_stands_for_names(dialogues):
    total = sum(dialogues.probability(("which", word)) for word in (*WORDS, "<UNK>", END))
    assert total == pytest.approx(1.0)


def test_grams_that_were_hardly_ever_said_are_not_worth_their_place(dialogues):
    worthy = set(dialogues.worthy())
    assert (BEGIN, "which") in worthy
    assert ("city", "day") not in worthy
