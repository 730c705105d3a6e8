"""Recordings of what language models answered on a call, in readable YAML, and their replay.

The modes have the names that vcr gave them:

===== =========================================== ==========================================
mode  an answer that is recorded                  one that is not
===== =========================================== ==========================================
none  is replayed                                 is an error
once  is replayed                                 is asked for if there is no file yet
new   is replayed                                 is asked for and added to the file
all   is asked for again                          is asked for
===== =========================================== ==========================================
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_agentsim.llm.errors import ModelError
from pytest_agentsim.llm.request import ModelAnswer

if TYPE_CHECKING:
    from pytest_agentsim.llm.request import ModelRequest
    from pytest_agentsim.llm.settings import RecordMode

__all__ = ["Cassette", "NoRecordedAnswer"]

VERSION = 1

HEADER = """\
# What language models were asked on a call and what they answered, recorded by pytest-agentsim.
# To record it again: {command}
"""


class NoRecordedAnswer(ModelError):
    """Only recorded answers may be used, and there is none to this request; the message says how to record one."""


@dataclass(frozen=True, slots=True)
class _Exchange:
    """One request and its answer, as they stand in the file."""

    key: str
    document: dict[str, Any]


class Cassette:
    """The recording of one call, in one file; `item` is the node id of the pytest item that has made the call."""

    def __init__(self, path: Path, mode: RecordMode, item: str) -> None:
        self.path = path
        self._mode = mode
        self._item = item
        self._old: dict[str, _Exchange] = {}
        self._new: dict[str, _Exchange] = {}
        self._was_there = False
        self._failed = False
        self._problem = ""

    def load(self) -> None:
        """Read the file, if there is one; what is wrong with it is told when it is needed."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            self._problem = f"The recording {self._shown} cannot be read: {error}"
            return
        self._was_there = True
        if self._mode == "all":
            return
        try:
            self._old = {each.key: each for each in _exchanges(text)}
        except ValueError as error:
            again = self._command("all")
            self._problem = f"The recording {self._shown} cannot be read: {error}. Record it again: {again}"

    def save(self) -> None:
        """Write the file if there is something new; raises OSError.

        Of a call on which something was not answered only the mode "new" keeps what was: the other modes would take an
        incomplete recording for a complete one.
        """
        if not self._new or (self._failed and self._mode != "new"):
            return
        kept = self._old if self._mode == "new" else {}
        text = HEADER.format(command=self._command("all")) + _dumped([*kept.values(), *self._new.values()])
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(text, encoding="utf-8")

    def recorded(self, request: ModelRequest, model: str) -> ModelAnswer | None:
        """Return the answer that was recorded; None where the model has to be asked. Raises ModelError."""
        if self._problem:
            raise ModelError(self._problem)
        key = request.key(model)
        found = self._new.get(key) or self._old.get(key)
        if found is not None:
            return _answer(found.document["answer"])
        if self._mode == "none" or (self._mode == "once" and self._was_there):
            raise NoRecordedAnswer(self._nothing_recorded(request, model))
        return None

    def record(self, request: ModelRequest, model: str, answer: ModelAnswer) -> None:
        """Keep an answer."""
        key = request.key(model)
        self._new[key] = _Exchange(key, _document(key, request, model, answer))

    def failed(self) -> None:
        """Take note that there was no answer."""
        self._failed = True

    def _nothing_recorded(self, request: ModelRequest, model: str) -> str:
        if not self._was_there:
            return (
                f"No answer is recorded for the {request.purpose}, because there is no recording {self._shown}. Record "
                f"it: {self._command('once')}"
            )
        changed = self._what_changed(request, model)
        return (
            f"No recorded answer for the {request.purpose} in {self._shown}: {changed}. Record it again: "
            f"{self._command('all')}"
        )

    def _what_changed(self, request: ModelRequest, model: str) -> str:
        """Say how the request differs from those that are recorded."""
        same = [
            each.document for each in self._old.values() if each.document.get("purpose") == request.purpose
        ]
        if not same:
            return f"nothing that the {request.purpose} asks is recorded there"
        models = [each.get("model") for each in same]
        if model not in models:
            return f"it was recorded with the model {models[0]}, and {model} is asked now"
        if request.prompt not in [each.get("prompt") for each in same]:
            return (
                f"it was recorded with the prompt {same[0].get('prompt')!r}, which is {request.prompt!r} now"
            )
        if request.system.strip() not in [str(each.get("system")).strip() for each in same]:
            return "the scenario, or the text of the prompt, has changed since"
        return "what was said on the call is not what was said when it was recorded"

    @property
    def _shown(self) -> Path:
        """The path as one would type it."""
        here = Path.cwd()
        return self.path.relative_to(here) if self.path.is_relative_to(here) else self.path

    def _command(self, mode: RecordMode) -> str:
        return f'pytest --agentsim-record-mode={mode} "{self._item}"'


def _document(key: str, request: ModelRequest, model: str, answer: ModelAnswer) -> dict[str, Any]:
    document: dict[str, Any] = {
        "key": key,
        "purpose": request.purpose,
        "model": model,
        "prompt": request.prompt,
    }
    if request.sample:
        document["sample"] = request.sample
    document["system"] = request.system
    document["messages"] = [{each.role: each.text} for each in request.messages if each.keyed]
    # As a person reads it best: data as data, and words as words.
    data = _data(answer.text) if request.schema is not None else None
    document["answer"] = {"text": answer.text} if data is None else {"data": data}
    return document


def _data(text: str) -> dict[str, Any] | None:
    try:
        data = json.loads(text)
    except ValueError:
        return None  # wrong answers are recorded as well, with what the model says to the objection
    return data if isinstance(data, dict) else None


def _answer(written: dict[str, Any]) -> ModelAnswer:
    data = written.get("data")
    text = str(written.get("text", "")) if data is None else json.dumps(data, ensure_ascii=False)
    return ModelAnswer(text, cost=0.0)


def _exchanges(text: str) -> list[_Exchange]:
    """Read a file; raises ValueError with what is wrong with it."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        document = yaml.load(text, Loader=loader)  # noqa: S506 - both of them are safe
    except yaml.YAMLError as error:
        raise ValueError(f"it is no YAML ({' '.join(str(error).split())})") from None
    if not isinstance(document, dict) or document.get("version") != VERSION:
        raise ValueError(f"it is none of version {VERSION}")
    systems = document.get("systems") or {}
    found = []
    for each in document.get("exchanges") or ():
        answer = each.get("answer") if isinstance(each, dict) else None
        if not isinstance(answer, dict) or not isinstance(each.get("key"), str):
            raise ValueError("an exchange has no key or no answer")
        found.append(_Exchange(each["key"], {**each, "system": systems.get(each.get("system"), "")}))
    return found


def _dumped(exchanges: list[_Exchange]) -> str:
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes texts of several lines as they are."""

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
        style = "|" if "\n" in value else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, text)
    # Most requests of a call share their system prompt, which is long.
    texts = dict.fromkeys(each.document["system"] for each in exchanges)
    numbers = {text: number for number, text in enumerate(texts, 1)}
    document = {
        "version": VERSION,
        "systems": {number: text for text, number in numbers.items()},
        "exchanges": [{**each.document, "system": numbers[each.document["system"]]} for each in exchanges],
    }
    return yaml.dump(document, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=120)
