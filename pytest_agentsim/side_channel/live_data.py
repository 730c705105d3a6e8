"""What a scenario's functions have fetched during one call (platform_spec section c.7)."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import AgentSimError
from pytest_agentsim.result import EventKind
from pytest_agentsim.scenario.json_path import PathMissesError
from pytest_agentsim.scenario.template import fill_in, function_placeholders, render
from pytest_agentsim.side_channel.http import Request, RequestError, send, shown_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_agentsim.event_log import EventLog
    from pytest_agentsim.scenario.action import Action
    from pytest_agentsim.scenario.function import DeclaredFunction

__all__ = ["LiveData"]


class LiveData:
    """The functions of one call and the outputs that they have given so far.

    `variables` are those of the test profile. Whatever goes wrong with a request is logged, and the function's outputs
    have their defaults then, or no value.
    """

    def __init__(
        self, functions: Iterable[DeclaredFunction], variables: Mapping[str, Any], log: EventLog
    ) -> None:
        self._functions = {each.name: each for each in functions}
        self._variables = variables
        self._log = log
        self._outputs: dict[str, dict[str, Any]] = {}
        self._running: dict[str, asyncio.Task[None]] = {}

    def begin(self) -> None:
        """Send the requests of all functions that run by themselves, in the background."""
        for function in self._functions.values():
            if function.auto_run:
                self._running[function.name] = asyncio.ensure_future(self._run(function, auto_run=True))

    async def run(self, name: str) -> None:
        """Send a function's request anew and wait for its answer."""
        await self._run(self._functions[name], auto_run=False)

    async def fill_in(self, action: Action) -> Action:
        """Put the outputs into an action, once those that are being fetched have come; raises ActionValueError."""
        names = {each.keys[0] for each in function_placeholders(action.source)}
        if not names:
            return action
        await self._wait_for(names)
        return action.fill_in(self._outputs)

    async def known(self) -> dict[str, Any]:
        """Return all outputs by their own names, once those that are being fetched have come."""
        await self._wait_for(self._running)
        return {name: value for outputs in self._outputs.values() for name, value in outputs.items()}

    async def settle(self) -> None:
        """Wait for what is still being fetched: whoever listens to the requests gets those of short calls too."""
        await self._wait_for(self._running)

    def give_up(self) -> None:
        """Wait for nothing any more."""
        for task in self._running.values():
            task.cancel()

    async def _wait_for(self, names: Iterable[str]) -> None:
        tasks = [self._running[name] for name in names if name in self._running]
        if tasks:
            await asyncio.wait(tasks)

    async def _run(self, function: DeclaredFunction, *, auto_run: bool) -> None:
        await self._wait_for(function.needs)
        began = self._log.elapsed
        said: dict[str, Any] = {"name": function.name, "auto_run": auto_run, "method": function.method}
        document: Any = None
        try:
            request = self._request(function)
            said["url"] = shown_address(request.url)
            answer = await send(request)
            said["status"] = answer.status
            document = _parsed(answer.text)
        except AgentSimError as error:
            said["error"] = str(error)
            if isinstance(error, RequestError) and error.status is not None:
                said["status"] = error.status
        outputs, missed = _mapped(function, document, failed="error" in said)
        self._outputs[function.name] = outputs
        if missed:
            said["missed"] = missed
        seconds = round(self._log.elapsed - began, 4)
        self._log.add(EventKind.FUNCTION, **said, seconds=seconds, outputs=outputs)
        if "error" in said or missed:
            self._log.add(EventKind.WARNING, message=_warning(function, said))

    def _request(self, function: DeclaredFunction) -> Request:
        """Fill the placeholders in; raises ProfileKeyError, and RequestError for an output that there is not."""
        return Request(
            function.method,
            self._filled(function.url),
            {name: self._filled(str(value)) for name, value in function.headers.items()},
            {name: self._filled(str(value)) for name, value in function.query_params.items()},
            self._filled(function.body),
            function.timeout,
        )

    def _filled(self, value: Any) -> Any:
        if isinstance(value, str):
            text = fill_in(render(value, self._variables), self._outputs)
            if left := function_placeholders(text):
                raise RequestError(f"its request needs {left[0].source}, which has no value yet")
            return text
        if isinstance(value, dict):
            return {key: self._filled(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._filled(each) for each in value]
        return value


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _mapped(
    function: DeclaredFunction, document: Any, *, failed: bool
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the outputs that have a value, and why the others, or their defaults, have none of the response."""
    outputs: dict[str, Any] = {}
    missed: dict[str, str] = {}
    for output in function.outputs:
        try:
            if not failed:
                outputs[output.name] = output.path.find(document)
        except PathMissesError as error:
            missed[output.name] = str(error)
        if output.name not in outputs and output.default is not None:
            outputs[output.name] = output.default
    return outputs, missed


def _warning(function: DeclaredFunction, said: Mapping[str, Any]) -> str:
    missed: Mapping[str, str] = said.get("missed", {})
    why = said.get("error") or "; ".join(
        f"{each.name} is at {each.path.source}, but {missed[each.name]}"
        for each in function.outputs
        if each.name in missed
    )
    return f"the function {function.name!r} has not fetched what it should: {why}"
