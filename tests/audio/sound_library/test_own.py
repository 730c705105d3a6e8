from __future__ import annotations

import io
import os

import pytest

pytest.importorskip("numpy")
pytest.importorskip("soundfile")
pytest.importorskip("soxr")
pytest.importorskip("httpx")

import numpy as np
import soundfile

from pytest_agentsim.audio.audio_cache import AudioCache
from pytest_agentsim.audio.pcm import from_float
from pytest_agentsim.audio.sounds import SoundError, custom, own
from pytest_agentsim.audio.sounds.downloads import Downloads
from pytest_agentsim.audio.sounds.level import REFERENCE
from pytest_agentsim.audio.sounds.loudness import loudness
from tests.audio.pitch import pitch


def tone(rate: int = 44_100, seconds: float = 1.0, amplitude: float = 0.9, channels: int = 2) -> np.ndarray:
    wave = amplitude * np.sin(2 * np.pi * 220 * np.arange(round(seconds * rate)) / rate)
    return np.repeat(wave[:, None], channels, axis=1)


def file_of(samples: np.ndarray, rate: int = 44_100, kind: str = "WAV") -> bytes:
    data = io.BytesIO()
    soundfile.write(data, samples, rate, format=kind)
    return data.getvalue()


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG", "MP3"])
@pytest.mark.parametrize("rate", [8_000, 44_100])
def test_a_file_becomes_a_sound_like_the_others(tmp_path, kind, rate):
    (tmp_path / "crickets.xyz").write_bytes(file_of(tone(rate), rate, kind))
    sound = custom("crickets.xyz", folder=tmp_path)
    assert (sound.dtype, sound.ndim) == (np.float32, 1)
    assert len(sound) == pytest.approx(16_000, abs=1_700)
    assert loudness(sound) == pytest.approx(REFERENCE, abs=0.1)
    assert pitch(from_float(sound)) == pytest.approx(220, rel=0.02)


@pytest.mark.parametrize("amplitude", [0.001, 0.05, 1.0])
def test_it_does_not_matter_how_loud_the_file_is(tmp_path, amplitude):
    (tmp_path / "own.wav").write_bytes(file_of(tone(amplitude=amplitude)))
    assert loudness(custom("own.wav", folder=tmp_path)) == pytest.approx(REFERENCE, abs=0.1)


def test_a_file_that_begins_and_ends_in_full_swing_does_not_click(tmp_path):
    (tmp_path / "own.wav").write_bytes(file_of(np.full((8_000, 1), 0.5) + tone(8_000, channels=1), 8_000))
    sound = custom("own.wav", folder=tmp_path)
    assert max(abs(sound[0]), abs(sound[-1])) < 1e-3


def test_the_same_file_is_read_once_and_cannot_be_changed_by_anyone(tmp_path):
    (tmp_path / "own.wav").write_bytes(file_of(tone()))
    sound = custom("own.wav", folder=tmp_path)
    assert custom("own.wav", folder=tmp_path) is sound
    with pytest.raises(ValueError, match="read-only"):
        sound[0] = 1.0


def test_a_file_that_has_changed_is_read_again(tmp_path):
    path = tmp_path / "own.wav"
    path.write_bytes(file_of(tone()))
    before = custom("own.wav", folder=tmp_path)
    path.write_bytes(file_of(tone(seconds=2.0)))
    os.utime(path, (1_000, 1_000))
    assert len(custom("own.wav", folder=tmp_path)) == 2 * len(before)


def refusal(name: str, folder) -> str:
    with pytest.raises(SoundError) as caught:
        custom(name, folder=folder)
    return str(caught.value)


def test_a_missing_file_is_told(tmp_path):
    assert (
        refusal("none.wav", tmp_path) == f"{tmp_path / 'none.wav'}: cannot be read: No such file or directory"
    )


def test_a_folder_is_no_sound(tmp_path):
    (tmp_path / "sounds.wav").mkdir()
    assert "sounds.wav: cannot be read: Is a directory" in refusal("sounds.wav", tmp_path)


def test_a_name_that_no_file_can_have_is_told(tmp_path):
    assert "cannot be read" in refusal("null\0.wav", tmp_path)


@pytest.mark.parametrize("content", [b"", b"hello", b"RIFF\x00\x00\x00\x00WAVE", b"<html></html>" * 100])
def test_a_file_without_audio_is_told_with_what_to_do(tmp_path, content):
    (tmp_path / "own.wav").write_bytes(content)
    assert "own.wav: no audio that can be read" in refusal("own.wav", tmp_path)
    assert "ffmpeg" in refusal("own.wav", tmp_path)


@pytest.mark.parametrize("samples", [np.zeros((16_000, 1)), 1e-5 * tone(), np.zeros((0, 1))])
def test_a_file_in_which_nothing_can_be_heard_is_told(tmp_path, samples):
    (tmp_path / "own.wav").write_bytes(file_of(samples))
    assert "own.wav: holds nothing that can be heard" in refusal("own.wav", tmp_path)


def test_a_file_that_would_fill_the_memory_is_refused_before_it_is_decoded(tmp_path):
    hours = file_of(np.zeros((8_000 * 3_600, 1), np.int16), 8_000, "FLAC")
    (tmp_path / "long.flac").write_bytes(hours)
    assert "long.flac: 60.0 minutes are too long for a sound; 5 are allowed" in refusal("long.flac", tmp_path)


def test_a_file_that_is_too_large_is_refused(tmp_path):
    with (tmp_path / "large.wav").open("wb") as file:
        file.truncate(26 * 2**20)
    assert "large.wav: 26 MB are too much for an audio file; 25 MB are allowed" in refusal(
        "large.wav", tmp_path
    )


def test_a_sound_of_a_few_samples_is_a_sound(tmp_path):
    (tmp_path / "tick.wav").write_bytes(file_of(tone(16_000)[:20], 16_000))
    assert len(custom("tick.wav", folder=tmp_path)) == 20


def test_an_address_gives_a_sound_like_the_others(tmp_path, sound_server):
    sound_server.files["/sound.mp3"] = file_of(tone(), kind="MP3")
    sound = custom(
        f"{sound_server.url}/sound.mp3", folder=tmp_path, downloads=Downloads(AudioCache(tmp_path / "cache"))
    )
    assert loudness(sound) == pytest.approx(REFERENCE, abs=0.1)
    assert pitch(from_float(sound)) == pytest.approx(220, rel=0.02)


def test_what_was_kept_on_disk_is_the_same_sound(tmp_path, sound_server):
    sound_server.files["/sound.wav"] = file_of(tone())
    url = f"{sound_server.url}/sound.wav"
    first, later = (Downloads(AudioCache(tmp_path / "cache")) for _ in range(2))
    fetched = custom(url, folder=tmp_path, downloads=first)
    kept = custom(url, folder=tmp_path, downloads=later)
    assert np.array_equal(fetched, kept)
    assert sound_server.requests == ["/sound.wav"]


def test_addresses_are_kept_where_the_user_keeps_caches(monkeypatch, tmp_path, sound_server):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    monkeypatch.setattr(
        own.platformdirs, "user_cache_path", lambda name, appauthor: tmp_path / "caches" / name
    )
    own._usual_downloads.cache_clear()
    sound_server.files["/sound.wav"] = file_of(tone())
    custom(f"{sound_server.url}/sound.wav", folder=tmp_path)
    own._usual_downloads.cache_clear()
    assert len(list((tmp_path / "caches" / "pytest-agentsim" / "sounds").glob("??/*.audio"))) == 1
