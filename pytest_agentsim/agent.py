"""The agent under test: where it is reached, and what must be started for that."""

from __future__ import annotations

import os
import shlex
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from pytest_agentsim.endpoint import (
    EndpointSettings,
    TextEndpoint,
    expand,
    seconds,
)
from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.redaction import Redactor, Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType
    from typing import Self, Unpack

    from pytest_agentsim.agents.output import Output

__all__ = ["Agent", "Runner", "TextEndpoint"]


class Runner(Protocol):
    """What stands behind an agent that has to be started."""

    def start(self) -> str:
        """Bring the agent up and return its URL; raises AgentStartError."""
        ...

    def stop(self) -> None:
        """Leave nothing behind; may be called at any time."""
        ...

    @property
    def output(self) -> Output:
        """What the agent has printed until now."""
        ...


class Agent:
    """The agent under test: its endpoint, and what must be started before it can be reached.

    Made by `from_url`, `from_command` or `from_callable`. What has to be started is started by `start` or
    on entering a ``with`` statement, and may be started again after `stop`.
    """

    def __init__(
        self,
        *,
        text: TextEndpoint | None = None,
        runner: Runner | None = None,
        further_secrets: Sequence[Secret] = (),
    ) -> None:
        self._text = text
        self._runner = runner
        self._further_secrets = tuple(further_secrets)
        self._running_url = ""
        self._lock = threading.Lock()

    @classmethod
    def from_url(cls, url: str, **settings: Unpack[EndpointSettings]) -> Self:
        """Return an agent that runs already; for the settings see `TextEndpoint`. Timeouts are in seconds."""
        return cls(text=TextEndpoint.create(url, **settings))

    @classmethod
    def from_command(
        cls,
        command: Sequence[str | os.PathLike[str]] | str,
        *,
        text_url: str = "ws://127.0.0.1:{port}",
        environment: Mapping[str, str] | None = None,
        directory: str | os.PathLike[str] | None = None,
        ready_timeout: float = 15.0,
        **settings: Unpack[EndpointSettings],
    ) -> Self:
        """Return an agent that is started by a command and has `ready_timeout` seconds to accept connections.

        ``{port}`` in the command, in the values of `environment` and in `text_url` is a free port. A string
        is split as a shell would, but no shell runs it. Raises ConfigurationError for what cannot work.
        """
        from pytest_agentsim.agents.process import PORT, AgentProcess, Command

        endpoint = TextEndpoint.create(text_url.replace(PORT, "1"), **settings)
        secrets: list[Secret] = []

        def expanded(setting: str, value: str) -> str:
            result, found = expand(setting, value)
            secrets.extend(found)
            return result

        specification = Command(
            arguments=tuple(expanded("command", part) for part in _split(command)),
            url=expand("text_url", text_url)[0],
            environment={
                name: expanded(f"environment {name}", value) for name, value in (environment or {}).items()
            },
            directory=expanded("directory", os.fspath(directory or "")),
            ready_timeout=seconds("ready_timeout", ready_timeout),
        )
        specification.check()
        redactor = Redactor((*endpoint.secrets, *secrets))
        return cls(text=endpoint, runner=AgentProcess(specification, redactor), further_secrets=secrets)

    @classmethod
    def from_callable(
        cls, reply: Callable[..., Any], *, greeting: Any = None, **settings: Unpack[EndpointSettings]
    ) -> Self:
        """Return an agent that is a Python callable, served over a WebSocket of this machine.

        `reply` is a function ``reply(text)`` or ``reply(text, conversation)``, sync or async, or a class that
        is instantiated for each conversation and answers by ``__call__`` or ``reply``. It answers with a str,
        a dict (an X-RUBRIC frame), None, or an iterable of those; `greeting` is such an answer, spoken first.
        Raises ConfigurationError for a callable that takes no text.
        """
        from pytest_agentsim.agents.bridge import HOST, CallableBridge

        endpoint = TextEndpoint.create(f"ws://{HOST}", **settings)
        bridge = CallableBridge(
            reply, endpoint.secret, greeting=greeting, redactor=Redactor(endpoint.secrets)
        )
        return cls(text=endpoint, runner=bridge)

    def start(self) -> None:
        """Start what has to be started, unless it runs already; raises AgentStartError."""
        with self._lock:
            if self._runner is not None and not self._running_url:
                self._running_url = self._runner.start()

    def stop(self) -> None:
        """Stop what was started, if it runs."""
        with self._lock:
            if self._runner is not None and self._running_url:
                self._running_url = ""
                self._runner.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def text(self) -> TextEndpoint | None:
        """Where the agent speaks X-RUBRIC; None when it does not.

        Raises ConfigurationError while an agent that has to be started does not run.
        """
        if self._text is None or self._runner is None:
            return self._text
        url = self._running_url
        if not url:
            raise ConfigurationError(
                f"{self!r} has not been started: use it in a `with` statement, or `yield` it from the fixture"
            )
        return replace(self._text, url=url)

    def output_mark(self) -> int:
        """Return the present end of the agent's output, for `output_since`."""
        return 0 if self._runner is None else self._runner.output.mark()

    def output_since(self, mark: int) -> str:
        """Return what the agent has printed after `mark`, without secrets; of that, at most the last 1 MiB.

        For a command that is all it prints, for a callable the tracebacks of its errors, for a URL nothing.
        """
        return "" if self._runner is None else self._runner.output.since(mark)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What must never appear in a report."""
        from_text = () if self._text is None else self._text.secrets
        return tuple(dict.fromkeys((*from_text, *self._further_secrets)))

    @property
    def redactor(self) -> Redactor:
        """What takes the agent's secrets out of text and data."""
        return Redactor(self.secrets)

    def __repr__(self) -> str:
        shown = str(self._runner or (self._text.url if self._text else "without an endpoint"))
        if self._running_url:
            shown += f" at {self._running_url}"
        return f"<Agent {self.redactor.text(shown)}>"


def _split(command: Sequence[str | os.PathLike[str]] | str) -> list[str]:
    try:
        parts = shlex.split(command) if isinstance(command, str) else [os.fspath(part) for part in command]
    except ValueError as error:
        raise ConfigurationError(f"command cannot be split into words: {error}") from None
    if not parts:
        raise ConfigurationError("command is empty")
    return parts
