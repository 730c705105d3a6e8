"""When each side has spoken."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.metrics.speech import Span, joined_spans, overlap, speech_of
from tests.metrics.calls import a_transcript, a_voice_call

TIMES = st.integers(0, 50).map(float)
SPANS = st.lists(
    st.tuples(TIMES, st.integers(1, 9)).map(lambda each: Span(each[0], each[0] + each[1])), max_size=8
)


def moments(spans: object) -> set[int]:
    return {at for span in spans for at in range(int(span.start), int(span.end))}  # type: ignore[attr-defined]


def test_the_log_of_a_call_knows_exactly_who_spoke_when() -> None:
    speech = speech_of(a_voice_call(("caller", 0, 1, "Hi"), ("agent", 2, 3, "Hello")), None)
    assert (speech.caller, speech.agent, speech.source) == ((Span(0, 1),), (Span(2, 3),), "log")


def test_of_a_transcript_there_are_the_turns() -> None:
    speech = speech_of(a_transcript(("caller", 0, 1, "Hi"), ("agent", 2, 3, "Hello")), None)
    assert (speech.caller, speech.agent, speech.source) == ((Span(0, 1),), (Span(2, 3),), "turns")


def test_what_both_say_at_once_counts_once() -> None:
    assert speech_of(a_voice_call(("caller", 0, 3, "Hi"), ("agent", 2, 5, "Hello")), None).total == 5


@given(SPANS)
def test_joined_spans_cover_what_the_spans_cover_and_do_not_touch(spans: list[Span]) -> None:
    joined = joined_spans(spans)
    assert moments(joined) == moments(spans)
    assert all(one.end < other.start for one, other in itertools.pairwise(joined))


@given(SPANS, SPANS)
def test_the_overlap_is_what_both_cover(one: list[Span], other: list[Span]) -> None:
    found = overlap(joined_spans(one), joined_spans(other))
    assert moments(found) == moments(one) & moments(other)
