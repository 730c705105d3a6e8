"""Loads scenario files: the entry points, and the putting together of a scenario from its parts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_agentsim.scenario import source
from pytest_agentsim.scenario.model import ScenarioFile
from pytest_agentsim.scenario.own_personalities import local_settings
from pytest_agentsim.scenario.personality_reader import resolve_personality
from pytest_agentsim.scenario.platform import Form, check_tests_as_code, form_of, read_fields
from pytest_agentsim.scenario.problem_log import ProblemLog
from pytest_agentsim.scenario.reading import Entry, Fields, Reading
from pytest_agentsim.scenario.scenario_reader import ScenarioReader
from pytest_agentsim.scenario.settings import LoadSettings
from pytest_agentsim.scenario.shape import check_shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_agentsim.scenario.model import Scenario
    from pytest_agentsim.scenario.tree import Document

__all__ = ["LoadSettings", "load_file", "load_mapping", "load_text", "resolve_personality"]

DEFAULT_SETTINGS = LoadSettings()


def load_file(
    path: Path, settings: LoadSettings = DEFAULT_SETTINGS, *, display: str | None = None
) -> ScenarioFile:
    """Load a file; `display` is its name in problems and locations, the path when left out.

    Raises ScenarioError with all problems, in file order, those of the personality files that hold for it included.
    """
    document = source.read(path, display or str(path))
    log = ProblemLog()
    return _load(document, path, local_settings(settings, path.parent, log), log)


def load_text(
    text: str,
    *,
    name: str,
    format: source.Format,  # noqa: A002  (the word that says it)
    settings: LoadSettings = DEFAULT_SETTINGS,
) -> ScenarioFile:
    """Load a file's text; `name` stands for its path. Raises ScenarioError as `load_file` does."""
    return _load(source.parse(text, name, format), Path(name), settings)


def load_mapping(data: Mapping[str, Any], settings: LoadSettings = DEFAULT_SETTINGS) -> Scenario:
    """Load one scenario from a payload given in Python. Raises ScenarioError with all problems."""
    document = source.from_python(data)
    file = _load(document, Path("scenario"), settings)
    if len(file.scenarios) > 1:
        log = ProblemLog()
        log.error(
            document.place(document.root), (), f"one scenario is needed; there are {len(file.scenarios)}"
        )
        log.raise_errors()
    return file.scenarios[0]


def _load(
    document: Document, path: Path, settings: LoadSettings, log: ProblemLog | None = None
) -> ScenarioFile:
    log = log or ProblemLog()
    if not isinstance(document.root.value, dict):
        hint = "write the fields of a scenario, or a list of scenarios under scenarios:"
        log.error(document.place(document.root), (), "a scenario file is a mapping", hint)
        log.raise_errors()
    broken = check_shape(document, log, lenient=settings.lenient)
    return _FileReader(Reading(document, log, broken, settings), path).read()


class _FileReader:
    def __init__(self, reading: Reading, path: Path) -> None:
        self.reading = reading
        self.path = path
        self.stem = path.name.partition(".")[0] or "scenario"
        self.form = form_of(reading.root.value)
        self.ignored: dict[str, None] = {}

    def read(self) -> ScenarioFile:
        root = self.reading.fields(self.reading.root)
        if self.form is Form.TESTS_AS_CODE:
            check_tests_as_code(self.reading)
        found = [reader.read() for reader in self._readers(root)]
        self._check_unique(root)
        self.reading.log.raise_errors()
        scenarios = tuple(each for each in found if each is not None)
        if len(scenarios) < len(found):
            raise RuntimeError(f"{self.reading.document.file}: a scenario was refused without a reason")
        return ScenarioFile(
            path=self.path,
            name=self._text(root, "name") or self.stem,
            description=self._text(root, "description"),
            scenarios=scenarios,
            warnings=self.reading.log.warnings,
            ignored_fields=tuple(self.ignored),
        )

    def _readers(self, root: dict[str, Entry]) -> list[ScenarioReader]:
        nothing = Fields({})
        if self.form is Form.BARE:
            return [ScenarioReader(self.reading, self.reading.root, nothing, bare_name=self.stem)]
        if self.form is Form.SCENARIO:
            return [self._reader(self.reading.root, nothing, ())]
        defaults = (
            read_fields(self.reading, root["defaults"], nothing, self.ignored)
            if "defaults" in root
            else nothing
        )
        marks = tuple(root["marks"].value) if "marks" in root else ()
        return [self._reader(each, defaults, marks) for each in self._cases(root)]

    def _cases(self, root: dict[str, Entry]) -> list[Entry]:
        return self.reading.items(root["scenarios"]) if "scenarios" in root else []

    def _reader(self, owner: Entry, defaults: Fields, marks: tuple[Any, ...]) -> ScenarioReader:
        fields = read_fields(self.reading, owner, defaults, self.ignored)
        is_tests_as_code = self.form is Form.TESTS_AS_CODE
        return ScenarioReader(
            self.reading, owner, fields, file_marks=marks, is_tests_as_code=is_tests_as_code
        )

    def _check_unique(self, root: dict[str, Entry]) -> None:
        for name in ("name", "key"):
            lines: dict[str, int] = {}
            for case in self._cases(root):
                entry = self.reading.fields(case).get(name)
                if entry is None:
                    continue
                if entry.value in lines:
                    hint = f"the first one is in line {lines[entry.value]}"
                    self.reading.error(entry, f"duplicate scenario {name} '{entry.value}'", hint)
                lines.setdefault(entry.value, entry.node.line)

    def _text(self, root: dict[str, Entry], name: str) -> str:
        owner = root
        if "suite" in root:
            owner = {**root, **self.reading.fields(root["suite"])}
        return str(owner[name].value) if name in owner else ""
