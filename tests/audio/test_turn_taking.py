"""Turns of the agent: stretches of speech with pauses shorter than the setting."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pytest_agentsim.audio.pcm import FRAME_SAMPLES, samples_in
from pytest_agentsim.audio.turn_taking import (
    SpeechResumed,
    TurnDetector,
    TurnEnded,
    TurnEvent,
    TurnStarted,
    TurnTooLong,
)
from tests.audio.sounds import frames, joined, noise, prompt, silence, voice

NEAR = 2 * 16  # samples


def told(
    sound: np.ndarray,
    *,
    complete_at: float | None = None,
    detector: TurnDetector | None = None,
    **settings: Any,
) -> list[tuple[int, TurnEvent]]:
    """What is told of a sound, each with the position at which it is told."""
    detector = detector or TurnDetector(**settings)
    events = []
    for frame in frames(sound):
        events += [(detector.position, event) for event in detector.feed(frame)]
        if complete_at is not None and detector.position >= samples_in(complete_at) and detector.in_turn:
            detector.complete = True
    return events


def kinds(events: list[tuple[int, TurnEvent]]) -> list[type]:
    return [type(event) for _, event in events]


def test_a_turn_starts_and_ends() -> None:
    (_, started), (_, ended) = told(joined(silence(1), voice(0.5), silence(1)))
    assert started == TurnStarted(pytest.approx(16_000, abs=NEAR))
    assert ended == TurnEnded(started.at, pytest.approx(24_000, abs=NEAR), ((ended.start, ended.end),))


@pytest.mark.parametrize("setting", [0.3, 0.55, 0.7, 1.5])
def test_the_end_is_told_when_the_silence_has_reached_the_setting(setting: float) -> None:
    for offset in range(0, FRAME_SAMPLES, 64):
        events = told(joined(np.zeros(offset), voice(0.5), silence(2)), end_silence=setting)
        at, ended = events[-1]
        assert isinstance(ended, TurnEnded)
        assert 0 <= at - ended.end - samples_in(setting) < FRAME_SAMPLES


def test_a_pause_shorter_than_the_setting_does_not_end_the_turn() -> None:
    sound = joined(silence(0.5), voice(0.5), silence(0.5), voice(0.5), silence(0.5), voice(0.5), silence(1))
    events = told(sound)
    assert kinds(events) == [TurnStarted, SpeechResumed, SpeechResumed, TurnEnded]
    spans = [(0.5, 1.0), (1.5, 2.0), (2.5, 3.0)]
    assert events[-1][1].spans == tuple(
        (pytest.approx(samples_in(start), abs=NEAR), pytest.approx(samples_in(end), abs=NEAR))
        for start, end in spans
    )
    assert events[1][1].at == events[-1][1].spans[1][0]


@pytest.mark.parametrize("pause", [0.25, 0.4, 0.5, 0.53])
def test_pauses_within_a_complete_turn_are_kept_within_it_too(pause: float) -> None:
    sound = joined(voice(0.5), silence(pause), voice(0.5), silence(1))
    assert kinds(told(sound, complete_at=0.5)) == [TurnStarted, SpeechResumed, TurnEnded]


def test_a_complete_turn_ends_after_the_shorter_silence() -> None:
    at, ended = told(joined(voice(0.5), silence(1)), complete_at=0.6)[-1]
    assert 0 <= at - ended.end - samples_in(0.55) < FRAME_SAMPLES


def test_new_speech_makes_a_turn_incomplete_again() -> None:
    detector = TurnDetector()
    told(joined(voice(0.5), silence(0.3)), detector=detector)
    detector.complete = True
    told(joined(voice(0.5)), detector=detector)
    assert not detector.complete
    at, ended = told(silence(1), detector=detector)[-1]
    assert 0 <= at - ended.end - samples_in(0.7) <= FRAME_SAMPLES


def test_a_turn_that_is_found_complete_late_ends_at_once() -> None:
    detector = TurnDetector()
    told(joined(voice(0.5), silence(0.62)), detector=detector)
    assert detector.in_turn
    detector.complete = True
    assert kinds(told(silence(0.02), detector=detector)) == [TurnEnded]
    assert not detector.complete


def test_speech_at_the_last_moment_of_the_silence_resumes_the_turn() -> None:
    for pause in np.arange(0.6, 0.699, 0.011):
        events = told(joined(voice(0.5), silence(pause), voice(0.5), silence(1)))
        assert kinds(events) == [TurnStarted, SpeechResumed, TurnEnded], f"a pause of {pause:.3f} s"


def test_speech_just_after_the_silence_is_a_new_turn_told_after_the_end_of_the_other() -> None:
    for pause in np.arange(0.705, 0.8, 0.011):
        events = told(joined(voice(0.5), silence(pause), voice(0.5), silence(1)))
        assert kinds(events) == [TurnStarted, TurnEnded, TurnStarted, TurnEnded], f"a pause of {pause:.3f} s"


def test_a_click_in_the_silence_neither_resumes_a_turn_nor_holds_up_its_end() -> None:
    sound = joined(voice(0.5), silence(1))
    sound[8_000 + samples_in(0.695)] = 0.8
    events = told(sound)
    assert kinds(events) == [TurnStarted, TurnEnded]
    at, ended = events[-1]
    assert at - ended.end <= samples_in(0.7 + 0.08) + FRAME_SAMPLES


def test_an_answer_within_50_milliseconds_of_the_call_s_start_is_a_turn() -> None:
    (_, started), *_ = told(joined(silence(0.05), voice(0.3), silence(1)))
    assert started == TurnStarted(pytest.approx(samples_in(0.05), abs=NEAR))


def test_a_turn_without_end_is_told_once_when_it_passes_the_longest() -> None:
    events = told(joined(silence(0.5), *[voice(0.9), silence(0.3)] * 8, silence(1)), longest=5.0)
    assert kinds(events).count(TurnTooLong) == 1
    at, late = next((at, event) for at, event in events if isinstance(event, TurnTooLong))
    assert late.start == events[0][1].at
    assert at - late.start == pytest.approx(samples_in(5.0), abs=FRAME_SAMPLES)
    assert kinds(events)[-1] is TurnEnded


def test_the_next_turn_may_be_too_long_again() -> None:
    turn = joined(voice(1.5), silence(1))
    assert kinds(told(joined(turn, turn), longest=1.0)) == [TurnStarted, TurnTooLong, TurnEnded] * 2


def test_the_silence_after_a_turn_does_not_make_it_too_long() -> None:
    assert kinds(told(joined(voice(0.9), silence(1)), longest=1.2)) == [TurnStarted, TurnEnded]


def test_what_the_agent_does_right_now_can_be_asked() -> None:
    detector = TurnDetector()
    told(silence(1), detector=detector)
    assert (detector.speaking, detector.in_turn, detector.silence, detector.spoken) == (
        False,
        False,
        16_000,
        0,
    )
    told(voice(0.4), detector=detector)
    assert (detector.speaking, detector.in_turn, detector.silence) == (True, True, 0)
    assert detector.spoken == pytest.approx(samples_in(0.4), abs=NEAR)
    told(silence(0.4), detector=detector)
    assert (detector.speaking, detector.in_turn) == (False, True)
    assert detector.silence == pytest.approx(samples_in(0.4), abs=NEAR)
    assert detector.spoken == pytest.approx(samples_in(0.4), abs=NEAR)
    told(voice(0.2), detector=detector)
    assert detector.spoken == pytest.approx(samples_in(0.6), abs=2 * NEAR)
    told(silence(1), detector=detector)
    assert (detector.speaking, detector.in_turn, detector.spoken) == (False, False, 0)
    assert detector.silence == pytest.approx(16_000, abs=NEAR)


@pytest.mark.parametrize("name", ["greeting", "appointment"])
@pytest.mark.parametrize("level", [None, -50, -40])
def test_a_prompt_is_one_turn_in_quiet_and_in_noise(name: str, level: float | None) -> None:
    sound = joined(silence(1), prompt(name), silence(1.5))
    if level is not None:
        sound += noise("pink", level, len(sound) / 16_000 + 1)[: len(sound)]
    events = told(sound)
    assert kinds(events)[0] is TurnStarted
    assert kinds(events)[-1] is TurnEnded
    assert kinds(events).count(TurnStarted) == 1


def test_a_turn_can_be_cut_in_a_pause() -> None:
    detector = TurnDetector()
    told(joined(silence(1), voice(0.5), silence(0.4)), detector=detector)
    [cut] = detector.cut(detector.position)
    assert (cut.start, cut.end) == (pytest.approx(16_000, abs=NEAR), pytest.approx(24_000, abs=NEAR))
    assert not detector.in_turn
    assert kinds(told(joined(voice(0.5), silence(1)), detector=detector)) == [TurnStarted, TurnEnded]


def test_a_turn_is_cut_as_soon_as_it_is_known_that_the_agent_was_silent() -> None:
    detector = TurnDetector()
    told(joined(voice(0.5), silence(0.06)), detector=detector)
    assert detector.cut(detector.position) == ()
    assert kinds(told(silence(0.2), detector=detector)) == [TurnEnded]
    assert kinds(told(joined(voice(0.5), silence(1)), detector=detector)) == [TurnStarted, TurnEnded]


def test_a_turn_that_goes_on_beyond_the_cut_is_not_cut() -> None:
    detector = TurnDetector()
    told(voice(0.5), detector=detector)
    assert detector.cut(detector.position) == ()
    goes_on = joined(voice(0.2), silence(0.4), voice(0.2))
    assert kinds(told(goes_on, detector=detector)) == [SpeechResumed]
    [(_, ended)] = told(silence(1), detector=detector)
    assert len(ended.spans) == 2


def test_outside_of_a_turn_there_is_nothing_to_cut() -> None:
    detector = TurnDetector()
    told(silence(1), detector=detector)
    assert detector.cut(detector.position) == ()
    assert kinds(told(joined(voice(0.5), silence(1)), detector=detector)) == [TurnStarted, TurnEnded]


def test_the_silence_by_which_the_end_of_speech_is_known_does_not_count_as_spoken() -> None:
    detector = TurnDetector()
    told(joined(voice(0.4), silence(0.14)), detector=detector)
    assert detector.speaking
    assert detector.spoken == pytest.approx(samples_in(0.4), abs=samples_in(0.03))
