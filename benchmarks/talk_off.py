"""How often speech is taken for telephone keys, how well keys are heard through noise and speech, and what it costs.

Speech is made on the spot by espeak-ng in eight voices, and there are the recorded prompts and all background sounds.
The peer in the same run is multimon-ng, where it is installed (Debian has it). The raw lower bound of the cost is a
transform of each block, without which nothing can be told of its frequencies.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile
import soxr

from pytest_agentsim.audio.dtmf import KEYS, tones
from pytest_agentsim.audio.pcm import FRAME_BYTES, FRAME_SAMPLES, SAMPLE_RATE, from_float, to_float
from pytest_agentsim.audio.sounds import BACKGROUND_SOUNDS, background
from pytest_agentsim.audio.tone_detector import ToneDetector
from pytest_agentsim.audio.tts.espeak import EspeakSynthesizer
from pytest_agentsim.audio.tts.interface import Voice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

PROMPTS = Path(__file__).parent / "prompts"
SPEECH = 600.0  # s
VOICES = [
    Voice(gender=gender, accent=accent, speed=speed)
    for gender in ("female", "male")
    for accent in ("", "british")
    for speed in (0.9, 1.2)
]
PRESSED = KEYS * 16
LEVEL = -20.0  # dBFS of the tones
PEER = shutil.which("multimon-ng")
PEER_RATE = 22_050


def ours(pcm: bytes) -> str:
    detector = ToneDetector()
    frames = range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES)
    return "".join(detector.feed(pcm[start : start + FRAME_BYTES]).keys for start in frames)


def peers(pcm: bytes) -> str:
    samples = from_float(soxr.resample(to_float(pcm), SAMPLE_RATE, PEER_RATE))
    told = subprocess.run(
        [PEER, "-q", "-a", "DTMF", "-t", "raw", "-"],
        input=samples,
        capture_output=True,
        check=True,
        timeout=300,
    ).stdout.decode()
    return "".join(line.removeprefix("DTMF: ") for line in told.splitlines())


def speech() -> bytes:
    """Ten minutes of sentences, one voice after the other."""
    texts = [each["text"] for each in json.loads((PROMPTS / "prompts.json").read_text(encoding="utf-8"))]
    engine = EspeakSynthesizer()
    pcm = b""
    for number in range(10_000):
        text = texts[number // len(VOICES) % len(texts)]
        pcm += engine.synthesize(text, VOICES[number % len(VOICES)])
        if len(pcm) > 2 * SAMPLE_RATE * SPEECH:
            break
    return pcm


def recorded() -> bytes:
    rows = json.loads((PROMPTS / "prompts.json").read_text(encoding="utf-8"))
    return b"".join(from_float(soundfile.read(PROMPTS / row["file"], dtype="float32")[0]) for row in rows)


def surroundings() -> bytes:
    return b"".join(from_float(background(name, 1)) for name in BACKGROUND_SOUNDS)


def through(others: NDArray[np.floating], ratio: float) -> bytes:
    """The keys with something else under them that is `ratio` dB softer."""
    keys = to_float(tones(PRESSED, level=LEVEL)).astype(float)
    others = np.resize(others, len(keys))
    return from_float(keys + others * 10 ** ((LEVEL - ratio) / 20) / np.sqrt(np.mean(others**2)))


def rate(told: str) -> float:
    """The share of the keys that was told, wrong ones and doubles counting against it."""
    return max(0.0, 1 - edits(told, PRESSED) / len(PRESSED))


def edits(one: str, other: str) -> int:
    """How many keys have to be put in, left out or changed to make one of the other."""
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        row, before = [i], row
        for j, right in enumerate(other, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (left != right)))
    return row[-1]


def detectors() -> Iterator[tuple[str, object]]:
    yield "ours", ours
    if PEER:
        yield "multimon-ng", peers


def main() -> None:
    spoken = speech()
    sounds = {"espeak-ng": spoken, "recorded prompts": recorded(), "background sounds": surroundings()}
    print("false keys (aim: none)")
    for name, pcm in sounds.items():
        found = {who: hear(pcm) for who, hear in detectors()}
        minutes = len(pcm) / 2 / SAMPLE_RATE / 60
        told = ", ".join(f"{who} {len(keys)}" for who, keys in found.items())
        print(f"  {minutes:5.1f} min of {name:<18} {told}")

    print(f"\nkeys heard, of {len(PRESSED)}, 100 ms each")
    hiss = np.random.default_rng(1).standard_normal(len(tones(PRESSED)) // 2)
    voice = to_float(spoken)[10 * SAMPLE_RATE :].astype(float)
    for what, others in (("white noise", hiss), ("speech", voice)):
        for ratio in (20, 12, 9, 6, 3):
            pcm = through(others, ratio)
            told = ", ".join(f"{who} {rate(hear(pcm)):.0%}" for who, hear in detectors())
            print(f"  {ratio:2} dB above {what:<12} {told}")

    frames = len(spoken) // FRAME_BYTES
    started = time.process_time()
    ours(spoken)
    cost = time.process_time() - started
    started = time.process_time()
    samples = to_float(spoken)[: frames * FRAME_SAMPLES].reshape(frames, FRAME_SAMPLES)
    for frame in samples:
        np.fft.rfft(frame)
        np.fft.rfft(frame)
    raw = time.process_time() - started
    seconds = frames * 0.02
    print(
        f"\nCPU: {cost / frames * 1e6:.1f} us a frame ({cost / seconds:.3%} of a core); raw {raw / frames * 1e6:.1f} us"
    )


if __name__ == "__main__":
    main()
