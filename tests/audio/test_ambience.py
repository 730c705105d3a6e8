"""Background sound behind the caller: the mixing, frame by frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.audio.ambience import RAMP_FRAMES, Ambience, Backdrop, Loop
from pytest_agentsim.audio.pcm import FRAME_BYTES, FRAME_SAMPLES, SILENCE, from_float, to_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

HISS = np.random.default_rng(1).normal(0.0, 0.1, 7_777).clip(-0.9, 0.9).astype(np.float32)
HUM = (0.3 * np.sin(np.arange(8_000) / 80 * 2 * np.pi)).astype(np.float32)  # 200 Hz
SPEECH = from_float(np.random.default_rng(2).normal(0.0, 0.2, FRAME_SAMPLES))
SETTLED = RAMP_FRAMES + 1  # frames after which a volume has changed

loops = st.integers(1, 2_000).map(lambda samples: Loop(HISS[:samples]))
volumes = st.floats(0.0, 2.0, width=32)
voices = st.one_of(st.none(), st.binary(min_size=FRAME_BYTES, max_size=FRAME_BYTES))


def backdrop(samples: NDArray[np.float32] = HISS, *, base: float = 0.5, reduced: float = 0.5) -> Backdrop:
    return Backdrop(Loop(samples), base=base, reduced=reduced)


def heard(ambience: Ambience, frames: range, voice: bytes | None = None) -> NDArray[np.int16]:
    """What is heard during some frames; silence where nothing is."""
    return to_array(b"".join(ambience.mixed(number, voice) or SILENCE for number in frames))


def loudness(samples: NDArray[np.int16]) -> float:
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2)))


# --- one place --------------------------------------------------------------------------------------------------


def test_without_a_background_frames_stay_as_they_are() -> None:
    ambience = Ambience()
    assert ambience.mixed(0, SPEECH) is SPEECH
    assert ambience.mixed(1, None) is None


def test_between_utterances_the_loop_is_heard_sample_for_sample() -> None:
    ambience = Ambience(backdrop(base=0.5))
    heard(ambience, range(SETTLED))
    expected = to_array(from_float(np.resize(HISS * np.float32(0.5), 100 * FRAME_SAMPLES)))
    assert (heard(ambience, range(SETTLED, 100)) == expected[SETTLED * FRAME_SAMPLES :]).all()


def test_the_loop_begins_where_the_backdrop_says() -> None:
    ambience = Ambience(Backdrop(Loop(HISS), base=1.0, reduced=1.0, offset=7_000))
    heard(ambience, range(SETTLED))
    start = 7_000 + SETTLED * FRAME_SAMPLES - len(HISS)
    assert (
        heard(ambience, range(SETTLED, SETTLED + 1)) == to_array(from_float(HISS[start : start + 320]))
    ).all()


def test_under_speech_the_background_is_at_its_reduced_volume() -> None:
    ambience = Ambience(backdrop(base=0.5, reduced=0.1))
    heard(ambience, range(20))
    heard(ambience, range(20, 20 + SETTLED), SPEECH)
    under = heard(ambience, range(40, 60), SPEECH) - np.tile(to_array(SPEECH), 20)
    expected = np.resize(HISS, 60 * FRAME_SAMPLES)[40 * FRAME_SAMPLES :] * np.float32(0.1 * 32_768)
    assert np.abs(under - expected).max() <= 0.51


@pytest.mark.parametrize(("base", "reduced"), [(0.8, 0.2), (0.2, 0.8)])
def test_the_volume_changes_within_a_tenth_of_a_second_and_without_a_step(
    base: float, reduced: float
) -> None:
    steady = np.full(10 * FRAME_SAMPLES, 0.5, dtype=np.float32)
    ambience = Ambience(backdrop(steady, base=base, reduced=reduced))
    before = heard(ambience, range(20))[-1]
    after = heard(ambience, range(20, 40), SILENCE)
    steps = np.diff(np.concatenate(([before], after)).astype(np.int64))
    assert np.abs(steps).max() <= 0.6 * 0.5 * 32_768 / (RAMP_FRAMES * FRAME_SAMPLES) + 1
    assert not steps[RAMP_FRAMES * FRAME_SAMPLES + 1 :].any()
    assert (before, after[-1]) == (round(base * 16_384), round(reduced * 16_384))


def test_the_background_fades_in_at_the_beginning() -> None:
    begun = heard(Ambience(backdrop(np.ones(320, dtype=np.float32))), range(SETTLED))
    assert begun[0] == 0
    assert np.diff(begun.astype(np.int64)).max() <= 12


def test_on_hold_nothing_is_heard_and_the_loop_goes_on_meanwhile() -> None:
    kept, put_on_hold = Ambience(backdrop()), Ambience(backdrop())
    for ambience in (kept, put_on_hold):
        heard(ambience, range(20))
    put_on_hold.on_hold = True
    heard(put_on_hold, range(20, 20 + SETTLED))
    assert put_on_hold.mixed(30, None) is None
    assert put_on_hold.mixed(31, SPEECH) is SPEECH
    put_on_hold.on_hold = False
    heard(put_on_hold, range(50, 50 + SETTLED))
    assert (heard(put_on_hold, range(60, 70)) == heard(kept, range(20, 70))[40 * FRAME_SAMPLES :]).all()


# --- other places -----------------------------------------------------------------------------------------------


def test_in_another_place_that_place_is_heard_instead_of_the_own_one() -> None:
    ambience = Ambience(backdrop(HISS))
    heard(ambience, range(20))
    ambience.go_to(backdrop(HUM, base=1.0, reduced=1.0), at=20)
    heard(ambience, range(20, 20 + SETTLED))
    there = heard(ambience, range(40, 45))
    assert (there == to_array(from_float(HUM[20 * FRAME_SAMPLES : 25 * FRAME_SAMPLES]))).all()
    ambience.go_back()
    heard(ambience, range(45, 45 + SETTLED))
    home = heard(ambience, range(60, 70))
    assert (home == heard(Ambience(backdrop(HISS)), range(70))[60 * FRAME_SAMPLES :]).all()


def test_the_places_fade_into_each_other() -> None:
    ones = np.ones(320, dtype=np.float32)
    ambience = Ambience(backdrop(ones))
    heard(ambience, range(20))
    ambience.go_to(backdrop(-ones), at=20)
    between = heard(ambience, range(20, 40)).astype(np.int64)
    assert (np.diff(between) <= 0).all()
    assert np.abs(np.diff(between)).max() <= 32_768 / (RAMP_FRAMES * FRAME_SAMPLES) + 1
    assert (between[0], between[-1]) == (16_384, -16_384)


def test_a_place_is_entered_at_its_frame_and_not_before() -> None:
    ambience = Ambience()
    ambience.go_to(backdrop(), at=30)
    assert ambience.mixed(29, None) is None
    assert ambience.mixed(30, None) is not None


def test_a_place_that_is_left_before_it_was_entered_is_never_heard() -> None:
    ambience = Ambience()
    ambience.go_to(backdrop(), at=30)
    ambience.mixed(0, None)
    ambience.go_back()
    assert not heard(ambience, range(1, 60)).any()


def test_somewhere_quiet_the_own_place_is_not_heard() -> None:
    ambience = Ambience(backdrop())
    heard(ambience, range(20))
    ambience.go_to(None, at=20)
    heard(ambience, range(20, 20 + SETTLED))
    assert ambience.mixed(40, None) is None
    ambience.go_back()
    heard(ambience, range(41, 60))
    assert ambience.mixed(60, None) is not None


def test_one_place_may_follow_another() -> None:
    ambience = Ambience()
    ambience.go_to(backdrop(HISS), at=0)
    heard(ambience, range(20))
    ambience.go_to(backdrop(HUM, base=1.0), at=20)
    heard(ambience, range(20, 40))
    assert (heard(ambience, range(40, 41)) == to_array(from_float(HUM[6_400:6_720]))).all()


def test_on_hold_another_place_is_not_heard_either() -> None:
    ambience = Ambience(backdrop())
    ambience.go_to(backdrop(HUM), at=0)
    heard(ambience, range(20))
    ambience.on_hold = True
    heard(ambience, range(20, 20 + SETTLED))
    assert ambience.mixed(40, None) is None
    ambience.on_hold = False
    heard(ambience, range(41, 60))
    assert loudness(heard(ambience, range(60, 80))) == pytest.approx(loudness(HUM) * 16_384, rel=0.05)


# --- what holds for all of them ---------------------------------------------------------------------------------


@given(st.lists(voices, max_size=12))
def test_a_background_of_no_volume_changes_nothing(spoken: list[bytes | None]) -> None:
    ambience = Ambience(backdrop(base=0.0, reduced=0.0))
    assert [ambience.mixed(number, voice) for number, voice in enumerate(spoken)] == spoken


@given(st.lists(voices, min_size=1, max_size=12), loops, volumes, volumes)
def test_a_frame_stays_a_frame_and_what_is_clipped_is_at_the_limit(
    spoken: list[bytes | None], loop: Loop, base: float, reduced: float
) -> None:
    ambience = Ambience(Backdrop(loop, base=base, reduced=reduced))
    for number, voice in enumerate(spoken):
        before = ambience.clipped
        frame = ambience.mixed(number, voice)
        assert frame is None or len(frame) == FRAME_BYTES
        at_the_limits = np.isin(to_array(frame or b""), (-32_768, 32_767)).sum()
        assert ambience.clipped - before <= at_the_limits


@given(
    loops,
    volumes,
    st.lists(st.binary(min_size=FRAME_BYTES, max_size=FRAME_BYTES), min_size=1, max_size=4),
)
def test_speech_and_a_steady_background_are_added_exactly(
    loop: Loop, volume: float, spoken: list[bytes]
) -> None:
    ambience = Ambience(Backdrop(loop, base=volume, reduced=volume))
    heard(ambience, range(SETTLED))
    before = ambience.clipped
    numbers = range(SETTLED, SETTLED + len(spoken))
    mixed = to_array(
        b"".join(ambience.mixed(number, voice) or b"" for number, voice in zip(numbers, spoken, strict=True))
    )
    behind = np.resize(loop.source, numbers.stop * FRAME_SAMPLES)[numbers.start * FRAME_SAMPLES :]
    exact = to_array(b"".join(spoken)).astype(np.int64) + np.rint(
        behind * np.float32(volume * 32_768)
    ).astype(np.int64)
    assert (mixed == exact.clip(-32_768, 32_767)).all()
    assert ambience.clipped - before == np.sum((exact > 32_767) | (exact < -32_768))


@given(st.lists(st.sampled_from(["speak", "pause", "go", "quiet", "back", "hold", "resume"]), max_size=40))
def test_whatever_the_caller_does_its_background_never_steps(doings: list[str]) -> None:
    """A loop of ones makes of every volume a level: it changes no faster than a fade allows."""
    ones = np.ones(320, dtype=np.float32)
    own, elsewhere = backdrop(ones, base=0.3, reduced=0.1), backdrop(ones, base=0.2, reduced=0.2)
    ambience, voice, latest = Ambience(own), None, 0
    for number, doing in enumerate(doings):
        match doing:
            case "speak" | "pause":
                voice = SILENCE if doing == "speak" else None
            case "go" | "quiet":
                ambience.go_to(elsewhere if doing == "go" else None, at=number)
            case "back":
                ambience.go_back()
            case _:
                ambience.on_hold = doing == "hold"
        frame = to_array(ambience.mixed(number, voice) or SILENCE).astype(np.int64)
        steepest = np.abs(np.diff(np.concatenate(([latest], frame)))).max()
        assert steepest <= (0.3 + 0.2) * 32_768 * len(ambience._places) / (RAMP_FRAMES * FRAME_SAMPLES) + 2
        latest = int(frame[-1])


def test_the_same_calls_sound_the_same_to_the_byte() -> None:
    def call() -> bytes:
        ambience = Ambience(backdrop(base=0.3, reduced=0.1))
        ambience.go_to(backdrop(HUM), at=10)
        return heard(ambience, range(40), SPEECH).tobytes() + heard(ambience, range(40, 80)).tobytes()

    assert call() == call()


def test_a_loop_shorter_than_a_frame_is_repeated_within_it() -> None:
    ambience = Ambience(backdrop(np.array([0.5, -0.5, 0.25], dtype=np.float32), base=1.0))
    heard(ambience, range(SETTLED))
    frame = heard(ambience, range(SETTLED, SETTLED + 1))
    assert set(np.diff(frame.astype(int))) == {-32_768, 24_576, 8_192}


def test_a_loop_needs_a_sample() -> None:
    with pytest.raises(ValueError, match="at least one sample"):
        Loop(np.empty(0, dtype=np.float32))


def test_calls_share_a_loop_at_the_same_volume_for_as_long_as_one_uses_it() -> None:
    loop = Loop(HISS)
    once, again = loop.at(0.3), loop.at(0.3)
    assert once is again
    del once, again
    assert not loop._levels
