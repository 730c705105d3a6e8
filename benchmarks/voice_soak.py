"""One long voice call in real time, and what this process holds in memory meanwhile.

Usage: voice_soak.py URL SPEECH_SECONDS SECONDS
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from voice_ours import call_spec, equipment, scenario

from pytest_agentsim.call import run_call

INTERVAL = 60.0  # s
PAUSES = 1.3  # s of a turn in which nobody speaks, a little more than they are
GRACE = 60.0  # s


async def main(url: str, speech: float, seconds: float, recording: Path) -> None:
    turns = int(seconds / (2 * speech + PAUSES)) + 1
    shared = equipment(speech)
    watching = asyncio.ensure_future(_watch())
    spec = call_spec(scenario(turns), url, recording, longest=seconds + GRACE)
    result = await run_call(spec, equipment=shared)
    watching.cancel()
    await shared.close()
    measured = [each.seconds for each in result.latencies if each.seconds is not None]
    print(
        f"{result.status.value} after {result.duration:.0f} s and {len(result.turns)} turns of {2 * turns}; "
        f"latencies {min(measured) * 1e3:.1f} to {max(measured) * 1e3:.1f} ms, "
        f"{len(result.latencies) - len(measured)} not measurable; "
        f"frames late at most {result.harness.lateness_max * 1e3 if result.harness else 0:.1f} ms"
    )
    print(f"{result.detail}  Resident at the end: {_resident():.1f} MB")


async def _watch() -> None:
    """Print the resident memory now and again."""
    minutes = 0.0
    while True:
        await asyncio.sleep(INTERVAL if minutes else 5.0)  # what is needed once is there after some seconds
        print(f"  {minutes:4.0f} min {_resident():8.1f} MB resident", flush=True)
        minutes += INTERVAL / 60


def _resident() -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        asyncio.run(main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), Path(temporary) / "call.wav"))
