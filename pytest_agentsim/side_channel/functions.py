"""The functions of a scenario as they are for a call: with the values of the environment in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.redaction import Secret, expand_environment, names_credential
from pytest_agentsim.scenario.function import DeclaredFunction

if TYPE_CHECKING:
    from pytest_agentsim.scenario.model import Script

__all__ = ["Functions", "functions_of"]


@dataclass(frozen=True, slots=True)
class Functions:
    """What can be requested, and the secrets in it; `problem` is a sentence about what keeps them from being used."""

    declared: tuple[DeclaredFunction, ...] = ()
    secrets: tuple[Secret, ...] = ()
    problem: str = ""


def functions_of(script: Script | None) -> Functions:
    """Fill ``${NAME}`` in from the environment; the secrets are what came from there, and credentials."""
    if script is None or not script.functions:
        return Functions()
    declared: list[DeclaredFunction] = []
    secrets: list[Secret] = []
    for each in map(DeclaredFunction.of, script.functions):
        try:
            declared.append(
                replace(
                    each,
                    url=_expanded(each.url, secrets),
                    headers=_expanded(each.headers, secrets),
                    query_params=_expanded(each.query_params, secrets),
                    body=_expanded(each.body, secrets),
                )
            )
        except ConfigurationError as error:
            return Functions(problem=f"The function {each.name!r} cannot be used: {error}.")
        secrets += _credentials(declared[-1])
    return Functions(tuple(declared), tuple(dict.fromkeys(each for each in secrets if each)))


def _expanded(value: Any, secrets: list[Secret]) -> Any:
    if isinstance(value, str):
        expanded, found = expand_environment(value)
        secrets.extend(found)
        return expanded
    if isinstance(value, dict):
        return {key: _expanded(each, secrets) for key, each in value.items()}
    if isinstance(value, list):
        return [_expanded(each, secrets) for each in value]
    return value


def _credentials(function: DeclaredFunction) -> list[Secret]:
    found = [
        Secret(word)
        for values in (function.headers, function.query_params)
        for name, value in values.items()
        if names_credential(name)
        for word in {str(value), *str(value).split()[1:]}
    ]
    try:
        password = urlsplit(function.url).password
    except ValueError:
        password = None
    return [*found, *([Secret(password), Secret(unquote(password))] if password else [])]
