from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from textwrap import dedent

import pytest

from pytest_agentsim.agents import process as module
from pytest_agentsim.agents.process import PORT, AgentProcess, Command
from pytest_agentsim.endpoint import Addresses
from pytest_agentsim.errors import AgentStartError, ConfigurationError
from pytest_agentsim.redaction import MASK, Redactor

ROOT = Path(module.__file__).parents[2]

posix_only = pytest.mark.skipif(os.name != "posix", reason="process groups and signals are those of POSIX")

# An agent that accepts connections, answers each with a line and prints what it is told.
LISTENING = """
    import os, signal, socket, subprocess, sys
    {before}
    print("listening as", os.getpid())
    server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
    while True:
        connection, _ = server.accept()
        with connection:
            told = connection.recv(1000).decode()
            if told:
                {on_message}
                connection.sendall(b"heard")
"""


def python(code: str, *arguments: str, **settings: object) -> Command:
    settings.setdefault("urls", Addresses("ws://127.0.0.1:{port}"))
    return Command(arguments=(sys.executable, "-c", dedent(code), *arguments), **settings)


def listening(before: str = "pass", on_message: str = "print(told)", **settings: object) -> Command:
    return python(LISTENING.format(before=before, on_message=on_message), PORT, **settings)


@pytest.fixture
def started():
    """Start commands that are stopped after the test."""
    running = []

    def start(command: Command, *secrets: str) -> tuple[AgentProcess, int]:
        agent = AgentProcess(command, Redactor(secrets))
        running.append(agent)
        return agent, int(agent.start().text.rpartition(":")[2])

    yield start
    for agent in running:
        agent.stop()


def tell(port: int, text: str) -> str:
    """Say something to the agent and wait until it has heard it."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(text.encode())
        return connection.recv(1000).decode()


def pid_of(agent: AgentProcess) -> int:
    lines = agent.output.since(0).splitlines()
    return int(next(line for line in lines if line.startswith("listening as ")).split()[-1])


def exists(pid: int) -> bool:
    """Whether there is such a process, dead ones that nobody has collected left aside."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def failure_of(command: Command, *secrets: str) -> str:
    with pytest.raises(AgentStartError) as failure:
        AgentProcess(command, Redactor(secrets)).start()
    return str(failure.value)


def test_a_command_is_ready_when_its_port_accepts_connections(started):
    _, port = started(listening())
    assert tell(port, "hello") == "heard"


def test_the_port_can_be_told_by_an_environment_value(started):
    code = LISTENING.format(before="pass", on_message="pass").replace("sys.argv[1]", 'os.environ["AT"][1:]')
    _, port = started(python(code, environment={"AT": ":{port}"}))
    assert tell(port, "hello") == "heard"


def test_path_and_query_of_the_url_are_kept():
    agent = AgentProcess(listening(urls=Addresses("ws://127.0.0.1:{port}/chat?bot=a")))
    try:
        assert agent.start().text.endswith("/chat?bot=a")
    finally:
        agent.stop()


def test_what_was_printed_before_an_answer_is_there_with_the_answer(started):
    agent, port = started(listening())
    mark = agent.output.mark()
    for number in range(20):
        tell(port, f"turn {number}")
        assert agent.output.since(mark).splitlines()[-1] == f"turn {number}"


def test_standard_error_is_output_too(started):
    agent, port = started(listening(on_message='print("on stderr", told, file=sys.stderr)'))
    tell(port, "hello")
    assert "on stderr hello\n" in agent.output.since(0)


def test_more_output_than_a_pipe_holds_does_not_stop_the_agent(started):
    agent, port = started(listening(on_message='print("x" * 300_000 + told)'))
    assert tell(port, "!") == "heard"
    assert agent.output.since(0).endswith("x!\n")


def test_secrets_are_taken_out_of_the_output(started):
    agent, port = started(listening(), "open sesame")
    tell(port, "open sesame")
    assert "sesame" not in agent.output.since(0)
    assert MASK in agent.output.since(0)


def test_output_that_is_not_utf_8_is_shown_as_far_as_it_can_be(started):
    agent, port = started(listening(on_message=r'os.write(1, b"\xc3\xa9 \xff ok\n")'))
    tell(port, "hello")
    assert "é \ufffd ok\n" in agent.output.since(0)


def test_standard_input_is_empty(started):
    agent, port = started(listening(on_message="print(repr(sys.stdin.read()))"))
    tell(port, "hello")
    assert "''\n" in agent.output.since(0)


def test_the_command_runs_in_its_directory_with_its_environment(started, tmp_path):
    show = 'print(os.getcwd(), os.environ["TENANT"], os.environ["PYTHONUNBUFFERED"])'
    agent, _ = started(listening(before=show, directory=str(tmp_path), environment={"TENANT": "acme"}))
    assert agent.output.since(0).startswith(f"{tmp_path} acme 1\n")


@posix_only
def test_a_stopped_command_is_gone_and_collected(started):
    agent, port = started(listening())
    pid = pid_of(agent)
    agent.stop()
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    assert not Path(f"/proc/{pid}").exists()
    with pytest.raises(ConnectionRefusedError):
        tell(port, "hello")


def test_nothing_of_ours_is_left_after_a_stop(started):
    gc.collect()
    threads, files = set(threading.enumerate()), set(Path("/proc/self/fd").iterdir())
    agent, _ = started(listening())
    assert set(threading.enumerate()) > threads
    agent.stop()
    assert set(threading.enumerate()) == threads
    assert set(Path("/proc/self/fd").iterdir()) == files


def test_output_can_be_read_after_the_stop(started):
    agent, port = started(listening())
    tell(port, "last words")
    agent.stop()
    assert "last words\n" in agent.output.since(0)


def test_stopping_twice_or_before_the_start_does_nothing(started):
    AgentProcess(listening()).stop()
    agent, _ = started(listening())
    agent.stop()
    agent.stop()


def test_a_stopped_command_can_be_started_again(started):
    agent, port = started(listening())
    tell(port, "first run")
    agent.stop()
    mark = agent.output.mark()
    again = int(agent.start().text.rpartition(":")[2])
    tell(again, "second run")
    assert "second run" in agent.output.since(mark)
    assert "first run" not in agent.output.since(mark)


@posix_only
def test_the_command_is_asked_to_end_before_it_is_made_to(started):
    on_end = 'signal.signal(signal.SIGTERM, lambda *_: (print("tidied up"), sys.exit(0)))'
    agent, _ = started(listening(before=on_end))
    agent.stop()
    assert agent.output.since(0).endswith("tidied up\n")


@posix_only
def test_a_command_that_ignores_the_request_is_killed(started, monkeypatch):
    monkeypatch.setattr(module, "STOP_TIMEOUT", 0.2)
    agent, _ = started(listening(before="signal.signal(signal.SIGTERM, signal.SIG_IGN)"))
    pid = pid_of(agent)
    agent.stop()
    assert not exists(pid)


@posix_only
@pytest.mark.parametrize("child_output", ["None", "subprocess.DEVNULL"])
def test_what_the_command_has_started_is_stopped_with_it(started, child_output):
    child = (
        f'child = subprocess.Popen(["sleep", "1000"], stdout={child_output}, stderr={child_output}); '
        'print("its child is", child.pid)'
    )
    agent, _ = started(listening(before=child))
    line = next(each for each in agent.output.since(0).splitlines() if each.startswith("its child is"))
    agent.stop()
    assert not exists(int(line.split()[-1]))


@posix_only
def test_a_command_that_crashed_meanwhile_is_stopped_and_its_last_words_are_kept(started):
    agent, port = started(listening(on_message='print("out of order"); os._exit(3)'))
    assert tell(port, "hello") == ""
    agent.stop()
    assert agent.output.since(0).endswith("out of order\n")


@posix_only
def test_a_forgotten_command_ends_with_the_object(started):
    agent = AgentProcess(listening())
    agent.start()
    pid = pid_of(agent)
    del agent
    assert not exists(pid)


@posix_only
def test_a_forgotten_command_ends_with_the_interpreter():
    code = f"""
    import sys
    from pytest_agentsim.agents.process import AgentProcess, Command
    from pytest_agentsim.endpoint import Addresses
    urls = Addresses("ws://127.0.0.1:{{port}}")
    agent = AgentProcess(Command(arguments={listening().arguments!r}, urls=urls))
    agent.start()
    sys.stdout.write(agent.output.since(0))
    """
    ran = subprocess.run(
        [sys.executable, "-c", dedent(code)], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True
    )
    assert not exists(int(ran.stdout.split()[-1]))


@posix_only
def test_a_fork_of_this_process_does_not_end_the_command(started):
    agent, port = started(listening())
    reader = agent._reader
    assert reader is not None
    module._end(None, reader, os.getpid() + 1)
    assert tell(port, "hello") == "heard"


def test_a_command_that_ends_before_it_is_ready_is_explained():
    message = failure_of(python('print("no\\nconfiguration"); raise SystemExit(3)', PORT))
    assert message.startswith("The agent's command ended with exit code 3 before it was ready.\n")
    assert "  | no\n  | configuration\n" in message
    assert f"Command: {sys.executable} -c" in message
    assert f"Directory: {Path.cwd()}" in message


@posix_only
def test_a_command_that_is_killed_before_it_is_ready_is_explained():
    message = failure_of(python("import os; os.kill(os.getpid(), 9)", PORT))
    assert "was ended by SIGKILL before it was ready" in message
    assert "(it printed nothing)" in message


def test_only_the_end_of_a_long_output_is_shown():
    message = failure_of(python("[print(f'line {n}') for n in range(100)]; exit(1)", PORT))
    assert message.count("  | line") == module.LINES_SHOWN
    assert "  | line 99\n" in message


@posix_only
def test_a_command_that_never_listens_is_given_up_and_stopped():
    shell = ("sh", "-c", "echo pid $$; exec sleep 1000", PORT)
    message = failure_of(Command(shell, Addresses("ws://127.0.0.1:{port}"), ready_timeout=0.5))
    assert "did not accept connections within 0.5 s" in message
    assert "longer ready_timeout" in message
    assert not exists(int(message.partition("| pid ")[2].split()[0]))


def test_the_explanation_holds_no_secrets():
    message = failure_of(
        python("print('key: open sesame'); exit(1)", PORT, "--key=open sesame"), "open sesame"
    )
    assert "sesame" not in message
    assert f"| key: {MASK}\n" in message


def test_a_command_that_does_not_exist_is_one_sentence():
    message = failure_of(Command(("no-such-agent", PORT), Addresses("ws://127.0.0.1:{port}")))
    assert message == "The agent's command was not found: no-such-agent; is it installed, and in the PATH?"


@posix_only
def test_a_command_that_is_not_executable_is_one_sentence(tmp_path):
    (tmp_path / "agent").write_text("#!/bin/sh\n")
    message = failure_of(Command((str(tmp_path / "agent"), PORT), Addresses("ws://127.0.0.1:{port}")))
    assert message == f"The agent's command may not be executed: {tmp_path / 'agent'}; chmod +x it?"


@posix_only
def test_a_command_that_is_no_program_is_one_sentence(tmp_path):
    (tmp_path / "agent").write_bytes(b"\x00\x01")
    (tmp_path / "agent").chmod(0o755)
    message = failure_of(Command((str(tmp_path / "agent"), PORT), Addresses("ws://127.0.0.1:{port}")))
    assert message == f"The agent's command cannot be executed: {tmp_path / 'agent'}: Exec format error"


def test_a_directory_that_does_not_exist_is_one_sentence():
    message = failure_of(listening(directory="/no/such/directory"))
    assert message == "The directory of the agent's command does not exist: /no/such/directory"


def test_both_urls_get_the_same_free_port():
    urls = Addresses("ws://127.0.0.1:{port}/chat", "ws://localhost:{port}/voice")
    agent = AgentProcess(listening(urls=urls))
    try:
        running = agent.start()
    finally:
        agent.stop()
    port = running.text.removeprefix("ws://127.0.0.1:").removesuffix("/chat")
    assert port.isdecimal()
    assert running == Addresses(f"ws://127.0.0.1:{port}/chat", f"ws://localhost:{port}/voice")


def test_an_agent_with_a_port_for_each_channel_has_to_listen_at_both():
    code = """
        import socket, sys
        server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
        print("listening")
        server.accept()[0].recv(1)
        exit(3)
    """
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        ports = [each.getsockname()[1] for each in (one, other)]
    urls = Addresses(f"ws://127.0.0.1:{ports[0]}", f"ws://127.0.0.1:{ports[1]}")
    message = failure_of(python(code, str(ports[0]), urls=urls))
    assert "ended with exit code 3 before it was ready" in message
    assert f"It has to listen at 127.0.0.1:{ports[0]} and 127.0.0.1:{ports[1]} within" in message


def test_a_fixed_port_that_is_taken_is_found_out_before_the_start(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = f"open({str(tmp_path / 'ran')!r}, 'w')"
        message = failure_of(python(code, urls=Addresses(f"ws://127.0.0.1:{port}")))
    assert message.startswith(f"Something listens at 127.0.0.1:{port} already; stop it, or write {PORT}")
    assert not (tmp_path / "ran").exists()


def test_a_port_that_another_process_took_first_does_not_make_the_command_ready(monkeypatch):
    answers = iter([False])
    # Nobody listens before the start; later somebody else does, and the command gives up.
    monkeypatch.setattr(module, "_accepts_connections", lambda host, port: next(answers, None) is None)
    monkeypatch.setattr(subprocess.Popen, "poll", lambda self: self.wait())
    assert "ended with exit code 1 before it was ready" in failure_of(python("exit(1)", PORT))


def test_an_interrupted_start_leaves_no_process(monkeypatch):
    spawned = []
    spawn = AgentProcess._spawn
    monkeypatch.setattr(AgentProcess, "_spawn", lambda *given: spawned.append(spawn(*given)) or spawned[0])

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_wait_until_ready", interrupted)
    with pytest.raises(KeyboardInterrupt):
        AgentProcess(listening()).start()
    assert spawned[0].returncode == -signal.SIGTERM


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (Command(("agent",), Addresses("ws://h:{port}")), "the command does not learn its port"),
        (Command(("agent", PORT), Addresses("ws://h:80")), "text_url needs {port}"),
        (Command(("agent",), Addresses("ws://h:80"), environment={"AT": ":{port}"}), "text_url needs {port}"),
        (Command(("agent", PORT), Addresses("ws://h:{port}", "ws://h:80")), "voice_url needs {port}"),
        (Command(("agent", PORT), Addresses(voice="ws://h:80")), "voice_url needs {port}"),
        (Command(("agent",), Addresses("ws://h:80", "ws://h:{port}")), "always uses in voice_url"),
    ],
)
def test_a_port_that_only_one_side_knows_is_refused(command, message):
    with pytest.raises(ConfigurationError, match=message):
        command.check()


@pytest.mark.parametrize(
    "command",
    [
        Command(("agent",), Addresses("ws://h:80")),
        Command(("agent",), Addresses("ws://h:80", "ws://h:81")),
        Command(("agent", PORT), Addresses("ws://h:{port}", "ws://h:{port}/voice")),
        Command(("agent", PORT), Addresses(voice="ws://h:{port}")),
        Command(("agent", "--at=:{port}"), Addresses("ws://h:{port}")),
        Command(("agent",), Addresses("ws://h:{port}"), environment={"AT": ":{port}"}),
    ],
)
def test_a_port_that_both_sides_know_is_accepted(command):
    command.check()
