"""The chain from what arrives to turns, with input that no recording studio would pass."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentsim.audio.pcm import FRAME_SAMPLES, from_float, samples_in
from pytest_agentsim.audio.playback import PlaybackBuffer
from pytest_agentsim.audio.turn_taking import TurnDetector, TurnEnded, TurnStarted, TurnTooLong
from tests.audio.sounds import hum, joined, noise, prompt, silence, voice

JITTER = 640
FADE = samples_in(0.05)  # words fade out: their end depends a little on how frames fall on them


@dataclass
class Line:
    """The agent's half of a call: chunks come in at a moment, frames are taken late by the jitter."""

    buffer: PlaybackBuffer = field(default_factory=lambda: PlaybackBuffer(limit=700 * 16_000))
    detector: TurnDetector = field(default_factory=lambda: TurnDetector(longest=20.0))
    events: list[object] = field(default_factory=list)

    def pass_until(self, now: int) -> None:
        while self.buffer.position + FRAME_SAMPLES + JITTER <= now:
            self.events += self.detector.feed(self.buffer.take())

    def arrive(self, pcm: bytes, at: int) -> None:
        self.pass_until(at)
        self.buffer.arrive(pcm, at)

    def stream(self, sound: np.ndarray, chunk: int, *, start: int = 0, pace: float = 1.0) -> Line:
        """Send a sound in chunks of so many samples, each when it would be complete if spoken at `pace`."""
        pcm = from_float(sound)
        for first in range(0, len(sound), chunk):
            part = pcm[2 * first : 2 * (first + chunk)]
            self.arrive(part, start + round((first + len(part) // 2) / pace))
        return self

    def finish(self) -> list[object]:
        self.pass_until(self.buffer.end + samples_in(3))
        return self.events

    def turns(self) -> list[TurnEnded]:
        return [event for event in self.finish() if isinstance(event, TurnEnded)]


def conversation() -> np.ndarray:
    return joined(
        prompt("greeting"), silence(1.5), prompt("yes"), silence(0.5), prompt("appointment"), silence(1.5)
    )


@pytest.mark.parametrize("chunk", [1, 80, 320, 333, 12_345, 32_000, 10**9])
def test_the_size_of_the_chunks_makes_no_difference(chunk: int) -> None:
    sound = conversation()
    reference = Line().stream(sound, 320).turns()
    turns = Line().stream(sound, chunk).turns()
    assert len(turns) == len(reference) == 2
    shift = min(chunk, len(sound)) - 320  # a chunk arrives when it is complete
    for turn, other in zip(turns, reference, strict=True):
        assert turn.start - other.start == pytest.approx(shift, abs=JITTER)
        assert turn.end - turn.start == pytest.approx(other.end - other.start, abs=FADE)
        assert len(turn.spans) == len(other.spans)


@pytest.mark.parametrize("pace", [1.05, 3.0, 1e9])
def test_a_stream_faster_than_real_time_is_heard_in_real_time(pace: float) -> None:
    turns = Line().stream(conversation(), 320, pace=pace).turns()
    reference = Line().stream(conversation(), 320).turns()
    assert [turn.end - turn.start for turn in turns] == [
        pytest.approx(turn.end - turn.start, abs=FADE) for turn in reference
    ]


def test_a_stream_slower_than_real_time_is_heard_with_gaps_and_to_its_end() -> None:
    [turn] = Line().stream(prompt("greeting"), 1_600, pace=0.7).turns()
    assert turn.end - turn.start == pytest.approx(len(prompt("greeting")) / 0.7, rel=0.05)


@given(st.lists(st.integers(1, 9_000), min_size=5, max_size=40), st.integers(0, 5_000))
@settings(max_examples=15, deadline=None)
def test_any_mixture_of_chunks_gives_the_same_turn(sizes: list[int], start: int) -> None:
    sound = joined(voice(0.6), silence(0.3), voice(0.6))
    pcm, line, position = from_float(sound), Line(), 0
    for number in range(10**6):
        part = pcm[2 * position : 2 * (position + sizes[number % len(sizes)])]
        if not part:
            break
        line.arrive(part, start)  # a burst
        position += len(part) // 2
    [turn] = line.turns()
    assert turn.start == pytest.approx(start, abs=32)
    assert turn.end == pytest.approx(start + len(sound), abs=32)


def test_speech_with_direct_current_in_bursts_gives_the_same_turns() -> None:
    sound = conversation()
    reference = Line().stream(sound, 320).turns()
    turns = Line().stream(sound + 0.2, 4_000).turns()
    for turn, other in zip(turns, reference, strict=True):
        assert turn.start == pytest.approx(other.start + 3_680, abs=FADE)
        assert turn.end == pytest.approx(other.end + 3_680, abs=FADE)


@pytest.mark.parametrize("mains", [50, 60])
def test_turns_end_over_hum(mains: int) -> None:
    sound = conversation()
    turns = Line().stream(sound + hum(mains, -30, len(sound) / 16_000 + 1)[: len(sound)], 320).turns()
    reference = Line().stream(sound, 320).turns()
    assert [turn.end for turn in turns] == [pytest.approx(turn.end, abs=FADE) for turn in reference]


@pytest.mark.parametrize(
    "sound",
    [
        silence(5),
        np.full(80_000, 0.5),
        hum(50, -10, 5),
        noise("white", -40, 5),
        noise("pink", -50, 5),
    ],
    ids=["silence", "direct current", "hum", "white noise", "pink noise"],
)
def test_what_is_no_speech_is_no_turn(sound: np.ndarray) -> None:
    assert Line().stream(sound, 777).finish() == []


@pytest.mark.parametrize(
    "sound",
    [
        np.sign(np.sin(np.arange(480_000) * 0.17)),
        noise("white", -3, 30),
        np.tile([0.9999, -1.0], 240_000),
        np.where(np.arange(480_000) % 8_000 < 4_000, 1.0, -1.0),
    ],
    ids=["square wave", "loud white noise", "the highest tone", "slow square wave"],
)
def test_noise_at_full_scale_ends_in_order_whatever_it_is_taken_for(sound: np.ndarray) -> None:
    events = Line().stream(sound, 5_001).finish()
    started = sum(isinstance(event, TurnStarted) for event in events)
    ended = [event for event in events if isinstance(event, TurnEnded)]
    assert started == len(ended)
    assert all(event.start < event.end for event in ended)
    assert sum(isinstance(event, TurnTooLong) for event in events) <= started


def test_a_turn_that_never_ends_is_told_in_time_though_it_came_in_one_burst() -> None:
    babble = joined(*[prompt("appointment")] * 8)
    line = Line()
    line.arrive(from_float(babble), 0)
    line.pass_until(samples_in(20.5))
    assert [type(event) for event in line.events if isinstance(event, TurnTooLong | TurnEnded)] == [
        TurnTooLong
    ]
