"""What pytest made of a call, beside the call's other artifacts: ``verdicts.json``.

A call is finished before anybody judges it. A folder without this file, or with that of an earlier call, is therefore
one of a run that was ended in between.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import ArtifactError
from pytest_agentsim.expect import Outcome, Verdict, Words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["VERDICTS", "CallOutcome", "Judgement", "load_judgement", "write_judgement"]

VERDICTS = "verdicts.json"
FORMAT_VERSION = 1


class CallOutcome(StrEnum):
    """What came of a call, or of a pytest item, in pytest's words."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"
    XFAILED = "xfailed"
    XPASSED = "xpassed"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What pytest made of one call.

    `run_id` is the call's, `run` its number among the `runs` of its item (from 1), of which the share `pass_rate` must
    pass. `runs_planned` is how many there would have been had they not been sure earlier; 0 where nobody knows.
    `outcome` is that of the call, `item_outcome` that of its item; `message` says in one line why a test failed
    for another reason than a verdict. `suite_seed` is what the call's seed was derived from. `file` and `line` (from 1)
    are the item's place, relative to pytest's root directory. `pass_k` is the k of pass@k and pass^k.
    """

    run_id: str
    node_id: str
    outcome: CallOutcome
    item_outcome: CallOutcome
    run: int = 1
    runs: int = 1
    pass_rate: float = 1.0
    message: str = ""
    suite_seed: int = 0
    file: str = ""
    line: int | None = None
    tags: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    runs_planned: int = 0
    pass_k: int = 3

    def to_json(self) -> dict[str, Any]:
        """The judgement as JSON-able data; `from_json` is its inverse."""
        document: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        document["verdicts"] = [
            {each.name: getattr(verdict, each.name) for each in fields(verdict)}
            | {"words": [[each.turn, each.start, each.end] for each in verdict.words]}
            for verdict in self.verdicts
        ]
        return {"format": FORMAT_VERSION, **document}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Judgement:
        """Read what `to_json` wrote, also through a JSON file; unknown keys are ignored."""
        values = _known(cls, document)
        values["outcome"] = CallOutcome(document["outcome"])
        values["item_outcome"] = CallOutcome(document["item_outcome"])
        values["tags"] = tuple(document.get("tags", ()))
        values["verdicts"] = tuple(_verdict(each) for each in document.get("verdicts", ()))
        return cls(**values)


def write_judgement(judgement: Judgement, directory: Path) -> None:
    """Write the file beside a call's others; it is either there as a whole or not at all."""
    text = json.dumps(judgement.to_json(), ensure_ascii=False)
    path = directory / VERDICTS
    draft = path.with_suffix(".part")
    # Lone surrogates can come from an agent's JSON escapes and have no UTF-8 form.
    draft.write_text(f"{text}\n", encoding="utf-8", errors="backslashreplace")
    draft.replace(path)


def load_judgement(directory: Path) -> Judgement | None:
    """Read what pytest made of the call in a folder; None where it made nothing of it.

    Raises ArtifactError when the file is not whole.
    """
    try:
        return Judgement.from_json(json.loads((directory / VERDICTS).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ArtifactError(f"The verdicts in {directory} cannot be read: {error}.") from None
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        problem = f"{type(error).__name__}: {error}"
        raise ArtifactError(f"The verdicts in {directory} are not whole or not ours: {problem}.") from None


def _verdict(document: Mapping[str, Any]) -> Verdict:
    values = _known(Verdict, document)
    values["outcome"] = Outcome(document["outcome"])
    for name in ("evidence", "turns", "tool_calls"):
        values[name] = tuple(document.get(name, ()))
    values["words"] = tuple(Words(*each) for each in document.get("words", ()))
    return Verdict(**values)


def _known(kind: type[Judgement | Verdict], document: Mapping[str, Any]) -> dict[str, Any]:
    known = {each.name for each in fields(kind)}
    return {key: value for key, value in document.items() if key in known}
