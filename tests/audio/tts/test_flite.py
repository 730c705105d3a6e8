from __future__ import annotations

import os
import shutil
import sys

import pytest

pytest.importorskip("numpy")
pytest.importorskip("soxr")
pytest.importorskip("soundfile")

from pytest_agentsim.audio import pcm
from pytest_agentsim.audio.tts import flite as flite_module
from pytest_agentsim.audio.tts.flite import FliteSynthesizer
from pytest_agentsim.audio.tts.interface import SynthesisError, Voice
from pytest_agentsim.errors import ConfigurationError

TEXT = "I need to cancel my appointment on Tuesday."

on_this_machine = pytest.mark.skipif(shutil.which("flite") is None, reason="flite is not on this machine")
TYPOGRAPHY = "\N{LEFT DOUBLE QUOTATION MARK}Café\N{RIGHT DOUBLE QUOTATION MARK} \N{EN DASH} it\N{RIGHT SINGLE QUOTATION MARK}s mine…\x00"

posix = pytest.mark.skipif(os.name != "posix", reason="makes a command of a script")

# Behaves as the command does; `speak` is what a test wants it to do.
COMMAND = """#!{python}
import sys, wave
arguments = sys.argv[1:]
if arguments == ["-lv"]:
    print("Voices available: kal awb_time awb rms slt ")
    sys.exit(0)
if arguments == ["--version"]:
    print("  Carnegie Mellon University\\n  version: flite-9.9 (somewhere)")
    sys.exit(1)
given = dict(zip(arguments[::2], arguments[1::2]))
{speak}
"""
SPEAK = """
with open(given["-f"]) as text, open({log!r}, "a") as log:
    print(given["-voice"], given["--setf"], text.read(), sep="|", file=log)
with wave.open(given["-o"], "wb") as file:
    file.setparams((1, 2, 8000, 0, "NONE", ""))
    file.writeframes(b"\\x00\\x10" * 8000)
"""


@pytest.fixture
def command(tmp_path, monkeypatch):
    """A command `flite` that does what the test says, and the file it tells its arguments in."""
    log = tmp_path / "log"

    def make(speak: str = SPEAK.format(log=str(log))) -> FliteSynthesizer:
        script = tmp_path / "bin" / "flite"
        script.parent.mkdir()
        script.write_text(COMMAND.format(python=sys.executable, speak=speak), encoding="utf-8")
        script.chmod(0o755)
        monkeypatch.setenv("PATH", str(script.parent))
        return FliteSynthesizer({})

    make.log = log
    return make


def told(command, voice: Voice, text: str = "Hello") -> list[str]:
    command().synthesize(text, voice)
    return command.log.read_text(encoding="utf-8").strip().split("|")


@on_this_machine
def test_a_sentence_becomes_speech_without_silence_around_it():
    audio = FliteSynthesizer().synthesize(TEXT, Voice())
    assert 2.0 < pcm.duration(audio) < 4.5
    assert pcm.speech_level(audio) == pytest.approx(-20, abs=0.1)
    assert FliteSynthesizer().synthesize(TEXT, Voice()) == audio


@on_this_machine
def test_faster_speech_is_shorter():
    slow, fast = (len(FliteSynthesizer().synthesize(TEXT, Voice(speed=speed))) for speed in (0.8, 1.25))
    assert fast == pytest.approx(slow * 0.8 / 1.25, rel=0.1)


@on_this_machine
def test_women_and_men_sound_different():
    assert len({FliteSynthesizer().synthesize(TEXT, Voice(gender=each)) for each in ("female", "male")}) == 2


@posix
@pytest.mark.parametrize(
    ("voice", "chosen"),
    [
        (Voice(), "rms"),
        (Voice(gender="neutral"), "rms"),
        (Voice(gender="female"), "slt"),
        (Voice(gender="male"), "rms"),
        (Voice(gender="male", accent="Scottish"), "awb"),
        (Voice(gender="female", accent="Scottish"), "slt"),
        (Voice(name="kal"), "kal"),
        (Voice(name="somebody", gender="female"), "slt"),
        (Voice(name="Ann", gender="male"), "awb"),
        (Voice(name="Bob", gender="male"), "rms"),
    ],
)
def test_the_voice_is_one_that_is_built_in(command, voice, chosen):
    assert told(command, voice)[0] == chosen


@posix
def test_four_fifths_of_the_speed_are_five_quarters_of_the_duration(command):
    assert told(command, Voice(speed=0.8))[1] == "duration_stretch=1.2500"


@posix
@pytest.mark.parametrize(("speed", "stretch"), [(0.1, "1.6667"), (9.0, "0.8000")])
def test_the_command_speaks_no_slower_and_no_faster_than_it_keeps_its_melody(command, speed, stretch):
    assert told(command, Voice(speed=speed))[1] == f"duration_stretch={stretch}"


@posix
def test_the_text_arrives_in_the_characters_that_the_command_knows(command):
    assert told(command, Voice(), TYPOGRAPHY)[2] == '"Cafe" - it\'s mine...'


@posix
def test_the_fingerprint_tells_version_and_voices(command):
    flite = command()
    assert flite.name == "flite"
    assert flite.fingerprint == "flite-9.9 (somewhere) with kal awb_time awb rms slt"


@posix
def test_other_languages_than_english_are_refused(command):
    with pytest.raises(SynthesisError, match="flite speaks English only, not 'de'"):
        command().synthesize("Guten Tag", Voice(language="de"))


@posix
@pytest.mark.parametrize(
    ("speak", "said"),
    [
        ("print('out of memory', file=sys.stderr); sys.exit(3)", "ended with status 3: out of memory"),
        ("pass", "has given no audio"),
        ("open(given['-o'], 'w').close()", "has given no audio"),
    ],
)
def test_a_command_that_fails_is_told(command, speak, said):
    with pytest.raises(SynthesisError, match=said):
        command(speak).synthesize("Hello", Voice())


@posix
def test_a_command_that_hangs_is_ended(command, monkeypatch):
    monkeypatch.setattr(flite_module, "TIMEOUT", 0.3)
    flite = command("import signal; signal.pause()")
    flite.__dict__["_voices"] = ["rms"]
    with pytest.raises(SynthesisError, match=r"has not spoken within 0\.3 s"):
        flite.synthesize("Hello", Voice())


def test_a_machine_without_the_command_is_told_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        ConfigurationError, match="needs the command flite, which is not on the PATH: install it"
    ):
        FliteSynthesizer()


@posix
@pytest.mark.parametrize(
    ("voice", "voices"),
    [
        (Voice(), ["rms", "slt", "awb", "kal"]),
        (Voice(gender="female"), ["slt"]),
        (Voice(gender="male"), ["rms", "awb"]),
        (Voice(accent="Scottish"), ["awb"]),
        (Voice(accent="scottish", gender="female"), ["slt"]),
    ],
)
def test_it_tells_its_voices_and_its_usual_one_first(command, voice, voices):
    flite = command()
    assert list(flite.voices(voice)) == voices
    assert all(map(flite.has_voice, voices))
    assert not flite.has_voice("f3")


@posix
@pytest.mark.parametrize(
    ("accent", "has"), [("", True), ("American", True), ("scottish", True), ("british", False)]
)
def test_it_tells_whether_it_has_an_accent(command, accent, has):
    assert command().has_accent(Voice(accent=accent)) is has
