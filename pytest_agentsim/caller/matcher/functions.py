"""Functions of the user's that decide whether a trigger holds: `python "module:function"`."""

from __future__ import annotations

import importlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.scenario import contains

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pytest_agentsim.caller.matcher.interface import Trigger

__all__ = ["ask", "check_functions"]


def ask(name: str, agent_text: str) -> bool:
    """Ask a function, as ``module:function``, about the agent's words. Raises ConfigurationError if there is none."""
    return bool(_function(name)(agent_text))


def check_functions(triggers: Iterable[Trigger]) -> None:
    """Raise ConfigurationError, with a sentence, for a trigger that asks a function which cannot be had."""
    for trigger in triggers:
        try:
            expression = contains.parse(trigger.text)
        except contains.ContainsError:
            continue
        for name in expression.functions if expression is not None else ():
            _function(name)


@lru_cache(maxsize=256)
def _function(name: str) -> Callable[[str], Any]:
    module_name, _, function_name = name.partition(":")
    trouble = f'the trigger python "{name}" cannot be used'
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # noqa: BLE001  (whatever a user's module raises)
        raise ConfigurationError(
            f"{trouble}: {type(error).__name__}: {error}; the module has to be importable, as one beside conftest.py is"
        ) from None
    function = getattr(module, function_name, None)
    if not callable(function):
        raise ConfigurationError(f"{trouble}: {module_name} has no function {function_name}")
    found: Callable[[str], Any] = function
    return found
