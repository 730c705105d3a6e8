from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError

from pytest_agentsim import agent as module
from pytest_agentsim.agent import Agent, TextEndpoint, VoiceEndpoint
from pytest_agentsim.errors import AgentStartError, ConfigurationError
from pytest_agentsim.redaction import MASK, Secret

URL = "ws://127.0.0.1:8080/chat"
VOICE_URL = "ws://127.0.0.1:8080/voice"
SETTINGS = {
    "secret": "s3cret",
    "agent_id": "7",
    "headers": {"X-Tenant": "acme"},
    "turn_timeout": 1,
    "max_duration": 2,
    "connect_timeout": 3,
}
# Prints its arguments, then accepts connections at the port that is its first.
LISTENING = """
import socket, sys
print(*sys.argv[1:])
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    server.accept()
"""
COMMAND = [sys.executable, "-c", LISTENING, "{port}"]


def echo(text):
    return f"You said: {text}"


def agents(**settings):
    """An agent of each kind."""
    return [
        Agent.from_url(URL, **settings),
        Agent.from_command(COMMAND, **settings),
        Agent.from_callable(echo, **settings),
    ]


async def ask(agent, text):
    headers = {"X-RUBRIC-SECRET": agent.text.secret.reveal()}
    async with connect(agent.text.url, additional_headers=headers) as connection:
        await connection.send(json.dumps({"content": text}))
        return json.loads(await connection.recv())["content"]


def test_the_settings_of_every_kind_of_agent_are_those_of_an_endpoint():
    endpoint = TextEndpoint.create(URL, **SETTINGS)
    for agent in agents(**SETTINGS):
        with agent:
            created = TextEndpoint.create(agent.text.url, **SETTINGS)
            assert agent.text == replace(created, is_callable=agent.text.is_callable)
            assert agent.secrets == endpoint.secrets


@pytest.mark.parametrize(
    "make",
    [
        lambda **s: Agent.from_url(URL, **s),
        lambda **s: Agent.from_command(COMMAND, **s),
        lambda **s: Agent.from_callable(echo, **s),
    ],
)
def test_settings_are_checked_at_once(make):
    with pytest.raises(ConfigurationError, match="turn_timeout must be a positive number"):
        make(turn_timeout=0)
    with pytest.raises(ConfigurationError, match="environment variable NOT_SET_ is not set"):
        make(secret="${NOT_SET_}")


def test_an_agent_with_a_url_needs_no_start():
    agent = Agent.from_url(URL)
    assert agent.text == TextEndpoint(URL)
    with agent:
        assert agent.text == TextEndpoint(URL)
    assert agent.output_mark() == 0
    assert agent.output_since(0) == ""


def test_an_agent_may_have_no_endpoint():
    assert (Agent().text, Agent().voice) == (None, None)
    assert repr(Agent()) == "<Agent without an endpoint>"


def test_an_agent_with_a_url_for_text_has_no_voice():
    agent = Agent.from_url(URL)
    assert (agent.text, agent.voice) == (TextEndpoint(URL), None)


def test_an_agent_may_have_voice_only(monkeypatch):
    monkeypatch.setenv("ACME_PASSWORD", "passw0rd")
    agent = Agent.from_url(voice_url=VOICE_URL, user="acme", password="${ACME_PASSWORD}")
    assert agent.text is None
    assert agent.voice == VoiceEndpoint.create(VOICE_URL, user="acme", password="${ACME_PASSWORD}")
    assert repr(agent) == f"<Agent {VOICE_URL}>"


def test_settings_that_both_endpoints_have_hold_for_both_and_others_for_their_own():
    common = {"headers": {"X-Tenant": "acme"}, "max_duration": 60, "connect_timeout": 1, "verify": False}
    agent = Agent.from_url(
        URL, voice_url=VOICE_URL, secret="s3cret", agent_id="7", user="acme", password="passw0rd", **common
    )
    assert agent.text == TextEndpoint.create(URL, secret="s3cret", agent_id="7", **common)
    assert agent.voice == VoiceEndpoint.create(VOICE_URL, user="acme", password="passw0rd", **common)
    assert repr(agent) == f"<Agent {URL} and {VOICE_URL}>"


def test_a_common_setting_may_have_another_value_for_voice():
    agent = Agent.from_url(URL, voice_url=VOICE_URL, turn_timeout=60, voice={"turn_timeout": 5})
    assert (agent.text.turn_timeout, agent.voice.turn_timeout) == (60.0, 5.0)


def test_each_channel_has_its_own_turn_timeout_when_none_is_given():
    agent = Agent.from_url(URL, voice_url=VOICE_URL)
    assert (agent.text.turn_timeout, agent.voice.turn_timeout) == (120.0, 60.0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Agent.from_url(), "an agent needs a URL for text, a voice_url, or both"),
        (lambda: Agent.from_command("agent {port}", text_url=""), "an agent needs a URL for text"),
        (lambda: Agent.from_url(URL, user="a"), "user is a setting for voice, and this agent has none"),
        (
            lambda: Agent.from_url(URL, user="a", password="b"),
            "password and user are settings for voice, and this agent has none",
        ),
        (lambda: Agent.from_url(URL, voice={"user": "a"}), "settings for voice are given, but no voice_url"),
        (
            lambda: Agent.from_url(voice_url=VOICE_URL, secret="s"),
            "secret is a setting for text, and this agent has only voice",
        ),
        (
            lambda: Agent.from_command("agent {port}", end_of_turn=1),
            "end_of_turn is a setting for voice, and this agent has none",
        ),
        (lambda: Agent.from_callable(echo, user="a"), "user is a setting for voice"),
        (lambda: Agent.from_url(URL, voice_url="http://h/"), "voice_url must begin with ws:// or wss://"),
        (
            lambda: Agent.from_command("agent {port}", voice_url="ws://127.0.0.1:80"),
            "voice_url needs {port}",
        ),
    ],
)
def test_settings_without_their_endpoint_are_refused(make, message):
    with pytest.raises(ConfigurationError, match=message):
        make()


def test_a_setting_that_does_not_exist_is_a_type_error():
    for given in ({"url": URL}, {"voice_url": VOICE_URL}):
        with pytest.raises(TypeError, match="colour"):
            Agent.from_url(**given, colour="blue")


def test_a_command_may_have_both_endpoints_at_its_port():
    with Agent.from_command(COMMAND, voice_url="ws://127.0.0.1:{port}/voice", end_of_turn=1) as agent:
        port = agent.output_since(0).split()[0]
        assert agent.text.url == f"ws://127.0.0.1:{port}"
        assert agent.voice == VoiceEndpoint.create(f"ws://127.0.0.1:{port}/voice", end_of_turn=1)
        assert repr(agent).endswith(f" at ws://127.0.0.1:{port} and ws://127.0.0.1:{port}/voice>")


def test_a_command_may_have_voice_only():
    agent = Agent.from_command(COMMAND, text_url="", voice_url="ws://127.0.0.1:{port}/voice")
    with pytest.raises(ConfigurationError, match="has not been started"):
        _ = agent.voice
    with agent:
        assert agent.text is None
        assert agent.voice.url.endswith("/voice")


def test_a_callable_speaks_text_only():
    with Agent.from_callable(echo) as agent:
        assert agent.voice is None


@pytest.mark.parametrize("agent", agents()[1:], ids=["command", "callable"])
def test_an_agent_that_was_not_started_says_what_to_do(agent):
    with pytest.raises(
        ConfigurationError, match="use it in a `with` statement, or `yield` it from the fixture"
    ):
        _ = agent.text
    with agent:
        assert agent.text is not None
    with pytest.raises(ConfigurationError, match="has not been started"):
        _ = agent.text


@pytest.mark.parametrize("agent", agents(), ids=["url", "command", "callable"])
def test_starting_and_stopping_are_idempotent_and_leave_nothing(agent):
    threads = set(threading.enumerate())
    agent.stop()
    for _ in range(2):
        agent.start()
        url = agent.text.url
        agent.start()
        assert agent.text.url == url
        agent.stop()
        agent.stop()
        assert set(threading.enumerate()) == threads


async def test_a_callable_is_called_through_a_socket():
    with Agent.from_callable(echo, secret="s3cret") as agent:
        assert await ask(agent, "hello") == "You said: hello"


async def test_a_callable_may_have_a_greeting():
    with Agent.from_callable(echo, greeting="Hi") as agent:
        assert await ask(agent, "hello") == "Hi"


async def test_errors_of_a_callable_are_output(monkeypatch):
    monkeypatch.setenv("KEY", "open sesame")

    def reply(text):
        raise ValueError("the key is open sesame")

    with Agent.from_callable(reply, headers={"X-Key": "${KEY}"}) as agent:
        mark = agent.output_mark()
        with pytest.raises(ConnectionClosedError, match="1011"):
            await ask(agent, "hello")
        assert f"ValueError: the key is {MASK}" in agent.output_since(mark)


def test_a_callable_that_takes_no_text_is_refused():
    with pytest.raises(ConfigurationError, match=r"reply\(text\)"):
        Agent.from_callable(lambda: "hi")


def test_a_command_knows_its_port_and_its_url():
    with Agent.from_command([*COMMAND, "--at={port}"], text_url="ws://localhost:{port}/chat?bot=1") as agent:
        port = agent.output_since(0).split()[0]
        assert agent.output_since(0) == f"{port} --at={port}\n"
        assert agent.text.url == f"ws://localhost:{port}/chat?bot=1"


def test_a_string_is_split_into_words_but_not_run_by_a_shell(tmp_path):
    (tmp_path / "agent.py").write_text(LISTENING)
    command = f"{sys.executable} agent.py {{port}} 'two words' $HOME ; *"
    with Agent.from_command(command, directory=tmp_path) as agent:
        assert agent.output_since(0).split(maxsplit=1)[1] == "two words $HOME ; *\n"


def test_a_command_may_have_paths_in_it(tmp_path):
    program = tmp_path / "agent.py"
    program.write_text(LISTENING)
    with Agent.from_command([sys.executable, program, "{port}"]) as agent:
        assert agent.output_since(0)


def test_the_environment_is_filled_in_and_its_values_are_secrets(monkeypatch, tmp_path):
    monkeypatch.setenv("KEY", "open sesame")
    monkeypatch.setenv("WHERE", str(tmp_path))
    program = "import os; print(os.environ['API_KEY'], os.getcwd())" + LISTENING
    agent = Agent.from_command(
        [sys.executable, "-c", program, "{port}", "--key=${KEY}", "$${KEY}"],
        environment={"API_KEY": "${KEY}!"},
        directory="${WHERE}",
    )
    with agent:
        printed = agent.output_since(0)
    assert printed.splitlines()[0] == f"{MASK}! {MASK}"
    assert printed.splitlines()[1].endswith(f" --key={MASK} ${{KEY}}")
    assert set(agent.secrets) == {Secret("open sesame"), Secret(str(tmp_path))}


def test_the_failure_of_a_command_is_explained_without_secrets():
    agent = Agent.from_command(
        [sys.executable, "-c", "print('my secret is s3cret'); exit(1)", "{port}"], secret="s3cret"
    )
    with pytest.raises(AgentStartError) as failure:
        agent.start()
    assert f"| my secret is {MASK}\n" in str(failure.value)
    assert "s3cret" not in str(failure.value)
    with pytest.raises(ConfigurationError, match="has not been started"):
        _ = agent.text


@pytest.mark.parametrize(
    ("command", "settings", "message"),
    [
        ("", {}, "command is empty"),
        ([], {}, "command is empty"),
        ("agent 'unclosed", {}, "command cannot be split into words: No closing quotation"),
        ("agent", {}, "the command does not learn its port"),
        ("agent {port}", {"text_url": "ws://127.0.0.1:80"}, "text_url needs {port}"),
        ("agent {port}", {"text_url": "http://127.0.0.1:{port}"}, "url must begin with ws:// or wss://"),
        ("agent {port}", {"ready_timeout": 0}, "ready_timeout must be a positive number of seconds"),
        ("agent {port} ${NOT_SET_}", {}, "command: environment variable NOT_SET_ is not set"),
        (
            "agent {port}",
            {"environment": {"A": "${NOT_SET_}"}},
            "environment A: environment variable NOT_SET_",
        ),
        ("agent {port}", {"environment": {"A": 1}}, "environment A must be a string, not int"),
    ],
)
def test_a_command_that_cannot_work_is_refused_at_once(command, settings, message):
    with pytest.raises(ConfigurationError, match=message):
        Agent.from_command(command, **settings)


def test_the_representation_tells_the_agents_apart_and_no_secrets():
    url, command, function = agents(secret="s3cret")
    assert repr(url) == f"<Agent {URL}>"
    assert repr(function) == "<Agent callable echo>"
    with function:
        assert repr(function) == f"<Agent callable echo at {function.text.url}>"
    assert repr(command).startswith(f"<Agent command {sys.executable} -c ")
    assert "s3cret" not in repr(Agent.from_url("ws://me:s3cret@h/"))
    assert "s3cret" not in repr(Agent.from_command("agent {port} s3cret", secret="s3cret"))


def test_the_redactor_knows_all_secrets():
    agent = Agent.from_url(
        "ws://me:passw0rd@h/", secret="s3cret", voice_url=VOICE_URL, user="a", password="w0rdpass"
    )
    assert agent.redactor.text("passw0rd, s3cret, w0rdpass") == f"{MASK}, {MASK}, {MASK}"
    assert "w0rdpass" not in repr(agent.voice)


def test_nothing_heavy_is_imported_before_it_is_needed():
    code = "import sys, pytest_agentsim.agent; print(*sys.modules)"
    root = Path(module.__file__).parents[1]
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert "pytest_agentsim.agent" in ran.stdout.split()
    assert not {"websockets", "asyncio", "subprocess", "pytest", "numpy", "tenacity"} & {*ran.stdout.split()}
