from __future__ import annotations

import pytest

pytest.importorskip("numpy")

from pytest_agentsim.audio.tts.by_language import ByLanguage, engine_for
from pytest_agentsim.audio.tts.interface import Voice


class Named:
    def __init__(self, name: str) -> None:
        self.name = name
        self.fingerprint = f"{name} 1.0"

    def synthesize(self, text: str, voice: Voice) -> bytes:
        return f"{self.name}: {text}".encode()


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
