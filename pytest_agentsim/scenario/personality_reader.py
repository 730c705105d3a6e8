"""Reads who the caller is: a personality's name, the platform's numeric id, or the fields themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pytest_agentsim.errors import ConfigurationError, ScenarioError
from pytest_agentsim.scenario.personality import Choice, InterruptionLevel, Personality, Wording
from pytest_agentsim.scenario.problem_log import ProblemLog, did_you_mean
from pytest_agentsim.scenario.settings import LoadSettings
from pytest_agentsim.scenario.shape import check_shape
from pytest_agentsim.scenario.source import from_python

__all__ = [
    "DEFAULT",
    "UnknownPersonalityError",
    "choose",
    "over",
    "resolve_personality",
    "unknown_id",
    "unknown_name",
]

DEFAULT = "normal"  # what a personality starts from that names no base


class UnknownPersonalityError(ConfigurationError):
    """No personality has the name or id."""

    def __init__(self, message: str, hint: str) -> None:
        self.message, self.hint = message, hint
        super().__init__(f"{message} ({hint})")


def resolve_personality(
    value: str | int | Mapping[str, Any] | Personality,
    settings: LoadSettings | None = None,
    *,
    language: str | None = None,
) -> Personality:
    """Return the personality that a fixture, an option or a test names, for a scenario in a language if one is given.

    Raises ConfigurationError for a name or id that nobody has, for fields that a personality cannot have, and for one
    that speaks another language by choice.
    """
    if isinstance(value, Personality):
        return value  # whose language may be nobody's choice
    if isinstance(value, Mapping):
        _check_fields(value)
    choice = choose(value, settings or LoadSettings())
    if language is None:
        return choice.personality
    if choice.language not in (None, language):
        raise ConfigurationError(
            f"the personality '{choice.personality.name}' speaks {choice.language}, and the scenario is in {language}; "
            "they must be the same"
        )
    return replace(choice.personality, language=language)


def choose(value: str | int | Mapping[str, Any] | Personality, settings: LoadSettings) -> Choice:
    """Return the personality that a valid value stands for; raises UnknownPersonalityError."""
    match value:
        case Personality():
            return Choice(value, value.language)
        case str():
            return _by_name(value, settings)
        case int():
            return _by_id(value, settings)
        case _:
            return _inline(value, settings)


def over(base: Choice, fields: Mapping[str, Any]) -> Choice:
    """Return the base with the valid fields of a personality in the place of its own."""
    known = set(Personality.field_names())
    values = {name: value for name, value in fields.items() if name in known}
    for name, words in (("wording", Wording), ("interruption_level", InterruptionLevel)):
        if name in values:
            values[name] = words(values[name])
    if (
        "interruption_level" in values
    ):  # it overrides the plans, those of the base too (platform_spec section e)
        values |= {"start_speaking_plan": None, "stop_speaking_plan": {}}
    return Choice(replace(base.personality, **values), fields.get("language", base.language))


def unknown_name(name: str, known: Iterable[str]) -> UnknownPersonalityError:
    """Return the error for a name that none of the `known` personalities has."""
    names = sorted(known)
    hint = " ".join(filter(None, (did_you_mean(name, names), f"known are: {', '.join(names)}")))
    return UnknownPersonalityError(f"unknown personality '{name}'", hint)


def unknown_id(number: int, known: Iterable[int]) -> UnknownPersonalityError:
    """Return the error for an id of the hosted platform that stands for no personality."""
    numbers = ", ".join(map(str, sorted(known)))
    hint = f"known ids are {numbers}; say in the settings which personality it is, or give a name"
    return UnknownPersonalityError(f"unknown personality {number}", hint)


def _by_name(name: str, settings: LoadSettings) -> Choice:
    choice = settings.personalities.get(name)
    if choice is None:
        raise unknown_name(name, settings.personalities)
    return choice


def _by_id(number: int, settings: LoadSettings) -> Choice:
    if number not in settings.personality_ids:
        raise unknown_id(number, settings.personality_ids)
    name, language = settings.personality_ids[number]
    return Choice(replace(_by_name(name, settings).personality, language=language), language)


def _inline(fields: Mapping[str, Any], settings: LoadSettings) -> Choice:
    return over(choose(fields.get("base", DEFAULT), settings), fields)


def _check_fields(fields: Mapping[str, Any]) -> None:
    log = ProblemLog()
    try:
        check_shape(from_python({"name": "personality", "personality": fields}), log)
        log.raise_errors()
    except ScenarioError as error:
        problems = "; ".join(f"{each.path}: {each.message}" for each in error.problems)
        raise ConfigurationError(f"the personality cannot be used: {problems}") from None
