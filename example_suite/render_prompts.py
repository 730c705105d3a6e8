"""Render the recordings of Acme Clinic's voice: ``python render_prompts.py``; needs the program `flite`.

The recordings are committed, so that nobody needs to run this but who changes a sentence. Recordings that no
sentence needs any more are deleted, those that exist are kept unless ``--all`` is given.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile
from acme_clinic import billing, errands, misbehaviour, sentences, switchboard
from acme_clinic.dates import DAYS, MONTHS
from acme_clinic.voice import lines
from acme_clinic.voice.audio import FRAME_SAMPLES, SAMPLE_RATE
from acme_clinic.voice.prompts import RECORDINGS
from acme_clinic.voice.recognizer import GRAMMAR
from acme_clinic.voice.spoken import ORDINALS, number_words, spoken_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

VOICE = "slt"
_PACE = 0.9  # of the usual duration
_QUIET = 0.006  # samples below this are silence at either end
_KEPT = 0.02  # s of it
# Twelve bits are plenty for a voice on the phone, and FLAC does not store the other four.
_STEP = 16
_LEVEL = 0.1  # of the speech: -20 dBFS


def main() -> None:
    """Render what is missing."""
    parser = argparse.ArgumentParser(description="Render the recordings of Acme Clinic's voice with flite.")
    parser.add_argument("--all", action="store_true", help="render also what exists")
    options = parser.parse_args()
    RECORDINGS.mkdir(exist_ok=True)
    wanted = _wanted()
    for path in RECORDINGS.glob("*.flac"):
        if path.stem not in wanted or options.all:
            path.unlink()
    for name, text in wanted.items():
        path = RECORDINGS / f"{name}.flac"
        if not path.exists():
            soundfile.write(path, _rendered(text), SAMPLE_RATE, subtype="PCM_16")
    size = sum(path.stat().st_size for path in RECORDINGS.glob("*.flac"))
    sys.stdout.write(f"{len(wanted)} recordings, {size / 1e6:.2f} MB\n")


def _wanted() -> dict[str, str]:
    """Return everything that is recorded: under which name, and as it is to be read."""
    texts = [*_fixed_texts(), *_names_of_callers(), *DAYS, *MONTHS, *ORDINALS]
    texts += map(number_words, (*range(21), *range(30, 100, 10)))
    # Alone, "at" is stressed, and heard as "can't".
    texts += (f"at {number_words(hour)}" for hour in range(1, 13))
    texts += ("and", "oh", "hundred", "thousand", "dollars", "cents")
    wanted = {_name(text): text if text[-1] in ".?!" else f"{text}," for text in texts}
    return wanted | {"am": "A M.", "pm": "P M.", "a_c_m": "A C M,"}


def _fixed_texts() -> Iterator[str]:
    for module in (sentences, billing, switchboard, errands, misbehaviour, lines):
        for name, template in vars(module).items():
            if name.isupper() and name[0] != "_" and isinstance(template, str) and name != "HOSTILE":
                yield from _fixed_parts(template)


def _fixed_parts(template: str) -> Iterator[str]:
    """Yield the sentences of a template, in parts where something is filled in."""
    for sentence in re.findall(r"[^.?!{]*(?:\{[^}]*\}[^.?!{]*)*[.?!]+", template):
        parts = [part.strip(" ,$") for part in re.split(r"\{[^}]*\}", sentence)]
        yield from (part for part in parts if spoken_sentences(part))


def _names_of_callers() -> Iterator[str]:
    grammar = GRAMMAR.read_text(encoding="utf-8")
    for rule in ("first", "last"):
        found = re.search(rf"<{rule}> = ([^;]+);", grammar)
        assert found is not None, f"{GRAMMAR.name} has no rule <{rule}>"
        yield from (name.strip().capitalize() for name in found[1].split("|"))


def _name(text: str) -> str:
    [words] = spoken_sentences(text)
    return "_".join(words)


def _rendered(text: str) -> NDArray[np.int16]:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "said.wav"
        spelled = text.replace(" AM", " A M").replace(" PM", " P M")
        options = ("-voice", VOICE, "--setf", f"duration_stretch={_PACE}", "-o", str(path))
        subprocess.run(["flite", *options, "-t", spelled], check=True)  # noqa: S603, S607
        samples, rate = soundfile.read(path, dtype="float32")
    assert rate == SAMPLE_RATE, f"flite's {VOICE} speaks at {rate} Hz"
    return _levelled(_trimmed(samples))


def _trimmed(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    loud = np.flatnonzero(np.abs(samples) > _QUIET)
    kept = int(_KEPT * SAMPLE_RATE)
    return samples[max(loud[0] - kept, 0) : loud[-1] + kept]


def _levelled(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    frames = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    powers = np.mean(frames**2, axis=1)
    speech = powers[powers > powers.max() / 1000]
    gain = min(_LEVEL / np.sqrt(np.mean(speech)), 1 / np.abs(samples).max())
    steps: NDArray[np.int16] = np.round(samples * gain * 32767 / _STEP).astype(np.int16)
    return steps * np.int16(_STEP)


if __name__ == "__main__":
    main()
