"""Voice calls by pytest-agentsim, with recorded speech instead of a synthesizer and no recogniser.

Usage: voice_ours.py URL SPEECH_SECONDS ID...; calls URL/ID for each ID at the same time and prints a `Report`.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from voice_audio import TURNS, agent_answers, caller_turns
from voice_report import CallReport, Report

from pytest_agentsim.audio.pacer import Pacer
from pytest_agentsim.audio.recording import read_stereo
from pytest_agentsim.call import run_call
from pytest_agentsim.clock import RealClock
from pytest_agentsim.result import CallResult, Speaker, Status
from pytest_agentsim.scenario.loader import load_mapping
from pytest_agentsim.spec import CallSpec
from pytest_agentsim.voice import call  # noqa: F401  (what the first call would import is not part of its cost)
from pytest_agentsim.voice.equipment import VoiceEquipment
from pytest_agentsim.voice.studio import Studio
from pytest_agentsim.voice_endpoint import VoiceEndpoint

if TYPE_CHECKING:
    from pytest_agentsim.audio.tts.interface import Synthesizer, Voice
    from pytest_agentsim.scenario.model import Scenario

__all__ = ["Recordings", "call_spec", "equipment", "scenario", "scenario_document"]


class Recordings:
    """A synthesizer whose words are "turn 0", "turn 1" and so on, over and over again."""

    name = "recordings"
    fingerprint = "recordings"

    def __init__(self, turns: list[bytes]) -> None:
        self._turns = turns

    def synthesize(self, text: str, voice: Voice) -> bytes:  # noqa: ARG002
        return self._turns[int(text.removeprefix("turn ")) % len(self._turns)]


class RecordedStudio(Studio):
    """Speaks with recordings, whatever synthesizer is asked for."""

    def __init__(self, turns: list[bytes]) -> None:
        super().__init__()
        self._recordings = Recordings(turns)

    def synthesizer(self, name: str) -> Synthesizer:  # noqa: ARG002
        return self._recordings


def equipment(seconds: float) -> VoiceEquipment:
    """Return equipment whose utterances last for so many seconds."""
    return VoiceEquipment(Pacer(RealClock()), RecordedStudio(caller_turns(seconds)))


def scenario(turns: int) -> Scenario:
    """Return a scenario of so many turns, which the caller says whatever the agent answers; then it hangs up."""
    return load_mapping(scenario_document("benchmark", turns))


def scenario_document(name: str, turns: int) -> dict[str, object]:
    """Return the same as it is written in a file."""
    rows: list[dict[str, object]] = [
        {
            "id": number,
            "condition": number - 1 if number else "FIRST_MESSAGE",
            "action": f"turn {number}" if number < turns else "<endcall />",
            "type": "action_followup" if number else "standard",
            "fixed_message": True,
        }
        for number in range(turns + 1)
    ]
    return {
        "name": name,
        "scenario_type": "conditional_actions",
        "scenario_language": "en",
        "channel": "voice",
        "conditional_actions": {"role": "You are a caller", "conditions": rows},
    }


def call_spec(what: Scenario, url: str, recording: Path, *, longest: float = 120.0) -> CallSpec:
    """Return one call that may take `longest` seconds."""
    return CallSpec(
        scenario=what,
        personality=what.personality,
        profile=what.profile,
        endpoint=VoiceEndpoint.create(url, recognizer="none", max_duration=longest),
        channel="voice",
        run_id="benchmark",
        batch_id="benchmark",
        seed=1,
        recording=recording,
    )


async def main(url: str, seconds: float, ids: list[str], folder: Path) -> None:
    what = scenario(TURNS)
    specs = [call_spec(what, f"{url}/{id_}", folder / f"{id_}.wav") for id_ in ids]
    shared = equipment(seconds)
    began = time.process_time()
    results = await asyncio.gather(*(run_call(spec, equipment=shared) for spec in specs))
    cpu = time.process_time() - began
    await shared.close()
    said = agent_answers(seconds)
    calls = [
        _report(id_, result, folder / f"{id_}.wav", said) for id_, result in zip(ids, results, strict=True)
    ]
    print(Report(cpu, calls).to_json())


def _report(id_: str, result: CallResult, recording: Path, said: list[bytes]) -> CallReport:
    completed = result.status is Status.COMPLETED
    check = result.harness
    heard = read_stereo(recording)[1] if recording.exists() else b""
    return CallReport(
        id=id_,
        problem="" if completed else f"{result.ended_reason.value}: {result.detail}",
        duration=result.duration,
        latencies=[each.seconds for each in result.latencies],
        answers=len(result.said_by(Speaker.AGENT)),
        intact=sum(heard.count(pcm) == 1 for pcm in said),
        lateness_p50=check.lateness_p50 if check else 0.0,
        lateness_p99=check.lateness_p99 if check else 0.0,
        lateness_max=check.lateness_max if check else 0.0,
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        asyncio.run(main(sys.argv[1], float(sys.argv[2]), sys.argv[3:], Path(temporary)))
