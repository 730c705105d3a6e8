"""A conversation that is written as a format has it is read back as it was."""

from __future__ import annotations

import contextlib
import itertools
import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_agentsim import CallResult, Speaker, TranscriptError, read_transcript
from pytest_agentsim.transcripts.reading import read_one
from tests.transcripts import writers
from tests.transcripts.writers import Function, Spoken, Step

# How long a conversation takes to be made up depends on the machine.
SOME = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])

WORD = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8)
TEXT = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORD, inner, max_size=3),
    max_leaves=5,
)


@st.composite
def conversations(draw: st.DrawFn) -> list[Step]:
    """Turns of both sides, which may overlap, and function calls among them; times are in milliseconds."""
    steps: list[Step] = []
    # Both sides speak, so that the format can be told by its roles.
    speakers = [Speaker.AGENT, Speaker.CALLER, *draw(st.lists(st.sampled_from(Speaker), max_size=6))]
    now = 0
    for number, speaker in enumerate(speakers):
        now += draw(st.integers(1, 3000))
        end = now + draw(st.integers(1, 5000))
        steps.append(Spoken(speaker, draw(TEXT), now / 1000, end / 1000))
        if draw(st.booleans()):
            now += draw(st.integers(1, 1000))
            # What a string would be read as is its JSON.
            result = draw(JSON.filter(lambda value: not isinstance(value, str)))
            arguments = draw(st.dictionaries(WORD, JSON, max_size=3))
            steps.append(Function(f"call_{number}", draw(WORD), arguments, result, now / 1000))
    return steps


def spoken(steps: list[Step]) -> list[Spoken]:
    return [step for step in steps if isinstance(step, Spoken)]


@pytest.mark.parametrize(
    "write",
    [writers.cekura, writers.retell, writers.pipecat, writers.vapi, writers.webhook],
    ids=lambda write: write.__name__,
)
@SOME
@given(steps=conversations())
def test_what_a_format_tells_with_all_times_is_read_back(write, steps) -> None:
    read = read_one(json.loads(json.dumps(write(steps))))
    assert read.format == write.__name__
    turns = read.result.turns
    assert [(turn.speaker, turn.text) for turn in turns] == [
        (step.speaker, step.text) for step in spoken(steps)
    ]
    assert [turn.time for turn in turns] == pytest.approx([step.start for step in spoken(steps)], abs=1e-3)
    assert [turn.end for turn in turns] == pytest.approx([step.end for step in spoken(steps)], abs=1e-3)
    calls = [step for step in steps if isinstance(step, Function)]
    assert [(call.id, call.name, call.arguments, call.result) for call in read.result.tool_calls] == [
        (call.id, call.name, call.arguments, call.result) for call in calls
    ]
    before = [sum(isinstance(each, Spoken) for each in steps[: steps.index(call)]) for call in calls]
    assert [call.after_turn for call in read.result.tool_calls] == before


@pytest.mark.parametrize("write", [writers.elevenlabs, writers.livekit], ids=lambda write: write.__name__)
@SOME
@given(steps=conversations())
def test_what_a_format_tells_without_the_ends_of_turns_is_read_back(write, steps) -> None:
    read = read_one(write(steps))
    assert read.format == write.__name__
    assert [(turn.speaker, turn.text, turn.time, turn.end) for turn in read.result.turns] == [
        (step.speaker, step.text, step.start, None) for step in spoken(steps)
    ]


@SOME
@given(steps=conversations())
def test_the_words_of_deepgram_are_read_back_as_turns(steps) -> None:
    # In order of time and without an overlap, as one channel has them.
    apart = [replace(step, start=index, end=index + 0.5) for index, step in enumerate(spoken(steps))]
    turns = read_transcript(writers.deepgram(apart), agent_speaker=0).turns
    sides = [list(group) for _, group in itertools.groupby(apart, key=lambda step: step.speaker)]
    assert [(turn.speaker, turn.text) for turn in turns] == [
        (side[0].speaker, " ".join(step.text for step in side)) for side in sides
    ]
    assert [(turn.time, turn.end) for turn in turns] == [(side[0].start, side[-1].end) for side in sides]


@SOME
@given(steps=conversations())
def test_the_transcript_that_is_written_of_a_call_is_read_as_the_same_call(steps) -> None:
    first = read_one(writers.pipecat(steps)).result
    again = read_one(json.loads(json.dumps(first.transcript()))).result
    assert again.turns == first.turns
    assert again.tool_calls == first.tool_calls
    assert again.events == first.events


@SOME
@given(steps=conversations())
def test_a_call_that_was_read_can_be_stored(steps) -> None:
    result = read_one(writers.webhook(steps)).result
    assert CallResult.from_json(json.loads(json.dumps(result.to_json()))) == result
    assert [event.time for event in result.events] == sorted(event.time for event in result.events)


@SOME
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "role",
                        "content",
                        "message",
                        "words",
                        "messages",
                        "time",
                        "data",
                        "toolCalls",
                        "start_time",
                    ]
                )
                | st.text(max_size=3),
                inner
                | st.sampled_from(["user", "bot", "agent", "Main Agent", "tool_calls", "Function Call"]),
                max_size=5,
            )
        ),
        max_leaves=20,
    ).filter(lambda value: isinstance(value, list | dict))
)
def test_whatever_the_json_holds_it_is_read_or_refused_with_a_reason(document) -> None:
    with contextlib.suppress(TranscriptError):
        read_one(document)


@pytest.mark.parametrize(
    "write",
    [
        writers.cekura,
        writers.retell,
        writers.pipecat,
        writers.vapi,
        writers.webhook,
        writers.elevenlabs,
        writers.livekit,
        writers.deepgram,
    ],
    ids=lambda write: write.__name__,
)
@SOME
@given(steps=conversations(), data=st.data())
def test_whatever_is_put_in_the_place_of_a_value_it_is_read_or_refused_with_a_reason(
    write, steps, data
) -> None:
    document = json.loads(json.dumps(write(steps)))
    inner, key = data.draw(st.sampled_from(list(places(document))))
    inner[key] = data.draw(JSON | st.floats(allow_nan=False) | st.just(1_760_520_142))
    with contextlib.suppress(TranscriptError):
        read_one(document, None if isinstance(document, dict) else write.__name__, agent_speaker=0)


def places(value):
    """Yield each list and object of a document with each of its keys."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from places(value[key])
