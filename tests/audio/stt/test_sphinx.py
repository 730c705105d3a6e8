"""With recorded prompts of the benchmark, so that real words are recognised."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("pocketsphinx")
pytest.importorskip("espeakng_loader")
pytest.importorskip("soundfile")
pytest.importorskip("soxr")

import soundfile

from pytest_agentsim.audio import pcm
from pytest_agentsim.audio.stt import decoder, sphinx
from pytest_agentsim.audio.stt.decoder import text_of
from pytest_agentsim.audio.stt.hints import words_of
from pytest_agentsim.audio.stt.interface import Hints, Recognition
from pytest_agentsim.audio.stt.pool import RecognizerPool
from pytest_agentsim.audio.stt.sphinx import SphinxRecognizer
from pytest_agentsim.audio.tts.espeak import EspeakSynthesizer
from pytest_agentsim.audio.tts.interface import Voice
from pytest_agentsim.errors import ConfigurationError

PROMPTS = Path(__file__).parents[3] / "benchmarks" / "prompts"
pytestmark = pytest.mark.skipif(not PROMPTS.exists(), reason="the prompts are only in the source tree")

NO_HINTS = Hints()
ASKED = "Should I send you a replacement free of charge?"
CHILDREN = "Will it be just the two of you, or are you traveling with children?"


def spoken(text: str) -> bytes:
    rows = json.loads((PROMPTS / "prompts.json").read_text())
    (file,) = (row["file"] for row in rows if row["text"] == text)
    samples, _ = soundfile.read(PROMPTS / file, dtype="float32")
    return pcm.normalised(pcm.from_float(samples))


@pytest.fixture(scope="module")
def recognizer():
    return SphinxRecognizer()


def heard(recognizer, text: str, hints: Hints = NO_HINTS) -> str:
    return recognizer.recognize(spoken(text), language="en", hints=hints).text


def plain(text: str) -> str:
    return " ".join(words_of(text))


def streamed(recognizer, text: str, hints: Hints = NO_HINTS) -> tuple[list[str], str]:
    audio = spoken(text)
    stream = recognizer.stream(language="en", hints=hints)
    partials = []
    for start in range(0, len(audio), 3200):
        stream.feed(audio[start : start + 3200])
        partials.append(stream.partial())
    return partials, stream.finish().text


def test_a_prompt_is_recognised(recognizer):
    assert heard(recognizer, ASKED) == plain(ASKED)


def test_speech_in_which_the_search_comes_to_no_end_has_words_too(recognizer):
    audio = EspeakSynthesizer().synthesize("How about Roy Ayers at Blue Note Napa?", Voice())
    assert recognizer.recognize(audio, language="en", hints=NO_HINTS).text


def test_words_are_known_while_they_are_spoken(recognizer):
    partials, final = streamed(recognizer, CHILDREN)
    assert final.startswith("will it be just the two of you")
    assert final.endswith("you traveling with children")
    half = partials[len(partials) // 2]
    assert half.startswith("will it be")
    assert len(half) < len(final)


def test_the_same_audio_gives_the_same_words_whatever_was_heard_before(recognizer):
    first = streamed(recognizer, ASKED)
    another = recognizer.stream(language="en", hints=NO_HINTS)
    another.feed(spoken(CHILDREN)[: sphinx.KNOWN])
    another.cancel()
    assert streamed(recognizer, ASKED) == first


NAMED = "Northwind Bank, what are the last four digits of your debit card?"


def test_hints_teach_names_that_no_dictionary_has(recognizer):
    assert "northwind" not in heard(recognizer, NAMED)
    assert heard(recognizer, NAMED, Hints(("You call Northwind Bank",))).startswith("northwind bank")


def test_phrases_of_general_english_are_found_beside_the_hints(recognizer):
    asked = "What color is the suitcase, and is there a name tag on it?"
    assert heard(recognizer, asked, Hints(("You call Northwind Bank",))) == plain(asked)


def test_hints_in_any_script_are_borne(recognizer):
    hints = Hints(("Zażółć gęślą jaźń", "北京", "\\data\\ <s> (2) a_b", "x" * 400))
    assert heard(recognizer, ASKED, hints) == plain(ASKED)


@pytest.mark.parametrize("audio", [b"", bytes(640), bytes(32_000)])
def test_silence_has_no_words(recognizer, audio):
    assert recognizer.recognize(audio, language="en", hints=NO_HINTS) == Recognition("")
    stream = recognizer.stream(language="en", hints=NO_HINTS)
    stream.feed(audio)
    assert stream.finish() == Recognition("")


def test_more_streams_than_decoders_are_recognised_too(recognizer, monkeypatch):
    monkeypatch.setattr(sphinx, "LIVE_DECODERS", 1)
    audio = spoken(ASKED)
    streams = [recognizer.stream(language="en", hints=NO_HINTS) for _ in range(2)]
    for stream in streams:
        stream.feed(audio)
    assert [stream.finish().text for stream in streams] == [plain(ASKED)] * len(streams)


def test_a_stream_that_is_given_up_makes_room(recognizer):
    for _ in range(sphinx.LIVE_DECODERS + 2):
        stream = recognizer.stream(language="en", hints=NO_HINTS)
        stream.feed(bytes(6400))
        stream.cancel()
    assert recognizer._live == 0


def test_more_scenarios_than_are_kept_take_turns(recognizer, monkeypatch):
    monkeypatch.setattr(decoder, "KEPT", 2)
    for number in range(3):
        recognizer.stream(language="en", hints=Hints((f"number {number}",))).cancel()
    assert heard(recognizer, ASKED, Hints(("number 0",))) == plain(ASKED)


@pytest.mark.parametrize("language", ["de", "pt-BR", "zh"])
def test_other_languages_are_refused_with_what_to_set(recognizer, language):
    for begin in (
        lambda: recognizer.recognize(b"", language=language, hints=NO_HINTS),
        lambda: recognizer.stream(language=language, hints=NO_HINTS),
    ):
        with pytest.raises(
            ConfigurationError, match=f"knows English only.*{language}.*'openai' or 'faster-whisper'"
        ):
            begin()


@pytest.mark.parametrize("language", ["en", "en-US", "en_GB", "EN", "multi"])
def test_any_english_is_taken_as_the_one_it_knows(recognizer, language):
    assert recognizer.recognize(b"", language=language, hints=NO_HINTS).text == ""


def test_markup_of_the_recogniser_is_not_text():
    assert text_of(["<s>", "the(2)", "[NOISE]", "name", "<sil>", "</s>"]) == "the name"


async def test_it_works_in_a_worker():
    pool = RecognizerPool("auto")
    try:
        stream = pool.open_stream(language="en", hints=NO_HINTS)
        stream.feed(spoken(ASKED))
        assert (await stream.finish()).text == plain(ASKED)
    finally:
        await pool.close()
