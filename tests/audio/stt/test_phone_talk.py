from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pytest_agentsim.audio.stt.hints import words_of
from pytest_agentsim.audio.stt.phone_talk import phone_talk

PROMPTS = Path(__file__).parents[3] / "benchmarks" / "prompts"


def test_every_slot_is_filled_with_words():
    for words, _ in phone_talk():
        assert words
        assert all(re.fullmatch(r"[a-z]+(?:'[a-z]+)?", word) for word in words), words


def test_each_line_counts_once_however_it_is_filled():
    total = sum(weight for _, weight in phone_talk())
    assert total == pytest.approx(round(total))
    assert total > 200


def test_dates_times_and_digits_are_among_it():
    said = {" ".join(words) for words, _ in phone_talk()}
    for wanted in ("february twenty ninth", "three thirty p m", "zero", "forty two", "oh"):
        assert any(wanted in sentence for sentence in said), wanted


@pytest.mark.skipif(not PROMPTS.exists(), reason="the benchmark's prompts are only in the source tree")
def test_no_prompt_of_the_benchmark_is_known_beforehand():
    prompts = {words_of(row["text"]) for row in json.loads((PROMPTS / "prompts.json").read_text())}
    assert prompts.isdisjoint(words for words, _ in phone_talk())
