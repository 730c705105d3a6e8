from __future__ import annotations

import pytest

pytest.importorskip("numpy")

from pytest_agentsim.audio.tts.by_language import ByLanguage, engine_for
from pytest_agentsim.audio.tts.engine import Engine
from pytest_agentsim.audio.tts.interface import Voice


class Named:
    def __init__(self, name: str) -> None:
        self.name = name
        self.fingerprint = f"{name} 1.0"

    def synthesize(self, text: str, voice: Voice) -> bytes:
        return f"{self.name}: {text}".encode()


class WithAccents(Engine):
    """An engine that has some accents."""

    fingerprint = "1"

    def __init__(self, name: str, *accents: str) -> None:
        self._name = name
        self._accents = accents

    @property
    def name(self) -> str:
        return self._name

    def has_accent(self, voice: Voice) -> bool:
        return not voice.accent or voice.accent in self._accents

    def _spoken(self, text: str, voice: Voice):
        raise AssertionError("never called")


@pytest.mark.parametrize(
    ("language", "engine"),
    [
        ("en", "first"),
        ("EN_gb", "first"),
        ("multi", "first"),
        ("", "first"),
        ("es", "second"),
        ("eng", "second"),
    ],
)
def test_english_is_spoken_by_the_first_engine_and_all_else_by_the_second(language, engine):
    both = ByLanguage(Named("first"), Named("second"))
    assert both.synthesize("Hello", Voice(language=language)) == f"{engine}: Hello".encode()
    assert engine_for(both, Voice(language=language)).name == engine


def test_both_engines_are_told():
    both = ByLanguage(Named("first"), Named("second"))
    assert both.name == "first+second"
    assert both.fingerprint == "first 1.0 | second 1.0"


def test_any_other_synthesizer_speaks_all_languages_itself():
    alone = Named("alone")
    assert engine_for(alone, Voice(language="es")) is alone


@pytest.mark.parametrize(
    ("voice", "engine"),
    [
        (Voice(accent="scottish"), "first"),
        (Voice(accent="british"), "second"),
        (Voice(accent="from nowhere"), "first"),
        (Voice(engine="second"), "second"),
        (Voice(engine="first", accent="british"), "first"),
        (Voice(engine="first", language="es"), "second"),
    ],
)
def test_english_with_an_accent_is_spoken_by_the_engine_that_has_it(voice, engine):
    both = ByLanguage(WithAccents("first", "scottish"), WithAccents("second", "scottish", "british"))
    assert both.engine_for(voice).name == engine


def test_engines_that_tell_nothing_of_their_accents_speak_english_with_the_first():
    both = ByLanguage(Named("first"), Named("second"))
    assert both.engine_for(Voice(accent="british")).name == "first"
