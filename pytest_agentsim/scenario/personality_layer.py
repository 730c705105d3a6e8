"""Puts personalities on their bases: those that one place defines, over those that are known around it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_agentsim.scenario.personality import BUILT_IN, Choice
from pytest_agentsim.scenario.personality_reader import over, unknown_id, unknown_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_agentsim.scenario.personality_files import Definition
    from pytest_agentsim.scenario.problem_log import ProblemLog

__all__ = ["with_definitions"]

# What stands for a personality that cannot be used, so that whoever names it is not a problem of its own.
STAND_IN = Choice(BUILT_IN["normal"], None)


def with_definitions(
    outer: Mapping[str, Choice],
    definitions: Iterable[Definition],
    ids: Mapping[int, tuple[str, str]],
    log: ProblemLog,
) -> dict[str, Choice]:
    """Return the personalities of `outer` with those that are defined, which replace others of the same name.

    A base is looked for among the definitions first; whoever has the same name as its base starts from the one that it
    replaces. Logged are names that are defined twice, bases that nobody knows, and bases that lead back to where they
    came from.
    """
    own: dict[str, Definition] = {}
    for each in definitions:
        first = own.setdefault(each.name, each)
        if first is not each:
            message = f"the personality '{each.name}' is defined twice"
            log.error(each.place, each.entry.path, message, f"the first one is at {first.place}")
    return {**outer, **_Layer(own, outer, ids, log).choices()}


class _Layer:
    def __init__(
        self,
        own: Mapping[str, Definition],
        outer: Mapping[str, Choice],
        ids: Mapping[int, tuple[str, str]],
        log: ProblemLog,
    ) -> None:
        self._own = own
        self._outer = outer
        self._ids = ids
        self._log = log
        self._done: dict[str, Choice] = {}

    def choices(self) -> dict[str, Choice]:
        for name in self._own:
            self._resolve(name)
        return self._done

    def _resolve(self, name: str) -> None:
        """Follow the bases until one is known, and come back."""
        chain: list[Definition] = []
        base = self._done.get(name)
        while base is None:
            definition = self._own[name]
            chain.append(definition)
            name = self._name_of_base(definition)
            if name == definition.name or name not in self._own:
                base = self._from_outside(definition, name)
            elif any(each.name == name for each in chain):
                base = self._circle(chain, name)
            else:
                base = self._done.get(name)
        for definition in reversed(chain):
            base = self._done[definition.name] = self._put(definition, base)

    def _name_of_base(self, definition: Definition) -> str:
        base = definition.base
        return base if isinstance(base, str) else self._ids.get(base, ("", ""))[0]

    def _from_outside(self, definition: Definition, name: str) -> Choice:
        if name in self._outer:
            return self._outer[name]
        if isinstance(definition.base, int) and not name:
            error = unknown_id(definition.base, self._ids)
        else:
            error = unknown_name(name, {*self._outer, *self._own} - {definition.name})
        definition.log_base(self._log, error.message, error.hint)
        return STAND_IN

    def _circle(self, chain: list[Definition], name: str) -> Choice:
        names = [each.name for each in chain]
        circle = " → ".join([*names[names.index(name) :], name])
        chain[-1].log_base(
            self._log, f"the bases lead in a circle: {circle}", "one of them needs another base"
        )
        return STAND_IN

    def _put(self, definition: Definition, base: Choice) -> Choice:
        if definition.fields is None:
            return STAND_IN
        if isinstance(definition.base, int) and definition.base in self._ids:
            language = self._ids[definition.base][1]
            base = Choice(replace(base.personality, language=language), language)
        return over(base, definition.fields)
