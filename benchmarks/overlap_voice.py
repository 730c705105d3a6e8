"""Voice calls through the whole of pytest, all at once in one process: how regular they are, beside a plain sender."""

from __future__ import annotations

import os
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import yaml
from measure import run
from voice_agent import VoiceAgent, voice_agent
from voice_audio import TURNS, caller_turns
from voice_figures import Pace, pace
from voice_ours import Recordings, scenario_document
from voice_report import CallReport, Report

from pytest_agentsim.report.artifacts import load_result
from pytest_agentsim.result import Speaker, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from voice_agent import Round

    from pytest_agentsim.result import CallResult

__all__ = ["print_voice_calls", "recordings"]

HERE = Path(__file__).parent
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
SPEECH = 1.5  # s of a turn of either side, for calls of about 17 s
CALLS = (1, 100)
AIM = 0.02  # s
OURS = "pytest-agentsim"

# What makes an engine of `recordings` known to pytest-agentsim, as an installed package would.
ENTRY_POINTS = "[pytest_agentsim.synthesizers]\nrecordings = overlap_voice:recordings\n"
METADATA = "Metadata-Version: 2.1\nName: benchmark-recordings\nVersion: 1\n"


def recordings(_: Mapping[str, str]) -> Recordings:
    """Return the synthesizer of the benchmark, which speaks what the plain sender speaks."""
    return Recordings(caller_turns(SPEECH))


def print_voice_calls(rounds: int) -> None:
    done: dict[tuple[int, str], list[Round]] = defaultdict(list)
    with voice_agent(SPEECH) as agent:
        for _ in range(rounds):
            for calls in CALLS:
                done[calls, "raw"].append(agent.call("raw", calls, "talk"))
                done[calls, "without pytest"].append(agent.call("ours", calls, "talk"))
                done[calls, OURS].append(_through_pytest(agent, calls))
    shortest = min(call.duration for each in done.values() for report, _ in each for call in report.calls)
    print(
        f"voice calls of {TURNS} turns and at least {shortest:.0f} s, in one process; {rounds} interleaved rounds"
    )
    print(
        "  ms                       late when sent: p99 of         gap at the agent agent's own     CPU per calls that"
    )
    print(
        "  calls                    the median  the worst     max       p99     max lateness p99 call-second completed"
    )
    for (calls, name), each in done.items():
        print(f"  {calls:5} {name:18}{_figures(each)} {_completed(each):5} of {calls * rounds}")
    ours = max(each.late_p99 for each in (pace(*one) for one in done[max(CALLS), OURS]))
    print(f"  the aim is {AIM * 1e3:g} ms for the p99 of the worst call; it is {ours * 1e3:.1f} ms")


def _through_pytest(agent: VoiceAgent, calls: int) -> Round:
    ids = agent.new_ids(calls)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _write_suite(folder, ids)
        path = os.pathsep.join(filter(None, (str(folder), str(HERE), os.environ.get("PYTHONPATH"))))
        options = (
            f"--agentsim-voice-url={agent.url}/talk/pytest",
            f"--agentsim-concurrency={max(calls, 2)}",
            "--agentsim-synthesizer=recordings",
            "--agentsim-recognizer=none",
        )
        cost = run([*PYTEST, *options], directory=folder, environment={"PYTHONPATH": path})
        results = [load_result(file.parent) for file in sorted(folder.rglob("result.json"))]
    return Report(cost.cpu, [_report(each) for each in results]), agent.noted(ids)


def _write_suite(folder: Path, ids: Sequence[str]) -> None:
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    # The agent knows each call by the header.
    scenarios = [{**scenario_document(f"call {id_}", TURNS), "metadata": {"X-Call-Id": id_}} for id_ in ids]
    document = yaml.safe_dump({"scenarios": scenarios}, sort_keys=False)
    (folder / "calls.scenario.yaml").write_text(document, encoding="utf-8")
    installed = folder / "benchmark_recordings-1.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text(METADATA, encoding="utf-8")
    (installed / "entry_points.txt").write_text(ENTRY_POINTS, encoding="utf-8")


def _report(result: CallResult) -> CallReport:
    check = result.harness
    assert check is not None, "a voice call tells how it kept time"
    answers = len(result.said_by(Speaker.AGENT))
    completed = result.status is Status.COMPLETED and answers == TURNS
    return CallReport(
        id=result.run_id,
        problem="" if completed else f"{answers} answers, {result.ended_reason.value}: {result.detail}",
        duration=result.duration,
        latencies=[each.seconds for each in result.latencies],
        answers=answers,
        intact=0,
        lateness_p50=check.lateness_p50,
        lateness_p99=check.lateness_p99,
        lateness_max=check.lateness_max,
    )


def _figures(rounds: Sequence[Round]) -> str:
    paces = [pace(*each) for each in rounds]

    def figure(of: Callable[[Pace], float]) -> float:
        return median(map(of, paces)) * 1e3

    typical = median(call.lateness_p99 for report, _ in rounds for call in report.calls) * 1e3
    return (
        f"{typical:10.1f} {figure(lambda p: p.late_p99):10.1f} {figure(lambda p: p.late_max):7.1f}"
        f" {figure(lambda p: p.gap_p99):9.1f} {figure(lambda p: p.gap_max):7.1f}"
        f" {figure(lambda p: p.agent_late_p99):12.1f} {figure(lambda p: p.cpu):11.2f}"
    )


def _completed(rounds: Sequence[Round]) -> int:
    """Count the calls that went well for their caller and in which the agent has heard every turn once."""
    return sum(
        min(
            sum(not call.problem and call.answers == TURNS for call in report.calls),
            sum(len(call["turns"]) == TURNS for call in log.values()),
        )
        for report, log in rounds
    )
