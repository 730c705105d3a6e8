"""Which format a transcript is."""

from __future__ import annotations

import pytest

from pytest_agentsim import TranscriptError, read_transcript
from pytest_agentsim.transcripts.reading import read_one
from pytest_agentsim.transcripts.recognise import FORMATS


def refusal(source, **options) -> str:
    with pytest.raises(TranscriptError) as caught:
        read_transcript(source, **options)
    return str(caught.value)


def test_there_are_ten_formats() -> None:
    assert FORMATS == (
        "cekura",
        "cekura_text",
        "cekura_chat",
        "vapi",
        "retell",
        "deepgram",
        "elevenlabs",
        "pipecat",
        "livekit",
        "webhook",
    )


@pytest.mark.parametrize(
    ("entries", "formats"),
    [
        ([{"role": "user", "content": "Hi"}], "pipecat and webhook"),
        (
            [{"role": "tool_call_result", "tool_call_id": "1", "toolCallId": "1", "name": "f"}],
            "vapi and retell",
        ),
    ],
)
def test_entries_that_fit_several_formats_are_asked_about(entries, formats) -> None:
    first = formats.partition(" ")[0]
    assert refusal(entries) == (
        f"its entries may be of the formats {formats}; say which with format='{first}' (--format {first})"
    )
    assert read_one(entries, first).format == first


def test_entries_that_fit_no_format_are_shown() -> None:
    found = refusal([{"speaker": "A", "text": "Hi"}, {"speaker": "B", "text": "Hello"}])
    assert found.startswith("its entries look like none of the formats cekura, cekura_text, ")
    assert ": the first has speaker, text; if it is one of them, say which with format= (--format)" in found
    assert ' and the role "A"; ' in refusal([{"role": "A", "text": "Hi"}])


def test_a_minority_of_the_entries_does_not_decide() -> None:
    entries = [{"role": "Main Agent", "content": "Hi"}, {"text": "x"}, {"text": "y"}]
    assert "look like none" in refusal(entries)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ([], "the transcript has no entries"),
        (["Hi", "Hello"], 'its entries are no objects; the first is "Hi"'),
        ("7\n", "it holds neither a list of entries nor the object of a call"),
        (
            {},
            "no transcript was found in an object with no keys; it is looked for in transcript_with_tool_calls, ",
        ),
        ({"id": 1, "text": "x"}, "no transcript was found in an object with id, text; it is looked for in "),
    ],
)
def test_what_is_no_transcript_is_refused(source, problem) -> None:
    assert refusal(source).startswith(problem)


def test_an_unknown_format_is_refused_with_those_that_there_are() -> None:
    assert refusal([], format="vappi").startswith(
        'there is no format "vappi"; those that there are: cekura, '
    )


def test_a_text_is_not_read_as_json_and_json_not_as_a_text() -> None:
    assert refusal("[00:01] Main Agent: Hi", format="vapi") == "it is a text, which the format vapi is not"
    assert refusal([{"role": "Main Agent"}], format="cekura_text") == (
        "it is JSON, which the format cekura_text is not"
    )
