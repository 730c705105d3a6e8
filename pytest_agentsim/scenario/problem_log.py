"""Collects the problems of one file while it is read, so that all of them can be shown at once."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from pytest_agentsim.errors import ScenarioError
from pytest_agentsim.scenario.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_agentsim.scenario.problems import Location

__all__ = ["Path", "ProblemLog", "did_you_mean", "dotted", "nearest"]

Path = tuple[str | int, ...]


def dotted(path: Path) -> str:
    """Write a path as the platform's error keys do: ``scenarios[0].conditions[1].say``."""
    text = ""
    for index, step in enumerate(path):
        if isinstance(step, int):
            text += f"[{step}]"
        elif step != "conditional_actions" or index == len(path) - 1:
            text += f".{step}" if text else step
    return text


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that `word` is probably meant to be; empty when none is near."""
    by_lower = {each.lower(): each for each in known}
    near = get_close_matches(word.lower(), by_lower, n=1)
    return by_lower[near[0]] if near else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean "x"?`` for the nearest known word; empty when none is near."""
    near = nearest(word, known)
    return f'did you mean "{near}"?' if near else ""


class ProblemLog:
    """The errors and warnings found so far in one file, and in those on which it depends."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._failed: list[Path] = []

    def error(self, location: Location, path: Path, message: str, hint: str = "") -> None:
        self._problems.append(Problem(location, dotted(path), message, hint))
        self._failed.append(path)

    def warn(self, location: Location, path: Path, message: str, hint: str = "") -> None:
        self._problems.append(Problem(location, dotted(path), message, hint, Severity.WARNING))

    def include(self, problems: Iterable[Problem]) -> None:
        """Add what was found in another file on which this one depends."""
        for problem in problems:
            self._problems.append(problem)
            if problem.severity is Severity.ERROR:
                self._failed.append(())

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The warnings in file order."""
        return self._sorted(Severity.WARNING)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The errors in file order."""
        return self._sorted(Severity.ERROR)

    @property
    def failed(self) -> bool:
        """Whether an error has been found."""
        return bool(self._failed)

    def failed_below(self, path: Path) -> bool:
        """Whether an error has been found at `path` or within what it leads to."""
        return any(each[: len(path)] == path for each in self._failed)

    def raise_errors(self) -> None:
        """Raise ScenarioError with all errors, and the warnings, if there are any errors."""
        if self.failed:
            raise ScenarioError(self.errors, self.warnings)

    def _sorted(self, severity: Severity) -> tuple[Problem, ...]:
        chosen = dict.fromkeys(each for each in self._problems if each.severity is severity)
        return tuple(sorted(chosen, key=lambda each: each.location))
