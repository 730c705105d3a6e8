"""How well and how fast the embedded recogniser understands agents: plain, with its own models, with hints.

The prompts and where they come from are described in prompts/README.md. The peer in the same run is PocketSphinx
as it comes, with all its defaults: other engines need weights that have to be downloaded.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import jiwer
import numpy as np
import pocketsphinx
import soundfile

from pytest_agentsim.audio import pcm
from pytest_agentsim.audio.stt.hints import words_of
from pytest_agentsim.audio.stt.interface import Hints
from pytest_agentsim.audio.stt.pool import RecognizerPool
from pytest_agentsim.audio.stt.sphinx import SphinxRecognizer
from pytest_agentsim.caller.hints import hints_of
from pytest_agentsim.scenario.loader import load_file

PROMPTS = Path(__file__).parent / "prompts"
NOISE = -50.0  # dBFS, under speech of -20 dBFS
PIECE = 640  # bytes, 20 ms
SILENCE_AFTER = 0.7  # s, in which the end of the agent's turn is found
SAME_WORDS = {"dr": "doctor", "mrs": "missus", "mr": "mister", "okay": "ok", "canceled": "cancelled"}


@dataclass(frozen=True)
class Prompt:
    text: str
    held_out: bool
    audio: bytes
    hints: Hints


@dataclass(frozen=True)
class Score:
    errors: float  # share of the words
    exact: float  # share of the prompts
    load: float  # seconds of CPU a second of audio


def prompts(noise: float | None) -> list[Prompt]:
    scenarios = {each.name: each for each in load_file(PROMPTS / "scenarios.yaml").scenarios}
    found = []
    for row in json.loads((PROMPTS / "prompts.json").read_text(encoding="utf-8")):
        scenario = scenarios[row["scenario"]]
        samples, _ = soundfile.read(PROMPTS / row["file"], dtype="float32")
        audio = pcm.normalised(pcm.from_float(samples))
        if noise is not None:
            hiss = np.random.default_rng(len(found)).normal(0.0, 10 ** (noise / 20), len(audio) // 2)
            audio = pcm.from_float(pcm.to_float(audio) + hiss.astype(np.float32))
        hints = Hints(hints_of(scenario, scenario.profile))
        found.append(Prompt(row["text"], "held-out" in scenario.tags, audio, hints))
    return found


def plain(text: str) -> str:
    return " ".join(SAME_WORDS.get(word, word) for word in words_of(text))


def score(chosen: list[Prompt], recognize) -> Score:
    said, heard, cpu = [], [], 0.0
    for prompt in chosen:
        recognize(prompt, warm=True)
        started = time.process_time()
        text = recognize(prompt)
        cpu += time.process_time() - started
        said.append(plain(prompt.text))
        heard.append(plain(text))
    seconds = sum(pcm.duration(prompt.audio) for prompt in chosen)
    exact = sum(map(str.__eq__, said, heard)) / len(said)
    return Score(jiwer.wer(said, heard), exact, cpu / seconds)


def raw():
    decoder = pocketsphinx.Decoder(loglevel="FATAL")

    def recognize(prompt: Prompt, *, warm: bool = False) -> str:
        if warm:
            return ""
        decoder.start_utt()
        decoder.process_raw(prompt.audio, full_utt=True)
        decoder.end_utt()
        found = decoder.hyp()
        return found.hypstr if found is not None else ""

    return recognize


def ours(*, hinted: bool):
    recognizer = SphinxRecognizer()

    def recognize(prompt: Prompt, *, warm: bool = False) -> str:
        hints = prompt.hints if hinted else Hints()
        audio = prompt.audio[:3200] if warm else prompt.audio
        return recognizer.recognize(audio, language="en", hints=hints).text

    return recognize


async def live(chosen: list[Prompt]) -> tuple[float, list[float], list[float]]:
    """Speak prompts to a worker in real time: return the cold start, and the waits after speech and turn end."""
    pool = RecognizerPool("pocketsphinx")
    started = time.perf_counter()
    await pool.warm(language="en", hints=chosen[0].hints)
    cold = time.perf_counter() - started
    known, finished = [], []
    try:
        for prompt in chosen:
            await pool.warm(language="en", hints=prompt.hints)
            stream = pool.open_stream(language="en", hints=prompt.hints)
            await fed_in_real_time(stream, prompt.audio)
            spoken = time.perf_counter()
            await fed_in_real_time(stream, bytes(int(SILENCE_AFTER * 32_000)))
            turn_ended = time.perf_counter()
            await stream.finish()
            finished.append(time.perf_counter() - turn_ended)
            known.append(time.perf_counter() - spoken)
    finally:
        await pool.close()
    return cold, known, finished


async def fed_in_real_time(stream, audio: bytes) -> None:
    started = time.perf_counter()
    for number, start in enumerate(range(0, len(audio), PIECE), 1):
        await asyncio.sleep(max(0.0, started + number * 0.02 - time.perf_counter()))
        stream.feed(audio[start : start + PIECE])


def spread(every: list[Prompt], number: int) -> list[Prompt]:
    return [every[place * len(every) // number] for place in range(number)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--live", type=int, default=12, help="prompts that are spoken in real time (12)")
    parser.add_argument("--only", choices=("dev", "held-out"), help="one half of the prompts")
    options = parser.parse_args()
    print(f"{'':28}{'word errors':>12}{'exact':>8}{'CPU per s':>11}")
    for half in ("dev", "held-out"):
        for noise in (None, NOISE):
            if options.only in (None, half):
                chosen = [each for each in prompts(noise) if each.held_out == (half == "held-out")]
                print(
                    f"{half}, {len(chosen)} prompts, {'clean' if noise is None else f'noise at {noise:g} dBFS'}"
                )
                for name, recognize in (
                    ("PocketSphinx as it comes", raw()),
                    ("ours, no hints", ours(hinted=False)),
                    ("ours, hints of the scenario", ours(hinted=True)),
                ):
                    found = score(chosen, recognize)
                    print(f"  {name:<28}{found.errors:>9.1%}{found.exact:>8.0%}{found.load:>10.3f}s")
    cold, known, finished = asyncio.run(live(spread(prompts(None), options.live)))
    print(f"live: worker and model ready after {cold:.2f} s")
    print(
        f"  from the end of the turn to the words: median {median(finished):.3f} s, most {max(finished):.3f} s"
    )
    print(f"  from the end of speech to the words:   median {median(known):.3f} s, most {max(known):.3f} s")


if __name__ == "__main__":
    main()
