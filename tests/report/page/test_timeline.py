"""Where on the time line of a call what has happened."""

from __future__ import annotations

from dataclasses import replace

from pytest_agentsim.report.page.timeline import answers, timeline
from pytest_agentsim.result import Event, EventKind
from tests.report.page.conftest import text_result, voice_result


def test_the_agent_is_shown_where_it_really_spoke():
    line = timeline(voice_result())
    assert line["agent"] == [[2.6, 3.0, 2], [3.2, 4.0, 2], [5.0, 6.0, 4]]
    assert line["caller"] == [[0.5, 2.0, 1], [3.6, 4.5, 3]]
    assert line["length"] == 6.2


def test_an_answer_has_a_gap_before_it_and_says_when_it_has_none_that_is_true():
    assert timeline(voice_result())["gaps"] == [
        [2.0, 2.6, 2, "0.60 s"],
        [5.0, 5.0, 4, "not measurable: the harness was late"],
    ]


def test_what_happened_at_a_moment_is_marked():
    marks = {(each["kind"], each["time"]): each["words"] for each in timeline(voice_result())["marks"]}
    assert marks == {
        ("barge-in", 3.6): "the caller cuts in",
        ("tool", 4.6): "function call cancel",
        ("problem", 4.7): "the agent's audio was dropped",
        ("keys", 3.6): "the caller pressed 12#",
    }


def test_noise_lasts_to_the_end_where_nobody_ends_it():
    assert timeline(voice_result())["noise"] == [[0.0, 6.2, "office"]]


def test_a_caller_without_a_background_makes_no_noise():
    quiet = replace(voice_result(), events=(Event(0.0, EventKind.SOUND, {"sound": "off", "start": 0.0}),))
    assert timeline(quiet)["noise"] == []


def test_lost_and_late_frames_stand_where_they_belong():
    line = timeline(voice_result())
    assert line["lost"] == [[1.1, 1.16, "3 frames lost to the agent"]]
    assert line["late"] == [[1.2, 1.24, "2 frames up to 140 ms late to the agent"]]


def test_the_answers_of_a_text_call_are_those_of_its_metric():
    assert answers(text_result()) == [(2, 0.2)]
    assert timeline(text_result())["gaps"] == [[0.0, 0.2, 2, "0.20 s"]]


def test_a_call_of_which_nothing_is_known_has_an_empty_line():
    line = timeline(text_result(turns=(), events=(), metrics=(), duration=None, tool_calls=()))
    assert line["length"] == 0
    assert not any(line[name] for name in line if name != "length")
