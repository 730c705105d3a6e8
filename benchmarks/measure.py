"""Runs commands and tells what they cost."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["Cost", "median", "run"]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process cost: wall clock and CPU seconds, its own and its children's."""

    wall: float
    cpu: float


def run(
    command: Sequence[str], *, directory: Path | None = None, environment: Mapping[str, str] | None = None
) -> Cost:
    """Run a command to its end; its output is shown only when it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=directory,
        env=_environment(environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output = process.stdout.read() if process.stdout else b""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.stdout:
        process.stdout.close()
    wall = time.perf_counter() - began
    if process.returncode:
        sys.stderr.write(output.decode(errors="replace")[-4000:])
        raise SystemExit(f"{' '.join(command)} failed with status {process.returncode}")
    return Cost(wall, usage.ru_utime + usage.ru_stime)


def _environment(further: Mapping[str, str]) -> dict[str, str]:
    # Where compiled modules may not be stored, each start compiles all that is not: a cost that users do not have.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **further}


def median(costs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    middle = len(costs) // 2
    return Cost(sorted(cost.wall for cost in costs)[middle], sorted(cost.cpu for cost in costs)[middle])
