"""What a sound is named after can be measured in it, whatever the seed."""

from __future__ import annotations

import pytest

pytest.importorskip("numpy")
pytest.importorskip("soundfile")

import itertools

import numpy as np

from pytest_agentsim.audio.pcm import from_float, samples_in, seconds_of
from pytest_agentsim.audio.sounds import BACKGROUND_SOUNDS, ONE_SHOT_SOUNDS, background, one_shot
from tests.audio.keys import keys_in
from tests.audio.sound_library.measures import band, bursts, levels, pitches, prominence, regularity

pytestmark = pytest.mark.parametrize("seed", [0, 1])


def test_a_dog_barks_briefly_many_times_and_rests(seed):
    barks = bursts(background("dog-barking", seed), 20)
    assert len(barks) >= 8
    assert 0.1 < np.median([seconds_of(len(bark)) for bark in barks]) < 0.6


def test_a_baby_cries_as_high_as_babies_do(seed):
    cries = bursts(background("baby-crying", seed), 12)
    assert len(cries) >= 6
    half_as_fast = [np.repeat(cry, 2) for cry in cries]
    assert 350 < 2 * np.median(pitches(half_as_fast, at_least=0.8)) < 560


def test_somebody_types_a_few_keys_a_second(seed):
    sound = background("keyboard-typing", seed)
    level = levels(sound, 0.01)
    strokes = np.count_nonzero((level[1:] > level[:-1] + 12) & (level[1:] > level.max() - 20))
    assert 2 < strokes / seconds_of(len(sound)) < 15


def test_somebody_coughs_and_is_quiet_in_between(seed):
    sound = background("coughing", seed)
    assert 8 <= len(bursts(sound, 25)) <= 30
    assert np.mean(levels(sound) > levels(sound).max() - 30) < 0.4


def test_cars_pass_on_a_busy_street(seed):
    level = levels(band(background("busy-street", seed), 800, 3_000), 0.5)
    passing = (level[1:-1] >= level[:-2]) & (level[1:-1] > level[2:]) & (level[1:-1] > np.median(level) + 2)
    assert np.count_nonzero(passing) >= 4
    assert np.ptp(level) > 10


def test_a_hiss_is_even_and_flat(seed):
    sound = background("standard-hiss", seed)
    assert np.ptp(levels(sound, 0.5)) < 1.0
    octaves = [levels(band(sound, low, 2 * low), 10).item() for low in (400, 800, 1_600)]
    assert np.diff(octaves) == pytest.approx([3, 3], abs=2.0)  # as much in each hertz


def test_rain_is_steady_and_thunder_is_not(seed):
    sound = background("rain-thunder", seed)
    assert np.ptp(levels(band(sound, 3_000, 7_000), 0.5)) < 6
    assert np.ptp(levels(band(sound, 60, 250), 0.5)) > 20


def test_the_wind_comes_in_gusts_and_is_deep(seed):
    sound = background("windy-day", seed)
    assert np.ptp(levels(sound, 0.5)) > 10
    assert levels(band(sound, 50, 600), 1.0).mean() > levels(band(sound, 1_000, 8_000), 1.0).mean() + 10


@pytest.mark.parametrize(
    ("name", "notes"),
    [("train-station", (523.3, 784.0)), ("airport-boarding", (659.3, 523.3, 392.0))],
)
def test_a_gong_comes_before_an_announcement(name, notes, seed):
    for note in notes:
        assert prominence(background(name, seed), note) > 20


def test_a_train_runs_over_joints_at_an_even_pace(seed):
    sound = band(background("inside-train", seed), 400, 3_000)
    assert regularity(sound, 1.2) > 0.5 > regularity(sound, 0.9) + 0.3


def test_the_carriage_of_a_printer_goes_to_and_fro(seed):
    assert regularity(background("background-printer", seed), 1.6) > 0.8


def test_the_tune_of_a_waiting_loop_is_made_of_notes(seed):
    sound = background("holding-on-song", seed)
    power = np.abs(np.fft.rfft(sound)) ** 2
    at = np.fft.rfftfreq(len(sound), 1 / 16_000)
    heard = (at > 60) & (at < 1_500)
    cents = 1_200 * np.log2(at[heard] / 440) % 100
    in_tune = np.minimum(cents, 100 - cents) < 20
    assert power[heard][in_tune].sum() / power[heard].sum() > 0.7


def test_two_people_talk_in_turn_a_woman_and_a_man(seed):
    heard = pitches(bursts(background("two-people-talking", seed), 15))
    speakers = ["woman" if each > 150 else "man" for each in heard]
    turns = sum(one != other for one, other in itertools.pairwise(speakers))
    assert min(speakers.count("woman"), speakers.count("man")) >= 3
    assert 2 <= turns <= len(speakers) / 2


def test_a_drill_on_a_building_site_strikes_twenty_four_times_a_second(seed):
    sound = background("construction-site", seed).astype(np.float64)
    rhythm = np.abs(band(sound, 250, 4_000))
    assert prominence(rhythm - rhythm.mean(), 24, around=20) > 15


@pytest.mark.parametrize(
    ("name", "tone"),
    [("vacuum-cleaner", 3_990), ("fan-buzz", 120), ("air-conditioner", 120), ("quiet-room", 100)],
)
def test_a_machine_hums_at_its_own_frequency(name, tone, seed):
    assert prominence(background(name, seed), tone, width=25 if tone > 1_000 else 3, around=150) > 8


def test_two_engines_of_a_ship_beat_against_each_other(seed):
    level = levels(band(background("ship-humming", seed), 30, 50), 0.1)
    spectrum = np.abs(np.fft.rfft(level - level.mean()))
    assert np.fft.rfftfreq(len(level), 0.1)[spectrum.argmax()] == pytest.approx(0.6, abs=0.06)


def test_birds_sing_in_a_park_far_above_the_town(seed):
    sound = background("public-park", seed)
    assert np.ptp(levels(band(sound, 1_800, 6_000), 0.1)) > 25
    assert np.ptp(levels(band(sound, 60, 250), 1.0)) < 10


def test_a_crowd_in_a_stadium_never_stops_and_claps_in_time(seed):
    sound = background("stadium-crowd", seed)
    assert np.ptp(levels(sound, 1.0)) < 12
    assert regularity(band(sound, 3_000, 6_000), 0.5) > 0.1


def test_a_car_is_deep_and_steady(seed):
    sound = background("inside-car", seed)
    assert levels(band(sound, 45, 400), 1.0).mean() > levels(band(sound, 800, 8_000), 1.0).mean() + 15
    assert np.ptp(levels(sound, 1.0)) < 6


@pytest.mark.parametrize(
    "name", ["coffee-shop", "restaurant", "shopping-mall", "home-chatter", "office-ambience"]
)
def test_voices_are_where_people_are(name, seed):
    """Speech swings 2 to 8 times in a second."""
    level = 10 ** (levels(band(background(name, seed), 300, 3_000)) / 20)
    swings = np.abs(np.fft.rfft(level / level.mean())) / len(level)
    rates = np.fft.rfftfreq(len(level), 0.02)
    assert np.sqrt(np.sum(swings[(rates > 2) & (rates < 8)] ** 2)) > 0.06


def test_it_rings_for_two_seconds_of_six(seed):
    sound = one_shot("ringback", seed)
    assert seconds_of(len(sound)) == 6
    assert prominence(sound[:32_000], 440) > 40 < prominence(sound[:32_000], 480)
    assert np.abs(sound[33_000:]).max() < 1e-3


@pytest.mark.parametrize(("name", "tone"), [("beep", 1_000), ("voicemail-beep", 1_400)])
def test_a_beep_is_one_tone(name, tone, seed):
    sound = one_shot(name, seed)
    spectrum = np.abs(np.fft.rfft(sound))
    assert np.fft.rfftfreq(len(sound), 1 / 16_000)[spectrum.argmax()] == pytest.approx(tone, abs=3)
    assert np.sum(band(sound, tone - 60, tone + 60) ** 2) > 0.99 * np.sum(sound**2)


@pytest.mark.parametrize(("name", "low", "high"), [("female-crying", 200, 420), ("male-crying", 110, 230)])
def test_somebody_cries_for_about_ten_seconds(name, low, high, seed):
    sound = one_shot(name, seed)
    assert 8.5 < seconds_of(len(sound)) < 11.5
    assert low < np.median(pitches(bursts(sound, 20), at_least=0.4)) < high


@pytest.mark.parametrize(("name", "times"), [("cough1", 2), ("cough2", 3)])
def test_somebody_coughs_so_many_times(name, times, seed):
    level = levels(one_shot(name, seed), 0.01)
    onsets = np.flatnonzero((level[1:] > level[:-1] + 15) & (level[1:] > level.max() - 20))
    assert len(onsets) == times - (onsets[0] > 10)


@pytest.mark.parametrize(
    ("name", "low", "high"), [("female-laughter", 190, 400), ("male-laughter", 100, 210)]
)
def test_a_laugh_is_a_row_of_voices_of_the_right_pitch(name, low, high, seed):
    sound = np.pad(one_shot(name, seed), samples_in(0.4))
    laugh = bursts(sound, 62, gap=0.02)
    assert 4 <= len(laugh) <= 8
    assert low < np.median(pitches(laugh, at_least=0.08)) < high


@pytest.mark.parametrize("name", ["sigh", "female-sigh", "male-sigh"])
def test_a_sigh_is_mostly_breath_and_sinks(name, seed):
    level = levels(one_shot(name, seed), 0.1)
    assert level.argmax() == pytest.approx(7, abs=2)
    assert level[-1] < level.max() - 15


def test_no_sound_is_taken_for_a_key(seed):
    heard = {name: keys_in(from_float(background(name, seed))) for name in BACKGROUND_SOUNDS}
    heard |= {name: keys_in(from_float(one_shot(name, seed))) for name in ONE_SHOT_SOUNDS}
    assert {name: keys for name, keys in heard.items() if keys} == {}
