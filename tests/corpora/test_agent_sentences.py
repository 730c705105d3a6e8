from __future__ import annotations

import json

import pytest

pytest.importorskip("corpora.agent_sentences")

from corpora.agent_sentences import ANY_VALUE, sentences_of


def said(tmp_path, *turns, without=frozenset()) -> list[str]:
    path = tmp_path / "dialogues.json"
    dialogue = {
        "dialogue_id": "1_00000",
        "turns": [
            {"speaker": speaker, "utterance": text, "frames": [{"slots": slots(text, values)}]}
            for speaker, text, values in turns
        ],
    }
    path.write_text(json.dumps([dialogue]))
    return [" ".join(words) for words in sentences_of(path, without)]


def slots(text: str, values: dict[str, str]) -> list[dict]:
    return [
        {"slot": slot, "start": text.index(value), "exclusive_end": text.index(value) + len(value)}
        for slot, value in values.items()
    ]


def test_the_agents_sentences_are_taken_and_not_the_callers(tmp_path):
    turns = ("SYSTEM", "Sure. Which city?", {}), ("USER", "San Jose please", {})
    assert said(tmp_path, *turns) == ["sure", "which city"]


def test_names_are_left_out_and_dates_are_not(tmp_path):
    text = "A table at Saigon Kitchen on March 3rd?"
    values = {"restaurant_name": "Saigon Kitchen", "date": "March 3rd"}
    assert said(tmp_path, ("SYSTEM", text, values)) == [f"a table at {ANY_VALUE} on march third"]


def test_a_telephone_number_is_left_out(tmp_path):
    text = "Their number is 408-555-0100."
    assert said(tmp_path, ("SYSTEM", text, {"phone_number": "408-555-0100"})) == [
        f"their number is {ANY_VALUE}"
    ]


def test_a_dialogue_that_is_measured_is_left_out(tmp_path):
    assert said(tmp_path, ("SYSTEM", "Which city?", {}), without=frozenset({"1_00000"})) == []


def test_named_values_and_lost_apostrophes_of_taskmaster_are_understood(tmp_path):
    path = tmp_path / "woz-dialogs-train.md"
    path.write_text("## dlg-1\n* Hi, Im hungry\n   - Thats _price_ for _number_ _name.movie_ tickets.\n")
    assert [" ".join(words) for words in sentences_of(path)] == [
        f"that's {ANY_VALUE} for {ANY_VALUE} tickets"
    ]
