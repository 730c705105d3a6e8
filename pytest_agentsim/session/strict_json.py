"""JSON from an untrusted peer: what is read here can be stored, pickled and written again."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from pytest_agentsim.session.events import ViolationKind

__all__ = ["MAX_DEPTH", "JsonError", "parse_json"]

MAX_DEPTH = 64  # nested arrays and objects; far below what would exhaust the stack when written again

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_POSSIBLE_SURROGATE = re.compile(r"[\ud800-\udfff]|\\u[dD][89a-fA-F]")


class JsonError(Exception):
    """A text is not the JSON that a peer may send."""

    def __init__(self, kind: ViolationKind, message: str) -> None:
        self.kind = kind
        super().__init__(message)


def parse_json(text: str) -> tuple[Any, bool]:
    """Return the value of a JSON text and whether lone surrogates in it had to be replaced by U+FFFD.

    Raises `JsonError` for malformed JSON, NaN, Infinity, numbers beyond what fits, and deep nesting.
    """
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise JsonError(ViolationKind.MALFORMED_JSON, str(error).partition(";")[0]) from None
    # The count is cheap and includes brackets inside strings, so it can only exonerate.
    if text.count("{") + text.count("[") > MAX_DEPTH and _is_deeper_than(MAX_DEPTH, value):
        raise _too_deep()
    if _POSSIBLE_SURROGATE.search(text):
        mended = _mended(value)
        return mended, mended != value
    return value, False


def _finite(literal: str) -> float:
    number = float(literal)
    if not math.isfinite(number):
        raise ValueError(f"a number of {len(literal)} characters is beyond the range of a double")
    return number


def _refuse_constant(literal: str) -> None:
    raise ValueError(f"{literal} is not JSON")


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse_constant)


def _too_deep() -> JsonError:
    return JsonError(ViolationKind.TOO_DEEP, f"nested more than {MAX_DEPTH} levels deep")


def _is_deeper_than(levels: int, value: Any) -> bool:
    layer = [value]
    for _ in range(levels):
        layer = [child for node in layer for child in _children(node)]
    return any(isinstance(node, dict | list) for node in layer)


def _children(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_mended(key): _mended(child) for key, child in value.items()}
    return [_mended(child) for child in value] if isinstance(value, list) else value
