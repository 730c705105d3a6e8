from __future__ import annotations

from importlib.resources import files

import pytest

pytest.importorskip("pocketsphinx")

from pytest_agentsim.audio.stt.english import GeneralModel, ScenarioModel
from pytest_agentsim.audio.stt.interface import Hints


@pytest.fixture(scope="module")
def general():
    return GeneralModel()


def test_what_agents_say_is_likelier_on_the_telephone_than_in_general(general):
    gram = ("would", "you", "like")
    assert general.on_the_telephone(gram) > 2 * general.probability(gram)


def test_words_that_agents_do_not_say_are_possible_on_the_telephone(general):
    assert general.on_the_telephone(("the", "zymurgy")) > 0


def test_hints_make_their_words_likelier(general):
    gram = ("calling", "northwind")
    hinted = ScenarioModel(general, Hints(("you are calling northwind bank",)))
    assert hinted.likelihood(gram) > ScenarioModel(general, Hints()).likelihood(gram)


def test_usual_words_are_the_same_ones_each_time_the_most_usual_first(general):
    words = general.usual_words(100)
    assert list(words) == list(GeneralModel().usual_words(100))
    assert list(words.values()) == sorted(words.values(), reverse=True)


def test_the_model_of_the_telephone_says_what_it_is_made_of():
    text = files("pytest_agentsim.audio.stt").joinpath("telephone.licence.txt").read_text(encoding="utf-8")
    for source in ("CC BY-SA 4.0", "Schema-Guided Dialogue", "Taskmaster", "Carnegie Mellon University"):
        assert source in text
