from __future__ import annotations

import json

import pytest
from corpora import hr_multiwoz, m2m, multiwoz, taskmaster
from corpora.turns import Label, detokenised


def request(topic: str) -> Label:
    return Label("REQUEST", topic)


class TestMultiwoz:
    @pytest.fixture
    def agent_turn(self, tmp_path):
        def read(said: str, acts: dict, *, asked: str = "I need a train .", before: dict | None = None):
            log = [
                {"text": asked, "dialog_act": before or {"Train-Inform": [["none", "none"]]}},
                {"text": said, "dialog_act": acts},
            ]
            path = tmp_path / "data.json"
            path.write_text(json.dumps({"MUL1.json": {"log": log}}), encoding="utf-8")
            return multiwoz.read([path]).turns[-1]

        return read

    def test_what_is_labelled_and_named_is_done(self, agent_turn):
        turn = agent_turn("Where are you leaving from ?", {"Train-Request": [["Depart", "?"]]})
        assert request("departure") in turn.does

    def test_what_is_labelled_but_not_named_is_unclear(self, agent_turn):
        turn = agent_turn(
            "I need more information .", {"Train-Request": [["Depart", "?"], ["Dest", "?"], ["Day", "?"]]}
        )
        assert {request("departure"), request("destination")} <= turn.unclear
        assert not turn.does

    def test_what_is_named_but_not_labelled_is_unclear(self, agent_turn):
        turn = agent_turn("Which day , and where to ?", {"Train-Request": [["Dest", "?"]]})
        assert request("destination") in turn.does
        assert request("day") in turn.unclear

    def test_booking_belongs_to_what_was_talked_of(self, agent_turn):
        turn = agent_turn(
            "How many people will it be for ?",
            {"Booking-Request": [["People", "?"]]},
            asked="A table at Ask please .",
            before={"Restaurant-Inform": [["Name", "Ask"]]},
        )
        assert turn.business == "restaurant"
        assert turn.does == {request("people")}

    def test_words_are_put_together(self, agent_turn):
        turn = agent_turn(
            "You 're welcome , bye !", {"general-welcome": [["none", "none"]], "general-bye": []}
        )
        assert turn.said == "You're welcome, bye!"
        assert turn.context == ("User: I need a train.",)
        assert turn.does == {Label("WELCOME"), Label("GOODBYE")}


def test_hr_multiwoz_asks_for_what_the_answer_fills_in(tmp_path):
    record = {
        "dialogue_id": 1,
        "service": ["time_off_report"],
        "speaker": [0, 1],
        "utterance": [
            "HR Assistant: When will your time off begin? Any reason?",
            "Employee: On Monday, I am sick.",
        ],
        "state": [{"start_date": "Monday", "type_of_time_off": "sick"}],
    }
    path = tmp_path / "hr.json"
    path.write_text(json.dumps([record]), encoding="utf-8")
    (turn,) = hr_multiwoz.read([path]).turns
    assert turn.said == "When will your time off begin? Any reason?"
    assert turn.does == {request("start_date")}
    assert {request("type_of_time_off"), request("reason_for_time_off")} <= turn.unclear


def test_m2m_tells_cinema_and_restaurant_apart(tmp_path):
    turns = [
        {"user_utterance": {"text": "hi , 3 tickets ."}},
        {
            "system_acts": [{"type": "REQUEST", "slot": "movie"}],
            "system_utterance": {"text": "what movie ?"},
            "user_utterance": {"text": "avatar ."},
        },
    ]
    path = tmp_path / "dev.json"
    path.write_text(json.dumps([{"dialogue_id": "movies_1", "turns": turns}]), encoding="utf-8")
    (turn,) = m2m.read([path]).turns
    assert (turn.business, turn.said, turn.context) == ("cinema", "what movie?", ("User: hi, 3 tickets.",))
    assert turn.does == {request("movie")}


class TestTaskmaster:
    @pytest.fixture
    def turns(self, tmp_path):
        def read(*lines: str):
            path = tmp_path / "stories.md"
            path.write_text("\n".join(("## dlg-1", *lines)), encoding="utf-8")
            return taskmaster.read([path]).turns

        return read

    def test_what_one_side_says_in_a_row_is_one_turn(self, turns):
        (turn,) = turns("* a large pizza", "   - okay.", "   - what toppings would you like?")
        assert turn.said == "okay. what toppings would you like?"
        assert request("toppings") in turn.does

    def test_prices_are_put_back(self, turns):
        (turn,) = turns("* a pizza", "   - your total is _price_ is that okay?")
        assert "$" in turn.said
        assert Label("CONFIRM", "price") in turn.does

    def test_a_weak_sign_leaves_it_open(self, turns):
        (turn,) = turns("* a pizza", "   - and the crust is fine with you as well?")
        assert request("crust") in turn.unclear

    def test_turns_that_were_taken_out_are_not_used(self, turns):
        assert not turns("* a pizza", "   - (deleted)")


@pytest.mark.parametrize(
    ("apart", "together"),
    [
        ("I do n't have any .", "I don't have any."),
        ("It 's at 7 : 30 , is n't it ?", "It's at 7:30, isn't it?"),
        ("i can not do that", "i cannot do that"),
        ("It costs $ 20 .", "It costs $20."),
    ],
)
def test_words_and_signs_are_put_together(apart, together):
    assert detokenised(apart) == together
