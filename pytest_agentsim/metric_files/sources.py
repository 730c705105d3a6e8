"""Finds the files of a project's metrics and reads them all."""

from __future__ import annotations

import glob
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_agentsim.errors import ScenarioError
from pytest_agentsim.metric_files.metric_of import metric_of
from pytest_agentsim.metric_files.payload import MetricPayload, metrics_in, of_python
from pytest_agentsim.metric_files.python_code import MetricCodeError
from pytest_agentsim.metrics.registry import metric_named
from pytest_agentsim.scenario import source
from pytest_agentsim.scenario.problem_log import ProblemLog
from pytest_agentsim.scenario.problems import Location
from pytest_agentsim.scenario.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pytest_agentsim.metrics.metric import Metric
    from pytest_agentsim.scenario.problems import Problem

__all__ = ["MetricFiles", "read_metric_files"]

SUFFIXES = (".yaml", ".yml", ".json", ".py")
# What lies about in a project and is no metric, when a folder or a pattern is named.
OTHERS = ("*.scenario.*", "*.agentsim.*", "conftest.py", "test_*.py", "*_test.py", "__init__.py")


@dataclass(frozen=True, slots=True)
class MetricFiles:
    """The metrics of all files, and warnings about them; `ids` are the slugs of the platforms' numeric ids."""

    metrics: tuple[Metric, ...]
    warnings: tuple[Problem, ...]
    ids: Mapping[int, str] = field(default_factory=dict)


def read_metric_files(named: Iterable[str], root: Path, *, show: Callable[[Path], str] = str) -> MetricFiles:
    """Read the metrics of files, folders (with what is below them) and patterns, relative to `root`.

    Raises ScenarioError with all problems of all files. `show` gives a path as problems name it.
    """
    log = ProblemLog()
    payloads: list[MetricPayload] = []
    for path, is_meant in _files(named, root, show, log):
        payloads += _payloads(path, show(path), log, is_meant=is_meant)
    # What is the code of a payload is no metric of its own.
    part = {
        each.code.file for each in payloads if each.code is not None and each.place.file != each.code.file
    }
    payloads = [each for each in payloads if each.place.file not in part]
    taken: dict[str, MetricPayload] = {}
    for each in payloads:
        first = taken.setdefault(each.slug, each)
        if first is not each:
            hint = f"the first one is at {first.place}"
            log.error(each.place, (), f"there are two metrics with the slug '{each.slug}'", hint)
        elif metric_named(each.slug) is not None:
            hint = "give it another slug"
            log.error(each.place, (), f"there is a metric '{each.slug}' already", hint)
    log.raise_errors()
    ids = {each.id: each.slug for each in payloads if each.id is not None}
    return MetricFiles(tuple(map(metric_of, payloads)), log.warnings, ids)


def _files(
    named: Iterable[str], root: Path, show: Callable[[Path], str], log: ProblemLog
) -> Iterator[tuple[Path, bool]]:
    """Yield each file once, and whether it is named itself."""
    seen: set[Path] = set()
    for written in named:
        path = root / written
        if path.is_file():
            found, is_meant = [path], True
        elif path.is_dir():
            found, is_meant = sorted(path.rglob("*")), False
        else:
            found = sorted(map(Path, glob.glob(str(path), recursive=True)))  # noqa: PTH207 (absolute patterns)
            is_meant = False
        files = [each for each in found if is_meant or _may_be_metric(each)]
        if not files:
            hint = "agentsim_metrics names files, folders and patterns relative to the rootdir"
            log.error(Location(show(path), 1, 1), (), "there is no metric file", hint)
        for each in files:
            if each not in seen:
                seen.add(each)
                yield each, is_meant


def _may_be_metric(path: Path) -> bool:
    return (
        path.is_file()
        and path.suffix in SUFFIXES
        and not any(part.startswith((".", "__pycache__")) for part in path.parts[-2:])
        and not any(fnmatch(path.name, other) for other in OTHERS)
    )


def _payloads(path: Path, display: str, log: ProblemLog, *, is_meant: bool) -> list[MetricPayload]:
    place = Location(display, 1, 1)
    if path.suffix == ".py":
        try:
            payload = of_python(path, display, path.read_text(encoding="utf-8-sig"), place)
        except MetricCodeError as error:
            log.error(place, (), str(error).removeprefix(f"{display}:"))
        except (OSError, UnicodeDecodeError) as error:
            log.error(place, (), f"the file cannot be read: {getattr(error, 'strerror', None) or error}")
        else:
            if payload.code is not None and payload.code.sets_result:
                return [payload]
            if is_meant:
                log.error(place, (), "the code sets no _result, so it is no metric")
        return []
    own = ProblemLog()
    found: list[MetricPayload] = []
    try:
        document = source.read(path, display)
        found = list(metrics_in(Reading(document, own), path.parent))
    except ScenarioError as error:
        own.include((*error.problems, *error.warnings))
    log.include((*own.errors, *own.warnings))
    return found
