"""What GitHub Actions shows of a run: a summary on the job's page, and annotations at the lines of the scenarios.

Source: "Workflow commands for GitHub Actions", in GitHub's documentation.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_agentsim.errors import ArtifactError
from pytest_agentsim.visible import shortened, visible_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_agentsim.expect import Verdict
    from pytest_agentsim.report.stored import StoredCall

__all__ = ["add_step_summary", "error_commands", "is_on_github", "step_summary"]

MOST_ANNOTATIONS = 10  # GitHub shows no more of one kind in a step
LONGEST_SUMMARY = 1_000_000  # bytes; GitHub takes 1 MiB of a step and drops what is larger
LONGEST_MESSAGE = 1_000  # characters
CUT = "\n\n… the rest is too long for this page.\n"


def is_on_github() -> bool:
    """Tell whether this is a job of GitHub Actions, whose commands are read from what is printed."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def step_summary() -> Path | None:
    """Return the file whose Markdown GitHub shows on the job's page; None elsewhere."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    return Path(path) if path else None


def add_step_summary(calls: Sequence[StoredCall], path: Path, *, name: str = "") -> None:
    """Add the report to what other steps may have written; raises ArtifactError when that cannot be done."""
    from pytest_agentsim.report.markdown import markdown_of

    text = markdown_of(calls, name=name).encode()
    if len(text) > LONGEST_SUMMARY:
        text = text[:LONGEST_SUMMARY].rpartition(b"\n")[0] + CUT.encode()
    try:
        with path.open("ab") as file:
            file.write(text)
    except OSError as error:
        raise ArtifactError(
            f"The summary for GitHub cannot be written to {path}: {error.strerror or error}."
        ) from None


def error_commands(calls: Sequence[StoredCall], *, root: Path, start: Path) -> list[str]:
    """Return the commands that put what was not met beside the lines of the scenario files.

    Items are placed relative to pytest's `root` directory, expectations to the folder `start` in which it was started.
    """
    found: dict[str, None] = {}
    for call in calls:
        found.update(dict.fromkeys(_of_call(call, root, start)))
    return list(found)[:MOST_ANNOTATIONS]


def _of_call(call: StoredCall, root: Path, start: Path) -> Iterator[str]:
    judgement = call.judgement
    if judgement is None or judgement.item_outcome not in ("failed", "error"):
        return  # what the run does not fail for needs no mark
    missed = [verdict for verdict in judgement.verdicts if not verdict.passed]
    for verdict in missed:
        file, line = _place(verdict)
        where = (start / file, line) if file else (root / judgement.file, judgement.line)
        yield _command(*where, judgement.node_id, f"{verdict.path}: {verdict.message}")
    if not missed and judgement.message:
        yield _command(root / judgement.file, judgement.line, judgement.node_id, judgement.message)


def _place(verdict: Verdict) -> tuple[str, int | None]:
    file, _, line = verdict.location.rpartition(":")
    return (file, int(line)) if file and line.isdecimal() else ("", None)


def _command(file: Path, line: int | None, title: str, message: str) -> str:
    workspace = os.environ.get("GITHUB_WORKSPACE")
    shown = file.relative_to(workspace) if workspace and file.is_relative_to(workspace) else file
    properties = {"file": shown.as_posix(), "line": line, "title": shortened(title, 200)}
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::error {told}::{_data(shortened(message, LONGEST_MESSAGE))}"


def _data(text: str) -> str:
    return visible_line(text).replace("%", "%25")


def _property(value: object) -> str:
    return _data(str(value)).replace(":", "%3A").replace(",", "%2C")
