"""What judges are asked for the metrics of the package: texts in `instructions/`, a question each."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

__all__ = ["instruction", "instruction_names"]

SUFFIX = ".md"

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def instruction(name: str, **values: str) -> str:
    """Return the text of that name with the values in the place of its ``{placeholders}``; KeyError without one."""
    return _PLACEHOLDER.sub(lambda found: values[found[1]], _text(name))


def instruction_names() -> list[str]:
    """The names of all texts."""
    folder = files("pytest_agentsim.judge") / "instructions"
    return sorted(each.name.removesuffix(SUFFIX) for each in folder.iterdir() if each.name.endswith(SUFFIX))


@cache
def _text(name: str) -> str:
    path = files("pytest_agentsim.judge") / "instructions" / f"{name}{SUFFIX}"
    return path.read_text(encoding="utf-8").strip()
