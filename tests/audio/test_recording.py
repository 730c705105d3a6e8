"""The stereo recording of a call."""

from __future__ import annotations

import os
import subprocess
import sys
import wave
from pathlib import Path

import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentsim.audio.pcm import FRAME_BYTES
from pytest_agentsim.audio.recording import RecordingError, StereoRecorder, read_stereo
from pytest_agentsim.errors import AgentSimError, ArtifactError

FULL = Path("/dev/full")  # a device on which there is never any room
FRAME = FRAME_BYTES // 2


def pattern(count: int, seed: int) -> bytes:
    """Samples that differ from each other and from those of another seed."""
    return b"".join(((number * 7 + seed) % 30_000).to_bytes(2, "little") for number in range(count))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "call.wav"


def record(recorder: StereoRecorder, caller: bytes, agent: bytes) -> None:
    for start in range(0, len(caller), FRAME_BYTES):
        recorder.write(caller[start : start + FRAME_BYTES], agent[start : start + FRAME_BYTES])


def test_what_was_recorded_can_be_read_by_us_and_by_others(path: Path) -> None:
    caller, agent = pattern(40_000, 1), pattern(40_000, 2)
    recorder = StereoRecorder(path)
    record(recorder, caller, agent)
    recorder.close()
    assert recorder.samples == 40_000
    assert read_stereo(path) == (caller, agent)
    both, rate = soundfile.read(path, dtype="int16")
    assert (both.shape, rate) == ((40_000, 2), 16_000)
    assert (both[:, 0].tobytes(), both[:, 1].tobytes()) == (caller, agent), "the caller is on the left"
    assert soundfile.info(path).subtype == "PCM_16"


def test_an_empty_recording_is_a_valid_file_from_the_start(path: Path) -> None:
    recorder = StereoRecorder(path)
    assert read_stereo(path) == (b"", b"")
    recorder.close()
    assert read_stereo(path) == (b"", b"")


def test_the_file_is_valid_and_complete_to_the_second_while_it_is_written(path: Path) -> None:
    caller, agent = pattern(60_000, 3), pattern(60_000, 4)
    recorder = StereoRecorder(path)
    for written in range(0, 60_000, FRAME):
        left, right = read_stereo(path) if written % 4_800 == 0 else (b"", b"")
        if written % 4_800 == 0:
            assert len(left) == len(right)
            assert 0 <= 2 * written - len(left) < 32_000
            assert caller.startswith(left)
            assert agent.startswith(right)
        part = slice(2 * written, 2 * (written + FRAME))
        recorder.write(caller[part], agent[part])
    recorder.close()


def test_a_process_that_dies_leaves_what_it_has_flushed(path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from pytest_agentsim.audio.recording import StereoRecorder\n"
        "recorder = StereoRecorder(Path(sys.argv[1]))\n"
        "for _ in range(125): recorder.write(b'ab' * 320, b'cd' * 320)\n"
        "os._exit(3)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], timeout=60, check=False)
    assert done.returncode == 3
    assert read_stereo(path) == (b"ab" * 32_000, b"cd" * 32_000)


@given(
    cuts=st.lists(st.integers(0, 3_000), min_size=1, max_size=30),
    start=st.integers(-10, 50_000),
    length=st.integers(-5, 50_000),
)
@settings(deadline=None)  # it writes files
def test_any_part_can_be_read_back_while_the_call_goes_on(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], start: int, length: int
) -> None:
    recorder = StereoRecorder(tmp_path_factory.getbasetemp() / "part.wav")
    caller = agent = b""
    for number, count in enumerate(cuts):
        left, right = pattern(count, number), pattern(count, number + 500)
        recorder.write(left, right)
        caller, agent = caller + left, agent + right
    end = start + length
    part = slice(2 * max(0, start), 2 * max(0, end))
    assert recorder.agent_audio(start, end) == agent[part]
    assert recorder.caller_audio(start, end) == caller[part]
    recorder.write(b"zz", b"yy")
    recorder.close()
    assert recorder.samples == sum(cuts) + 1
    assert read_stereo(recorder._path) == (caller + b"zz", agent + b"yy"), "reading back moved the end"


def test_a_closed_recording_can_be_read_but_not_written(path: Path) -> None:
    recorder = StereoRecorder(path)
    recorder.write(b"abcd", b"efgh")
    recorder.close()
    recorder.close()
    assert recorder.agent_audio(1, 2) == b"gh"
    with pytest.raises(ValueError, match="closed"):
        recorder.write(b"ab", b"cd")


@pytest.mark.parametrize(("caller", "agent"), [(b"ab", b"abcd"), (b"abc", b"abc")])
def test_sides_of_different_length_and_half_samples_are_refused(
    path: Path, caller: bytes, agent: bytes
) -> None:
    recorder = StereoRecorder(path)
    with pytest.raises(ValueError, match="equally long"):
        recorder.write(caller, agent)
    assert recorder.samples == 0
    recorder.close()


def test_memory_holds_no_more_than_a_second(path: Path) -> None:
    recorder = StereoRecorder(path)
    most = 0
    for _ in range(200):
        recorder.write(bytes(FRAME_BYTES), bytes(FRAME_BYTES))
        most = max(most, sum(map(len, recorder._caller + recorder._agent)))
    assert 0 < most <= 2 * 32_000
    recorder.close()


@pytest.mark.parametrize("where", ["missing/call.wav", "."])
def test_a_path_that_cannot_be_written_is_told_at_once(tmp_path: Path, where: str) -> None:
    with pytest.raises(RecordingError, match="cannot be recorded to") as caught:
        StereoRecorder(tmp_path / where)
    assert isinstance(caught.value, OSError)
    assert isinstance(caught.value, AgentSimError)
    assert str(tmp_path / where) in str(caught.value)


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full on this machine")
def test_a_disk_without_room_is_told_at_once() -> None:
    with pytest.raises(RecordingError, match="/dev/full: No space left"):
        StereoRecorder(FULL)


def test_a_disk_that_fills_up_is_told_and_what_was_recorded_is_kept(path: Path) -> None:
    resource = pytest.importorskip("resource")
    recorder = StereoRecorder(path)
    caller, agent = pattern(16_000, 5), pattern(16_000, 6)
    record(recorder, caller, agent)
    recorder.flush()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(RecordingError, match="cannot be recorded"):
            # Two seconds more: within the first of them not every recorder writes so much by itself.
            record(recorder, 2 * caller, 2 * agent)
        recorder.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    left, right = read_stereo(path)
    assert left.startswith(caller)
    assert right.startswith(agent)


def test_reading_a_file_cut_off_within_a_sample_gives_the_whole_samples(path: Path) -> None:
    recorder = StereoRecorder(path)
    recorder.write(pattern(100, 1), pattern(100, 2))
    recorder.close()
    os.truncate(path, 44 + 4 * 50 + 3)
    assert read_stereo(path) == (pattern(50, 1), pattern(50, 2))


def test_reading_what_is_no_recording_is_told(tmp_path: Path, path: Path) -> None:
    with pytest.raises(ArtifactError, match="cannot be read"):
        read_stereo(tmp_path / "none.wav")
    path.write_bytes(b"no audio")
    with pytest.raises(ArtifactError, match="cannot be read"):
        read_stereo(path)
    with wave.open(str(path), "wb") as mono:
        mono.setparams((1, 2, 8_000, 0, "NONE", ""))
        mono.writeframes(b"abcd")
    with pytest.raises(ArtifactError, match="not 16-bit stereo at 16000 Hz"):
        read_stereo(path)
