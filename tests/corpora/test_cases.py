from __future__ import annotations

import lzma
import sys

import matcher_corpora
from corpora.cases import cases_of, drawn
from corpora.turns import AgentTurn, Corpus, Label
from matcher_dialogues import load

NAME, DAY, PLACE, BYE = (
    Label("REQUEST", "name"),
    Label("REQUEST", "day"),
    Label("REQUEST", "place"),
    Label("GOODBYE"),
)
WORDINGS = {
    NAME: ("asks for your name",),
    DAY: ("asks for the day",),
    PLACE: ("asks where you are",),
    BYE: ("says goodbye",),
    Label("INFORM", "price"): ("tells you the price",),
    Label("REQ_MORE"): ("asks if you need anything else",),
}


def corpus(does: set[Label], unclear: set[Label], dialogues: int = 60) -> Corpus:
    turns = [
        AgentTurn(str(number), 0, "desk", "Your name?", (), frozenset(does), frozenset(unclear))
        for number in range(dialogues)
    ]
    return Corpus("made", tuple(turns), {"desk": WORDINGS})


def labels(case: dict) -> list[str]:
    return [case["meta"]["label"][str(number)] for number in case["gold"]]


class TestCases:
    def test_the_triggers_that_hold_are_those_of_the_turn(self):
        for case in cases_of(corpus({NAME}, set())):
            shown = set(case["meta"]["label"].values())
            assert labels(case) == ([str(NAME)] if str(NAME) in shown else [])

    def test_no_trigger_is_made_of_what_is_unclear(self):
        cases = cases_of(corpus({NAME}, {BYE}))
        assert cases
        assert all(str(BYE) not in case["meta"]["label"].values() for case in cases)

    def test_now_and_then_what_holds_is_left_out(self):
        cases = cases_of(corpus({NAME}, set()))
        assert 0 < sum(not case["gold"] for case in cases) < len(cases)

    def test_the_acts_of_a_turn_are_told_only_where_no_act_is_unclear(self):
        assert cases_of(corpus({NAME}, {DAY}))[0]["meta"]["turn_acts"] == ["REQUEST"]
        assert "turn_acts" not in cases_of(corpus({NAME}, {BYE}))[0]["meta"]

    def test_acts_that_a_turn_may_show_are_told(self):
        assert cases_of(corpus({NAME}, {BYE}))[0]["meta"]["unclear_acts"] == ["GOODBYE"]

    def test_a_question_that_asks_for_nothing_known_may_be_any_question(self):
        assert "REQUEST" in cases_of(corpus({BYE}, set()))[0]["meta"]["unclear_acts"]

    def test_the_same_corpus_gives_the_same_cases(self):
        assert cases_of(corpus({NAME}, set())) == cases_of(corpus({NAME}, set()))

    def test_a_business_is_told_by_the_corpus_too(self):
        assert cases_of(corpus({NAME}, set()))[0]["service"] == "made_desk"


class TestDrawn:
    def test_has_the_share_of_cases_in_which_none_holds(self):
        chosen = drawn(cases_of(corpus({NAME, DAY}, set(), 300)), 100, 0.3, "seed")
        assert len(chosen) == 100
        assert sum(not case["gold"] for case in chosen) == 30

    def test_keeps_the_share_where_there_are_too_few(self):
        chosen = drawn(cases_of(corpus({NAME}, set(), 40)), 1000, 0.25, "seed")
        assert abs(sum(not case["gold"] for case in chosen) / len(chosen) - 0.25) < 0.05


def test_the_two_files_of_a_corpus_share_no_dialogue(tmp_path, monkeypatch):
    story = "\n".join(
        f"## dlg-{n}\n* I want a pizza\n   - sure, what size would you like?\n" for n in range(40)
    )
    (tmp_path / "stories.md").write_text(story, encoding="utf-8")
    command = ["matcher_corpora.py", "taskmaster", str(tmp_path / "stories.md"), "--into", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", command)
    matcher_corpora.main()
    fit, test = (load(tmp_path / f"taskmaster_{half}.jsonl.xz") for half in ("fit", "test"))
    assert fit
    assert test
    assert not {case["dialogue_id"] for case in fit} & {case["dialogue_id"] for case in test}
    assert lzma.decompress((tmp_path / "taskmaster_fit.jsonl.xz").read_bytes()).count(b"\n") == len(fit)
