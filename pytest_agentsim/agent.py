"""The agent under test: where it is reached, and what must be started for that."""

from __future__ import annotations

import os
import shlex
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from pytest_agentsim.agent_settings import AgentSettings, text_settings, voice_settings
from pytest_agentsim.endpoint import Addresses, expand, seconds
from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.redaction import Redactor, Secret
from pytest_agentsim.text_endpoint import TextEndpoint, TextSettings
from pytest_agentsim.voice_endpoint import VoiceEndpoint, VoiceSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType
    from typing import Self, Unpack

    from pytest_agentsim.agents.output import Output

__all__ = ["Agent", "Runner", "TextEndpoint", "VoiceEndpoint"]


class Runner(Protocol):
    """What stands behind an agent that has to be started."""

    def start(self) -> Addresses:
        """Bring the agent up and return where it is reached; raises AgentStartError."""
        ...

    def stop(self) -> None:
        """Leave nothing behind; may be called at any time."""
        ...

    @property
    def output(self) -> Output:
        """What the agent has printed until now."""
        ...


class Agent:
    """The agent under test: its endpoints, and what must be started before it can be reached.

    Made by `from_url`, `from_command` or `from_callable`. What has to be started is started by `start` or
    on entering a ``with`` statement, and may be started again after `stop`.
    """

    def __init__(
        self,
        *,
        text: TextEndpoint | None = None,
        voice: VoiceEndpoint | None = None,
        runner: Runner | None = None,
        further_secrets: Sequence[Secret] = (),
    ) -> None:
        self._text = text
        self._voice = voice
        self._runner = runner
        self._further_secrets = tuple(further_secrets)
        self._running: Addresses | None = None
        self._lock = threading.Lock()

    @classmethod
    def from_url(
        cls,
        url: str = "",
        *,
        voice_url: str = "",
        voice: VoiceSettings | None = None,
        **settings: Unpack[AgentSettings],
    ) -> Self:
        """Return an agent that runs already, reached over text at `url`, over voice at `voice_url`, or both.

        For the settings see `TextEndpoint` and `VoiceEndpoint`; those that both have hold for both, unless
        `voice` has another value for voice. Timeouts are in seconds. Raises ConfigurationError for what cannot
        work, such as a setting of an endpoint that is not there.
        """
        text_endpoint, voice_endpoint = _endpoints(Addresses(url, voice_url), voice, settings)
        return cls(text=text_endpoint, voice=voice_endpoint)

    @classmethod
    def from_command(
        cls,
        command: Sequence[str | os.PathLike[str]] | str,
        *,
        text_url: str = "ws://127.0.0.1:{port}",
        voice_url: str = "",
        voice: VoiceSettings | None = None,
        environment: Mapping[str, str] | None = None,
        directory: str | os.PathLike[str] | None = None,
        ready_timeout: float = 15.0,
        **settings: Unpack[AgentSettings],
    ) -> Self:
        """Return an agent that is started by a command and has `ready_timeout` seconds to accept connections.

        ``{port}`` in the command, in the values of `environment` and in both URLs is one free port; an agent
        that has only voice has an empty `text_url`. A string is split as a shell would, but no shell runs it.
        For the settings see `from_url`. Raises ConfigurationError for what cannot work.
        """
        from pytest_agentsim.agents.process import PORT, AgentProcess, Command

        urls = Addresses(text_url, voice_url)
        text_endpoint, voice_endpoint = _endpoints(urls.replaced(PORT, "1"), voice, settings)
        secrets: list[Secret] = []

        def expanded(setting: str, value: str) -> str:
            result, found = expand(setting, value)
            secrets.extend(found)
            return result

        specification = Command(
            arguments=tuple(expanded("command", part) for part in _split(command)),
            urls=Addresses(expand("text_url", text_url)[0], expand("voice_url", voice_url)[0]),
            environment={
                name: expanded(f"environment {name}", value) for name, value in (environment or {}).items()
            },
            directory=expanded("directory", os.fspath(directory or "")),
            ready_timeout=seconds("ready_timeout", ready_timeout),
        )
        specification.check()
        redactor = Redactor((*_secrets_of(text_endpoint, voice_endpoint), *secrets))
        return cls(
            text=text_endpoint,
            voice=voice_endpoint,
            runner=AgentProcess(specification, redactor),
            further_secrets=secrets,
        )

    @classmethod
    def from_callable(
        cls, reply: Callable[..., Any], *, greeting: Any = None, **settings: Unpack[TextSettings]
    ) -> Self:
        """Return an agent that is a Python callable, served over a WebSocket of this machine.

        `reply` is a function ``reply(text)`` or ``reply(text, conversation)``, sync or async, or a class that
        is instantiated for each conversation and answers by ``__call__`` or ``reply``. It answers with a str,
        a dict (an X-RUBRIC frame), None, or an iterable of those; `greeting` is such an answer, spoken first. A class
        may have methods ``sms(text)`` and ``client_message(t, d)`` too, which are called when the caller sends such
        and answer in the same way; for a function they stand in the conversation.
        Raises ConfigurationError for a callable that takes no text.
        """
        from pytest_agentsim.agents.bridge import HOST, CallableBridge

        endpoint = TextEndpoint.create(f"ws://{HOST}", **text_settings(settings, has_voice=False))
        bridge = CallableBridge(
            reply, endpoint.secret, greeting=greeting, redactor=Redactor(endpoint.secrets)
        )
        return cls(text=replace(endpoint, is_callable=True), runner=bridge)

    def start(self) -> None:
        """Start what has to be started, unless it runs already; raises AgentStartError."""
        with self._lock:
            if self._runner is not None and self._running is None:
                self._running = self._runner.start()

    def stop(self) -> None:
        """Stop what was started, if it runs."""
        with self._lock:
            if self._runner is not None and self._running is not None:
                self._running = None
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
        return replace(self._text, url=self._reached_at().text)

    @property
    def voice(self) -> VoiceEndpoint | None:
        """Where the agent speaks CHIRP; None when it does not. Raises as `text` does."""
        if self._voice is None or self._runner is None:
            return self._voice
        return replace(self._voice, url=self._reached_at().voice)

    def output_mark(self) -> int:
        """Return the present end of the agent's output, for `output_since`."""
        return 0 if self._runner is None else self._runner.output.mark()

    def output_since(self, mark: int, until: int | None = None) -> str:
        """Return what the agent has printed after `mark`, without secrets; of that, at most the last 1 MiB.

        `until` is a later mark to end at, None for now.

        For a command that is all it prints, for a callable the tracebacks of its errors, for a URL nothing.
        """
        return "" if self._runner is None else self._runner.output.since(mark, until)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What must never appear in a report."""
        return tuple(dict.fromkeys((*_secrets_of(self._text, self._voice), *self._further_secrets)))

    @property
    def redactor(self) -> Redactor:
        """What takes the agent's secrets out of text and data."""
        return Redactor(self.secrets)

    def __repr__(self) -> str:
        urls = Addresses(*(each.url if each else "" for each in (self._text, self._voice)))
        shown = str(self._runner or urls) or "without an endpoint"
        if self._running is not None:
            shown += f" at {self._running}"
        return f"<Agent {self.redactor.text(shown)}>"

    def _reached_at(self) -> Addresses:
        running = self._running
        if running is None:
            raise ConfigurationError(
                f"{self!r} has not been started: use it in a `with` statement, or `yield` it from the fixture"
            )
        return running


def _endpoints(
    urls: Addresses, voice: VoiceSettings | None, settings: AgentSettings
) -> tuple[TextEndpoint | None, VoiceEndpoint | None]:
    has_text, has_voice = bool(urls.text), bool(urls.voice)
    if not has_text and not has_voice:
        raise ConfigurationError("an agent needs a URL for text, a voice_url, or both")
    if voice and not has_voice:
        raise ConfigurationError("settings for voice are given, but no voice_url")
    for_text = text_settings(settings, has_voice=has_voice)
    for_voice = voice_settings(settings, voice, has_text=has_text)
    return (
        TextEndpoint.create(urls.text, **for_text) if has_text else None,
        VoiceEndpoint.create(urls.voice, **for_voice) if has_voice else None,
    )


def _secrets_of(*endpoints: TextEndpoint | VoiceEndpoint | None) -> tuple[Secret, ...]:
    return tuple(secret for endpoint in endpoints if endpoint is not None for secret in endpoint.secrets)


def _split(command: Sequence[str | os.PathLike[str]] | str) -> list[str]:
    try:
        parts = shlex.split(command) if isinstance(command, str) else [os.fspath(part) for part in command]
    except ValueError as error:
        raise ConfigurationError(f"command cannot be split into words: {error}") from None
    if not parts:
        raise ConfigurationError("command is empty")
    return parts
