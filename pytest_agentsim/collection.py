"""Scenario files as pytest modules: each scenario becomes a test function whose lines are those of the file."""

from __future__ import annotations

import ast
import keyword
import re
import types
import unicodedata
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.errors import AgentSimError, ConfigurationError, ScenarioError
from pytest_agentsim.file_settings import display_path
from pytest_agentsim.markers import mark_from, mark_of_tag
from pytest_agentsim.settings import settings_of
from pytest_agentsim.simulate import why_not_offline
from pytest_agentsim.stash import FILES, scenario_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pytest_agentsim.run_state import RunState
    from pytest_agentsim.scenario.model import Scenario, ScenarioFile
    from pytest_agentsim.scenario.problems import Problem
    from pytest_agentsim.scenario_item import ScenarioItem

__all__ = ["AgentSimWarning", "ScenarioModule", "TriggerWarning", "explain_missing_fixture", "keep_first"]


# What pytest looks for in a module by its name: hooks, settings, set-up in the style of xunit.
_MEANT_FOR_PYTEST = re.compile(r"pytest.*|(setup|teardown)_(module|function)")


class AgentSimWarning(pytest.PytestWarning):
    """Something in a scenario file that its author should look at."""


class TriggerWarning(AgentSimWarning):
    """A trigger that the offline matcher makes nothing of, or that it cannot tell from another one."""


class ScenarioModule(pytest.Module):
    """A scenario file.

    Fixtures, parametrisation, marks, ids, selection and reruns work as in a Python module, because pytest
    collects one: a module object that is made here from the scenarios.
    """

    # `_getobj` is private, but it is how Python collectors are meant to get at their object, and pytest's own
    # doctest collector overrides it.
    def _getobj(self) -> types.ModuleType:
        from pytest_agentsim.run_state import run_of
        from pytest_agentsim.scenario.loader import load_file

        display = display_path(self.path, self.config)
        run = run_of(self.config)
        try:
            file = load_file(self.path, run.files.settings_for(self), display=display)
            if run.settings.strict and file.warnings:
                raise ScenarioError(file.warnings)
            run.files.check_asked(self)
            module = _module_for(file, self.config)
            for problem in file.warnings:
                if run.files.is_new(problem):
                    self._warn(AgentSimWarning(str(problem)), problem)
            self._warn_of_triggers(file, run)
        except (AgentSimError, AgentSimWarning) as error:
            raise self.CollectError(str(error)) from None
        self.config.stash.setdefault(FILES, []).append(file)
        return module

    def _warn_of_triggers(self, file: ScenarioFile, run: RunState) -> None:
        """Tell of the first trigger that the offline matcher has trouble with; `agentsim lint` tells all."""
        if run.settings.matcher_model:
            return
        problems = _unclear_triggers(file.scenarios, has_caller_model=bool(run.settings.caller_model))
        if run.settings.strict and problems:
            raise ScenarioError(problems)
        if not problems or not run.files.is_new(problems[0]):
            return
        more = f"; `agentsim lint` tells {len(problems) - 1} more in this file" if problems[1:] else ""
        self._warn(TriggerWarning(f"{problems[0]}{more}"), problems[0])

    def _warn(self, warning: AgentSimWarning, problem: Problem) -> None:
        # Not `self.warn`, which would ask for the object that is being made.
        path = self.config.invocation_params.dir / problem.location.file
        warnings.warn_explicit(warning, None, filename=str(path), lineno=problem.location.line)


def _unclear_triggers(scenarios: Sequence[Scenario], *, has_caller_model: bool) -> tuple[Problem, ...]:
    from pytest_agentsim.caller.matcher.advice import advice_on_triggers

    if has_caller_model:  # follows instructions itself
        return tuple(problem for each in scenarios for problem in advice_on_triggers(each))
    from pytest_agentsim.caller.behaviour.advice import advice_on_awaited

    return tuple(
        problem for each in scenarios for problem in (*advice_on_triggers(each), *advice_on_awaited(each))
    )


def explain_missing_fixture(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Make one sentence of a scenario's FixtureLookupError.

    To show where it comes from, pytest would read the scenario's file as Python, and fail for a lone bracket in it.
    """
    scenario = scenario_of(item)
    if scenario is None or call.excinfo is None:
        return
    lookup = call.excinfo.value
    missing = getattr(lookup, "msg", None) or f"fixture {getattr(lookup, 'argname', '')!r} not found"
    error = ConfigurationError(
        f"{scenario.location}: {missing}; `pytest --fixtures` lists those that there are"
    )
    call.excinfo = pytest.ExceptionInfo.from_exception(error.with_traceback(lookup.__traceback__))


def keep_first(items: Sequence[pytest.Item], count: int) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Split items into those of the first `count` scenarios (with all their parameters) and the rest.

    Items that come from no scenario file stay.
    """
    place: dict[int, int] = {}
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        scenario = scenario_of(item)
        within = scenario is None or place.setdefault(id(scenario), len(place)) < count
        (kept if within else left).append(item)
    return kept, left


def _module_for(file: ScenarioFile, config: pytest.Config) -> types.ModuleType:
    module = types.ModuleType(file.path.name.partition(".")[0])
    module.__file__ = str(file.path)
    module.__doc__ = file.description or file.name
    for name, scenario in _named(file.scenarios):
        function = _function_for(name, scenario, file.path)
        for mark in _marks(scenario, config):
            function = mark(function)
        setattr(module, name, function)
    return module


def _named(scenarios: Sequence[Scenario]) -> Iterator[tuple[str, Scenario]]:
    """Give each scenario a name that is a valid and unique Python name."""
    taken: set[str] = set()
    for scenario in scenarios:
        base = name = _python_name(scenario.name)
        number = 2
        while name in taken:
            name = f"{base}_{number}"
            number += 1
        taken.add(name)
        yield name, scenario


def _python_name(name: str) -> str:
    """Make a readable Python name; Python itself takes names in the normal form NFKC, in which å is one character."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    slug = re.sub(r"_+", "_", "".join(each if f"a{each}".isidentifier() else "_" for each in plain)).strip(
        "_"
    )
    is_free = slug.isidentifier() and not keyword.iskeyword(slug) and not _MEANT_FOR_PYTEST.fullmatch(slug)
    return slug if is_free else f"scenario_{slug}".rstrip("_")


def _function_for(name: str, scenario: Scenario, path: Path) -> Callable[[ScenarioItem], None]:
    namespace: dict[str, Any] = {"__name__": name}
    exec(_code_for(name, scenario, path), namespace)  # noqa: S102  (made above from a fixed template)
    function = namespace[name]
    function.__doc__ = scenario.name
    function.__test__ = True  # public opt-in: no `test_` prefix is needed
    function.agentsim_scenario = scenario
    return function  # type: ignore[no-any-return]


def _code_for(name: str, scenario: Scenario, path: Path) -> types.CodeType:
    """Compile a function whose statements sit on the lines of the file that they answer for."""
    statements = [("agentsim.run()", scenario.location.line)]
    for index, expectation in enumerate(scenario.expect):
        place = expectation.location
        # What a rubric expects stands in another file.
        is_here = place is not None and place.file == scenario.location.file
        line = place.line if place is not None and is_here else scenario.location.line
        statements.append((f"agentsim.check({index})", line))
    tree = ast.parse(f"def {name}(agentsim): pass")
    function = tree.body[0]
    if not isinstance(function, ast.FunctionDef):
        raise TypeError(f"{name!r} does not make a function")
    _place(function, scenario.location.line)
    function.body = [_placed(source, line) for source, line in statements]
    return compile(tree, str(path), "exec")


def _placed(source: str, line: int) -> ast.stmt:
    statement = ast.parse(source).body[0]
    _place(statement, line)
    return statement


def _place(node: ast.AST, line: int) -> None:
    for each in ast.walk(node):
        if hasattr(each, "lineno"):
            each.lineno = each.end_lineno = line  # type: ignore[attr-defined]
            each.col_offset = each.end_col_offset = 0  # type: ignore[attr-defined]


def _marks(scenario: Scenario, config: pytest.Config) -> Iterator[pytest.MarkDecorator]:
    for tag in scenario.tags:
        yield mark_of_tag(tag, config)
    for written in scenario.marks:
        try:
            yield mark_from(written)
        except ConfigurationError as error:
            raise ConfigurationError(f"{scenario.location}: marks: {error}") from None
    reason = "" if settings_of(config).caller_model else why_not_offline(scenario)
    if reason:
        yield pytest.mark.skip(reason=f"{scenario.name}: {reason}")
