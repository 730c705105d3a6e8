from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("numpy")
pytest.importorskip("soxr")

import numpy as np

from pytest_agentsim.audio import pcm
from pytest_agentsim.audio.tts.engine import Engine, picked, readable, setting, tag
from pytest_agentsim.audio.tts.interface import Voice


class Tone(Engine):
    """Says a tone of one second between two silences, as loud as it is told to."""

    name = "tone"
    fingerprint = "tone"

    def __init__(self, loudness: float = 0.5, rate: int = 22_050) -> None:
        self.loudness, self.rate = loudness, rate
        self.texts: list[str] = []

    def _spoken(self, text, voice):
        self.texts.append(text)
        times = np.arange(2 * self.rate) / self.rate
        tone = self.loudness * np.sin(2 * np.pi * 440 * times)
        return np.where((times > 0.5) & (times < 1.5), tone, 0).astype(np.float32), self.rate


@pytest.mark.parametrize("loudness", [0.001, 0.5, 1.0])
@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 24_000])
def test_what_an_engine_says_is_trimmed_and_brought_to_the_common_level(loudness, rate):
    audio = Tone(loudness, rate).synthesize("Hello", Voice())
    assert pcm.duration(audio) == pytest.approx(1.02, abs=0.02)
    assert pcm.speech_level(audio) == pytest.approx(-20, abs=0.5)


def test_a_short_peak_keeps_the_level_down_rather_than_being_clipped():
    class Click(Tone):
        def _spoken(self, text, voice):
            samples, rate = super()._spoken(text, voice)
            samples[rate] = 1.0
            return samples, rate

    audio = pcm.to_array(Click(0.001, 16_000).synthesize("Hello", Voice()))
    assert np.count_nonzero(np.abs(audio) >= 32_700) == 1


@pytest.mark.parametrize(("speed", "own"), [(0.25, 0.5), (0.5, 0.5), (1.0, 1.0), (3.0, 2.0)])
def test_what_an_engine_cannot_do_by_itself_is_done_to_its_audio(speed, own):
    class Limited(Tone):
        speeds = (0.5, 2.0)

        def _spoken(self, text, voice):
            asked.append(voice.speed)
            return super()._spoken(text, voice)

    asked: list[float] = []
    audio = Limited().synthesize("Hello", Voice(speed=speed))
    assert asked == [own]
    assert pcm.duration(audio) == pytest.approx(own / speed, abs=0.1)


def test_silence_is_nothing_said():
    assert Tone(0.0).synthesize("Hello", Voice()) == b""


@pytest.mark.parametrize("text", ["", "  ", "\n", "...", "?!", "— …", "\x00\x01"])
def test_an_engine_is_not_asked_to_say_what_has_no_words(text):
    engine = Tone()
    assert engine.synthesize(text, Voice()) == b""
    assert engine.texts == []


@pytest.mark.parametrize("text", ["a", "7", "$", "%", "é", "你好", "مرحبا", "नमस्ते", "😀"])
def test_whatever_has_a_name_can_be_said(text):
    assert readable(text) == text


def test_punctuation_is_kept():
    assert readable(" Well, yes! (I think so.) ") == "Well, yes! (I think so.)"


@given(st.text())
def test_no_control_character_reaches_an_engine(text):
    assert not [each for each in readable(text) if ord(each) < 32 or 127 <= ord(each) < 160]
    readable(text).encode()


def test_the_same_name_always_stands_for_the_same_voice():
    assert [picked(name, ("a", "b", "c")) for name in ("Ann", "Bob", "Eve", "Joe")] == ["c", "a", "b", "a"]


@pytest.mark.parametrize(
    ("language", "code"),
    [("", "en"), ("multi", "en"), ("en", "en"), ("pt_BR", "pt-br"), (" zh-CN ", "zh-cn")],
)
def test_languages_are_compared_by_their_tags(language, code):
    assert tag(language) == code


def test_a_setting_for_synthesis_alone_counts_before_one_for_all_engines():
    assert setting({"model": "all", "tts_model": "speech"}, "model") == "speech"
    assert setting({"model": "all"}, "model", "usual") == "all"
    assert setting({"model": ""}, "model", "usual") == "usual"
