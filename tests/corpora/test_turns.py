"""Agent turns with their acts, as the model of wordings learns from them."""

from __future__ import annotations

import json
import sys

import matcher_turns
from matcher_dialogues import load

DIALOGUE = {
    "dialogue_id": "1_00000",
    "turns": [
        {"speaker": "USER", "utterance": "I am hungry.", "frames": []},
        {
            "speaker": "SYSTEM",
            "utterance": "In which city? Anything else?",
            "frames": [
                {"service": "Restaurants_1", "actions": [{"act": "REQUEST"}, {"act": "REQ_MORE"}]},
                {"service": "Restaurants_1", "actions": [{"act": "REQUEST"}]},
            ],
        },
    ],
}


def taken(tmp_path, monkeypatch, dialogues, number):
    source, target = tmp_path / "dialogues_001.json", tmp_path / "turns.jsonl.xz"
    source.write_text(json.dumps(dialogues), encoding="utf-8")
    command = ["matcher_turns.py", str(source), "--number", str(number), "--into", str(target)]
    monkeypatch.setattr(sys, "argv", command)
    matcher_turns.main()
    return load(target)


def test_a_turn_of_the_agent_is_taken_with_all_its_acts(tmp_path, monkeypatch):
    (turn,) = taken(tmp_path, monkeypatch, [DIALOGUE], 10)
    assert turn["agent_utterance"] == "In which city? Anything else?"
    assert turn["meta"]["turn_acts"] == ["REQUEST", "REQ_MORE"]


def test_the_same_turns_are_taken_whatever_the_order_of_the_dialogues(tmp_path, monkeypatch):
    dialogues = [{**DIALOGUE, "dialogue_id": f"1_{number:05}"} for number in range(20)]
    assert taken(tmp_path, monkeypatch, dialogues, 5) == taken(tmp_path, monkeypatch, dialogues[::-1], 5)
