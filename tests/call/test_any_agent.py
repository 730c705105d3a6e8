"""Whatever an agent sends and however it goes away, a call ends in a result."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentsim.clock import Clock, RealClock, VirtualClock
from pytest_agentsim.result import CallResult, EndedBy, EventKind, Reason, Status
from tests.call.harness import Wire, converse, scenario

words = st.text(st.characters(codec="utf-8"), max_size=30)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5,
)
functions = st.fixed_dictionaries(
    {}, optional={"id": words | values, "name": words, "arguments": words | values, "result": words | values}
)
objects = st.fixed_dictionaries(
    {},
    optional={
        "content": words | st.sampled_from(["What is your name?", "Goodbye!", ""]) | values,
        "metadata": st.dictionaries(words, values, max_size=3) | values,
        "role": st.sampled_from(["Function Call", "Function Call Result"]) | values,
        "data": functions | values,
        "type": st.sampled_from(["end_call", "other"]) | values,
        "more": values,
    },
)
frames = st.one_of(
    objects.map(json.dumps), objects.map(json.dumps), words, st.binary(max_size=30), st.just("[" * 9999)
)
endings = st.sampled_from([1000, 1001, 1003, 1008, 1011, 3000, 4999, "drop", "return"])

SCRIPTS = [
    scenario("Hello", ("The agent asks for your name", "Sarah"), (0, '<silence time="5s"/>So')),
    scenario("", ("The agent asks for your name", 'Sarah<hold time="9s"/>'), (1, "Bye <endcall/>")),
    scenario("Hello", ("The agent asks for your name", "Sarah"), tools=["TOOL_END_CALL"], on_no_match="wait"),
]


@settings(max_examples=100, deadline=None)
@given(
    sent=st.lists(frames, max_size=8),
    ending=endings,
    hears_first=st.booleans(),
    virtual=st.booleans(),
    script=st.sampled_from(SCRIPTS),
)
def test_every_call_ends_in_a_result_with_a_settled_outcome(
    sent: list[str | bytes], ending: int | str, hears_first: bool, virtual: bool, script: Any
) -> None:
    async def agent(wire: Wire) -> None:
        if hears_first and script.script.first_message.action.text:
            await wire.hear()
        for frame in sent:
            await wire.send(frame)
        if isinstance(ending, int):
            await wire.socket.close(ending)
        elif ending == "drop":
            wire.drop()

    # On the virtual clock all pauses pass at once, on the real one they last until the agent goes away.
    clock: Clock = VirtualClock() if virtual else RealClock()
    call = asyncio.run(converse(agent, script, clock=clock))
    check(call.result)


def check(result: CallResult) -> None:
    assert result.ended_reason not in (Reason.INTERNAL_ERROR, Reason.CANCELLED), result.detail
    assert result.detail
    assert result.events[-1].kind is EventKind.ENDED
    assert (result.failure_kind is None) == (result.status is Status.COMPLETED)
    if result.ended_by is EndedBy.SIMULATOR:
        assert result.status is not Status.COMPLETED
    if result.ended_by is EndedBy.AGENT:
        assert result.status is Status.COMPLETED
    assert [turn.number for turn in result.turns] == list(range(1, len(result.turns) + 1))
    assert all(
        earlier.time <= later.time for earlier, later in zip(result.events, result.events[1:], strict=False)
    )
    document = result.to_json()
    stored = json.loads(json.dumps(document))
    assert CallResult.from_json(stored).to_json() == document
