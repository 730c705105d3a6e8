"""An utterance on its way out: its frames, and where its control events belong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.audio.pcm import FRAME_BYTES, SILENCE, samples_in
from pytest_agentsim.audio.utterance import Utterance

LOUD = b"\x00\x10"  # a sample


def utterance(seconds: float, **options: float) -> Utterance:
    return Utterance(LOUD * samples_in(seconds), **options)


def frames_of(said: Utterance) -> list[bytes]:
    frames = []
    while not said.is_over:
        frames.append(said.next_frame())
    return frames


def test_the_last_frame_is_filled_up_with_silence() -> None:
    frames = frames_of(Utterance(LOUD * 321))
    assert [len(frame) for frame in frames] == [FRAME_BYTES, FRAME_BYTES]
    assert frames[1] == LOUD + SILENCE[2:]


def test_a_delay_moves_the_audio_within_its_first_frame() -> None:
    said = Utterance(LOUD * 320)
    said.delay(100)
    assert b"".join(frames_of(said)) == bytes(200) + LOUD * 320 + bytes(2 * 220)


@pytest.mark.parametrize("samples", [-1, 320])
def test_a_delay_is_shorter_than_a_frame(samples: int) -> None:
    with pytest.raises(ValueError, match="less than a frame"):
        Utterance(LOUD).delay(samples)


def test_a_delay_comes_before_the_first_frame() -> None:
    said = utterance(1)
    said.next_frame()
    with pytest.raises(ValueError, match="before it begins"):
        said.delay(1)


def test_the_events_lie_200_ms_within_the_audio() -> None:
    said = utterance(1.0, skew=0.2)
    assert (said.starts_after, said.completes_after, said.frames) == (10, 40, 50)


def test_without_skew_the_events_are_at_the_first_and_the_last_frame() -> None:
    said = utterance(1.0, skew=0.0)
    assert (said.starts_after, said.completes_after) == (1, 50)


@given(
    samples=st.integers(1, 100_000),
    skew=st.floats(0, 1),
    delay=st.integers(0, 319),
)
def test_an_utterance_of_any_length_starts_before_it_completes_and_both_within_its_audio(
    samples: int, skew: float, delay: int
) -> None:
    said = Utterance(LOUD * samples, skew=skew)
    said.delay(delay)
    assert 1 <= said.starts_after <= said.completes_after <= said.frames
    if said.frames > 2:
        assert said.starts_after < said.completes_after


@given(samples=st.integers(1, 5000), delay=st.integers(0, 319))
def test_all_of_the_audio_goes_out_once(samples: int, delay: int) -> None:
    said = Utterance(LOUD * samples)
    said.delay(delay)
    assert b"".join(frames_of(said)).rstrip(b"\0").lstrip(b"\0") == (LOUD * samples).lstrip(b"\0")


def test_the_speech_ends_with_the_last_sample_that_is_more_than_silence() -> None:
    said = Utterance(LOUD * samples_in(0.5) + bytes(2 * samples_in(0.5)))
    assert (said.frames, said.frames_of_speech) == (50, 25)


def test_there_is_no_speech_in_a_noise_but_in_a_laugh() -> None:
    pcm = b"\1\1" * 1_000
    noise, laugh = Utterance(pcm, is_speech=False, sound="beep"), Utterance(pcm, sound="laughter")
    assert (noise.is_noise, laugh.is_noise) == (True, False)
    assert (noise.frames_of_speech, laugh.frames_of_speech) == (0, laugh.frames)


def test_how_much_has_been_said() -> None:
    said = utterance(1.0)
    for _ in range(10):
        said.next_frame()
    assert (said.share_sent, said.is_over) == (0.2, False)


def test_nothing_to_say_is_over_at_once() -> None:
    said = Utterance(b"")
    assert (said.frames, said.is_over, said.share_sent) == (0, True, 1.0)
