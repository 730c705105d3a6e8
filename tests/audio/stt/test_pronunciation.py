from __future__ import annotations

import pytest

pytest.importorskip("espeakng_loader")

from pytest_agentsim.audio.stt.pronunciation import PHONES, pronounced

CMU_PHONES = frozenset(
    "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH".split()  # noqa: SIM905
)


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("cat", "K AE T"),
        ("sharma", "SH AA R M AH"),
        ("router", "R AW T ER"),
        ("kowalski", "K AW AO L S K IY"),
    ],
)
def test_a_word_is_spelled_in_phones(word, phones):
    assert pronounced(word) == phones


def test_only_phones_of_the_dictionary_are_used():
    assert {phone for phones in PHONES.values() for phone in phones.split()} <= CMU_PHONES


@pytest.mark.parametrize("word", ["", "北京", "çağrılar", "x" * 300])  # noqa: RUF001
def test_any_word_is_borne(word):
    assert set(pronounced(word).split()) <= CMU_PHONES
