"""What it costs to measure a call, and how near the numbers are to those of others.

A minute of recorded prompts makes a call of two sides. The raw lower bound in the same run is reading its recording
with soundfile, or one pass over the same data: the bare webrtcvad for who speaks when, one transform a frame for the
pitch. Peers are Praat (where `praat-parselmouth` is installed) for the pitch and jiwer for the word error rate. At last
it shows how late a metronome of 20 ms is while ended calls are measured, as those on the line would be.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
import tempfile
import time
import wave
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jiwer
import numpy as np
import soundfile
import webrtcvad

from pytest_agentsim.audio.pcm import FRAME_BYTES, SAMPLE_RATE, from_float
from pytest_agentsim.metrics.measure import measure, measured
from pytest_agentsim.metrics.measured_call import MeasuredCall
from pytest_agentsim.metrics.registry import every_metric
from pytest_agentsim.metrics.spoken_words import spoken_words
from pytest_agentsim.metrics.transcription import word_error_rate
from pytest_agentsim.metrics.yin import FRAME
from pytest_agentsim.result import (
    CallResult,
    EndedBy,
    Event,
    EventKind,
    HarnessCheck,
    Reason,
    Speaker,
    Status,
    Turn,
)

if TYPE_CHECKING:
    from collections.abc import Callable

PROMPTS = Path(__file__).parent / "prompts"
SECONDS = 60.0
PAUSE = 0.5  # s between turns
NOISE = 0.001  # of full scale, on the agent's channel
ROUNDS = 20
CALLS, LEAST_TICKS, TICK = 60, 200, 0.02
LATENESS_ROUNDS = 7
AIM_VOICE, AIM_TEXT = 300.0, 0.2  # ms
TEXT_TURNS = 8
PITCH_RANGE = (60.0, 500.0)  # Hz


def call_of(folder: Path) -> tuple[CallResult, Path]:
    """A minute of prompts in turn from either side, as a finished call with its recording."""
    sides: list[list[np.ndarray]] = [[], []]
    turns: list[Turn] = []
    events: list[Event] = []
    position = 0
    for number, prompt in enumerate(prompts(), 1):
        samples, _ = soundfile.read(PROMPTS / prompt["file"])
        speaking, other = sides[::-1] if number % 2 == 0 else sides
        rest = np.zeros(round(PAUSE * SAMPLE_RATE))
        speaking += [samples, rest]
        other += [np.zeros(len(samples)), rest]
        start, end = position / SAMPLE_RATE, (position + len(samples)) / SAMPLE_RATE
        position += len(samples) + len(rest)
        text = prompt["text"]
        about = {"start": start, "end": end, "text": text, "number": number}
        if number % 2:
            turns.append(Turn(number, Speaker.CALLER, text, start, end))
            events += [Event(end, EventKind.UTTERANCE, about), Event(end, EventKind.CALLER_TURN, about)]
        else:
            turns.append(Turn(number, Speaker.AGENT, text, start, end))
            events.append(Event(end, EventKind.AGENT_TURN, {**about, "spans": [[start, end]]}))
        if end > SECONDS:
            break
    agent = np.concatenate(sides[1])
    agent += np.random.default_rng(1).normal(0.0, NOISE, len(agent))
    path = folder / "recording.wav"
    both = np.stack([np.frombuffer(from_float(each), "<i2") for each in (np.concatenate(sides[0]), agent)], 1)
    with wave.open(str(path), "wb") as recording:
        recording.setparams((2, 2, SAMPLE_RATE, 0, "NONE", ""))
        recording.writeframes(both.tobytes())
    heard = [each.text.partition(" ")[2] for each in turns if each.speaker is Speaker.CALLER]
    return _call("voice", turns, events, position / SAMPLE_RATE, {"transcript": heard}), path


def text_call() -> CallResult:
    """The first prompts as messages."""
    turns = [
        Turn(number, Speaker.AGENT if number % 2 == 0 else Speaker.CALLER, prompt["text"], float(number))
        for number, prompt in enumerate(prompts()[:TEXT_TURNS], 1)
    ]
    return _call("text", turns, [], TEXT_TURNS + 1.0, {})


def prompts() -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((PROMPTS / "prompts.json").read_text(encoding="utf-8"))
    return found


def _call(
    channel: str, turns: list[Turn], events: list[Event], duration: float, metadata: dict[str, Any]
) -> CallResult:
    return CallResult(
        scenario="a scenario",
        run_id="run",
        batch_id="batch",
        channel=channel,
        personality="normal",
        seed=1,
        status=Status.COMPLETED,
        ended_by=EndedBy.CALLER,
        ended_reason=Reason.CALLER_ENDED,
        detail="",
        started_at="2026-01-01T00:00:00.000+00:00",
        duration=duration,
        events=tuple(events),
        turns=tuple(turns),
        metadata=metadata,
        harness=HarnessCheck(500, 0.0, 0.001, 0.002, 0.02) if events else None,
    )


def cost(function: Callable[[], object], repeat: int = 1) -> float:
    """The least CPU milliseconds of some rounds, after one that imports what it needs."""
    function()
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(repeat):
            function()
        times.append((time.process_time() - began) / repeat)
    return min(times) * 1000


def all_metrics(call: CallResult, recording: Path | None = None) -> dict[str, Any]:
    one = MeasuredCall(call, recording)
    measure(one, [each for each in every_metric() if not each.is_judged], {})
    return one.values


def only(name: str, call: CallResult, recording: Path | None = None) -> Any:
    one = MeasuredCall(call, recording)
    measure(one, [each for each in every_metric() if each.name == name], {})
    return one.values[name].value


def bare_detector(recording: Path) -> None:
    both, _ = soundfile.read(recording, dtype="int16")
    for side in (0, 1):
        pcm, detector = both[:, side].tobytes(), webrtcvad.Vad(2)
        for start in range(0, len(pcm) - FRAME_BYTES, FRAME_BYTES):
            detector.is_speech(pcm[start : start + FRAME_BYTES], SAMPLE_RATE)


def agent_side(call: CallResult, recording: Path) -> np.ndarray:
    """What the agent says, without pauses between its turns."""
    both, _ = soundfile.read(recording)
    spoken = [each for each in call.turns if each.speaker is Speaker.AGENT]
    return np.concatenate(
        [both[round(each.time * SAMPLE_RATE) : round(each.end * SAMPLE_RATE), 1] for each in spoken]
    )


def one_transform(samples: np.ndarray) -> None:
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::320]
    np.fft.rfft(frames, 1024)


def praats_pitch(samples: np.ndarray) -> float:
    import parselmouth

    sound = parselmouth.Sound(samples, SAMPLE_RATE)
    found = sound.to_pitch_ac(time_step=0.02, pitch_floor=PITCH_RANGE[0], pitch_ceiling=PITCH_RANGE[1])
    frequencies = found.selected_array["frequency"]
    return float(frequencies[frequencies > 0].mean())


def pitches(folder: Path) -> None:
    """The average pitch of each prompt, by us and by Praat."""
    differences = []
    for number, file in enumerate(sorted(PROMPTS.glob("*.flac"))):
        samples, _ = soundfile.read(file)
        path = folder / f"{number}.wav"
        soundfile.write(path, np.stack([np.zeros(len(samples)), samples], 1), SAMPLE_RATE, subtype="PCM_16")
        end = len(samples) / SAMPLE_RATE
        one = _call("voice", [Turn(1, Speaker.AGENT, "", 0.0, end)], [], end, {})
        ours, peers = only("average_pitch", one, path), praats_pitch(samples)
        differences.append(abs(ours - peers) / peers if ours else float("nan"))
    found = np.asarray(differences)
    print(
        f"average pitch of {len(found)} prompts against Praat: median difference {np.nanmedian(found):.1%}, "
        f"90 % within {np.nanpercentile(found, 90):.1%}, largest {np.nanmax(found):.1%}"
    )


async def lateness(call: CallResult, recording: Path, *, threads: int | None) -> tuple[float, float]:
    """How late ticks of 20 ms come while calls are measured, in ms: p50 and p99.

    With so many threads; None measures them as the package does, and 0 not at all.
    """
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max(1, threads or 1)) as pool:
        measuring: list[Any] = []
        if threads is None:
            ours = [each for each in every_metric() if not each.is_judged]
            measuring = [asyncio.ensure_future(measured(call, recording, metrics=ours)) for _ in range(CALLS)]
        elif threads:
            measuring = [loop.run_in_executor(pool, all_metrics, call, recording) for _ in range(CALLS)]
        late: list[float] = []
        began = time.perf_counter()
        while len(late) < LEAST_TICKS or not all(each.done() for each in measuring):
            due = began + TICK * len(late)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            late.append((time.perf_counter() - due) * 1000)
    p50, p99 = np.percentile(late, (50, 99))
    return float(p50), float(p99)


def row(what: str, ours: float, raw: float, peer: float | None = None) -> None:
    beside = "" if peer is None else f"{peer:10.2f}"
    print(f"{what:58} {ours:10.2f} {raw:10.2f} {beside:>10} {ours / raw:9.1f}x")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        call, recording = call_of(Path(folder))
        imported = replace(call, events=(), turns=(), harness=None, metadata={})
        text = text_call()
        has_praat = importlib.util.find_spec("parselmouth") is not None
        agent = agent_side(call, recording)
        said = [each.text for each in call.turns if each.speaker is Speaker.CALLER]
        heard = call.metadata["transcript"]
        read = cost(lambda: soundfile.read(recording))

        print(
            f"{f'CPU milliseconds, least of {ROUNDS}':58} {'ours':>10} {'raw':>10} {'peer':>10} {'ours/raw':>10}"
        )
        voice = cost(lambda: all_metrics(call, recording))
        row(f"a voice call of {call.duration:.0f} s, all metrics; reading it", voice, read)
        without = cost(lambda: all_metrics(imported, recording))
        row(
            "  with no log, so that speech is looked for; webrtcvad",
            without,
            cost(lambda: bare_detector(recording)),
        )
        row(
            "  its pitch; one transform a frame; Praat",
            cost(lambda: only("average_pitch", call, recording)),
            cost(lambda: one_transform(agent)),
            cost(lambda: praats_pitch(agent)) if has_praat else None,
        )
        row("  its level; reading it", cost(lambda: only("agent_level", call, recording)), read)
        row(
            f"  the error rate of {sum(len(each.split()) for each in said)} words; comparing sets; jiwer",
            cost(lambda: word_error_rate(MeasuredCall(call))),
            cost(lambda: set(" ".join(said).split()) ^ set(" ".join(heard).split()), 100),
            cost(lambda: jiwer.process_words(said, heard)),
        )
        quick = cost(lambda: all_metrics(text), 20)
        row(
            f"a text call of {TEXT_TURNS} turns, all metrics; its words",
            quick,
            cost(lambda: [each.text.split() for each in text.turns], 100),
        )
        print(f"\naims: a voice call {AIM_VOICE:.0f} ms, a text call {AIM_TEXT} ms")

        peers = jiwer.wer(*([" ".join(spoken_words(each)) for each in texts] for texts in (said, heard)))
        print(f"word error rate: ours {only('word_error_rate', call):.4f}, jiwer {peers:.4f}")
        print(f"\nlateness of a metronome of 20 ms while {CALLS} calls are measured")
        for what, threads in (
            ("no call is measured", 0),
            ("as the package does", None),
            ("by six threads", 6),
        ):
            rounds = [asyncio.run(lateness(call, recording, threads=threads)) for _ in range(LATENESS_ROUNDS)]
            p50, p99 = np.median(rounds, axis=0)
            print(f"  {what:56} p50 {p50:6.1f} ms, p99 {p99:6.1f} ms")
        if has_praat:
            pitches(Path(folder))
    return int(voice > AIM_VOICE or quick > AIM_TEXT)


if __name__ == "__main__":
    sys.exit(main())
