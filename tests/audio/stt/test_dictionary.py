"""How English words sound."""

from __future__ import annotations

import pytest

pytest.importorskip("pocketsphinx")
pytest.importorskip("espeakng_loader")

from pytest_agentsim.audio.stt.dictionary import pronunciations


def test_every_way_to_say_a_word_is_known_the_usual_one_first():
    assert pronunciations("tomato") == (("T", "AH", "M", "EY", "T", "OW"), ("T", "AH", "M", "AA", "T", "OW"))


@pytest.mark.parametrize("word", ["'bout", "a", "account", "zywicki"])
def test_the_first_and_the_last_word_are_found(word):
    assert pronunciations(word)


def test_what_the_dictionary_lacks_is_said_as_espeak_says_it():
    assert pronunciations("lisinopril")[0][:3] == ("L", "IH", "S")


@pytest.mark.parametrize("word", ["", "?!"])
def test_what_cannot_be_said_has_no_sound(word):
    assert pronunciations(word) == ()
