"""The marks that a scenario file gives to its scenarios."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.stash import TAG_MARKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["mark_from", "mark_of_tag"]

_MARK_NAME = re.compile(r"[^\W_]\w*")


def mark_from(written: str | Mapping[str, Any]) -> pytest.MarkDecorator:
    """Turn a mark as written in a scenario file into pytest's.

    ``slow``, ``timeout(30)``, ``{timeout: 30}`` and ``{xfail: {reason: …, strict: true}}`` are all understood.
    Raises ConfigurationError for anything else, and for a mark that is not registered, whether or not
    `--strict-markers` is given: in a file there is nothing else that would catch a misspelt one.
    """
    if not isinstance(written, str):
        if len(written) != 1:
            raise ConfigurationError(f"a mark is one name with its arguments, not {dict(written)!r}")
        [(name, value)] = written.items()
        return _with_arguments(name, value)
    name, bracket, _ = written.partition("(")
    if not bracket:
        return _named(name)
    return _from_call(written)


def mark_of_tag(tag: str, config: pytest.Config) -> pytest.MarkDecorator:
    """Turn a tag into a mark of that name, with underscores for what a name cannot have.

    Tags are data of a scenario, often a hosted platform's: unlike marks they need not have been registered, and
    unlike marks they do nothing. A tag with the name of a mark that takes arguments, such as ``skip`` or
    ``timeout``, becomes the mark ``tag_skip`` or ``tag_timeout``.
    """
    marks = config.stash.setdefault(TAG_MARKS, {})
    if tag not in marks:
        marks[tag] = _registered(tag, config)
    return marks[tag]


def _registered(tag: str, config: pytest.Config) -> pytest.MarkDecorator:
    name = re.sub(r"\W+", "_", tag).strip("_") or "tag"
    known = dict(_known_marks(config))
    if known.get(name, "").startswith("("):
        name = f"tag_{name}"
    if name not in known:
        config.addinivalue_line("markers", f"{name}: the tag {tag!r} of a scenario")
    return _named(name)


def _known_marks(config: pytest.Config) -> Iterator[tuple[str, str]]:
    """Yield the name of each registered mark, and what follows the name."""
    for line in config.getini("markers"):
        name = re.split(r"[:(]", line, maxsplit=1)[0]
        yield name.strip(), line[len(name) :]


def _named(name: str) -> pytest.MarkDecorator:
    name = name.strip()
    if not _MARK_NAME.fullmatch(name):
        raise ConfigurationError(f"{name!r} cannot be the name of a mark")
    with warnings.catch_warnings():
        warnings.simplefilter("error", pytest.PytestUnknownMarkWarning)
        try:
            mark: pytest.MarkDecorator = getattr(pytest.mark, name)
        except (pytest.PytestUnknownMarkWarning, pytest.fail.Exception):
            raise ConfigurationError(
                f"there is no mark {name!r}; if it is not misspelt, register it under `markers` in the ini file"
            ) from None
    return mark


def _with_arguments(name: str, value: Any) -> pytest.MarkDecorator:
    mark = _named(name)
    if isinstance(value, dict):
        return mark(**value)
    if isinstance(value, list):
        return mark(*value)
    return mark if value is None else mark(value)


def _from_call(written: str) -> pytest.MarkDecorator:
    try:
        call = ast.parse(written.strip(), mode="eval").body
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            raise ValueError
        positional = [ast.literal_eval(argument) for argument in call.args]
        named = {_given(keyword.arg): ast.literal_eval(keyword.value) for keyword in call.keywords}
    except (SyntaxError, TypeError, ValueError):
        raise ConfigurationError(
            f"the mark {written!r} cannot be read; write it like slow, timeout(30) or xfail(reason='…')"
        ) from None
    mark: pytest.MarkDecorator = _named(call.func.id)(*positional, **named)
    return mark


def _given(name: str | None) -> str:
    """The name of an argument; raises ValueError for `**`, which has none."""
    if name is None:
        raise ValueError
    return name
