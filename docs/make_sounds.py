"""Makes the page sounds.md and its pictures from the sounds themselves: ``python docs/make_sounds.py``.

Needs the extra `voice` and the dependency group `docs`. Pictures are drawn again only of what has changed:
`sounds/made-of.json` has a digest of the sound that each of them shows.
"""

from __future__ import annotations

import hashlib
import io
import json
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from pytest_agentsim.audio import sounds
from pytest_agentsim.audio.pcm import SAMPLE_RATE
from pytest_agentsim.audio.sounds.recipes import BACKGROUNDS, ONE_SHOTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pytest_agentsim.audio.sounds.recipes import Recipe

PAGE = Path(__file__).parent / "sounds.md"
PICTURES = Path(__file__).parent / "sounds"
DIGESTS = PICTURES / "made-of.json"
START, END = "<!-- made by docs/make_sounds.py -->\n", "<!-- end -->\n"

SEED = 0  # that of the backgrounds in calls
COLUMNS, WINDOW, RANGE = 180, 1_024, 75.0  # of a spectrogram; samples; dB
COLOURS = 24
INK = "#000004"  # one of the colours of the spectrogram, so that the few that there are do for both
ROWS = 64
TICKS = (0.1, 0.5, 1, 2, 4, 8)  # kHz

plt.switch_backend("agg")


def main() -> None:
    """Bring the page and the pictures up to date."""
    PICTURES.mkdir(exist_ok=True)
    before = json.loads(DIGESTS.read_text()) if DIGESTS.exists() else {}
    digests = {}
    for name, sound, _ in _all():
        digests[name] = digest(sound)
        if before.get(name) != digests[name]:
            picture(name).write_bytes(_drawn(sound))
    DIGESTS.write_text(json.dumps(digests, indent=2) + "\n")
    for path in PICTURES.glob("*.png"):
        if path.stem not in digests:
            path.unlink()
    page = PAGE.read_text()
    PAGE.write_text(page[: page.index(START)] + START + listing() + page[page.index(END) :])


def digest(sound: NDArray[np.float32]) -> str:
    """Return what tells one sound from another."""
    return hashlib.sha256(sound.astype("<f4").tobytes()).hexdigest()[:16]


def picture(name: str) -> Path:
    """Return where the picture of a sound is."""
    return PICTURES / f"{name}.png"


def listing() -> str:
    """Return the part of the page that has every sound with its picture, by families."""
    families: dict[str, list[str]] = {}
    for name, _, recipe in _all():
        once = " Heard once." if name in sounds.ONE_SHOT_SOUNDS else ""
        entry = f"**`{name}`**: {recipe.description}{once}\n\n![{name}](sounds/{name}.png)\n"
        families.setdefault(recipe.family, []).append(entry)
    return "\n".join(
        f"\n## {_title(family)}\n\n" + "\n".join(entries) for family, entries in families.items()
    )


def _all() -> Iterator[tuple[str, NDArray[np.float32], Recipe]]:
    for name in sounds.BACKGROUND_SOUNDS:
        yield name, sounds.background(name, SEED), BACKGROUNDS[name]
    for name in sounds.ONE_SHOT_SOUNDS:
        yield name, sounds.one_shot(name, SEED), ONE_SHOTS[name]


def _title(family: str) -> str:
    return str(import_module(family).__doc__).partition(":")[0].strip()


def _drawn(sound: NDArray[np.float32]) -> bytes:
    """Return a picture of few colours, PNG: the waveform, and below it the spectrogram."""
    seconds = len(sound) / SAMPLE_RATE
    figure, (wave, spectrum) = plt.subplots(
        2, 1, figsize=(7.2, 2.4), dpi=100, sharex=True, height_ratios=(1, 3), layout="constrained"
    )
    low, high = _extremes(sound)
    middles = (np.arange(COLUMNS) + 0.5) * seconds / COLUMNS
    wave.fill_between(middles, low, high, color=INK, linewidth=0)
    wave.set(xlim=(0, seconds), ylim=(-1, 1), yticks=[])
    spectrum.imshow(
        _spectrogram(sound),
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        extent=(0, seconds, 0, _height(SAMPLE_RATE / 2)),
        cmap="magma",
        vmin=-RANGE,
        vmax=0,
    )
    spectrum.set(xlabel="s", ylabel="kHz")
    spectrum.set_yticks([_height(1_000 * each) for each in TICKS], [f"{each:g}" for each in TICKS])
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png")
    plt.close(figure)
    return _of_few_colours(drawn)


def _extremes(sound: NDArray[np.float32]) -> tuple[list[float], list[float]]:
    parts = np.array_split(sound, COLUMNS)
    return [float(part.min()) for part in parts], [float(part.max()) for part in parts]


def _spectrogram(sound: NDArray[np.float32]) -> NDArray[np.floating]:
    """Return the loudest that is heard in each column of time and row of frequencies, in dB below the loudest."""
    padded = np.pad(sound.astype(np.float64), WINDOW // 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)
    step = max(1, min(WINDOW // 4, len(sound) // COLUMNS))
    power = np.abs(np.fft.rfft(windows[::step] * np.hanning(WINDOW), axis=1)) ** 2
    columns = np.stack([part.max(axis=0) for part in np.array_split(power, COLUMNS)])
    edges = _frequency(np.linspace(0, _height(SAMPLE_RATE / 2), ROWS + 1)) * WINDOW / SAMPLE_RATE
    # Narrow rows at the bottom share what can be told apart there.
    lowest = np.minimum(np.floor(edges[:-1]).astype(int), WINDOW // 2 - 1)
    rows = np.maximum.reduceat(columns[:, : WINDOW // 2], lowest, axis=1)
    return 10 * np.log10(rows.T / rows.max() + 1e-12)


def _height(frequency: float) -> float:
    """Return how high up a frequency in Hz is drawn: as high as people hear it, in mel."""
    return float(2_595 * np.log10(1 + frequency / 700))


def _frequency(height: NDArray[np.floating]) -> NDArray[np.floating]:
    return 700 * (10 ** (height / 2_595) - 1)


def _of_few_colours(png: io.BytesIO) -> bytes:
    smaller = io.BytesIO()
    Image.open(png).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
        smaller, "PNG", optimize=True
    )
    return smaller.getvalue()


if __name__ == "__main__":
    main()
