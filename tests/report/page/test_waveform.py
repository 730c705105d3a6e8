"""What a recording looks like from afar."""

from __future__ import annotations

import wave
from base64 import b64decode

import pytest

pytest.importorskip("numpy")

from pytest_agentsim.errors import ArtifactError
from pytest_agentsim.report.page.waveform import FEWEST, peaks_of
from tests.report.page.conftest import RATE, write_recording


def test_each_side_is_loud_where_it_speaks(tmp_path):
    write_recording(tmp_path / "recording.wav", 4.0)
    caller, agent = (b64decode(peaks_of(tmp_path / "recording.wav")[side]) for side in ("caller", "agent"))
    half = len(caller) // 2
    assert len(caller) == len(agent) == FEWEST
    assert min(caller[: half - 1]) > 190
    assert max(caller[half + 1 :]) == 0
    assert max(agent[: half - 1]) == 0
    assert min(agent[half + 1 :]) > 190


def test_the_loudest_negative_sample_counts_in_full(tmp_path):
    path = tmp_path / "recording.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, RATE, 0, "NONE", ""))
        file.writeframes(b"\x00\x80\x00\x00" * 100)
    assert set(b64decode(peaks_of(path)["caller"])) == {255}


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not a recording at all, but some text"])
def test_what_is_no_recording_is_told_as_such(tmp_path, content):
    (tmp_path / "recording.wav").write_bytes(content)
    with pytest.raises(ArtifactError, match=r"recording\.wav cannot be read"):
        peaks_of(tmp_path / "recording.wav")


def test_an_empty_recording_is_told_as_such(tmp_path):
    write_recording(tmp_path / "recording.wav", 0)
    with pytest.raises(ArtifactError, match="is empty"):
        peaks_of(tmp_path / "recording.wav")


def test_a_recording_of_one_side_is_told_as_such(tmp_path):
    with wave.open(str(tmp_path / "recording.wav"), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(b"\0\0")
    with pytest.raises(ArtifactError, match="not a stereo recording"):
        peaks_of(tmp_path / "recording.wav")
