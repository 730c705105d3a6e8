from __future__ import annotations

import ctypes
import locale
import sys
import threading

import pytest

pytest.importorskip("espeakng_loader")

import espeakng_loader

from pytest_agentsim.audio.tts import espeak_library
from pytest_agentsim.audio.tts.interface import SynthesisError

TEXT = "I need to cancel my appointment."
VOICE = "gmw/en-US+f2"


def speak(text: str = TEXT, voice: str = VOICE, pace: int = 135) -> bytes:
    audio, _ = espeak_library.speech(text, voice, pace)
    return audio


def test_the_same_text_gives_the_same_bytes_whatever_was_said_before():
    first = speak()
    speak("What? No.", "gmw/de+m3", 200)
    assert speak() == first


def test_any_number_of_threads_may_speak():
    alone = {text: speak(text) for text in ("one", "two", "three", "four")}
    together: dict[str, bytes] = {}
    threads = [
        threading.Thread(target=lambda text=text: together.update({text: speak(text)})) for text in alone
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


def test_somebody_else_in_the_process_may_use_the_library_as_well():
    before = speak()
    theirs = ctypes.CDLL(espeakng_loader.get_library_path())
    data = espeakng_loader.get_data_path().encode()
    assert theirs.espeak_Initialize(1, 0, data, 0x8000) == 22_050
    theirs.espeak_SetVoiceByName(b"de")
    theirs.espeak_SetParameter(1, 300, 0)
    assert speak() == before
    assert theirs.espeak_GetParameter(1, 1) == 300


def test_where_no_code_runs_from_temporary_files_the_library_itself_is_used(monkeypatch):
    monkeypatch.setattr(espeak_library, "_private_copy", lambda directory: None)
    assert len(speak()) > 22_050
    assert len(speak()) > 22_050


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
def test_data_that_lie_too_deep_for_the_library_are_found(tmp_path, monkeypatch):
    before = speak()
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    deep.mkdir(parents=True)
    (deep / "espeak-ng-data").symlink_to(espeakng_loader.get_data_path())
    monkeypatch.setattr(espeakng_loader, "get_data_path", lambda: str(deep / "espeak-ng-data"))
    assert speak() == before


def test_data_that_are_missing_are_told_by_their_path(tmp_path, monkeypatch):
    monkeypatch.setattr(espeakng_loader, "get_data_path", lambda: str(tmp_path))
    with pytest.raises(SynthesisError, match="cannot read its data at"):
        speak()


def test_no_temporary_directory_is_one_sentence(monkeypatch):
    def refuse(**_: object) -> None:
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(espeak_library.tempfile, "TemporaryDirectory", refuse)
    with pytest.raises(SynthesisError, match="espeak-ng cannot be used: No usable temporary directory"):
        speak()


def test_an_unknown_voice_is_told_by_its_name():
    with pytest.raises(SynthesisError, match="espeak-ng has no voice 'nobody'"):
        speak(voice="nobody")


@pytest.mark.skipif(sys.platform == "win32", reason="another kind of locale")
def test_the_locale_of_the_process_stays_as_it_is():
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C")
        speak()
        assert locale.setlocale(locale.LC_CTYPE) == "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def test_the_installed_voices_tell_their_languages():
    voices = {voice.identifier: voice.languages for voice in espeak_library.installed_voices()}
    assert len(voices) > 100
    assert voices["roa/pt-BR"] == {"pt-br": 5, "pt": 6}


def test_the_variants_are_those_in_the_data():
    assert {"f2", "m3", "croak"} <= espeak_library.variants()


def test_the_version_is_a_number_with_dots():
    assert [part.isdecimal() for part in espeak_library.version().split(".")[:2]] == [True, True]
