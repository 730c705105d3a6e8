from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("numpy")
pytest.importorskip("soundfile")

import numpy as np
import soundfile

from pytest_agentsim.audio.sounds import BACKGROUND_SOUNDS, ONE_SHOT_SOUNDS, background, one_shot
from pytest_agentsim.cli.main import main


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def heard(name: str) -> np.ndarray:
    samples, rate = soundfile.read(name, dtype="float32")
    assert rate == 16_000
    return samples


def test_the_list_has_every_sound_with_what_is_heard_in_it(capsys):
    assert main(["sound", "--list"]) == 0
    lines = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert [name for name, _ in lines] == [*BACKGROUND_SOUNDS, *ONE_SHOT_SOUNDS]
    assert all(description.endswith(".") for _, description in lines)


def test_a_background_is_written_for_one_round(capsys):
    assert main(["sound", "standard-hiss"]) == 0
    assert capsys.readouterr().out == "standard-hiss.wav: 12.0 s\n"
    assert np.array_equal(heard("standard-hiss.wav"), background("standard-hiss", 0))


def test_a_background_goes_on_for_as_long_as_it_is_asked_to():
    main(["sound", "standard-hiss", "--seconds", "15", "--seed", "3", "-o", "hiss.flac"])
    one_round = background("standard-hiss", 3)
    assert np.array_equal(heard("hiss.flac"), np.concatenate([one_round, one_round[: 3 * 16_000]]))


def test_a_one_shot_sound_is_written_once():
    main(["sound", "cough1", "-o", "cough.wav"])
    assert np.array_equal(heard("cough.wav"), one_shot("cough1", 0))


def test_a_one_shot_sound_comes_again_when_it_is_to_last():
    main(["sound", "cough1", "--seconds", "10"])
    assert np.array_equal(heard("cough1.wav")[:40_000], background("cough1", 0)[:40_000])
    assert len(heard("cough1.wav")) == 160_000


@pytest.mark.parametrize("suffix", ["ogg", "mp3", "WAV"])
def test_other_formats_go_by_the_name_of_the_file(suffix):
    main(["sound", "beep", "-o", f"beep.{suffix}"])
    assert len(heard(f"beep.{suffix}")) == pytest.approx(8_000, abs=2_000)


def test_a_volume_is_that_of_a_scenario():
    main(["sound", "beep", "--volume", "0.5"])
    assert np.allclose(heard("beep.wav"), 0.5 * one_shot("beep", 0), atol=1e-4)


def test_a_file_of_the_users_own_is_heard_as_in_a_call():
    soundfile.write("loud.wav", np.sin(np.arange(44_100) / 50), 44_100)
    assert main(["sound", "loud.wav", "-o", "as-heard.wav"]) == 0
    assert len(heard("as-heard.wav")) == 16_000
    assert np.abs(heard("as-heard.wav")).max() < 0.3


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["vacum-cleaner"], "there is no sound 'vacum-cleaner': did you mean \"vacuum-cleaner\"?"),
        (["bep"], "there is no sound 'bep': did you mean \"beep\"?"),
        (["none.wav"], "none.wav: cannot be read: No such file or directory"),
        (["beep", "-o", "none/beep.wav"], "none/beep.wav: cannot be written: No such file or directory"),
        (
            ["beep", "-o", "beep.aiff"],
            "beep.aiff: cannot be written: the name has to end with .wav, .flac, .ogg, .mp3",
        ),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(arguments, reason, capsys):
    assert main(["sound", *arguments]) == 1
    assert capsys.readouterr() == ("", f"{reason}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--list", "beep"],
        ["beep", "--seconds", "nan"],
        ["beep", "--seconds", "0"],
        ["beep", "--volume", "3"],
    ],
)
def test_a_wrong_command_line_exits_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["sound", *arguments])
    assert stop.value.code == 2
    assert "agentsim sound: error: " in capsys.readouterr().err


def test_a_missing_package_is_told_with_what_brings_it():
    script = (
        "import sys; sys.modules['soundfile'] = None\n"
        "from pytest_agentsim.cli.main import main\n"
        "sys.exit(main(['sound', 'beep']))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == (
        'sounds need packages that are not installed (soundfile): pip install "pytest-agentsim[voice]"\n'
    )
