"""How long the agent takes to answer on a call that was read, by its recording."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("webrtcvad")

from tests.metrics.audio import RATE, noise, recorded
from tests.metrics.calls import a_transcript, a_voice_call

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_agentsim.result import CallResult
    from tests.metrics.audio import Sound

Spans = tuple[tuple[float, float], ...]


def speaking(spans: Spans, seconds: float = 12.0) -> Sound:
    """What the detector takes for speech, between silence."""
    sound = np.zeros(round(seconds * RATE))
    for start, end in spans:
        sound[round(start * RATE) : round(end * RATE)] = noise(end - start, 0.1)
    return sound


def untimed(call: CallResult) -> CallResult:
    """The call of a transcript that tells to the second when turns began, and not when they ended."""
    return replace(
        call, turns=tuple(replace(turn, time=float(int(turn.time)), end=None) for turn in call.turns)
    )


CALL = untimed(
    a_transcript(
        ("agent", 0.5, 1.5, "Hello"),
        ("caller", 2.0, 4.0, "Hi"),
        ("agent", 4.7, 6.0, "Yes?"),
        ("caller", 7.0, 8.0, "Bye"),
        ("agent", 9.2, 10.0, "Bye"),
    )
)


def measured(value_of, tmp_path: Path, caller: Spans, agent: Spans, call: CallResult = CALL):
    path = recorded(tmp_path / "recording.wav", caller=speaking(caller), agent=speaking(agent))
    return value_of("latency", call, path)


def test_what_the_transcript_does_not_tell_is_heard_in_the_recording(value_of, tmp_path) -> None:
    value = measured(
        value_of, tmp_path, caller=((2.0, 4.0), (7.0, 8.0)), agent=((0.5, 1.5), (4.7, 6.0), (9.2, 10.0))
    )
    assert value.details["min"] == pytest.approx(0.7, abs=0.05)
    assert value.details["max"] == pytest.approx(1.2, abs=0.05)
    assert value.explanation == ("over 2 answers",)
    assert [each.turn for each in value.evidence] == [5, 3]
    assert set(value.extra["by_turn"]) == {"3", "5"}


def test_an_agent_that_goes_on_answers_once(value_of, tmp_path) -> None:
    value = measured(value_of, tmp_path, caller=((2.0, 4.0),), agent=((4.5, 5.5), (7.0, 8.0)))
    assert value.value == pytest.approx(0.5, abs=0.05)
    assert value.explanation == ("over 1 answer",)


def test_an_agent_that_cuts_into_the_callers_speech_answers_nothing(value_of, tmp_path) -> None:
    value = measured(value_of, tmp_path, caller=((2.0, 4.0),), agent=((3.0, 6.0),))
    assert (value.outcome.value, value.reason) == ("skipped", "the agent had nothing to answer")


def test_of_a_call_without_times_the_turn_is_not_known(value_of, tmp_path) -> None:
    call = replace(CALL, turns=tuple(replace(turn, time=None) for turn in CALL.turns))
    value = measured(value_of, tmp_path, caller=((2.0, 4.0),), agent=((4.5, 5.5),), call=call)
    assert value.value == pytest.approx(0.5, abs=0.05)
    assert (value.evidence[0].turn, value.extra) == (None, {"by_turn": {}})


def test_a_call_that_was_made_here_has_measured_it_itself(value_of, tmp_path) -> None:
    call = a_voice_call(("caller", 2, 4, "Hi"))
    value = measured(value_of, tmp_path, caller=((2.0, 4.0),), agent=((4.5, 5.5),), call=call)
    assert value.reason == "the agent had nothing to answer"
