from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from acme_clinic.misbehaviour import BOILERPLATE, FEE, Misbehaviour
from acme_clinic.server import open_clinic
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, ConnectionClosedOK

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

EXAMPLE_SUITE = Path(__file__).parents[2] / "example_suite"
SECRET = "shh"
GREETING = "Hi, thanks for calling Acme Clinic. How can I help you today?"
ASK_NAME = "I can help you with that. Can I have your full name, please?"
UNCLEAR = "I'm sorry, I didn't catch that. Could you rephrase?"

CANCELLATION = [
    "I need to cancel my appointment",
    "Sarah Johnson",
    "1990-01-01",
    "No, cancel it",
    "That's all",
]


class Caller:
    """A caller on an open connection; greeted already, unless told otherwise."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def receive(self) -> Any:
        return json.loads(await self.connection.recv())

    async def turn(self) -> list[Any]:
        """Return the frames up to and including the agent's words."""
        frames = [await self.receive()]
        while "content" not in frames[-1]:
            frames.append(await self.receive())
        return frames

    async def say(self, content: str, **fields: str) -> list[Any]:
        await self.connection.send(json.dumps({"content": content} | fields))
        return await self.turn()

    async def closed(self) -> ConnectionClosed:
        """Return how the connection has been closed; nothing else may come before."""
        with pytest.raises(ConnectionClosed) as closed:
            await self.connection.recv()
        return closed.value


@asynccontextmanager
async def call(port: int, path: str = "/", greeted: bool = True, **headers: str) -> AsyncIterator[Caller]:
    named = {"X-RUBRIC-SECRET": SECRET} | {name.replace("_", "-"): value for name, value in headers.items()}
    async with connect(f"ws://127.0.0.1:{port}{path}", additional_headers=named, proxy=None) as connection:
        caller = Caller(connection)
        if greeted and named.get("X-Greeting") != "off":
            await caller.turn()
        yield caller


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with open_clinic(SECRET) as bound_port:
        yield bound_port


# The handshake


async def test_the_clinic_greets_whoever_sends_the_secret(port):
    async with call(port, greeted=False) as caller:
        assert await caller.turn() == [{"content": GREETING}]


@pytest.mark.parametrize("secret", ["", "wrong", "shh ß".encode().decode("latin-1")])
async def test_a_wrong_secret_is_refused_with_1008(port, secret):
    async with call(port, greeted=False, X_RUBRIC_SECRET=secret) as caller:
        closed = await caller.closed()

    assert closed.rcvd is not None
    assert (closed.rcvd.code, closed.rcvd.reason) == (1008, "Unauthorized")


async def test_no_secret_is_refused_with_1008(port):
    async with connect(f"ws://127.0.0.1:{port}/", proxy=None) as connection:
        closed = await Caller(connection).closed()

    assert closed.rcvd is not None
    assert closed.rcvd.code == 1008


async def test_without_a_greeting_the_first_message_is_answered_directly(port):
    async with call(port, X_Greeting="off") as caller:
        assert await caller.say("I need to cancel my appointment") == [{"content": ASK_NAME}]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/billing", {}),
        ("/ws/billing/?run=1", {}),
        ("/", {"X_Bot_Id": "billing"}),
        ("/ws", {"X_Bot_Id": "billing"}),
    ],
)
async def test_billing_is_reached_by_path_and_by_header(port, path, headers):
    async with call(port, path, greeted=False, **headers) as caller:
        greeting = await caller.turn()
        answer = await caller.say("I'd like to set up a payment plan")

    assert greeting == [{"content": "Hi, this is Acme Clinic billing. How can I help you today?"}]
    assert answer == [{"content": "Sure, what monthly amount works for you?"}]


@pytest.mark.parametrize("path", ["/", "/ws", "/billings", "/billing/front-desk", "/?next=/billing"])
async def test_any_other_path_reaches_the_front_desk(port, path):
    async with call(port, path, greeted=False) as caller:
        assert await caller.turn() == [{"content": GREETING}]


# A conversation


async def test_a_cancellation_over_the_wire_frame_by_frame(port):
    async with call(port) as caller:
        turns = [await caller.say(line) for line in CANCELLATION]
        closed = await caller.closed()

    appointment = "Tuesday, March 3 at 10:00 AM"
    found = '{"found": true, "name": "Sarah Johnson", "customer_id": "cust_123"}'
    done = '{"status": "ok", "confirmation_number": "ACM-1042"}'
    assert turns == [
        [{"content": ASK_NAME}],
        [
            {
                "role": "Function Call",
                "data": {"id": "call_1", "name": "lookup_patient", "arguments": '{"name": "Sarah Johnson"}'},
            },
            {"role": "Function Call Result", "data": {"id": "call_1", "result": found}},
            {"content": "Thank you, Sarah. What is your date of birth?"},
        ],
        [
            {"metadata": {"customer_id": "cust_123"}},
            {
                "content": f"Thank you, Sarah. You have an appointment on {appointment}. "
                "Would you like to reschedule instead of cancelling?"
            },
        ],
        [
            {
                "role": "Function Call",
                "data": {
                    "id": "call_2",
                    "name": "cancel_appointment",
                    "arguments": '{"patient": "Sarah Johnson"}',
                },
            },
            {"role": "Function Call Result", "data": {"id": "call_2", "result": done}},
            {
                "content": f"Your appointment on {appointment} has been cancelled. "
                "Your confirmation number is ACM-1042. Is there anything else I can help you with?",
                "metadata": {"outcome": "cancelled"},
            },
        ],
        [
            {
                "content": "Thank you for calling Acme Clinic. Goodbye!",
                "metadata": {"outcome": "cancelled"},
                "type": "end_call",
            }
        ],
    ]
    assert isinstance(closed, ConnectionClosedOK)


async def test_a_transfer_is_called_before_it_is_announced_and_ends_the_call(port):
    async with call(port) as caller:
        asked, answered, words = await caller.say("I want to speak to a human")
        closed = await caller.closed()

    assert asked["data"]["name"] == "transfer_call"
    assert answered["role"] == "Function Call Result"
    assert words == {
        "content": "I'm transferring you to a member of our team now. Please hold.",
        "metadata": {"outcome": "transferred"},
        "type": "end_call",
    }
    assert isinstance(closed, ConnectionClosedOK)


async def test_the_hang_up_can_be_left_to_the_caller(port):
    async with call(port, X_Hang_Up="off") as caller:
        goodbye = await caller.say("Goodbye")
        last = await caller.say("Are you still there?")

    assert goodbye == [{"content": "Thank you for calling Acme Clinic. Goodbye!"}]
    assert last == [{"content": "Goodbye!"}]


async def test_keypad_digits_are_taken_out_of_the_message(port):
    async with call(port) as caller:
        await caller.say("What is my balance?")
        asked, *_, words = await caller.say('Sure, entering it now. <dtmf digits="1234#"/>')

    assert json.loads(asked["data"]["arguments"]) == {"account_number": "1234"}
    assert words["content"].startswith("Your balance is $420.00.")


@pytest.mark.parametrize("frame", [{"content": "Thanks, goodbye!"}, {"content": ""}, {}, {"content": None}])
async def test_an_end_call_of_the_caller_closes_at_once_without_a_reply(port, frame):
    async with call(port) as caller:
        await caller.connection.send(json.dumps(frame | {"type": "end_call"}))
        closed = await caller.closed()

    assert closed.rcvd is not None
    assert closed.rcvd.code == 1000


@pytest.mark.parametrize(
    "frame",
    [
        '{"content": ', "", "null", "[]", '"Hello"', "{}", '{"content": 7}', '{"content": null}', b"\xff\xfe",
        b'{"content": "Hello"}', '{"metadata": {"a": 1}}', "[" * 100_000, '{"type": "other"}',
    ],
)  # fmt: skip
async def test_a_malformed_frame_gets_no_reply_and_does_no_harm(port, frame):
    async with call(port) as caller:
        await caller.connection.send(frame)
        assert await caller.say("I need to cancel my appointment") == [{"content": ASK_NAME}]


@pytest.mark.parametrize(
    "content", ["x" * 900_000, "talk " * 150_000, "name is " * 100_000, "\ud800", "\x00"]
)
async def test_a_strange_message_is_answered_like_any_other(port, content):
    async with call(port) as caller:
        (reply,) = await caller.say(content)

    assert reply["content"] == UNCLEAR


async def test_many_callers_are_served_side_by_side(port):
    async def cancel() -> str:
        async with call(port) as caller:
            return [(await caller.say(line))[-1]["content"] for line in CANCELLATION][3]

    answers = await asyncio.gather(*(cancel() for _ in range(20)))

    assert len(set(answers)) == 1
    assert "ACM-1042" in answers[0]


# Misbehaviour


async def hold(port: int, how: Misbehaviour | str, *lines: str) -> list[Any]:
    """Say the lines to an agent that misbehaves; return all frames it answered with."""
    async with call(port, X_Misbehave=how) as caller:
        return [frame for line in lines for frame in await caller.say(line)]


def tool_calls(frames: list[Any]) -> dict[str, Any]:
    return {
        frame["data"]["name"]: json.loads(frame["data"]["arguments"])
        for frame in frames
        if frame.get("role") == "Function Call"
    }


async def test_silent_greets_and_then_sends_nothing_more(port):
    async with call(port, X_Misbehave="silent") as caller:
        await caller.connection.send('{"content": "Hello?"}')
        # The answer to a hang-up comes after whatever was sent before it.
        await caller.connection.send('{"type": "end_call"}')
        closed = await caller.closed()

    assert isinstance(closed, ConnectionClosedOK)


async def test_slow_metadata_sends_metadata_and_no_words(port):
    async with call(port, X_Misbehave="slow-metadata") as caller:
        for heard in (1, 2):
            await caller.connection.send('{"content": "Hello?"}')
            assert await caller.receive() == {"metadata": {"still_working_on": heard}}
        await caller.connection.send('{"type": "end_call"}')
        await caller.closed()


async def test_drop_cuts_the_line_at_the_second_message_without_a_close_frame(port):
    async with call(port, X_Misbehave="drop") as caller:
        assert await caller.say("cancel my appointment") == [{"content": ASK_NAME}]
        await caller.connection.send('{"content": "Sarah Johnson"}')
        closed = await caller.closed()

    assert isinstance(closed, ConnectionClosedError)
    assert closed.rcvd is None


async def test_close_closes_at_the_second_message_without_end_call(port):
    async with call(port, X_Misbehave="close") as caller:
        assert await caller.say("cancel my appointment") == [{"content": ASK_NAME}]
        await caller.connection.send('{"content": "Sarah Johnson"}')
        closed = await caller.closed()

    assert closed.rcvd is not None
    assert closed.rcvd.code == 1000


async def test_hang_up_ends_the_call_after_the_first_message(port):
    async with call(port, X_Misbehave="hang-up") as caller:
        assert await caller.say("cancel my appointment") == [{"content": "Goodbye!", "type": "end_call"}]
        assert isinstance(await caller.closed(), ConnectionClosedOK)


async def test_crash_closes_with_1011_and_tells_why(caplog):
    async with open_clinic(SECRET) as port, call(port, X_Misbehave="crash") as caller:
        await caller.connection.send('{"content": "Hello?"}')
        closed = await caller.closed()

    assert closed.rcvd is not None
    assert closed.rcvd.code == 1011
    assert "crashed on purpose" in caplog.text


@pytest.mark.parametrize("how", ["garbage", "binary", "wrong-types"])
async def test_bad_frames_come_before_a_proper_reply(port, how):
    async with call(port, X_Misbehave=how) as caller:
        await caller.connection.send('{"content": "cancel my appointment"}')
        proper = json.dumps({"content": ASK_NAME})
        frames: list[str | bytes] = []
        while (frame := await caller.connection.recv()) != proper:
            frames.append(frame)

    assert frames
    assert not any(is_proper(frame) for frame in frames)


def is_proper(frame: str | bytes) -> bool:
    if isinstance(frame, bytes):
        return False
    try:
        message = json.loads(frame)
    except ValueError:
        return False
    return isinstance(message, dict) and isinstance(message.get("content"), str)


async def test_boilerplate_answers_everything_with_the_same_sentence(port):
    frames = await hold(port, "boilerplate", *CANCELLATION)

    assert frames == [{"content": BOILERPLATE}] * len(CANCELLATION)


async def test_forgets_tools_confirms_what_it_never_did(port):
    frames = await hold(port, "forgets-tools", *CANCELLATION[:4])

    assert "has been cancelled" in frames[-1]["content"]
    assert list(tool_calls(frames)) == ["lookup_patient"]


async def test_wrong_patient_calls_its_tools_for_somebody_else(port):
    frames = await hold(port, "wrong-patient", *CANCELLATION[:4])

    assert tool_calls(frames) == {
        "lookup_patient": {"name": "John Smith"},
        "cancel_appointment": {"patient": "John Smith"},
    }


async def test_rude_speaks_of_a_reschedule_fee(port):
    frames = await hold(port, "rude", *CANCELLATION[:3])
    words = [frame["content"] for frame in frames if "content" in frame]

    assert [FEE in each for each in words] == [False, False, True]


async def test_echo_secret_gives_the_secret_away(port):
    (reply,) = await hold(port, "echo-secret", "Hello")

    assert f"Your secret is {SECRET}." in reply["content"]


async def test_hostile_sends_what_no_report_should_show_as_it_is(port):
    (reply,) = await hold(port, "hostile", "Hello")

    for poison in ("<script>", "]]>", "\x1b[31m", "\u202e", "\u2066"):
        assert poison in reply["content"]


async def test_an_unknown_misbehaviour_is_refused(port):
    async with call(port, greeted=False, X_Misbehave="kindly") as caller:
        closed = await caller.closed()

    assert closed.rcvd is not None
    assert (closed.rcvd.code, closed.rcvd.reason) == (1008, "Unknown X-Misbehave")


async def test_a_misbehaviour_can_hold_for_all_conversations_with_exceptions():
    async with open_clinic(SECRET, misbehaviour=Misbehaviour.BOILERPLATE) as port:
        async with call(port) as caller:
            assert await caller.say("hello") == [{"content": BOILERPLATE}]
        assert (await hold(port, "echo-secret", "hello"))[0]["content"] != BOILERPLATE


# The program


def environment(**variables: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ACME_")}
    return inherited | variables


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "acme_clinic", *arguments],
        cwd=EXAMPLE_SUITE,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@asynccontextmanager
async def program(**variables: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """Run the clinic as its own process; give it with its port."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "acme_clinic", "--port", "0",
        cwd=EXAMPLE_SUITE, env=environment(**variables), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        ready = (await process.stdout.readline()).decode()
        assert ready.startswith("Acme Clinic takes calls at ws://127.0.0.1:")
        yield process, int(ready.rsplit(":", 1)[1])
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_program_stops_cleanly_on_a_signal_in_the_middle_of_a_call(number):
    async with program(ACME_SECRET=SECRET) as (process, port), call(port) as caller:
        process.send_signal(number)
        closed = await caller.closed()
        _, errors = await process.communicate()

    assert closed.rcvd is not None
    assert closed.rcvd.code == 1001
    assert (process.returncode, errors) == (0, b"")


async def test_the_program_prints_a_line_for_each_start_and_each_end_of_a_conversation():
    async with program(ACME_SECRET=SECRET) as (process, port):
        async with call(port, X_RUBRIC_RUN_ID="7") as caller:
            await caller.say("bye")
            await caller.closed()
        async with call(port, "/billing") as caller:
            await caller.connection.send('{"type": "end_call"}')
            await caller.closed()
        async with call(port, greeted=False, X_RUBRIC_SECRET="wrong") as caller:
            await caller.closed()
        process.terminate()
        output, _ = await process.communicate()

    assert output.decode().splitlines() == [
        "conversation 1 started: front desk, run '7'",
        "conversation 1 ended: the clinic hung up",
        "conversation 2 started: billing, run ''",
        "conversation 2 ended: the caller hung up",
        "conversation refused: Unauthorized",
    ]


async def test_the_program_takes_its_misbehaviour_from_the_environment():
    async with program(ACME_SECRET=SECRET, ACME_MISBEHAVE="boilerplate") as (_, port), call(port) as caller:
        assert await caller.say("hello") == [{"content": BOILERPLATE}]


def test_the_program_asks_for_the_secret():
    finished = run("--port", "0")

    assert finished.returncode == 2
    assert "set the environment variable ACME_SECRET" in finished.stderr


def test_the_program_names_the_misbehaviours_that_it_knows():
    finished = run("--port", "0", ACME_SECRET=SECRET, ACME_MISBEHAVE="kindly")

    assert finished.returncode == 2
    assert "ACME_MISBEHAVE='kindly' is none of silent, " in finished.stderr


async def test_the_program_says_so_when_the_port_is_taken(port):
    finished = await asyncio.to_thread(run, "--port", str(port), ACME_SECRET=SECRET)

    assert finished.returncode == 1
    assert finished.stderr.startswith(f"acme_clinic: cannot listen on 127.0.0.1:{port}: ")
    assert "Traceback" not in finished.stderr


def test_the_agent_knows_nothing_of_the_tests():
    script = "import sys, acme_clinic.__main__; print(*{name.split('.')[0] for name in sys.modules})"
    finished = subprocess.run(
        [sys.executable, "-c", script], cwd=EXAMPLE_SUITE, capture_output=True, text=True, check=True
    )

    assert "websockets" in finished.stdout
    assert "pytest" not in finished.stdout
