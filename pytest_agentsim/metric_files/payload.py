"""Reads metrics as the hosted platforms have them: payloads in YAML and JSON, and Python alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from typing import TYPE_CHECKING

from pytest_agentsim.judge.interface import AnswerKind
from pytest_agentsim.metric_files.python_code import MetricCode, MetricCodeError
from pytest_agentsim.metric_files.variables import check_variables
from pytest_agentsim.scenario.problem_log import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pytest_agentsim.scenario.problems import Location
    from pytest_agentsim.scenario.reading import Entry, Reading

__all__ = ["MetricPayload", "When", "metrics_in", "of_python", "slug_of"]


class When(StrEnum):
    """When a metric is evaluated (platform_spec section i.3, `evaluation_trigger`)."""

    ALWAYS = "always"
    AUTOMATIC = "automatic"
    """If the judge finds that it applies."""
    CUSTOM = "custom"
    """If a condition of its own holds."""


@dataclass(frozen=True, slots=True)
class MetricPayload:
    """A metric as it was written.

    It has `instructions` for a judge, whose answer is of `kind`, or `code`; of code alone the kind is not known.
    `trigger` is the condition of `When.CUSTOM`: a question for a judge, or code. `id` is the platforms' number.
    """

    slug: str
    name: str
    place: Location
    instructions: str = ""
    code: MetricCode | None = None
    kind: AnswerKind | None = None
    options: tuple[str, ...] = ()
    when: When = When.ALWAYS
    trigger: str | MetricCode = ""
    has_to_be_heard: bool = False
    for_simulations: bool = True
    id: int | None = None


LLM_JUDGE, CUSTOM_CODE = "llm_judge", "custom_code"
DEPRECATED_TYPES = ("basic", "custom_prompt")

# platform_spec section i.3, with the names that are not written any more.
KINDS = {
    "binary": AnswerKind.BINARY,
    "binary_qualitative": AnswerKind.BINARY,
    "binary_workflow_adherence": AnswerKind.BINARY,
    "continuous_qualitative": AnswerKind.RATING,
    "numeric": AnswerKind.NUMBER,
    "enum": AnswerKind.WORD,
}

TEXTS = (
    "name", "slug", "type", "description", "prompt", "eval_type", "custom_code", "evaluation_trigger",
    "trigger_type", "evaluation_trigger_prompt", "evaluation_trigger_custom_code",
)  # fmt: skip
TRUTHS = ("audio_enabled", "simulation_enabled", "observability_enabled")
# What means nothing where calls are not stored and nobody is alerted.
IGNORED = frozenset(
    [
        "id", "agent", "agents", "agent_id", "assistant_id", "project", "project_id", "organization", "configuration",
        "kb_file_ids", "add_to_rubric", "alert_type", "alert_enabled", "window_size", "std_multiplier", "ewma_alpha",
        "sample_rate", "display_order", "is_predefined", "is_custom", "function_name", "created_at", "updated_at",
        "created_by", "version_name", "scenarios", "cost",
    ]
)  # fmt: skip
KNOWN = (*TEXTS, *TRUTHS, "enum_values", *sorted(IGNORED))
LISTS = ("metrics", "results")  # what a file with several has them under; `results` is the platform's

_SLUG = re.compile(r"[a-z0-9_]+")  # as scenarios name metrics


def slug_of(name: str) -> str:
    """Return the slug that a name has where none is given; empty if it has neither Latin letters nor digits."""
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")


def metrics_in(reading: Reading, folder: Path) -> Iterator[MetricPayload]:
    """Yield the metrics of a document; what is wrong with the others is logged.

    `custom_code` may be the name of a Python file, relative to `folder`.
    """
    root = reading.root
    if isinstance(root.value, dict):
        under = next((each for each in LISTS if isinstance(root.value.get(each), list)), None)
        owners = [root] if under is None else reading.items(reading.fields(root)[under])
    elif isinstance(root.value, list):
        owners = reading.items(root)
    else:
        hint = "write the fields of a metric, or a list of metrics under metrics:"
        reading.error(root, "a metric file is a mapping", hint)
        return
    for owner in owners:
        if isinstance(owner.value, dict):
            found = _Reader(reading, owner, folder).read()
            if found is not None:
                yield found
        else:
            reading.error(owner, "a metric is a mapping of its fields")


def of_python(path: Path, display: str, text: str, place: Location) -> MetricPayload:
    """Return the metric that a Python file is; its name is that of the file. Raises MetricCodeError."""
    code = MetricCode.of(text, display, folder=path.parent)
    name = path.stem.replace("_", " ").replace("-", " ").strip()
    return MetricPayload(slug_of(path.stem), name[:1].upper() + name[1:], place, code=code)


class _Reader:
    def __init__(self, reading: Reading, owner: Entry, folder: Path) -> None:
        self._reading = reading
        self._owner = owner
        self._folder = folder
        self._fields = {
            name: entry for name, entry in reading.fields(owner).items() if entry.value is not None
        }

    def read(self) -> MetricPayload | None:
        self._check_fields()
        name = self._text("name")
        if not name.strip():
            self._missing("name")
        kind_of_metric = self._type()
        code = instructions = None
        if kind_of_metric == CUSTOM_CODE:
            code = self._code("custom_code", required=True)
        else:
            instructions = self._instructions()
        kind = self._kind(needed=kind_of_metric != CUSTOM_CODE)
        slug = self._slug(name)
        when, trigger = self._trigger()
        options = self._options(kind)
        if self._reading.log.failed_below(self._owner.path):
            return None
        return MetricPayload(
            slug,
            name.strip(),
            self._reading.place(self._fields.get("name", self._owner)),
            instructions or "",
            code,
            kind,
            options,
            when,
            trigger,
            has_to_be_heard=self._truth("audio_enabled", default=False) and code is None,
            for_simulations=self._truth("simulation_enabled", default=True),
            id=self._id(),
        )

    def _check_fields(self) -> None:
        document = self._reading.document
        for name, entry in self._fields.items():
            if name in TEXTS and not isinstance(entry.value, str):
                self._reading.error(entry, "must be text", "put it in quotes")
            elif name in TRUTHS and not isinstance(entry.value, bool):
                self._reading.error(entry, "must be true or false")
            elif name not in KNOWN and not name.startswith("x-"):
                self._reading.log.warn(
                    document.key_place(self._owner.node, name),
                    entry.path,
                    f'"{name}" is not a field of a metric',
                    did_you_mean(name, KNOWN),
                )

    def _type(self) -> str:
        default = CUSTOM_CODE if "custom_code" in self._fields else LLM_JUDGE
        written = self._text("type") or default
        if written in DEPRECATED_TYPES:
            hint = f"it is taken to be {LLM_JUDGE}"
            self._reading.warn(self._fields["type"], f"the type {written} is deprecated", hint)
            return LLM_JUDGE
        if written not in (LLM_JUDGE, CUSTOM_CODE):
            types = (LLM_JUDGE, CUSTOM_CODE)
            self._reading.error(
                self._fields["type"], f"must be one of {', '.join(types)}", did_you_mean(written, types)
            )
        return written

    def _instructions(self) -> str:
        # Prompts of the deprecated types stand under `prompt`, and `description` says what it is about.
        name = "prompt" if self._text("prompt").strip() else "description"
        text = self._text(name)
        if not text.strip():
            self._missing("description", "it is what the judge is asked")
        else:
            check_variables(self._reading, self._fields[name])
        return text

    def _kind(self, *, needed: bool) -> AnswerKind | None:
        entry = self._fields.get("eval_type")
        if entry is None:
            return AnswerKind.BINARY if needed else None
        kind = KINDS.get(str(entry.value))
        if kind is None:
            self._reading.error(
                entry, f"must be one of {', '.join(KINDS)}", did_you_mean(str(entry.value), KINDS)
            )
        return kind

    def _options(self, kind: AnswerKind | None) -> tuple[str, ...]:
        entry = self._fields.get("enum_values")
        if entry is not None and (
            not isinstance(entry.value, list) or not all(isinstance(each, str) for each in entry.value)
        ):
            self._reading.error(entry, "must be a list of texts")
            return ()
        options = tuple(dict.fromkeys(entry.value)) if entry is not None else ()
        if kind is AnswerKind.WORD and not options:
            self._missing("enum_values", "an enum is one of them")
        return options if kind is AnswerKind.WORD else ()

    def _slug(self, name: str) -> str:
        entry = self._fields.get("slug")
        if entry is None:
            if name.strip() and not slug_of(name):
                self._missing("slug", "the name has no letters from a to z to make one of")
            return slug_of(name)
        if not _SLUG.fullmatch(str(entry.value)):
            example = slug_of(str(entry.value)) or "my_metric"
            self._reading.error(entry, "a slug has small letters, digits and _ only", f'such as "{example}"')
        return str(entry.value)

    def _trigger(self) -> tuple[When, str | MetricCode]:
        written = self._text("evaluation_trigger") or When.ALWAYS
        if written not in tuple(When):
            entry = self._fields["evaluation_trigger"]
            self._reading.error(entry, f"must be one of {', '.join(When)}", did_you_mean(written, When))
            return When.ALWAYS, ""
        when = When(written)
        if when is not When.CUSTOM:
            return when, ""
        kind = self._text("trigger_type") or LLM_JUDGE
        if kind not in (LLM_JUDGE, CUSTOM_CODE):
            self._reading.error(self._fields["trigger_type"], f"must be one of {LLM_JUDGE}, {CUSTOM_CODE}")
            return when, ""
        if kind == CUSTOM_CODE:
            return when, self._code("evaluation_trigger_custom_code", required=True) or ""
        condition = self._text("evaluation_trigger_prompt")
        if not condition.strip():
            self._missing("evaluation_trigger_prompt", "it says when the metric is evaluated")
        else:
            check_variables(self._reading, self._fields["evaluation_trigger_prompt"])
        return when, condition

    def _code(self, name: str, *, required: bool) -> MetricCode | None:
        text = self._text(name)
        if not text.strip():
            if required:
                self._missing(name)
            return None
        entry = self._fields[name]
        try:
            return self._compiled(entry, text)
        except MetricCodeError as error:
            self._reading.error(entry, str(error))
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or error
            self._reading.error(entry, f"{text.strip()} cannot be read: {reason}")
        return None

    def _compiled(self, entry: Entry, text: str) -> MetricCode:
        file = text.strip()
        if "\n" not in file and file.endswith(".py"):
            path = self._folder / file
            shown = (PurePath(self._reading.document.file).parent / file).as_posix()
            code = MetricCode.of(path.read_text(encoding="utf-8-sig"), shown, folder=path.parent)
        else:
            document = self._reading.document
            code = MetricCode.of(
                text, document.file, folder=self._folder, first_line=_line_of_block(document.lines, entry)
            )
        if not code.sets_result:
            raise MetricCodeError("the code sets no _result")
        return code

    def _text(self, name: str) -> str:
        entry = self._fields.get(name)
        return entry.value if entry is not None and isinstance(entry.value, str) else ""

    def _truth(self, name: str, *, default: bool) -> bool:
        entry = self._fields.get(name)
        return default if entry is None else bool(entry.value)

    def _id(self) -> int | None:
        entry = self._fields.get("id")
        return entry.value if entry is not None and isinstance(entry.value, int) else None

    def _missing(self, name: str, hint: str = "") -> None:
        self._reading.missing(self._owner, name, f"{name} is required", hint)


def _line_of_block(lines: Sequence[str], entry: Entry) -> int | None:
    """Return the line in which a YAML block begins whose lines are those of the text; None for other texts."""
    node = entry.node
    if node.line > len(lines) or lines[node.line - 1][node.column - 1 :][:1] != "|":
        return None
    return node.line + 1
