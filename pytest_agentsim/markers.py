"""The marks that a scenario file gives to its scenarios."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["mark_from", "mark_of_tag"]


def mark_from(written: str | Mapping[str, Any]) -> pytest.MarkDecorator:
    """Turn a mark as written in a scenario file into pytest's.

    ``slow``, ``timeout(30)``, ``{timeout: 30}`` and ``{xfail: {reason: …, strict: true}}`` are all understood.
    Raises ConfigurationError for anything else, and what `--strict-markers` raises for an unknown name.
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

    Tags are data of a scenario, often a hosted platform's: unlike marks they need not have been registered.
    """
    name = re.sub(r"\W+", "_", tag).strip("_") or "tag"
    if name not in _known_marks(config):
        config.addinivalue_line("markers", f"{name}: the tag {tag!r} of a scenario")
    return _named(name)


def _known_marks(config: pytest.Config) -> set[str]:
    return {re.split(r"[:(]", line, maxsplit=1)[0].strip() for line in config.getini("markers")}


def _named(name: str) -> pytest.MarkDecorator:
    mark: pytest.MarkDecorator = getattr(pytest.mark, name.strip())
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
        named = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords if keyword.arg}
    except (SyntaxError, ValueError):
        raise ConfigurationError(
            f"the mark {written!r} cannot be read; write it like slow, timeout(30) or xfail(reason='…')"
        ) from None
    mark: pytest.MarkDecorator = _named(call.func.id)(*positional, **named)
    return mark
