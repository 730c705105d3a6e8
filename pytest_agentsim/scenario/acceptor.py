"""Compiles a JSON Schema into a function that says yes or no, for the keywords that our schema uses.

It knows no `$ref`, gives no reasons, and refuses to compile a keyword that it does not know.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Acceptor = Callable[[Any], bool]

__all__ = ["compile_acceptor"]

TYPES: dict[str, frozenset[type]] = {
    "string": frozenset({str}),
    "integer": frozenset({int}),
    "number": frozenset({int, float}),
    "boolean": frozenset({bool}),
    "null": frozenset({type(None)}),
    "array": frozenset({list}),
    "object": frozenset({dict}),
}
IGNORED = frozenset({"title", "errorMessage"})
TAKEN_TOGETHER = frozenset({"properties", "patternProperties", "additionalProperties", "if", "then", "else"})


def compile_acceptor(schema: dict[str, Any]) -> Acceptor:
    """Return a function that tells whether plain data is valid; raises KeyError for an unknown keyword."""
    checks = [COMPILERS[key](value) for key, value in schema.items() if key not in IGNORED | TAKEN_TOGETHER]
    if not schema.keys().isdisjoint(("properties", "patternProperties", "additionalProperties")):
        checks.append(_fields(schema))
    if "if" in schema:
        checks.append(_choice(schema))
    if len(checks) == 1:
        return checks[0]
    return lambda value: all(check(value) for check in checks)


def _type(names: str | list[str]) -> Acceptor:
    allowed = frozenset().union(*(TYPES[each] for each in ([names] if isinstance(names, str) else names)))
    return lambda value: type(value) in allowed


def _fields(schema: dict[str, Any]) -> Acceptor:
    known = {name: compile_acceptor(below) for name, below in schema.get("properties", {}).items()}
    patterns = [
        (re.compile(each), compile_acceptor(below))
        for each, below in schema.get("patternProperties", {}).items()
    ]
    others = _others(schema.get("additionalProperties", True))

    def accept_other(name: str, value: Any) -> bool:
        matching = [accept for pattern, accept in patterns if pattern.search(name)]
        return all(accept(value) for accept in matching) if matching else others(value)

    def accept(value: Any) -> bool:
        if type(value) is not dict:
            return True
        for name, below in value.items():
            check = known.get(name)
            if not (accept_other(name, below) if check is None else check(below)):
                return False
        return True

    return accept


def _others(schema: bool | dict[str, Any]) -> Acceptor:
    return (lambda _: bool(schema)) if isinstance(schema, bool) else compile_acceptor(schema)


def _choice(schema: dict[str, Any]) -> Acceptor:
    condition = compile_acceptor(schema["if"])
    then, otherwise = compile_acceptor(schema.get("then", {})), compile_acceptor(schema.get("else", {}))
    return lambda value: then(value) if condition(value) else otherwise(value)


def _required(names: list[str]) -> Acceptor:
    return lambda value: type(value) is not dict or all(name in value for name in names)


def _items(schema: dict[str, Any]) -> Acceptor:
    accept = compile_acceptor(schema)
    return lambda value: type(value) is not list or all(accept(each) for each in value)


def _enum(allowed: list[Any]) -> Acceptor:
    choices = frozenset(allowed)  # texts and null: nothing that True == 1 could confuse
    return lambda value: type(value) in (str, type(None)) and value in choices


def _const(expected: str) -> Acceptor:
    return lambda value: type(value) is str and value == expected


def _any_of(schemas: list[dict[str, Any]]) -> Acceptor:
    choices = [compile_acceptor(each) for each in schemas]
    return lambda value: any(accept(value) for accept in choices)


def _not(schema: dict[str, Any]) -> Acceptor:
    accept = compile_acceptor(schema)
    return lambda value: not accept(value)


def _pattern(source: str) -> Acceptor:
    pattern = re.compile(source)
    return lambda value: type(value) is not str or pattern.search(value) is not None


def _at_least(*kinds: type) -> Callable[[float], Acceptor]:
    return lambda limit: lambda value: type(value) not in kinds or _measure(value) >= limit


def _at_most(*kinds: type) -> Callable[[float], Acceptor]:
    return lambda limit: lambda value: type(value) not in kinds or _measure(value) <= limit


def _measure(value: Any) -> float:
    return value if isinstance(value, (int, float)) else len(value)


COMPILERS: dict[str, Callable[[Any], Acceptor]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "required": _required,
    "items": _items,
    "anyOf": _any_of,
    "not": _not,
    "pattern": _pattern,
    "minimum": _at_least(int, float),
    "maximum": _at_most(int, float),
    "minLength": _at_least(str),
    "maxLength": _at_most(str),
    "minItems": _at_least(list),
    "maxItems": _at_most(list),
    "minProperties": _at_least(dict),
    "maxProperties": _at_most(dict),
}
