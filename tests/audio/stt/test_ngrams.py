from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.audio.stt.ngrams import BEGIN, END, Estimate, Mixture

SENTENCES = (
    (("your", "date", "of", "birth"), 2.0),
    (("your", "date", "of", "arrival"), 1.0),
    (("your", "name"), 1.0),
)
WORDS = ("your", "date", "of", "birth", "arrival", "name", END)

sentences = st.lists(
    st.tuples(st.lists(st.sampled_from("abcd"), min_size=1, max_size=5).map(tuple), st.floats(0.01, 5)),
    min_size=1,
    max_size=6,
)


def uniform(_gram) -> float:
    return 0.01


def test_what_was_said_more_often_is_more_likely():
    estimate = Estimate(SENTENCES)
    birth, arrival, name = (
        estimate.probability(("date", "of", word)) for word in ("birth", "arrival", "name")
    )
    assert birth > arrival > name > 0


def test_a_history_that_never_occurred_is_shortened():
    estimate = Estimate(SENTENCES)
    assert estimate.probability(("elephant", "of", "birth")) == estimate.probability(("of", "birth"))
    assert estimate.probability(("elephant", "birth")) == estimate.probability(("birth",))


def test_an_unknown_word_has_no_probability():
    assert Estimate(SENTENCES).probability(("date", "of", "elephant")) == 0


def test_sentences_begin_and_end():
    estimate = Estimate(SENTENCES)
    assert estimate.probability((BEGIN, "your")) > 0.8
    assert estimate.probability(("of", "birth", END)) > 0.8


def test_words_come_in_the_order_in_which_they_were_met():
    assert Estimate(SENTENCES).words == ("your", "date", "of", "birth", "arrival", "name")


def test_no_sentences_make_an_empty_estimate():
    estimate = Estimate([((), 1.0)])
    assert estimate.grams == ()
    assert estimate.probability(("a",)) == 0


@given(sentences, st.lists(st.sampled_from(["a", "b", "c", "d", BEGIN]), max_size=2).map(tuple))
def test_probabilities_after_any_history_add_up_to_one(said, history):
    estimate = Estimate(said)
    total = sum(estimate.probability((*history, word)) for word in (*"abcd", END))
    assert total == pytest.approx(1.0)


def test_a_mixture_weighs_its_parts():
    estimate = Estimate(SENTENCES)
    mixture = Mixture(uniform, [(estimate, 0.75)])
    gram = ("date", "of", "birth")
    assert mixture.probability(gram) == pytest.approx(0.25 * 0.01 + 0.75 * estimate.probability(gram))


def read(path) -> tuple[dict[tuple[str, ...], float], dict[tuple[str, ...], float]]:
    """Read ARPA text: the probabilities, and the weights of the shorter history."""
    found, rest, order = {}, {}, 0
    for line in path.read_text().splitlines():
        if line.startswith("\\") and "-grams" in line:
            order = int(line[1])
        elif order and line and not line.startswith("\\"):
            probability, *others = line.split()
            gram = tuple(others[:order])
            found[gram] = 10 ** float(probability)
            rest[gram] = 10 ** float(others[order]) if len(others) > order else 1.0
    return found, rest


def looked_up(found, rest, gram) -> float:
    if gram in found:
        return found[gram]
    return rest.get(gram[:-1], 1.0) * looked_up(found, rest, gram[1:])


def test_the_written_model_says_how_many_grams_it_has(tmp_path):
    Mixture(uniform, [(Estimate(SENTENCES), 0.5)]).write_arpa(tmp_path / "lm", {"hello": 0.2, END: 0.1})
    text = (tmp_path / "lm").read_text()
    found, _ = read(tmp_path / "lm")
    for order in (1, 2, 3):
        assert f"ngram {order}={sum(len(gram) == order for gram in found)}\n" in text


def test_what_the_written_model_lists_is_what_the_mixture_says(tmp_path):
    mixture = Mixture(uniform, [(Estimate(SENTENCES), 0.5)])
    mixture.write_arpa(tmp_path / "lm", {"hello": 0.2, END: 0.1})
    found, _ = read(tmp_path / "lm")
    assert found["your", "date", "of"] == pytest.approx(mixture.probability(("your", "date", "of")), rel=1e-3)
    assert ("date", "of", "hello") not in found


@given(sentences, st.sampled_from(["a", "b", "c", "d", BEGIN]), st.sampled_from("abcd"))
def test_the_written_model_gives_the_words_after_any_history_no_more_than_one(
    tmp_path_factory, said, first, second
):
    path = tmp_path_factory.mktemp("lm") / "lm"
    Mixture(lambda gram: 0.1, [(Estimate(said), 0.6)]).write_arpa(path, dict.fromkeys((*"abcdxyz", END), 0.1))
    found, rest = read(path)
    total = sum(looked_up(found, rest, (first, second, word)) for word in (*"abcdxyz", END))
    assert total == pytest.approx(1.0, abs=0.05)
