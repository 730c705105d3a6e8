"""The speech detector: what is speech, what is not, and where speech starts and ends."""

from __future__ import annotations

import numpy as np
import pytest

from pytest_agentsim.audio.pcm import FRAME_SAMPLES, from_float, samples_in
from pytest_agentsim.audio.vad import SpeechDetector, SpeechEnded, SpeechStarted
from tests.audio.sounds import COLOURS, PROMPTS, at_level, frames, hum, joined, noise, prompt, silence, voice

MS = 16  # samples
LEAD = 1.0031  # s of silence before the sounds here, so that they do not begin with a frame


class Heard:
    """What a detector tells of a sound and of the silence after it."""

    def __init__(self, sound: np.ndarray, after: float = 0.5) -> None:
        detector = SpeechDetector()
        self.starts: list[int] = []
        self.told: list[int] = []
        self.spans: list[tuple[int, int]] = []
        for frame in frames(joined(sound, silence(after))):
            event = detector.feed(frame)
            if isinstance(event, SpeechStarted):
                self.starts.append(event.at)
                self.told.append(detector.position)
                assert detector.speaking
            elif isinstance(event, SpeechEnded):
                assert event.start == self.starts[-1]
                self.spans.append((event.start, event.end))
                assert not detector.speaking

    def speech_within(self, start: float, end: float) -> bool:
        return any(begun < samples_in(end) and ended > samples_in(start) for begun, ended in self.spans)


def after_silence(sound: np.ndarray) -> np.ndarray:
    return joined(silence(LEAD), sound, silence(1))


def over(sound: np.ndarray, other: np.ndarray) -> np.ndarray:
    return sound + other[: len(sound)]


def test_silence_is_no_speech_and_only_moves_the_position() -> None:
    detector = SpeechDetector()
    assert [detector.feed(None) for _ in range(100)] == [None] * 100
    assert detector.position == 100 * FRAME_SAMPLES
    assert not detector.speaking


def test_a_frame_of_zeros_is_the_same_as_none() -> None:
    sound = after_silence(joined(prompt("yes"), silence(0.4), prompt("yes")))
    zeros, nones = SpeechDetector(), SpeechDetector()
    for frame in frames(sound):
        assert zeros.feed(frame) == nones.feed(frame if any(frame) else None)


@pytest.mark.parametrize("length", [0.08, 0.3, 2.0])
@pytest.mark.parametrize("offset", range(0, FRAME_SAMPLES, 53))
def test_sharp_edges_are_found_to_two_milliseconds(offset: int, length: float) -> None:
    start = samples_in(1) + offset
    heard = Heard(joined(np.zeros(start), voice(length)))
    [(begun, ended)] = heard.spans
    assert begun == pytest.approx(start, abs=2 * MS)
    assert ended == pytest.approx(start + samples_in(length), abs=2 * MS)


@pytest.mark.parametrize("level", [-45, -30, -20, -12])
@pytest.mark.parametrize("name", PROMPTS)
def test_recorded_speech_is_found_from_its_start_to_its_end(name: str, level: float) -> None:
    speech = prompt(name, level)
    heard = Heard(after_silence(speech))
    # Consonants at the edges fade in and out; those of quiet speech are as quiet as the least noise floor.
    slack = 40 * MS if level > -40 else 180 * MS
    assert heard.spans[0][0] == pytest.approx(samples_in(LEAD), abs=slack)
    assert heard.spans[-1][1] == pytest.approx(samples_in(LEAD) + len(speech), abs=slack)
    spoken = sum(end - start for start, end in heard.spans)
    assert spoken > (0.8 if level > -40 else 0.6) * len(speech)


@pytest.mark.parametrize("name", PROMPTS)
@pytest.mark.parametrize("background", ["none", "noise", "hum"])
def test_a_start_is_told_within_80_milliseconds(name: str, background: str) -> None:
    sound = after_silence(prompt(name))
    seconds = len(sound) / 16_000 + 1
    if background == "noise":
        sound = over(sound, noise("pink", -50, seconds))
    elif background == "hum":
        sound = over(sound, hum(50, -30, seconds))
    heard = Heard(sound)
    assert heard.told[0] - samples_in(LEAD) <= samples_in(0.08), "counted from where it gets audible"
    assert all(told - start <= samples_in(0.08) for told, start in zip(heard.told, heard.starts, strict=True))


def test_an_end_is_told_200_milliseconds_after_it() -> None:
    detector = SpeechDetector()
    told = [
        detector.position - event.end
        for frame in frames(after_silence(voice(0.5)))
        if isinstance(event := detector.feed(frame), SpeechEnded)
    ]
    assert told == [pytest.approx(samples_in(0.2), abs=FRAME_SAMPLES)]


@pytest.mark.parametrize("gap", [0.04, 0.08, 0.12, 0.15])
def test_a_gap_within_a_word_does_not_split_speech(gap: float) -> None:
    for offset in range(0, FRAME_SAMPLES, 64):
        sound = joined(np.zeros(offset), voice(0.3), silence(gap), voice(0.3), silence(gap), voice(0.2))
        assert len(Heard(sound).spans) == 1, f"split, {offset} samples into a frame"


@pytest.mark.parametrize("gap", [0.26, 0.5, 1.5])
def test_a_pause_between_words_splits_speech_where_it_is(gap: float) -> None:
    first, second = Heard(after_silence(joined(voice(0.4), silence(gap), voice(0.4)))).spans
    assert first[1] == pytest.approx(samples_in(LEAD + 0.4), abs=2 * MS)
    assert second[0] == pytest.approx(samples_in(LEAD + 0.4 + gap), abs=2 * MS)


@pytest.mark.parametrize("offset", range(0, FRAME_SAMPLES, 40))
@pytest.mark.parametrize("length", [1, 16, 80, 320])
def test_a_click_and_a_burst_of_20_milliseconds_are_no_speech(offset: int, length: int) -> None:
    loud = np.random.default_rng(2).uniform(-0.9, 0.9, length)
    assert Heard(joined(silence(0.5), np.zeros(offset), loud, silence(0.5))).starts == []


def test_clicks_after_speech_do_not_prolong_it() -> None:
    clicks = silence(1)
    clicks[1_000::1_800] = 0.8
    clean = Heard(after_silence(joined(voice(0.5), silence(1)))).spans
    assert Heard(after_silence(joined(voice(0.5), clicks))).spans == [
        (pytest.approx(start, abs=MS), pytest.approx(end, abs=MS)) for start, end in clean
    ]


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("level", [-60, -50, -45, -40])
@pytest.mark.parametrize("before", [0.0, 1.0], ids=["at once", "after silence"])
def test_noise_is_no_speech(colour: str, level: float, before: float) -> None:
    assert Heard(joined(silence(before), noise(colour, level, 4))).starts == []


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("level", [-50, -40])
def test_noise_between_sentences_is_no_speech(colour: str, level: float) -> None:
    sentence = prompt("appointment")
    sound = joined(silence(1), sentence, silence(2), sentence, silence(2))
    heard = Heard(over(sound, noise(colour, level, len(sound) / 16_000 + 1)))
    length = len(sentence) / 16_000
    pauses = [(0, 0.95), (1.1 + length, 2.95 + length), (3.1 + 2 * length, 5 + 2 * length)]
    assert [heard.speech_within(*pause) for pause in pauses] == [False] * 3
    assert heard.speech_within(1.1, 1 + length)
    assert heard.speech_within(3.1 + length, 3 + 2 * length)


@pytest.mark.parametrize("colour", COLOURS)
def test_noise_that_comes_with_the_speech_only_is_no_speech(colour: str) -> None:
    noisy = over(joined(silence(1), prompt("appointment"), silence(1)), noise(colour, -45, 8))
    heard = Heard(joined(silence(1), noisy, silence(2), noisy))
    length = len(noisy) / 16_000
    assert not heard.speech_within(0, 1.95)
    assert not heard.speech_within(length + 0.1, length + 3.95)
    assert heard.speech_within(length + 4.1, length + 5)


@pytest.mark.parametrize("mains", [50, 60])
@pytest.mark.parametrize("harmonics", [1, 3, 8, 20])
@pytest.mark.parametrize("level", [-40, -30, -15])
def test_hum_is_no_speech(mains: int, harmonics: int, level: float) -> None:
    assert Heard(hum(mains, level, 2, harmonics)).starts == []
    assert Heard(after_silence(hum(mains, level, 1, harmonics))).starts == []


@pytest.mark.parametrize("mains", [50, 60])
@pytest.mark.parametrize("name", PROMPTS)
def test_speech_over_hum_is_found_as_if_there_were_none(mains: int, name: str) -> None:
    sound = after_silence(prompt(name))
    clean = Heard(sound).spans
    humming = Heard(over(sound, hum(mains, -30, len(sound) / 16_000 + 1))).spans
    assert humming[0][0] == pytest.approx(clean[0][0], abs=5 * MS)
    assert humming[-1][1] == pytest.approx(clean[-1][1], abs=50 * MS), "words fade out"


@pytest.mark.parametrize("name", PROMPTS)
def test_direct_current_on_speech_does_not_hide_where_it_is(name: str) -> None:
    speech = prompt(name)
    sound = joined(silence(LEAD), joined(silence(0.3), speech, silence(0.3)) + 0.2, silence(1))
    heard = Heard(sound)
    assert heard.spans[0][0] == pytest.approx(samples_in(LEAD + 0.3), abs=40 * MS)
    assert heard.spans[-1][1] == pytest.approx(samples_in(LEAD + 0.3) + len(speech), abs=40 * MS)


def test_direct_current_alone_is_no_speech() -> None:
    assert Heard(after_silence(np.full(32_000, 0.2))).starts == []


@pytest.mark.parametrize("speed", [1.3, 1.6])
def test_fast_speech_is_one_stretch_with_the_same_edges(speed: float) -> None:
    slow = prompt("greeting")
    fast = at_level(np.interp(np.arange(0, len(slow), speed), np.arange(len(slow)), slow), -20)
    heard = Heard(after_silence(fast))
    assert heard.spans[0][0] == pytest.approx(samples_in(LEAD), abs=40 * MS)
    assert heard.spans[-1][1] == pytest.approx(samples_in(LEAD) + len(fast), abs=40 * MS)


def test_stretches_never_overlap_and_come_in_order() -> None:
    rng = np.random.default_rng(4)
    pieces = [
        piece
        for _ in range(30)
        for piece in (voice(rng.uniform(0.05, 0.5), rng.uniform(-35, -10)), silence(rng.uniform(0, 0.6)))
    ]
    sound = over(joined(*pieces), noise("pink", -55, 40))
    edges = [edge for span in Heard(sound).spans for edge in span]
    assert len(edges) > 20
    assert edges == sorted(edges)


def test_whether_speech_may_have_started_is_undecided_for_a_moment_only() -> None:
    detector = SpeechDetector()
    click = silence(0.5)
    click[1_000:1_016] = 0.5
    undecided = []
    for frame in frames(click):
        detector.feed(frame)
        undecided.append(detector.undecided)
    assert undecided[:3] == [False] * 3
    assert undecided[3], "the click is in frame 3"
    assert undecided[6:] == [False] * len(undecided[6:])


def test_a_frame_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError):
        SpeechDetector().feed(from_float(voice(0.01)))
