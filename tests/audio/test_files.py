from __future__ import annotations

import struct

import pytest

pytest.importorskip("numpy")
pytest.importorskip("soundfile")
pytest.importorskip("soxr")

import numpy as np
import soundfile

from pytest_agentsim.audio import files, pcm
from pytest_agentsim.audio.files import AudioFileError, decoded, read_utterance


def tone(seconds: float, rate: int, channels: int = 1):
    """A tone of 440 Hz between two silences of a quarter of a second."""
    times = np.arange(round(seconds * rate)) / rate
    wave = 0.5 * np.sin(2 * np.pi * 440 * times)
    wave[(times < 0.25) | (times >= seconds - 0.25)] = 0
    return np.repeat(wave[:, None], channels, axis=1).astype(np.float32)


def riff(samples: bytes, *, declared: int, behind: bytes = b"") -> bytes:
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        declared,
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        24000,
        48000,
        2,
        16,
        b"data",
        declared,
    )
    return header + samples + behind


@pytest.mark.parametrize(
    ("rate", "channels"), [(8_000, 2), (16_000, 1), (22_050, 1), (44_100, 2), (48_000, 1)]
)
@pytest.mark.parametrize(
    ("suffix", "subtype"),
    [
        ("wav", "PCM_16"),
        ("wav", "PCM_24"),
        ("wav", "FLOAT"),
        ("flac", "PCM_16"),
        ("ogg", "VORBIS"),
        ("mp3", None),
    ],
)
def test_a_file_becomes_pcm_of_the_call(tmp_path, suffix, subtype, rate, channels):
    path = tmp_path / f"clip.{suffix}"
    soundfile.write(path, tone(1.0, rate, channels), rate, subtype=subtype)
    audio = read_utterance(path)
    assert pcm.duration(audio) == pytest.approx(1.0, abs=0.08)  # MP3 pads to whole frames of its own
    assert pcm.speech_level(audio) == pytest.approx(-9.0, abs=0.7)
    spectrum = np.abs(np.fft.rfft(pcm.to_float(audio)))
    assert np.argmax(spectrum) / pcm.duration(audio) == pytest.approx(440, abs=3)


def test_samples_at_the_rate_of_the_call_stay_as_they_are(tmp_path):
    samples = np.random.default_rng(1).integers(-32768, 32767, 1600, dtype=np.int16)
    soundfile.write(tmp_path / "clip.wav", samples, 16_000)
    assert read_utterance(tmp_path / "clip.wav") == samples.astype("<i2").tobytes()


def test_the_silence_in_a_file_is_kept(tmp_path):
    soundfile.write(tmp_path / "clip.wav", tone(1.0, 16_000), 16_000)
    audio = read_utterance(tmp_path / "clip.wav")
    assert pcm.duration(audio) == 1.0
    assert not any(audio[: 2 * 4000])


def test_channels_are_mixed(tmp_path):
    left, right = np.full(160, 0.5, np.float32), np.full(160, -0.5, np.float32)
    soundfile.write(tmp_path / "clip.wav", np.stack([left, right], axis=1), 16_000)
    assert not any(read_utterance(tmp_path / "clip.wav"))


def test_the_content_counts_not_the_name(tmp_path):
    soundfile.write(tmp_path / "clip.flac", tone(1.0, 16_000), 16_000)
    (tmp_path / "clip.flac").rename(tmp_path / "clip.wav")
    assert pcm.duration(read_utterance(tmp_path / "clip.wav")) == 1.0


def test_samples_that_are_no_numbers_are_silence(tmp_path):
    soundfile.write(
        tmp_path / "clip.wav", np.array([np.nan, np.inf, -np.inf, 2.0], np.float32), 16_000, subtype="FLOAT"
    )
    assert list(pcm.to_array(read_utterance(tmp_path / "clip.wav"))) == [0, 32767, -32768, 32767]


def test_an_empty_file_of_a_known_format_is_an_empty_utterance(tmp_path):
    soundfile.write(tmp_path / "clip.wav", np.zeros(0, np.float32), 44_100)
    assert read_utterance(tmp_path / "clip.wav") == b""


@pytest.mark.parametrize("declared", [0, 2_000_000_000, 0x7FFF_FFFF, 0xFFFF_FFFF])
def test_a_wav_of_a_length_unknown_when_it_began_is_read_to_its_end(declared):
    samples, rate = decoded(riff(b"\x01\x02" * 1000, declared=declared), "the answer")
    assert (len(samples), rate) == (1000, 24_000)


def test_what_follows_the_audio_in_a_wav_is_not_heard():
    behind = b"LIST" + struct.pack("<I", 4) + b"INFO"
    samples, _ = decoded(riff(b"\x01\x02" * 1000, declared=2000, behind=behind), "the answer")
    assert len(samples) == 1000


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x00\x00\x00\x20ftypM4A \x00\x00", "m4a (MPEG-4) cannot be read here"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81", "webm (Matroska) cannot be read here"),
        (b"", "no audio that can be read (Format not recognised)"),
        (b"RIFF and then nothing of the kind", "no audio that can be read"),
    ],
)
def test_a_file_of_another_format_must_be_converted(tmp_path, data, said):
    path = tmp_path / "clip.any"
    path.write_bytes(data)
    with pytest.raises(AudioFileError) as caught:
        read_utterance(path)
    told = str(caught.value)
    assert told.startswith(f"{path}: {said}")
    assert told.endswith("for example: ffmpeg -i clip.any -ar 16000 -ac 1 clip.wav")
    assert "\n" not in told


def test_a_file_that_is_not_there_is_told_by_its_path(tmp_path):
    with pytest.raises(AudioFileError, match=r"nobody\.wav: cannot be read: No such file"):
        read_utterance(tmp_path / "nobody.wav")


def test_a_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_FILE", 100)
    (tmp_path / "long.wav").write_bytes(bytes(101))
    with pytest.raises(AudioFileError, match="are too much for an audio file"):
        read_utterance(tmp_path / "long.wav")


def test_what_is_no_audio_is_told_by_where_it_came_from():
    with pytest.raises(AudioFileError, match=r"^the answer: no audio that can be read"):
        decoded(b"<html>", "the answer")
