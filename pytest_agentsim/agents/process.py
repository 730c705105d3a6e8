"""An agent that is a command: started on a free port, awaited, and stopped with all its children."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import socket
import subprocess
import time
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_agentsim.agents.output import Output
from pytest_agentsim.agents.pipe import PipeReader
from pytest_agentsim.endpoint import Addresses, address_of
from pytest_agentsim.errors import AgentStartError, ConfigurationError
from pytest_agentsim.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PORT", "AgentProcess", "Command"]

PORT = "{port}"

STOP_TIMEOUT = 5.0  # s between the polite and the impolite end
KILL_TIMEOUT = 0.5  # s; dead processes that nobody collects remain for ever
POLL_INTERVAL = 0.02  # s
PROBE_TIMEOUT = 1.0  # s for one attempt to connect
LINES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Command:
    """A command that starts an agent; ``{port}`` in arguments, environment and URLs stands for one free port.

    `environment` is added to that of this process, `directory` is where it runs (empty: here),
    `ready_timeout` is how long it may take until it accepts connections, in seconds.
    """

    arguments: tuple[str, ...]
    urls: Addresses
    environment: Mapping[str, str] = field(default_factory=dict)
    directory: str = ""
    ready_timeout: float = 15.0

    def check(self) -> None:
        """Raise ConfigurationError unless the command learns its port when one is to be chosen."""
        told = any(PORT in each for each in (*self.arguments, *self.environment.values()))
        for setting, url in self.urls.items():
            if told and PORT not in url:
                raise ConfigurationError(
                    f"{setting} needs {PORT} where the command or its environment has it"
                )
            if not told and PORT in url:
                raise ConfigurationError(
                    f"the command does not learn its port: write {PORT} in it or in an environment value, "
                    f"or the port that it always uses in {setting}"
                )

    @property
    def needs_port(self) -> bool:
        """Whether a free port has to be chosen."""
        return any(PORT in url for _, url in self.urls.items())

    @property
    def listens_at(self) -> tuple[tuple[str, int], ...]:
        """The hosts and ports at which the agent has to accept connections."""
        return tuple(dict.fromkeys(address_of(url) for _, url in self.urls.items()))

    def on_port(self, port: int) -> Command:
        """Return the command with ``{port}`` filled in."""
        return Command(
            arguments=tuple(each.replace(PORT, str(port)) for each in self.arguments),
            urls=self.urls.replaced(PORT, str(port)),
            environment={name: value.replace(PORT, str(port)) for name, value in self.environment.items()},
            directory=self.directory,
            ready_timeout=self.ready_timeout,
        )

    def __str__(self) -> str:
        return shlex.join(self.arguments)


class AgentProcess:
    """Runs a command; it ends with `stop`, with this object, or at the latest with the interpreter."""

    def __init__(self, command: Command, redactor: Redactor | None = None) -> None:
        self._command = command
        self._redactor = redactor or Redactor()
        self._output = Output(self._redactor)
        self._reader: PipeReader | None = None
        self._end: weakref.finalize[..., AgentProcess] | None = None

    def start(self) -> Addresses:
        """Start the command; return its URLs once all accept connections, or raise AgentStartError."""
        command = self._command.on_port(_free_port()) if self._command.needs_port else self._command
        for host, port in command.listens_at:
            if _accepts_connections(host, port):
                raise AgentStartError(
                    f"Something listens at {host}:{port} already; stop it, or write {PORT} instead of the number "
                    f"in the URL and in the command ({self._shown(command)}) to have a free port chosen."
                )
        process = self._spawn(command)
        self._reader = PipeReader(process, self._output)
        self._end = weakref.finalize(self, _end, process, self._reader, os.getpid())
        try:
            failure = _wait_until_ready(process, command)
        except BaseException:
            self.stop()
            raise
        if failure:
            self.stop()
            raise AgentStartError(self._explained(failure, command))
        return command.urls

    def stop(self) -> None:
        """End the command and all that it has started: ask first, and insist after 5 seconds."""
        if self._end is not None:
            self._end()

    @property
    def output(self) -> Output:
        """What the command has printed until now, of all its runs."""
        if self._reader is not None:
            self._reader.drain()
        return self._output

    def __str__(self) -> str:
        return f"command {self._shown(self._command)}"

    def _shown(self, command: Command) -> str:
        return self._redactor.text(str(command))

    def _spawn(self, command: Command) -> subprocess.Popen[bytes]:
        program = self._redactor.text(command.arguments[0])
        if command.directory and not Path(command.directory).is_dir():
            raise AgentStartError(f"The directory of the agent's command does not exist: {command.directory}")
        try:
            return subprocess.Popen(  # noqa: S603  (a command that the user has written)
                command.arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                bufsize=0,
                cwd=command.directory or None,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **command.environment},
                start_new_session=True,
            )
        except FileNotFoundError:
            raise AgentStartError(
                f"The agent's command was not found: {program}; is it installed, and in the PATH?"
            ) from None
        except PermissionError:
            raise AgentStartError(
                f"The agent's command may not be executed: {program}; chmod +x it?"
            ) from None
        except (OSError, ValueError) as error:
            reason = self._redactor.text(getattr(error, "strerror", None) or str(error))
            raise AgentStartError(f"The agent's command cannot be executed: {program}: {reason}") from None

    def _explained(self, failure: str, command: Command) -> str:
        where = " and ".join(f"{host}:{port}" for host, port in command.listens_at)
        printed = self._output.tail(LINES_SHOWN)
        shown = (
            "\n".join(f"  | {line}" for line in printed.splitlines()) if printed else "  (it printed nothing)"
        )
        return (
            f"The agent's command {failure}.\n"
            f"Command: {self._shown(command)}\n"
            f"Directory: {self._redactor.text(command.directory) or Path.cwd()}\n"
            f"The end of its output:\n{shown}\n"
            f"It has to listen at {where} within {command.ready_timeout:g} s and to keep running. "
            "Run it by hand to see whether it does; if it is only slow, set a longer ready_timeout."
        )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _accepts_connections(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=PROBE_TIMEOUT) as connection:
            # TCP can connect a port to itself when nobody listens there.
            return bool(connection.getsockname() != connection.getpeername())
    except OSError:
        return False


def _wait_until_ready(process: subprocess.Popen[bytes], command: Command) -> str:
    """Return what went wrong; an empty string when the process accepts connections."""
    deadline = time.monotonic() + command.ready_timeout
    while time.monotonic() < deadline:
        accepts = all(_accepts_connections(host, port) for host, port in command.listens_at)
        # Asked last: the port may belong to another process that was faster.
        if (code := process.poll()) is not None:
            return f"{_ended_how(code)} before it was ready"
        if accepts:
            return ""
        time.sleep(POLL_INTERVAL)
    return f"did not accept connections within {command.ready_timeout:g} s"


def _ended_how(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"


def _end(process: subprocess.Popen[bytes], reader: PipeReader, owner: int) -> None:
    if os.getpid() != owner:
        return  # a fork of the process that started the agent
    try:
        _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_TIMEOUT
        while not _is_gone(process, reader) and time.monotonic() < deadline:
            time.sleep(POLL_INTERVAL)
    finally:
        _signal(process, getattr(signal, "SIGKILL", signal.SIGTERM))
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_TIMEOUT)
        # Whom the signal has killed may take a moment to be gone; nothing tells of others than our own child.
        deadline = time.monotonic() + KILL_TIMEOUT
        while _signal(process, 0) and time.monotonic() < deadline:
            time.sleep(POLL_INTERVAL)
        reader.close()


def _is_gone(process: subprocess.Popen[bytes], reader: PipeReader) -> bool:
    """Whether the command has ended, and either nobody of its group is left or nobody who could print.

    The latter because a dead child whose parent has died remains in the group where nothing collects orphans.
    """
    if process.poll() is None:
        return False
    return reader.ended or not _signal(process, 0)


def _signal(process: subprocess.Popen[bytes], number: int) -> bool:
    """Send a signal to the process group; false when there is none any more."""
    if os.name != "posix":
        if number:
            process.terminate()
        return False
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True
