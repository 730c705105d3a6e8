"""Baselines as files: a folder with one JSON file each, to be read by people and kept in version control."""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_agentsim.baseline.record import ItemRecord, MetricKind
from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.metric_value import Direction

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Baseline", "baseline_path", "load_baseline", "load_baselines", "save_baseline"]

FORMAT = "pytest-agentsim baseline"
VERSION = 1
_NAME = re.compile(r"\w[\w.\-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The calls of one run of pytest, by node id; `saved_at` is ISO 8601, in UTC."""

    name: str
    saved_at: str
    batch_id: str
    items: Mapping[str, ItemRecord]
    kinds: Mapping[str, MetricKind] = field(default_factory=dict)


def baseline_path(folder: Path, name: str) -> Path:
    """Return the file of a baseline; raises ConfigurationError for a name that cannot be that of a file."""
    if not _NAME.fullmatch(name):
        raise ConfigurationError(
            f"a baseline is named with letters, digits, dots, dashes and underscores, not {name!r}"
        )
    return folder / f"{name}.json"


def save_baseline(baseline: Baseline, folder: Path) -> Path:
    """Write a baseline in place of an earlier one of its name; raises OSError, and then leaves that one whole."""
    path = baseline_path(folder, baseline.name)
    document = {
        "format": FORMAT,
        "version": VERSION,
        "name": baseline.name,
        "saved_at": baseline.saved_at,
        "batch_id": baseline.batch_id,
        "metrics": {
            name: {"unit": kind.unit, "direction": kind.direction.value}
            for name, kind in sorted(baseline.kinds.items())
        },
        "items": {node_id: item.to_json() for node_id, item in sorted(baseline.items.items())},
    }
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.unfinished")
    try:
        text = json.dumps(document, ensure_ascii=False, indent=1)
        # Lone surrogates can come from an agent's JSON escapes and have no UTF-8 form.
        unfinished.write_text(f"{text}\n", encoding="utf-8", errors="backslashreplace")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def load_baseline(folder: Path, name: str) -> Baseline:
    """Read a baseline; raises ConfigurationError with one sentence when there is none, or none that is whole."""
    path = baseline_path(folder, name)
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(_missing(folder, name)) from None
    except OSError as error:
        raise ConfigurationError(f"the baseline {path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ConfigurationError(
            f"the baseline {path} is not whole, or no JSON ({error}); save it anew with --agentsim-save-baseline={name}"
        ) from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ConfigurationError(f"{path} is no baseline that pytest-agentsim has saved")
    if document.get("version") != VERSION:
        raise ConfigurationError(
            f"the baseline {path} has the format {document.get('version')!r}, and this pytest-agentsim reads "
            f"{VERSION}; save it anew with --agentsim-save-baseline={name}"
        )
    try:
        return _read(document)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise ConfigurationError(
            f"the baseline {path} is not whole ({type(error).__name__}: {error}); save it anew with "
            f"--agentsim-save-baseline={name}"
        ) from None


def load_baselines(folder: Path) -> tuple[Baseline, ...]:
    """Read all baselines of a folder, the oldest first; what is none, or not whole, is left out."""
    found: list[Baseline] = []
    for path in folder.glob("*.json"):
        with suppress(ConfigurationError):
            found.append(load_baseline(folder, path.stem))
    return tuple(sorted(found, key=lambda each: (each.saved_at, each.name)))


def _read(document: dict[str, Any]) -> Baseline:
    return Baseline(
        str(document["name"]),
        str(document["saved_at"]),
        str(document["batch_id"]),
        {node_id: ItemRecord.from_json(item) for node_id, item in document["items"].items()},
        {
            name: MetricKind(str(kind["unit"]), Direction(kind["direction"]))
            for name, kind in document["metrics"].items()
        },
    )


def _missing(folder: Path, name: str) -> str:
    known = ", ".join(sorted(each.stem for each in folder.glob("*.json"))) if folder.is_dir() else ""
    there = f"there are {known}" if known else f"save it first with --agentsim-save-baseline={name}"
    return f"there is no baseline {name!r} in {folder}; {there}"
