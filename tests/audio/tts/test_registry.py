from __future__ import annotations

import importlib.metadata
import sys

import pytest

pytest.importorskip("numpy")
pytest.importorskip("soxr")
pytest.importorskip("soundfile")
pytest.importorskip("espeakng_loader")
pytest.importorskip("platformdirs")

from pytest_agentsim.audio import pcm
from pytest_agentsim.audio.tts import registry
from pytest_agentsim.audio.tts.by_language import engine_for
from pytest_agentsim.audio.tts.interface import SynthesisError, Voice
from pytest_agentsim.audio.tts.registry import synthesizer_named
from pytest_agentsim.errors import ConfigurationError


class Loud:
    """Somebody else's engine: too loud, and with silence around what it says."""

    name = "loud"
    fingerprint = "loud 1"
    audio = bytes(3200) + b"\xff\x7f\x00\x80" * 8000 + bytes(3200)

    def __init__(self, settings) -> None:
        self.settings = settings

    def synthesize(self, text: str, voice: Voice) -> bytes:
        return self.audio


def not_a_synthesizer(settings):
    raise AssertionError("never called")


@pytest.fixture
def entry_point(monkeypatch):
    """An entry point as an installed distribution would have it."""

    def install(name: str, value: str) -> None:
        found = importlib.metadata.EntryPoint(name, value, registry.ENTRY_POINTS)

        def entry_points(**wanted: str) -> importlib.metadata.EntryPoints:
            return importlib.metadata.EntryPoints([found]).select(**wanted)

        monkeypatch.setattr(registry, "entry_points", entry_points)

    monkeypatch.setitem(sys.modules, "loud_speech", sys.modules[__name__])
    return install


@pytest.fixture
def settings(tmp_path):
    return {"cache": str(tmp_path / "cache")}


def test_espeak_is_always_there_behind_the_cache(settings, tmp_path):
    espeak = synthesizer_named("espeak", settings)
    assert espeak.name == "espeak"
    audio = espeak.synthesize("Hello", Voice())
    assert len(list((tmp_path / "cache").glob("*/*"))) == 1
    assert synthesizer_named("espeak", {"cache": "off"}).synthesize("Hello", Voice()) == audio


def test_auto_is_espeak_where_the_machine_has_no_flite(settings, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert synthesizer_named("auto", settings).name == "espeak"


def test_auto_is_flite_for_english_where_the_machine_has_it(settings, tmp_path, monkeypatch):
    (tmp_path / "flite").touch(0o755)
    (tmp_path / "flite.exe").touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    auto = synthesizer_named("auto", settings)
    assert auto.name == "flite+espeak"
    assert engine_for(auto, Voice(language="en")).name == "flite"
    assert engine_for(auto, Voice(language="de")).name == "espeak"


def test_an_unknown_name_is_told_with_those_that_are_known(entry_point):
    entry_point("loud", "loud_speech:Loud")
    known = "There is no synthesizer 'parrot'; known are auto, espeak, flite, loud, openai, piper."
    with pytest.raises(ConfigurationError, match=known):
        synthesizer_named("parrot")


@pytest.mark.parametrize(
    ("name", "module", "extra"),
    [
        ("auto", "espeakng_loader", "voice"),
        ("espeak", "espeakng_loader", "voice"),
        ("espeak", "numpy", "voice"),
        ("espeak", "platformdirs", "voice"),
        ("openai", "httpx", "voice,openai"),
        ("piper", "piper", "voice,piper"),
    ],
)
def test_a_missing_extra_is_named(monkeypatch, name, module, extra):
    for loaded in list(sys.modules):
        if loaded.startswith("pytest_agentsim.audio") and loaded != registry.__name__:
            monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ConfigurationError) as caught:
        synthesizer_named(name)
    assert str(caught.value) == (
        f"The synthesizer {name!r} needs {module}, which is not installed: "
        f'pip install "pytest-agentsim[{extra}]"'
    )


def test_the_users_own_engine_speaks_at_the_common_level(settings, entry_point):
    entry_point("loud", "loud_speech:Loud")
    loud = synthesizer_named("loud", settings)
    assert (loud.name, loud.fingerprint) == ("loud", "loud 1")
    audio = loud.synthesize("Hello", Voice())
    assert pcm.duration(audio) == pytest.approx(1.02)
    assert pcm.speech_level(audio) == pytest.approx(-20, abs=0.2)


@pytest.mark.parametrize("audio", [b"\x00", "text", None])
def test_an_engine_that_does_not_return_pcm_is_told(settings, entry_point, monkeypatch, audio):
    entry_point("loud", "loud_speech:Loud")
    monkeypatch.setattr(Loud, "audio", audio)
    with pytest.raises(SynthesisError, match="The synthesizer 'loud' does not return pcm_s16le"):
        synthesizer_named("loud", settings).synthesize("Hello", Voice())


@pytest.mark.parametrize("value", ["loud_speech:Nobody", "no_such_module:Loud"])
def test_an_entry_point_that_cannot_be_loaded_is_told(entry_point, value):
    entry_point("loud", value)
    with pytest.raises(ConfigurationError, match="'loud' cannot be loaded from its entry point"):
        synthesizer_named("loud")
