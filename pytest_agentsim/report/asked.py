"""What a scenario asked of a call, beside the call's other artifacts: ``scenario.json``.

With it a stored call can be measured and judged anew without the scenario's file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import ArtifactError, ScenarioError
from pytest_agentsim.scenario.expectations import expectations_from
from pytest_agentsim.scenario.problems import Location

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pytest_agentsim.scenario.model import Expectation, Scenario

__all__ = ["ASKED", "Asked", "load_asked", "write_asked"]

ASKED = "scenario.json"
FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """The expectations, the metrics with their settings, and what else of a scenario decides whether a call passes.

    `file` and `line` are where the scenario stands.
    """

    scenario: str
    file: str = ""
    line: int = 0
    expect: tuple[Expectation, ...] = ()
    expected_outcome: str = ""
    metrics: tuple[str, ...] = ()
    metric_settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    pass_rate: float = 1.0

    @classmethod
    def by(cls, scenario: Scenario) -> Asked:
        """Return what a scenario asks."""
        return cls(
            scenario.name,
            scenario.location.file,
            scenario.location.line,
            scenario.expect,
            scenario.expected_outcome,
            scenario.metrics,
            scenario.metric_settings,
            scenario.pass_rate,
        )

    def to_json(self) -> dict[str, Any]:
        """Return JSON-able data; `from_json` is its inverse."""
        return {
            "format": FORMAT_VERSION,
            "scenario": self.scenario,
            "file": self.file,
            "line": self.line,
            "expect": [_written(each) for each in self.expect],
            "expected_outcome": self.expected_outcome,
            "metrics": list(self.metrics),
            "metric_settings": {name: dict(settings) for name, settings in self.metric_settings.items()},
            "pass_rate": self.pass_rate,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Asked:
        """Read what `to_json` wrote, also through a JSON file; raises ScenarioError for expectations that are none."""
        return cls(
            document["scenario"],
            document["file"],
            document["line"],
            tuple(_read(each) for each in document["expect"]),
            document["expected_outcome"],
            tuple(document["metrics"]),
            document["metric_settings"],
            document["pass_rate"],
        )


def write_asked(asked: Asked, directory: Path) -> None:
    """Write the file into a call's folder."""
    text = json.dumps(asked.to_json(), ensure_ascii=False, default=str)
    (directory / ASKED).write_text(f"{text}\n", encoding="utf-8", errors="backslashreplace")


def load_asked(directory: Path) -> Asked | None:
    """Read what was asked of the call in a folder; None where that was not stored. Raises ArtifactError."""
    try:
        return Asked.from_json(json.loads((directory / ASKED).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ArtifactError(f"What was asked of the call in {directory} cannot be read: {error}.") from None
    except (AttributeError, LookupError, TypeError, ValueError, ScenarioError) as error:
        problem = f"{type(error).__name__}: {error}"
        raise ArtifactError(
            f"What was asked of the call in {directory} is not whole or not ours: {problem}."
        ) from None


def _written(expectation: Expectation) -> dict[str, Any]:
    place = expectation.location
    return {
        "path": expectation.path,
        "written": expectation.written,
        "location": None if place is None else [place.file, place.line, place.column],
    }


def _read(document: Mapping[str, Any]) -> Expectation:
    [found] = expectations_from(document["written"])
    place = document["location"]
    return replace(found, path=document["path"], location=None if place is None else Location(*place))
