"""What a voice line puts off when its process is behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.audio.pacer import TICK, Pacer
from pytest_agentsim.audio.pcm import FRAME_SAMPLES
from pytest_agentsim.audio.recording import StereoRecorder
from pytest_agentsim.clock import VirtualClock
from pytest_agentsim.event_log import EventLog
from pytest_agentsim.redaction import redactor_for
from pytest_agentsim.session.chirp import ChirpProtocol, Role
from pytest_agentsim.voice.incoming import JITTER_FRAMES
from pytest_agentsim.voice.line import MOST_FRAMES_PUT_OFF, LineSettings, VoiceLine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_agentsim.session.connect import FrameSink

SETTINGS = LineSettings("silence", 0.2, 0.3, 0.7, 0.55, 60.0, seed=1)


class Nowhere:
    """A connection that takes everything and brings nothing."""

    def deliver_to(self, sink: FrameSink) -> None:
        pass

    def send_now(self, frame: str | bytes) -> None:
        pass


class NeverTicking(Pacer):
    """Leaves it to the test to drive a line."""

    def join(self, paced: object) -> float:
        return self.clock.now() + TICK


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[StereoRecorder]:
    opened = StereoRecorder(tmp_path / "recording.wav")
    yield opened
    opened.close()


@pytest.fixture
def line(recorder: StereoRecorder) -> VoiceLine:
    clock, nowhere = VirtualClock(), Nowhere()
    connection: Any = nowhere
    opened = VoiceLine(
        connection,
        ChirpProtocol(Role.CLIENT),
        SETTINGS,
        pacer=NeverTicking(clock),
        log=EventLog(clock, redactor_for(())),
        recorder=recorder,
        redact=str,
    )
    opened.open()
    return opened


def drive(line: VoiceLine, ticks: int, *, hurried: bool) -> None:
    for _ in range(ticks):
        line.send_frame(0.0)
        line.advance(hurried=hurried)


def test_playing_follows_the_jitter_behind(line: VoiceLine, recorder: StereoRecorder) -> None:
    drive(line, 10, hurried=False)
    assert recorder.samples == (10 - JITTER_FRAMES) * FRAME_SAMPLES


def test_in_a_hurry_nothing_is_played_but_frames_go_on(line: VoiceLine, recorder: StereoRecorder) -> None:
    drive(line, 10, hurried=False)
    played = recorder.samples
    drive(line, 5, hurried=True)
    assert recorder.samples == played
    assert line.position == 15 * FRAME_SAMPLES


def test_what_was_put_off_is_made_up_for(line: VoiceLine, recorder: StereoRecorder) -> None:
    drive(line, 10, hurried=True)
    drive(line, 5, hurried=False)
    assert recorder.samples == (15 - JITTER_FRAMES) * FRAME_SAMPLES


def test_not_even_in_a_hurry_is_more_put_off_than_that(line: VoiceLine, recorder: StereoRecorder) -> None:
    drive(line, 200, hurried=True)
    put_off = line.position - recorder.samples
    assert put_off <= (JITTER_FRAMES + MOST_FRAMES_PUT_OFF + 1) * FRAME_SAMPLES


def test_leaving_plays_all_of_it(line: VoiceLine, recorder: StereoRecorder) -> None:
    drive(line, 10, hurried=True)
    line.leave()
    assert recorder.samples == 10 * FRAME_SAMPLES
