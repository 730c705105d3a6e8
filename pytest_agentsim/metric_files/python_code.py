"""Python of the hosted platforms' metrics: compiled once, run with a call's `data` (platform_spec section i.4)."""

from __future__ import annotations

import ast
import builtins
import json
import sys
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import AgentSimError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path
    from types import CodeType

__all__ = ["MetricCode", "MetricCodeError", "Outcome"]

RESULT, LEGACY_RESULT = "_result", "_score"


class MetricCodeError(AgentSimError):
    """The Python of a metric cannot be compiled or has failed; the message has file and line."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the code has set: `_result` (None is no value), the lines of `_explanation`, and `_extra`."""

    result: Any
    explanation: tuple[str, ...]
    extra: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MetricCode:
    """Compiled code.

    `file` is what errors name; lines in them are those of the file if `first_line` is known, else those of the code.
    `texts` are all strings that it writes out.
    """

    code: CodeType
    file: str
    folder: Path
    is_in_file: bool
    sets_result: bool
    texts: frozenset[str]

    @classmethod
    def of(cls, text: str, file: str, *, folder: Path, first_line: int | None = None) -> MetricCode:
        """Compile a text that begins in `first_line`; None where its lines are not lines of the file.

        Raises MetricCodeError.
        """
        is_in_file = first_line is not None or file.endswith(".py")
        offset = (first_line or 1) - 1
        moved = 0  # how many of these lines the compiler knows of
        try:
            tree = ast.parse(text, file)
            if _returns(tree.body):
                tree = _as_function(tree)
            ast.increment_lineno(tree, offset)
            moved = offset
            code = compile(tree, file, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = (getattr(error, "lineno", None) or 1) + offset - moved
            why = getattr(error, "msg", None) or error
            raise MetricCodeError(f"{_where(file, line, is_in_file)}: {why}") from None
        names = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and _is_set(each)}
        return cls(
            code,
            file,
            folder,
            is_in_file,
            bool(names & {RESULT, LEGACY_RESULT}),
            frozenset(
                each.value
                for each in ast.walk(tree)
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            ),
        )

    def run(self, data: dict[str, Any], functions: Mapping[str, Callable[..., Any]]) -> Outcome:
        """Run the code with `data` and `functions` bound; raises MetricCodeError for whatever goes wrong in it."""
        folder = str(self.folder)
        if folder not in sys.path:
            # Last: a metric may import what stands beside it, and hides no module of anybody.
            sys.path.append(folder)
        names: dict[str, Any] = {
            "__builtins__": builtins,
            "__name__": "agentsim_metric",
            "__file__": self.file,
            "data": data,
            "API_KEY": "",
            **functions,
        }
        try:
            exec(self.code, names)  # noqa: S102 - the user's own metric
        except (Exception, SystemExit) as error:
            raise MetricCodeError(self._told(error)) from error
        if RESULT not in names and LEGACY_RESULT not in names:
            raise MetricCodeError(f"{self.file}: the code has set no {RESULT}")
        return Outcome(
            names[RESULT] if RESULT in names else names[LEGACY_RESULT],
            tuple(_lines(names.get("_explanation"))),
            _extra(names.get("_extra"), self.file),
        )

    def _told(self, error: BaseException) -> str:
        frames = traceback.extract_tb(error.__traceback__)
        own = [each.lineno for each in frames if each.filename == self.file and each.lineno]
        what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return f"{_where(self.file, own[-1] if own else None, self.is_in_file)}: {what}"


def _where(file: str, line: int | None, is_in_file: bool) -> str:
    if line is None:
        return file
    return f"{file}:{line}" if is_in_file else f"{file}: line {line} of the code"


def _is_set(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _returns(body: Iterable[ast.stmt]) -> bool:
    """Tell whether the code returns where only a function could."""
    nested = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Return):
            return True
        if not isinstance(node, nested):
            waiting.extend(ast.iter_child_nodes(node))
    return False


def _as_function(tree: ast.Module) -> ast.Module:
    """Return a module that calls a function with this body, whose names are all global as before."""
    names = sorted(
        {each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and _is_set(each)}
        | {
            each.name
            for each in tree.body
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        }
    )
    shell = ast.parse("def _metric():\n    pass\n_metric()")
    kept: list[ast.stmt] = [ast.Global(names)] if names else []
    for each in shell.body:
        if isinstance(each, ast.FunctionDef):
            each.body = [*kept, *tree.body]
    return ast.fix_missing_locations(shell)


def _lines(explanation: Any) -> Iterable[str]:
    if explanation is None:
        return
    texts = explanation if isinstance(explanation, list | tuple) else [explanation]
    for each in texts:
        yield from (line.strip() for line in str(each).splitlines() if line.strip())


def _extra(extra: Any, file: str) -> Mapping[str, Any]:
    if extra is None:
        return {}
    if not isinstance(extra, dict):
        raise MetricCodeError(f"{file}: _extra is a {type(extra).__name__}, where a dictionary is expected")
    try:
        found: dict[str, Any] = json.loads(json.dumps(extra, default=str))
    except (TypeError, ValueError, RecursionError) as error:
        raise MetricCodeError(f"{file}: _extra cannot be written as JSON: {error}") from None
    return found
