from __future__ import annotations

import sys

import pytest

from pytest_agentsim.audio.stt.interface import Hints, Recognition
from pytest_agentsim.audio.stt.registry import check_name, recognizer_named
from pytest_agentsim.errors import ConfigurationError

NO_HINTS = Hints()


def test_an_unknown_name_lists_the_known_ones(listening):
    with pytest.raises(ConfigurationError) as caught:
        check_name("siri")
    assert str(caught.value) == (
        "There is no recogniser 'siri'; known are absent, auto, faster-whisper, listening, none, openai, pocketsphinx."
    )


def test_a_recogniser_of_the_user_is_found_by_its_entry_point_and_gets_its_settings(listening):
    recognizer = recognizer_named(listening, {"directory": "here"})
    found = recognizer.recognize(b"1234", language="de", hints=Hints(("a", "b")))
    assert found == Recognition("4 bytes of de at once, a and b", 0.5)
    assert recognizer.settings == {"directory": "here"}


def test_an_entry_point_that_leads_nowhere_is_told(listening):
    with pytest.raises(
        ConfigurationError, match="'absent' cannot be loaded from its entry point no_such_module:Engine"
    ):
        recognizer_named("absent")


@pytest.mark.parametrize(
    ("name", "module", "extra"),
    [
        ("auto", "pocketsphinx", "voice"),
        ("pocketsphinx", "pocketsphinx", "voice"),
        ("openai", "httpx", "openai"),
        ("faster-whisper", "faster_whisper", "faster-whisper"),
    ],
)
def test_a_missing_package_names_the_extra_that_brings_it(monkeypatch, name, module, extra):
    for loaded in list(sys.modules):
        if loaded.startswith(("pytest_agentsim.audio.stt", "pytest_agentsim.audio.openai_api")):
            monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(Exception, match="needs") as caught:
        recognizer_named(name)
    assert str(caught.value) == (
        f'The recogniser {name!r} needs {module}, which is not installed: pip install "pytest-agentsim[{extra}]"'
    )


def test_none_recognises_nothing():
    recognizer = recognizer_named("none")
    stream = recognizer.stream(language="xx", hints=NO_HINTS)
    stream.feed(bytes(640))
    assert recognizer.recognize(bytes(640), language="xx", hints=NO_HINTS) == Recognition("")
    assert stream.finish() == Recognition("")
