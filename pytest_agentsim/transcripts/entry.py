"""Reads the fields of a transcript's entry, and keeps what is wrong with them for one error that tells all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import TranscriptError
from pytest_agentsim.session.strict_json import JsonError, parse_json
from pytest_agentsim.transcripts.moments import EXPECTED, Moment, read_moment
from pytest_agentsim.visible import shortened, visible_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Entry", "Problems", "entries_of", "role_of", "shown"]

LONGEST_QUOTE = 60  # characters of a value

_NUMBER = re.compile(r"\d+")


class Problems:
    """What is wrong in one transcript; `source` is the name of its file, or empty."""

    def __init__(self, source: str = "") -> None:
        self.source = source
        self._found: list[tuple[list[int], str]] = []

    def add(self, problem: str, place: str = "") -> None:
        """Take note of a problem, at a place such as "entry 3"."""
        text = ": ".join(visible_line(part) for part in (self.source, place, problem) if part)
        self._found.append(([int(number) for number in _NUMBER.findall(place)], text))

    def refuse(self, problem: str, place: str = "") -> TranscriptError:
        """Return the error of all problems so far and this one, to be raised."""
        self.add(problem, place)
        return self._error()

    def raise_found(self) -> None:
        """Raise TranscriptError if there are any problems."""
        if self._found:
            raise self._error()

    def _error(self) -> TranscriptError:
        """Return the error of all problems, in the order of their places."""
        return TranscriptError([text for _, text in sorted(self._found, key=lambda each: each[0])])


class Entry:
    """An object of a transcript. A field that is wrong is told to `problems` and read as if it were not there.

    `place` names the entry for a person, as "entry 3"; `path` is where in it the object is, as "data.".
    """

    __slots__ = ("_path", "data", "place", "problems")

    def __init__(self, data: Mapping[str, Any], problems: Problems, place: str = "", path: str = "") -> None:
        self.data = data
        self.problems = problems
        self.place = place
        self._path = path

    @property
    def role(self) -> str:
        """The role of the entry; empty if it has none."""
        return role_of(self.data)

    def wrong(self, key: str, expected: str) -> None:
        """Take note that a field is not what it should be."""
        what = f"is {shown(self.data[key])}" if self.data.get(key) is not None else "is missing"
        self.problems.add(f"{self._path}{key} {what}, expected {expected}", self.place)

    def text(self, key: str, expected: str = "a string") -> str:
        """Return a field that has to be a string."""
        value = self.data.get(key)
        if isinstance(value, str):
            return value
        self.wrong(key, expected)
        return ""

    def optional_text(self, key: str) -> str:
        """Return a field that may be a string, and a number as one; empty if it is neither."""
        value = self.data.get(key)
        if value is None or isinstance(value, str):
            return value or ""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        self.wrong(key, "a string")
        return ""

    def word(self, key: str, known: Iterable[str]) -> str:
        """Return a field that has to be one of some words."""
        value = self.data.get(key)
        words = tuple(known)
        if isinstance(value, str) and value in words:
            return value
        self.wrong(key, f"one of {', '.join(words)}")
        return ""

    def flag(self, key: str) -> bool:
        """Return a field that may be true; false if it is not there."""
        value = self.data.get(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.wrong(key, "true or false")
        return False

    def seconds(self, key: str, *, scale: float = 1.0) -> float | None:
        """Return how long something took, in seconds; `scale` is the unit of the field, as 0.001 for milliseconds."""
        value = self.data.get(key)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
            return value * scale
        self.wrong(key, "a number that is not negative")
        return None

    def moment(self, *keys: str) -> Moment | None:
        """Return the point in time that the first of some fields has which is there; None if none is."""
        for key in keys:
            value = self.data.get(key)
            if value is not None:
                moment = read_moment(value)
                if moment is None:
                    self.wrong(key, EXPECTED)
                return moment
        return None

    def span(self, start_key: str, end_key: str) -> tuple[Moment | None, Moment | None]:
        """Return from when to when something lasted, as far as the entry tells."""
        start, end = self.moment(start_key), self.moment(end_key)
        if start is None or end is None:
            return start, end
        if start.is_epoch != end.is_epoch:
            self.wrong(end_key, f"a time of the same kind as {self._path}{start_key}")
            return start, None
        if end.seconds < start.seconds:
            self.wrong(end_key, f"no less than {self._path}{start_key}, {shown(self.data[start_key])}")
            return start, None
        return start, end

    def json(self, key: str) -> Any:
        """Return what a field holds; a string that is JSON is read as such. None if it is not there."""
        value = self.data.get(key)
        if not isinstance(value, str):
            return value
        try:
            return parse_json(value)[0]
        except JsonError:
            return value

    def within(self, key: str) -> Entry:
        """Return the object in a field, an empty one if there is none."""
        value = self.data.get(key)
        if not isinstance(value, Mapping):
            self.wrong(key, "an object")
            value = {}
        return Entry(value, self.problems, self.place, f"{self._path}{key}.")

    def each(self, key: str) -> list[Entry]:
        """Return the objects in a field that may be a list."""
        value = self.data.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong(key, "a list")
            return []
        found = []
        for index, each in enumerate(value):
            path = f"{self._path}{key}[{index}]"
            if isinstance(each, Mapping):
                found.append(Entry(each, self.problems, self.place, f"{path}."))
            else:
                self.problems.add(f"{path} is {shown(each)}, expected an object", self.place)
        return found


def entries_of(values: Sequence[Any], problems: Problems, prefix: str = "") -> list[Entry]:
    """Return the entries of a transcript; what is no object is a problem. `prefix` goes before each one's place."""
    found = []
    for number, value in enumerate(values, 1):
        place = f"{prefix}entry {number}"
        if isinstance(value, Mapping):
            found.append(Entry(value, problems, place))
        else:
            problems.add(f"it is {shown(value)}, expected an object", place)
    return found


def role_of(entry: Mapping[str, Any]) -> str:
    """Return the role of an entry; empty if it has none."""
    role = entry.get("role")
    return role if isinstance(role, str) else ""


def shown(value: object) -> str:
    """Return a value as JSON has it, shortened."""
    return shortened(json.dumps(value, ensure_ascii=False, default=str), LONGEST_QUOTE)
