"""Finds the user's own personalities: in a folder, in each folder above it, and in files that hold everywhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_agentsim.errors import ConfigurationError, ScenarioError
from pytest_agentsim.scenario.personality import Choice, Personality
from pytest_agentsim.scenario.personality_files import (
    PersonalityFile,
    definitions_in,
    is_personality_file,
    read_personality_file,
)
from pytest_agentsim.scenario.personality_layer import with_definitions
from pytest_agentsim.scenario.problem_log import ProblemLog
from pytest_agentsim.scenario.rubric import RUBRIC
from pytest_agentsim.scenario.source import from_python

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pytest_agentsim.scenario.model import Expectation
    from pytest_agentsim.scenario.problems import Problem
    from pytest_agentsim.scenario.settings import LoadSettings

__all__ = ["Known", "OwnPersonalities", "local_settings", "settings_in", "with_given"]

HOOK = "pytest_agentsim_personalities"


@dataclass(frozen=True, slots=True)
class Known:
    """The personalities that can be named in some folder, and what is wrong with the files that define them.

    `rubric` is what metrics of its scenarios must be, by the names of the metrics.
    """

    choices: Mapping[str, Choice]
    problems: tuple[Problem, ...]
    rubric: Mapping[str, tuple[Expectation, ...]]


class OwnPersonalities:
    """The personality files of a project.

    Those of a folder and of the folders above it, up to `root`, hold for what is in the folder; `files` hold
    everywhere. The nearest definition of a name counts, `files` are further away than any folder. Each file is read
    once; `show` gives a path as problems name it.
    """

    def __init__(
        self,
        root: Path,
        files: Sequence[Path] = (),
        *,
        show: Callable[[Path], str] = str,
        metric_ids: Mapping[int, str] | None = None,
    ) -> None:
        self._root = root
        self._files = tuple(files)
        self._show = show
        self._metric_ids = dict(metric_ids or {})
        self._in_folder: dict[Path, tuple[Path, ...]] = {}
        self._read: dict[Path, PersonalityFile] = {}

    def known_in(self, folder: Path, settings: LoadSettings) -> Known:
        """Return the personalities of the settings together with those that hold in a folder."""
        log = ProblemLog()
        choices = settings.personalities
        rubric: dict[str, tuple[Expectation, ...]] = {}
        for paths in (self._files, *map(self._personality_files, self._folders(folder))):
            found = [self._file(path) for path in paths]
            definitions = [definition for each in found for definition in each.definitions]
            choices = with_definitions(choices, definitions, settings.personality_ids, log)
            log.include(problem for each in found for problem in each.problems)
            rubric.update(_by_metric([each.rubric for each in found], log))
        return Known(choices, (*log.errors, *log.warnings), rubric)

    def check(self, path: Path, settings: LoadSettings) -> tuple[Problem, ...]:
        """Return what is wrong in one of the files, with the bases of what it defines."""
        path = _absolute(path)
        around = self.known_in(path.parent, settings).problems
        display = self._show(path)
        within = [each for each in around if each.location.file == display]
        return tuple(dict.fromkeys((*self._file(path).problems, *within)))

    def _folders(self, folder: Path) -> Iterator[Path]:
        """Yield the folders from the root to the folder itself; only that one where it is somewhere else."""
        folder = _absolute(folder)
        if folder.is_relative_to(self._root):
            yield from reversed([each for each in folder.parents if each.is_relative_to(self._root)])
        yield folder

    def _personality_files(self, folder: Path) -> tuple[Path, ...]:
        if folder not in self._in_folder:
            self._in_folder[folder] = tuple(_personality_files(folder))
        return self._in_folder[folder]

    def _file(self, path: Path) -> PersonalityFile:
        if path not in self._read:
            self._read[path] = read_personality_file(path, self._show(path), self._metric_ids)
        return self._read[path]


def local_settings(settings: LoadSettings, folder: Path, log: ProblemLog) -> LoadSettings:
    """Return the settings as they are in a folder; what is wrong with its personality files is logged."""
    if settings.own is None:
        return settings
    known = settings.own.known_in(folder, settings)
    log.include(known.problems)
    return replace(settings, personalities=known.choices, rubric=known.rubric, own=None)


def settings_in(settings: LoadSettings, folder: Path) -> LoadSettings:
    """Return the settings as they are in a folder; raises ScenarioError if its personality files are wrong."""
    log = ProblemLog()
    local = local_settings(settings, folder, log)
    log.raise_errors()
    return local


def with_given(settings: LoadSettings, given: object) -> LoadSettings:
    """Return the settings with the personalities that an implementation of the hook has given.

    Raises ConfigurationError for what cannot be one.
    """
    if not isinstance(given, Mapping):
        kind = type(given).__name__
        raise ConfigurationError(f"{HOOK} has to return a mapping of names to personalities, not a {kind}.")
    whole = {name: each for name, each in given.items() if isinstance(each, Personality)}
    fields = {name: each for name, each in given.items() if name not in whole}
    choices = {
        **settings.personalities,
        **{name: Choice(each, each.language) for name, each in whole.items()},
    }
    log = ProblemLog()
    try:
        if fields:
            definitions = definitions_in(from_python({"personalities": fields}), log)
            choices = with_definitions(choices, definitions, settings.personality_ids, log)
            log.raise_errors()
    except ScenarioError as error:
        problems = "; ".join(str(each).removeprefix(f"{each.location}: ") for each in error.problems)
        raise ConfigurationError(f"{HOOK} gives what cannot be used: {problems}") from None
    return replace(settings, personalities=choices)


def _personality_files(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted(
            each for each in folder.iterdir() if is_personality_file(each.name) and each.is_file()
        )
    except OSError:
        return  # a folder that cannot be listed has no scenarios either


def _by_metric(
    rubrics: Sequence[Sequence[Expectation]], log: ProblemLog
) -> dict[str, tuple[Expectation, ...]]:
    """Return what the files of one folder say of each metric; one of which two files speak is an error."""
    found: dict[str, tuple[Expectation, ...]] = {}
    for rubric in rubrics:
        own: dict[str, tuple[Expectation, ...]] = {}
        for each in rubric:
            name = each.value.name
            own[name] = (*own.get(name, ()), each)
        for name, expected in own.items():
            place = expected[0].location
            if name in found and place is not None:
                hint = f"the first one is at {found[name][0].location}"
                log.error(place, (RUBRIC, name), f"the rubric has '{name}' twice", hint)
        found.update(own)
    return found


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100  (a link is where it was put)
