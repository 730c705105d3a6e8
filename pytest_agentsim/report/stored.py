"""The calls that an output directory holds, whole or not."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_agentsim.errors import ArtifactError
from pytest_agentsim.report.artifacts import RECORDING, RESULT, load_result
from pytest_agentsim.report.begun import BEGUN, EVENTS, load_begun
from pytest_agentsim.report.verdicts import VERDICTS, CallOutcome, Judgement, load_judgement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_agentsim.result import CallResult

__all__ = ["UNFINISHED", "StoredCall", "load_call", "load_calls", "stored_calls"]

UNFINISHED = "unfinished"
"""What came of a call whose run was ended before anybody judged it, or whose files are not whole."""

FILES_OF_A_CALL = frozenset({RESULT, RECORDING, EVENTS, BEGUN, VERDICTS})


@dataclass(frozen=True, slots=True)
class StoredCall:
    """What is stored of one call.

    `result` is None where it cannot be read, and `problem` says why, or what else is not whole. `judgement` is None
    where pytest has not come to judge this call. `begun` is what was recorded of a call that its run did not live to
    end; it is to be looked at, and nothing to be measured or judged.
    """

    directory: Path
    result: CallResult | None
    judgement: Judgement | None
    problem: str = ""
    begun: CallResult | None = None

    @property
    def shown(self) -> CallResult | None:
        """What there is to look at: the call, or what was recorded until its run was ended."""
        return self.result if self.result is not None else self.begun

    @property
    def outcome(self) -> str:
        """What came of it: a `CallOutcome`, or "unfinished"."""
        if self.result is None or self.judgement is None:
            return UNFINISHED
        return self.judgement.outcome.value

    @property
    def passed(self) -> bool | None:
        """Whether the call was as expected; None where that cannot be told."""
        if self.outcome in (CallOutcome.PASSED, CallOutcome.XPASSED):
            return True
        return None if self.outcome in (UNFINISHED, CallOutcome.SKIPPED) else False

    @property
    def recording(self) -> Path | None:
        """The stereo file of a voice call, if it is there."""
        if self.result is None or not self.result.recording:
            return None
        path = self.directory / RECORDING
        return path if path.is_file() else None


def stored_calls(output: Path) -> list[StoredCall]:
    """Return all calls below a directory, in the order of its folders; raises ArtifactError if there is none."""
    if not output.is_dir():
        raise ArtifactError(f"There is no directory {output} to read calls from.")
    folders = sorted(_folders_with_calls(output))
    if not folders:
        raise ArtifactError(
            f"There is no call below {output}: it is the directory that a run has written to, agentsim-results "
            "or that of --agentsim-output."
        )
    return load_calls(folders)


def load_calls(folders: Iterable[Path]) -> list[StoredCall]:
    """Return the calls in these folders; of a folder that is given more than once, the call is there once."""
    return [load_call(folder) for folder in dict.fromkeys(folders)]


def load_call(directory: Path) -> StoredCall:
    """Return what a folder holds of a call; what is wrong with it is told in `problem` and raises nothing."""
    problems: list[str] = []
    result: CallResult | None = None
    judgement: Judgement | None = None
    begun: CallResult | None = None
    if not (directory / RESULT).is_file():
        begun = load_begun(directory)
        what = "; this is what was recorded until then" if begun is not None else ""
        problems.append(f"The call has not ended: its run was ended before it{what}.")
    else:
        try:
            result = load_result(directory)
        except ArtifactError as error:
            problems.append(str(error))
    try:
        judgement = load_judgement(directory)
    except ArtifactError as error:
        problems.append(str(error))
    if result is not None and judgement is not None and judgement.run_id != result.run_id:
        judgement = None  # that of an earlier call at the same place
    if result is not None and judgement is None and not problems:
        problems.append("Nobody has judged this call: its run was ended before.")
    if result is not None and result.recording and not (directory / RECORDING).is_file():
        problems.append(f"The recording is missing: there is no {RECORDING} beside the call's other files.")
    return StoredCall(directory, result, judgement, " ".join(problems), begun)


def _folders_with_calls(output: Path) -> Iterator[Path]:
    # `Path.walk` is newer than Python 3.11.
    for folder, _, files in os.walk(output):
        if not FILES_OF_A_CALL.isdisjoint(files):
            yield Path(folder)
