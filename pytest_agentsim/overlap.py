"""Items that are set up ahead of their turn: what of pytest's machinery has to give way for it.

pytest runs one item after another, and its machinery relies on it: there is one stack of what is set up, and one
value for each fixture. Here an item can be set up before its turn and *parked*; its own protocol takes it up
again. This module is the only one that touches private names of pytest, and `why_impossible` checks all of them
before anything is done, so that another pytest than those known means items one by one and never wrong results.

==============================================  ================================================================
``Session._setupstate``, ``SetupState``         the stack: replaced by one that can park items
``Function._fixtureinfo``, ``_initrequest``     the fixtures of an item: replaced by definitions of its own
``FuncFixtureInfo.name2fixturedefs``            the same
``FixtureDef.cached_result``, ``_finalizers``   the one value of a fixture: empty in the item's own definitions
``CallSpec._arg2scope``                         which parameters are wider than the item
``HookImpl.function`` (of pluggy)               a set-up hook that has run ahead does not run again
``Item._report_sections``                       what an item has printed in two parts of its set-up
``LoggingPlugin.…_handler``, ``log_level``      which handlers attribute log records to the item at hand
``pytest_timeout._get_item_settings``           the item's time limit, for pytest-timeout has no public way to ask
==============================================  ================================================================
"""

from __future__ import annotations

import copy
import dataclasses
import inspect
import logging
import os
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import _pytest
import pluggy
import pytest
from _pytest.fixtures import FixtureDef, FuncFixtureInfo
from _pytest.outcomes import OutcomeException
from _pytest.runner import SetupState

import pytest_agentsim

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

__all__ = [
    "AheadSetupState",
    "FixtureIsolation",
    "SetupHooks",
    "as_in_its_own_protocol",
    "as_in_its_own_teardown",
    "as_in_its_own_wait",
    "join_output",
    "log_handlers",
    "log_level",
    "name_current_test",
    "others_are_shown",
    "seconds_allowed",
    "why_impossible",
    "wide_parameters",
]

CURRENT_TEST = "PYTEST_CURRENT_TEST"
LOG_HANDLERS = ("caplog_handler", "report_handler", "log_cli_handler", "log_file_handler")

_MACHINERY = tuple(each.__path__[0] for each in (_pytest, pluggy, pytest_agentsim))

# What a set-up or teardown may raise that belongs to the item and not to the whole run.
_ITEM_OUTCOMES = (OutcomeException, Exception)


def why_impossible(session: pytest.Session, item: pytest.Function) -> str:
    """Say what this pytest does differently from those that the module was written for; empty if nothing.

    `item` is any one that is going to overlap; it is left as it was.
    """
    state = getattr(session, "_setupstate", None)
    if type(state) is not SetupState or not isinstance(getattr(state, "stack", None), dict):
        return "the stack of what is set up is not as expected"
    if _parameters(state.setup) != ["item"] or _parameters(state.teardown_exact) != ["nextitem"]:
        return "setting up and tearing down take other arguments than expected"
    if "name2fixturedefs" not in {field.name for field in dataclasses.fields(FuncFixtureInfo)}:
        return "the fixtures of an item are not kept as expected"
    if "cached_result" not in _names_of(FixtureDef.finish) or "_finalizers" not in _names_of(
        FixtureDef.finish
    ):
        return "the value of a fixture is not kept as expected"
    if not FixtureIsolation.is_possible(item):
        return "an item's fixtures are not looked up as expected"
    if not SetupHooks.can_be_guarded(session.config):
        return "set-up hooks cannot be kept from running twice"
    return ""


class AheadSetupState(SetupState):
    """A stack of what is set up from which finished items can be taken until their turn.

    `stack` looks as pytest expects it: collectors, and at most one item. A parked item keeps its finalizers;
    the collectors that it needs stay until it is taken up or discarded. `before_the_end` is called before
    everything is torn down.
    """

    def __init__(self, before_the_end: Callable[[], object]) -> None:
        super().__init__()
        self._before_the_end = before_the_end
        self._parked: dict[pytest.Item, Any] = {}
        self._needed: Counter[Any] = Counter()

    @classmethod
    def installed(cls, session: pytest.Session, *, before_the_end: Callable[[], object]) -> AheadSetupState:
        """Return the state that a session uses from now on."""
        state = session._setupstate = cls(before_the_end)
        return state

    def setup(self, item: pytest.Item) -> None:
        """Set up what of an item's chain is not set up yet.

        Unlike pytest's own it finds collectors on the stack that belong to parked items.
        """
        __tracebackhide__ = others_are_shown
        for node in item.listchain():
            if node in self.stack:
                self._raise_again(node)
                continue
            self.stack[node] = ([node.teardown], None)
            try:
                node.setup()
            except _ITEM_OUTCOMES as error:
                self.stack[node] = (self.stack[node][0], (error, error.__traceback__))
                raise

    def teardown_exact(self, nextitem: pytest.Item | None) -> None:
        """Tear down what neither the next item nor a parked one needs."""
        __tracebackhide__ = others_are_shown
        errors: list[BaseException] = []
        if nextitem is None:
            try:
                self._before_the_end()
            except _ITEM_OUTCOMES as error:
                errors.append(error)
        needed = set(nextitem.listchain()) if nextitem is not None else set()
        errors += [
            error
            for node in reversed(list(self.stack))
            if node not in needed and not self._needed[node]
            for error in self._torn_down(node, self.stack.pop(node))
        ]
        _raise_together("errors during test teardown", errors)

    def park(self, item: pytest.Item) -> None:
        """Take an item from the stack; what it needs is held from now on."""
        self._parked[item] = self.stack.pop(item, None)
        self._needed.update(item.listchain()[:-1])

    def take_up(self, item: pytest.Item) -> None:
        """Put a parked item back, as pytest expects it after its set-up."""
        frame = self._release(item)
        if frame is not None:
            self.stack[item] = frame

    def go_on(self, item: pytest.Function, *, after: str) -> None:
        """Set up what is missing of an item that has been taken up; a fixture has ended its set-up early."""
        __tracebackhide__ = others_are_shown
        _forget(item, after)
        self.stack[item] = (self.stack[item][0], None)
        try:
            item.setup()
        except _ITEM_OUTCOMES as error:
            self.stack[item] = (self.stack[item][0], (error, error.__traceback__))
            raise

    def discard(self, item: pytest.Item) -> list[BaseException]:
        """Tear down a parked item whose turn will not come; return what went wrong."""
        frame = self._release(item)
        return [] if frame is None else self._torn_down(item, frame)

    def _release(self, item: pytest.Item) -> Any:
        self._needed.subtract(item.listchain()[:-1])
        return self._parked.pop(item)

    def _raise_again(self, node: Any) -> None:
        """Raise again what a collector's set-up has raised; it is not tried again for each item."""
        __tracebackhide__ = others_are_shown
        failed = self.stack[node][1]
        if failed:
            raise failed[0].with_traceback(failed[1])

    def _torn_down(self, node: Any, frame: Any) -> list[BaseException]:
        __tracebackhide__ = others_are_shown
        errors: list[BaseException] = []
        finalizers = frame[0]
        while finalizers:
            try:
                finalizers.pop()()
            except _ITEM_OUTCOMES as error:
                errors.append(error)
        if len(errors) < 2:
            return errors
        return [BaseExceptionGroup(f"errors while tearing down {node!r}", errors[::-1])]


class FixtureIsolation:
    """Gives items fixture definitions of their own, so that one item's values are never another's.

    pytest has one definition of a fixture for all its users, and it holds one value: an item that is set up
    while another one is alive would be given the other one's value, or would destroy it. Here there is one for
    each item, class or module, as the fixture's scope says. Those of packages and of the session stay shared.
    """

    def __init__(self) -> None:
        self._shared: dict[pytest.Item, FuncFixtureInfo] = {}
        self._of_groups: dict[tuple[FixtureDef[Any], Any], FixtureDef[Any]] = {}

    def isolate(self, item: pytest.Function) -> None:
        """Replace an item's definitions; raises RuntimeError if pytest would go on using the shared ones."""
        info = self._shared[item] = item._fixtureinfo
        own = _FixturesOfItem(item, info.name2fixturedefs, self)
        item._fixtureinfo = dataclasses.replace(info, name2fixturedefs=own)
        item._initrequest()
        # Were this to fail silently, one item would be given another one's fixtures.
        if not isinstance(getattr(item._request, "_arg2fixturedefs", None), _FixturesOfItem):
            raise RuntimeError("an item's fixtures are not looked up where they are expected")

    @classmethod
    def is_possible(cls, item: pytest.Function) -> bool:
        """Try it with an item, which is left as it was."""
        isolation = cls()
        try:
            isolation.isolate(item)
            isolation.release(item)
            item._initrequest()
        except (AttributeError, RuntimeError, TypeError):
            return False
        return True

    def of(self, definition: FixtureDef[Any], scope: str, item: pytest.Function) -> FixtureDef[Any]:
        """Return the definition that an item is to use."""
        node = _owner(scope, item)
        if node is None:
            return definition
        if node is item:
            return _unused(definition)
        key = (definition, node)
        if key not in self._of_groups:
            self._of_groups[key] = _unused(definition)
        return self._of_groups[key]

    def release(self, item: pytest.Item) -> None:
        """Give an item that is over its first definitions back; with thousands of items the others add up."""
        info = self._shared.pop(item, None)
        if info is not None and isinstance(item, pytest.Function):
            item._fixtureinfo = info


class SetupHooks:
    """Keeps the hooks `pytest_runtest_setup` of all plugins and conftests from running twice for an item.

    They run when the item is set up ahead. In the item's own protocol only those of plugins run that wrap the
    others, as those of capturing, logging and reports do. Hook callers that leave some plugins out share these
    implementations, so that one function in each is all there is to replace.
    """

    def __init__(self, config: pytest.Config, is_over: Callable[[], bool]) -> None:
        self._is_over = is_over
        self._replaced = [(each, each.function) for each in _setup_hooks_to_run_once(config)]

    @staticmethod
    def can_be_guarded(config: pytest.Config) -> bool:
        """Tell whether the functions behind the hooks can be replaced."""
        return all(callable(getattr(each, "function", None)) for each in _setup_hooks_to_run_once(config))

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Keep them from running whenever `is_over` says so."""
        for implementation, function in self._replaced:
            implementation.function = self._unless_over(
                function, instead=_passing if _wraps(implementation) else _nothing
            )
        try:
            yield
        finally:
            for implementation, function in self._replaced:
                implementation.function = function

    def _unless_over(
        self, function: Callable[..., object], instead: Callable[[], object]
    ) -> Callable[..., object]:
        def run_unless_over(*arguments: object) -> object:
            __tracebackhide__ = others_are_shown
            return instead() if self._is_over() else function(*arguments)

        return run_unless_over


def wide_parameters(item: pytest.Function) -> dict[str, Any]:
    """Return an item's parameters of fixtures that outlive it; items with other values cannot be set up together."""
    callspec = getattr(item, "callspec", None)
    if callspec is None:
        return {}
    return {
        name: value
        for name, value in callspec.params.items()
        if callspec._arg2scope[name].value != "function"
    }


@contextmanager
def as_in_its_own_protocol(item: pytest.Item) -> Iterator[None]:
    """Surround an item's set-up with what its protocol would: warning filters, details of failed assertions.

    These are the built-in plugins' own hooks, driven by hand because the protocol of another item is at hand.
    """
    before = os.environ.get(CURRENT_TEST)
    with ExitStack() as stack:
        for plugin in ("warnings", "assertion"):
            _enter_hook(stack, item, plugin, "pytest_runtest_protocol")
        try:
            yield
        finally:
            # The set-up hook of pytest has put the item's name there.
            if before is None:
                os.environ.pop(CURRENT_TEST, None)
            else:
                os.environ[CURRENT_TEST] = before


@contextmanager
def as_in_its_own_wait(item: pytest.Item) -> Iterator[None]:
    """Surround the wait for an item's calls with what the call phase would: captured output and logs, warnings."""
    with ExitStack() as stack:
        _enter_hook(stack, item, "warnings", "pytest_runtest_protocol")
        for plugin in ("capturemanager", "logging-plugin"):
            _enter_hook(stack, item, plugin, "pytest_runtest_call")
        yield


@contextmanager
def as_in_its_own_teardown(item: pytest.Item) -> Iterator[None]:
    """Surround the teardown of an item whose turn has not come: warnings are its own, and output goes nowhere."""
    with ExitStack() as stack:
        _enter_hook(stack, item, "warnings", "pytest_runtest_protocol")
        _enter_hook(stack, item, "capturemanager", "pytest_runtest_teardown")
        yield


def others_are_shown(error: pytest.ExceptionInfo[BaseException]) -> bool:
    """Tell pytest to hide a frame of ours, unless a traceback has no other ones than ours and pytest's.

    pytest 8.4 fails to show a group of errors of which all frames are hidden.
    """
    return any(not str(entry.path).startswith(_MACHINERY) for entry in error.traceback)


def name_current_test(item: pytest.Item) -> None:
    """Put an item's name where its set-up hook would have put it, had it not run ahead."""
    os.environ[CURRENT_TEST] = f"{item.nodeid} (setup)".replace("\x00", "(null)")


def join_output(item: pytest.Item) -> None:
    """Make one section of what an item has printed or logged in its set-up ahead of its turn and in its turn."""
    sections: list[tuple[str, str, str]] = getattr(item, "_report_sections", [])
    joined: dict[tuple[str, str], str] = {}
    for when, key, content in sections:
        before = joined.get((when, key), "")
        # Captured logs have no line break at their end.
        gap = "\n" if before and not before.endswith("\n") else ""
        joined[when, key] = before + gap + content
    sections[:] = [(when, key, content) for (when, key), content in joined.items()]


def log_handlers(config: pytest.Config) -> Sequence[logging.Handler]:
    """Return the handlers that attribute log records to the item at hand; none without the logging plugin."""
    plugin = config.pluginmanager.get_plugin("logging-plugin")
    found = [getattr(plugin, name, None) for name in LOG_HANDLERS]
    return [each for each in found if isinstance(each, logging.Handler)]


def log_level(config: pytest.Config) -> int | None:
    """Return the level from which log records are captured; None for that of the root logger."""
    level: int | None = getattr(config.pluginmanager.get_plugin("logging-plugin"), "log_level", None)
    return level


def seconds_allowed(item: pytest.Item) -> float | None:
    """Return the time that pytest-timeout allows an item; None without a limit."""
    ask = getattr(item.config.pluginmanager.get_plugin("timeout"), "_get_item_settings", None)
    seconds = ask(item).timeout if ask is not None else None
    return float(seconds) if seconds else None


class _FixturesOfItem(dict[str, Any]):
    """The fixture definitions of one item, made its own when they are first asked for."""

    def __init__(self, item: pytest.Function, shared: dict[str, Any], isolation: FixtureIsolation) -> None:
        super().__init__(shared)
        self._item = item
        self._isolation = isolation
        self._own: set[str] = set()
        scopes = getattr(getattr(item, "callspec", None), "_arg2scope", {})
        self._scopes = {name: scope.value for name, scope in scopes.items()}

    def get(self, name: str, default: Any = None) -> Any:
        if name not in self._own:
            found = super().get(name)
            if found is None:  # only known when a test or fixture asks for it with `getfixturevalue`
                found = self._item.session._fixturemanager.getfixturedefs(name, self._item)
            if found is None:
                return default
            self[name] = tuple(self._made_own(definition) for definition in found)
            self._own.add(name)
        return self[name]

    def copy(self) -> _FixturesOfItem:
        """Return the same: up to pytest 9.0 an item's request works with a copy."""
        return self

    def _made_own(self, definition: FixtureDef[Any]) -> FixtureDef[Any]:
        scope = self._scopes.get(definition.argname, definition.scope)
        return self._isolation.of(definition, scope, self._item)


def _forget(item: pytest.Function, fixture: str) -> None:
    """Have a fixture executed again, although what it raised is kept as its value."""
    for definition in item._fixtureinfo.name2fixturedefs.get(fixture) or ():
        definition.cached_result = None
        definition._finalizers.clear()


def _owner(scope: str, item: pytest.Function) -> Any:
    """Return the node that has a fixture's value to itself; None where the session's one value is right."""
    if scope == "class":
        return item.getparent(pytest.Class) or item
    if scope == "module":
        return item.getparent(pytest.Module)
    return item if scope == "function" else None


def _unused(definition: FixtureDef[Any]) -> FixtureDef[Any]:
    made = copy.copy(definition)
    made.cached_result = None
    vars(made)["_finalizers"] = []
    return made


def _setup_hooks_to_run_once(config: pytest.Config) -> list[Any]:
    implementations = config.hook.pytest_runtest_setup.get_hookimpls()
    return [each for each in implementations if not _wraps(each) or _is_of_a_conftest(each)]


def _wraps(implementation: Any) -> bool:
    return bool(implementation.wrapper or implementation.hookwrapper)


def _is_of_a_conftest(implementation: Any) -> bool:
    return Path(getattr(implementation.plugin, "__file__", None) or "").name == "conftest.py"


def _nothing() -> None:
    pass


def _passing() -> Generator[None, object, object]:
    return (yield)


def _enter_hook(stack: ExitStack, item: pytest.Item, plugin: str, hook: str) -> None:
    wrapper = getattr(item.config.pluginmanager.get_plugin(plugin), hook, None)
    if wrapper is not None and inspect.isgeneratorfunction(wrapper):
        stack.enter_context(contextmanager(wrapper)(item))


def _raise_together(message: str, errors: list[BaseException]) -> None:
    __tracebackhide__ = others_are_shown
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise BaseExceptionGroup(message, errors[::-1])


def _parameters(function: Callable[..., object]) -> list[str]:
    return list(inspect.signature(function).parameters)


def _names_of(function: Any) -> tuple[str, ...]:
    names: tuple[str, ...] = function.__code__.co_names
    return names
