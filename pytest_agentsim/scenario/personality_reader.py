"""Reads who the caller is: a personality's name, the platform's numeric id, or the fields themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pytest_agentsim.errors import ConfigurationError, ScenarioError
from pytest_agentsim.scenario.personality import BUILT_IN, InterruptionLevel, Personality, Wording
from pytest_agentsim.scenario.problem_log import ProblemLog, did_you_mean
from pytest_agentsim.scenario.settings import LoadSettings
from pytest_agentsim.scenario.shape import check_shape
from pytest_agentsim.scenario.source import from_python

__all__ = ["Choice", "UnknownPersonalityError", "choose", "resolve_personality"]

DEFAULT = "normal"


class UnknownPersonalityError(ConfigurationError):
    """No personality has the name or id."""

    def __init__(self, message: str, hint: str) -> None:
        self.message, self.hint = message, hint
        super().__init__(f"{message} ({hint})")


@dataclass(frozen=True, slots=True)
class Choice:
    """A personality, and the language that its author has chosen; None: it speaks the scenario's."""

    personality: Personality
    language: str | None


def resolve_personality(
    value: str | int | Mapping[str, Any] | Personality, settings: LoadSettings | None = None
) -> Personality:
    """Return the personality that a fixture, an option or a test names.

    Raises ConfigurationError for a name or id that nobody has and for fields that a personality cannot have.
    """
    if isinstance(value, Mapping):
        _check_fields(value)
    return choose(value, settings or LoadSettings()).personality


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


def _by_name(name: str, settings: LoadSettings) -> Choice:
    personality = settings.personalities.get(name)
    if personality is None:
        known = ", ".join(sorted(settings.personalities))
        hint = " ".join(filter(None, (did_you_mean(name, settings.personalities), f"known are: {known}")))
        raise UnknownPersonalityError(f"unknown personality '{name}'", hint)
    is_ours = personality == BUILT_IN.get(name)
    return Choice(personality, None if is_ours else personality.language)


def _by_id(number: int, settings: LoadSettings) -> Choice:
    if number not in settings.personality_ids:
        known = ", ".join(map(str, sorted(settings.personality_ids)))
        hint = f"known ids are {known}; say in the settings which personality it is, or give a name"
        raise UnknownPersonalityError(f"unknown personality {number}", hint)
    name, language = settings.personality_ids[number]
    return Choice(replace(_by_name(name, settings).personality, language=language), language)


def _inline(fields: Mapping[str, Any], settings: LoadSettings) -> Choice:
    base = choose(fields.get("base", DEFAULT), settings)
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


def _check_fields(fields: Mapping[str, Any]) -> None:
    log = ProblemLog()
    try:
        check_shape(from_python({"name": "personality", "personality": fields}), log)
        log.raise_errors()
    except ScenarioError as error:
        problems = "; ".join(f"{each.path}: {each.message}" for each in error.problems)
        raise ConfigurationError(f"the personality cannot be used: {problems}") from None
