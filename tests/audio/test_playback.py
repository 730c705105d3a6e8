"""The playback buffer: where an agent's audio lies on the time line."""

from __future__ import annotations

import tracemalloc
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.audio.pcm import FRAME_BYTES, FRAME_SAMPLES, SILENCE
from pytest_agentsim.audio.playback import PlaybackBuffer, PlaybackOverflow

JITTER = 640


def numbered(count: int, first: int = 1) -> bytes:
    """Samples that tell their own place: none of them is silence, and none is like its neighbours."""
    return ((np.arange(first, first + count) % 32_767) + 1).astype("<i2").tobytes()


def taken(buffer: PlaybackBuffer, until: int) -> bytes:
    """Take frames until the sample `until` is among them."""
    pieces = []
    while buffer.position < until:
        pieces.append(buffer.take() or SILENCE)
    return b"".join(pieces)


def test_nothing_is_played_before_anything_arrives() -> None:
    buffer = PlaybackBuffer()
    assert buffer.end == 0
    assert [buffer.take(), buffer.take()] == [None, None]
    assert buffer.position == 2 * FRAME_SAMPLES


@pytest.mark.parametrize("at", [0, 1, 100, 320, 1_000])
def test_audio_is_played_from_the_sample_at_which_it_arrives(at: int) -> None:
    buffer = PlaybackBuffer()
    assert buffer.arrive(numbered(500), at) == (at, at + 500)
    assert buffer.end == at + 500
    assert taken(buffer, at + 500).startswith(bytes(2 * at) + numbered(500))


def test_a_frame_is_silent_where_nothing_is_played() -> None:
    buffer = PlaybackBuffer()
    buffer.arrive(numbered(10), 100)
    assert buffer.take() == bytes(200) + numbered(10) + bytes(420)
    assert buffer.take() is None


def test_a_burst_is_queued_behind_what_is_still_to_be_played() -> None:
    buffer = PlaybackBuffer()
    assert buffer.arrive(numbered(16_000), 50) == (50, 16_050)
    assert buffer.arrive(numbered(100), 60) == (16_050, 16_150)
    assert buffer.arrive(numbered(1), 16_100) == (16_150, 16_151)


@pytest.mark.parametrize(
    ("late", "start"),
    [(-10, 1_000), (0, 1_000), (1, 1_000), (JITTER, 1_000), (JITTER + 1, 1_000 + JITTER + 1)],
)
def test_a_chunk_is_joined_unless_it_is_later_than_the_jitter(late: int, start: int) -> None:
    buffer = PlaybackBuffer(jitter=JITTER)
    buffer.arrive(numbered(1_000), 0)
    assert buffer.arrive(numbered(320), 1_000 + late) == (start, start + 320)


def test_what_has_been_taken_stays_as_it_was() -> None:
    buffer = PlaybackBuffer()
    buffer.arrive(numbered(320), 0)
    taken(buffer, 960)
    assert buffer.arrive(numbered(320), 900) == (960, 1_280), "the frame with sample 900 has been taken"


def test_nothing_is_joined_at_the_start_of_a_call() -> None:
    assert PlaybackBuffer(jitter=JITTER).arrive(numbered(2), 600) == (600, 602)


def test_no_audio_changes_nothing() -> None:
    buffer = PlaybackBuffer()
    buffer.arrive(b"", 500)
    assert buffer.end == 0
    assert taken(buffer, 960) == 3 * SILENCE


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="3 bytes"):
        PlaybackBuffer().arrive(b"abc", 0)


def test_audio_too_far_ahead_of_real_time_is_refused_and_changes_nothing() -> None:
    buffer = PlaybackBuffer(limit=16_000)
    buffer.arrive(numbered(16_000), 0)
    with pytest.raises(PlaybackOverflow, match=r"1\.1 s .* at most 1\.0 s"):
        buffer.arrive(numbered(1_600), 0)
    assert buffer.end == 16_000
    assert buffer.arrive(numbered(1_600), 1_600) == (16_000, 17_600), "later there is room for it"


def test_a_stream_in_real_time_with_hitches_below_the_jitter_is_played_without_a_gap() -> None:
    buffer = PlaybackBuffer()
    heard = b""
    for number in range(500):
        arrival = (number + 1) * FRAME_SAMPLES + (number * 7_919 % JITTER)
        while buffer.position + FRAME_SAMPLES + JITTER <= arrival:
            heard += buffer.take() or SILENCE
        buffer.arrive(numbered(FRAME_SAMPLES, number * FRAME_SAMPLES), arrival)
    heard += taken(buffer, buffer.end)
    assert numbered(500 * FRAME_SAMPLES, 0) in heard


def test_memory_is_given_back_as_audio_is_taken() -> None:
    buffer = PlaybackBuffer(limit=600 * 16_000)
    tracemalloc.start()
    try:
        chunk = bytes(2 * 600 * 16_000)
        before = tracemalloc.get_traced_memory()[0]
        buffer.arrive(chunk, 0)
        full = tracemalloc.get_traced_memory()[0] - before
        taken(buffer, 540 * 16_000)
        left = tracemalloc.get_traced_memory()[0] - before
        taken(buffer, 600 * 16_000)
        assert left < full / 4
        assert tracemalloc.get_traced_memory()[0] - before < 10_000
    finally:
        tracemalloc.stop()


@dataclass
class Arrival:
    samples: int
    wait: int  # samples since the one before


sizes = st.one_of(st.integers(1, 5), st.integers(1, 700), st.integers(1, 20_000), st.just(FRAME_SAMPLES))
waits = st.one_of(
    st.just(0), st.integers(0, 400), st.integers(0, 2_000), st.integers(0, 30_000), st.just(FRAME_SAMPLES)
)
streams = st.lists(st.builds(Arrival, sizes, waits), min_size=1, max_size=40)


@given(streams, st.sampled_from([0, 1, 320, JITTER, 1_600]))
def test_audio_is_never_lost_reordered_or_overlapped_and_gaps_are_only_where_the_stream_was_dry(
    stream: list[Arrival], jitter: int
) -> None:
    buffer = PlaybackBuffer(jitter=jitter)
    line, spans, now, first = bytearray(), [], 0, 0
    for arrival in stream:
        now += arrival.wait
        while buffer.position + FRAME_SAMPLES + jitter <= now:
            line += buffer.take() or SILENCE
        start, end = buffer.arrive(numbered(arrival.samples, first), now)
        if not spans:
            assert start == now
        else:
            ended = spans[-1][1]
            assert start >= ended, "it overlaps what came before"
            if now <= ended + jitter:
                assert start == ended, "there is a gap, though the stream was not dry for long"
            else:
                assert start == now, "it is not played at once, though nothing else is"
        assert start >= now - jitter, "it is played before it came"
        assert buffer.end == end == start + arrival.samples
        spans.append((start, end))
        first += arrival.samples
    line += taken(buffer, buffer.end)
    wanted, first = bytearray(len(line)), 0
    for start, end in spans:
        wanted[2 * start : 2 * end] = numbered(end - start, first)
        first += end - start
    assert line == wanted
    assert buffer.take() is None


@given(streams)
def test_a_frame_is_none_exactly_when_nothing_is_played_in_it(stream: list[Arrival]) -> None:
    buffer = PlaybackBuffer(jitter=0)
    now = 0
    for arrival in stream:
        now += arrival.wait
        buffer.arrive(numbered(arrival.samples), now)
    while buffer.position < buffer.end + 2 * FRAME_SAMPLES:
        frame = buffer.take()
        assert frame is None or (len(frame) == FRAME_BYTES and any(frame))
