"""The engine for natural English where the machine has it: the command `flite`."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import unicodedata
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_agentsim.audio.files import AudioFileError, decoded
from pytest_agentsim.audio.tts.engine import Engine, picked, tag
from pytest_agentsim.audio.tts.interface import SynthesisError, Voice
from pytest_agentsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FliteSynthesizer", "flite_command"]

FEMALE = ("slt",)
MALE = ("rms", "awb")
SCOTTISH = ("awb",)
# The first is the voice that small recognisers understand best.
USUAL = ("rms", "slt", "awb", "kal")

AMERICAN = ("", "american", "us", "en-us")

# Beyond these speeds the melody moves by more than 2 %.
SLOWEST, FASTEST = 0.6, 1.25

TIMEOUT = 60.0  # s; it speaks fifty times faster than a person

_TYPOGRAPHY = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": ", ", "…": "..."})  # noqa: RUF001


def flite_command() -> str | None:
    """Return the path of the command, None if the machine does not have it."""
    return shutil.which("flite")


class FliteSynthesizer(Engine):
    """Speaks English with the voices that are built into `flite`; takes no settings.

    Raises ConfigurationError if the machine does not have it.
    """

    speeds = (SLOWEST, FASTEST)

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        del settings
        command = flite_command()
        if command is None:
            raise ConfigurationError(
                "The synthesizer 'flite' needs the command flite, which is not on the PATH: "
                "install it (apt install flite) or take 'espeak'"
            )
        self._command = command

    @property
    def name(self) -> str:
        return "flite"

    @property
    def fingerprint(self) -> str:
        return f"{self._version} with {' '.join(self._voices)}"

    def voices(self, like: Voice) -> Sequence[str]:
        wanted = {"female": FEMALE, "male": MALE}.get(like.gender.strip().lower(), USUAL)
        if self._is_scottish(like):
            wanted = SCOTTISH
        return [each for each in wanted if each in self._voices] or self._voices

    def has_voice(self, name: str) -> bool:
        return name in self._voices

    def has_accent(self, voice: Voice) -> bool:
        return voice.accent.strip().lower() in AMERICAN or self._is_scottish(voice)

    def _spoken(self, text: str, voice: Voice) -> tuple[NDArray[np.float32], int]:
        if tag(voice.language).partition("-")[0] != "en":
            raise SynthesisError(
                f"flite speaks English only, not {voice.language!r}: take the synthesizer 'auto' or 'espeak'"
            )
        try:
            with tempfile.TemporaryDirectory(prefix="agentsim-") as directory:
                return self._spoken_in(Path(directory), text, voice)
        except (AudioFileError, OSError) as error:
            raise SynthesisError(f"{self._command} has given no audio: {error}") from error

    def _spoken_in(self, directory: Path, text: str, voice: Voice) -> tuple[NDArray[np.float32], int]:
        # In a file, because everybody on the machine can read the arguments of a process.
        written, spoken = directory / "text", directory / "speech.wav"
        written.write_text(_plain(text), encoding="ascii")
        stretch = f"duration_stretch={1 / voice.speed:.4f}"
        self._run("-voice", self._voice(voice), "--setf", stretch, "-f", str(written), "-o", str(spoken))
        return decoded(spoken.read_bytes(), spoken.name)

    def _voice(self, voice: Voice) -> str:
        if voice.name in self._voices:
            return voice.name
        present = self.voices(voice)
        return picked(voice.name, present) if voice.name else present[0]

    @staticmethod
    def _is_scottish(voice: Voice) -> bool:
        return voice.accent.strip().lower() == "scottish" and voice.gender.strip().lower() != "female"

    @cached_property
    def _voices(self) -> list[str]:
        """The built-in voices: ``Voices available: kal awb rms slt``."""
        voices = self._run("-lv").partition(":")[2].split()
        if not voices:
            raise SynthesisError(f"{self._command} has no voices built in")
        return voices

    @cached_property
    def _version(self) -> str:
        """The line ``version: flite-2.2 …``."""
        # It ends with status 1 after that.
        lines = (line.strip() for line in self._run("--version", successes=(0, 1)).splitlines())
        return next(
            (line.partition(":")[2].strip() for line in lines if line.startswith("version:")), "flite"
        )

    def _run(self, *arguments: str, successes: Sequence[int] = (0,)) -> str:
        try:
            done = subprocess.run(  # noqa: S603
                [self._command, *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=TIMEOUT,
                check=False,
                text=True,
                errors="replace",
            )
        except subprocess.TimeoutExpired:
            raise SynthesisError(f"{self._command} has not spoken within {TIMEOUT:g} s") from None
        except OSError as error:
            raise SynthesisError(f"{self._command} cannot be run: {error}") from None
        if done.returncode not in successes:
            raise SynthesisError(
                f"{self._command} ended with status {done.returncode}: {done.stderr.strip()[-200:]}"
            )
        return done.stdout


def _plain(text: str) -> str:
    """Return the text in the characters that the command knows, letters without their accents."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_TYPOGRAPHY))
    return decomposed.encode("ascii", "ignore").decode("ascii")
