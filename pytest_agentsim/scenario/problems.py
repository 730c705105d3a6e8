"""What a scenario file's author has to know: errors and warnings, each with its place in the file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Location", "Problem", "Severity"]


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file; `line` and `column` count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Severity(StrEnum):
    """Whether a problem keeps the scenario from running."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a scenario file.

    `path` names the node as the platform's error keys do (``scenarios[0].conditions[1].say``); empty for the
    file as a whole. `hint` says what to do and may be empty.
    """

    location: Location
    path: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = f"{self.location}: {self.path}: " if self.path else f"{self.location}: "
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.message}{hint}"
