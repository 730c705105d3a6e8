"""What becomes of an action that the agent interrupts, wherever in it: shown by the recording.

The action has words, a silence, words that are protected, and words again. Whenever the agent interrupts it, the caller
falls silent unless what it says is protected; a followup starts again from its beginning, a standard action is dropped.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_agentsim.result import EventKind, Reason, Status
from tests.voice.harness import Agent, Conducted, conditions, conduct, speech
from tests.voice.heard import Heard, heard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

FRAME = 0.02  # s
A_LETTER = 0.05  # s, of the studio's voice

FIRST, PROTECTED, LAST = "Good morning to you", "my number is four five", "thank you very much indeed"
ACTION = f'{FIRST} <silence time="0.8s"/><ignore_interruptions>{PROTECTED}</ignore_interruptions> {LAST}'
FIRST_ENDS = len(FIRST) * A_LETTER
PROTECTED_BEGINS = FIRST_ENDS + 0.8
PROTECTED_ENDS = PROTECTED_BEGINS + len(PROTECTED) * A_LETTER
ENDS = PROTECTED_ENDS + len(LAST) * A_LETTER
BYES = ["bye"] * 4
WHOLE = pytest.approx([FIRST_ENDS, ENDS - PROTECTED_BEGINS], abs=FRAME)

FOLLOWUP = conditions(("", "Hello"), ("", ACTION, 0), ('contains "bye"', "<endcall/>"))
STANDARD = conditions(
    ("", "Hello"), ('contains "help"', ACTION), ('contains "name"', "Sarah"), ('contains "bye"', "<endcall/>")
)

# Within some frames of an edge it is chance on which side of it the agent's event arrives.
EDGES = (0.0, FIRST_ENDS, PROTECTED_BEGINS, PROTECTED_ENDS, ENDS)
offsets = st.floats(0.1, ENDS - 0.4).filter(lambda at: all(abs(at - edge) > 3 * FRAME for edge in EDGES))
a_few = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


def interrupting(at: float, *, seconds: float = 0.6) -> Callable[[Agent], Any]:
    """Interrupts the caller's second action so long after its beginning, by the event and by voice, and then listens."""

    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(0.8))
        await agent.until_caller_speaks()
        await agent.wait(at)
        await agent.event("speech.started", utterance_id="a1")
        await agent.say(speech(seconds))
        await agent.event("speech.completed", utterance_id="a1")
        for _ in range(3):
            await agent.wait(2.5)
            await agent.say(speech(0.8))

    return program


async def interrupted(script: Mapping[str, Any], at: float, *recognized: str) -> tuple[Conducted, Heard]:
    with TemporaryDirectory() as folder:
        recording = Path(folder) / "recording.wav"
        call = await conduct(interrupting(at), script, recognized=recognized, recording=recording)
        call.check(Status.COMPLETED, Reason.CALLER_ENDED)
        return call, heard(recording)


def lengths(line: Heard, since: int, until: int | None = None) -> list[float]:
    return [end - start for start, end in line.caller[since:until]]


@a_few
@given(at=offsets)
async def test_a_followup_starts_again_from_its_beginning_unless_it_is_protected_there(at: float) -> None:
    call, line = await interrupted(FOLLOWUP, at, *BYES)
    begins, stops = line.caller[1][0], line.agent[1][0]
    if PROTECTED_BEGINS < at < PROTECTED_ENDS:
        # The words are said to their end; the agent still speaks then, so that the last ones are cut off.
        protected = next(span for span in line.caller if span[0] > begins + FIRST_ENDS)
        assert protected[1] >= begins + PROTECTED_ENDS - FRAME
    else:
        before = max(end for _, end in line.caller if end <= stops + 2 * FRAME)
        assert before == pytest.approx(
            begins + min(at, FIRST_ENDS) if at < PROTECTED_BEGINS else stops, abs=0.05
        )
    if call.events(EventKind.INTERRUPTED):
        assert lengths(line, -2) == WHOLE
        assert call.said[-2] == f"caller: {FIRST} {PROTECTED} {LAST}"
    else:
        assert lengths(line, 1, 3) == WHOLE


@a_few
@given(at=offsets)
async def test_a_standard_action_is_dropped_and_the_triggers_are_matched_afresh(at: float) -> None:
    call, line = await interrupted(STANDARD, at, "how can I help", "your name", *BYES)
    was_cut_off = bool(call.events(EventKind.INTERRUPTED))
    said = [text for text in call.said if text.startswith("caller")]
    if was_cut_off:
        # What was left of it is never heard, and what the agent said is answered.
        assert said[-1] == "caller: Sarah"
        assert lengths(line, -1) == pytest.approx([len("Sarah") * A_LETTER], abs=FRAME)
        assert not any(text.endswith(LAST) for text in said)
        assert call.result.conditions_fired.count(1) == 1
    else:
        assert said[1] == f"caller: {FIRST} {PROTECTED} {LAST}"
        assert lengths(line, 1, 3) == WHOLE


@a_few
@given(at=offsets.filter(lambda at: PROTECTED_BEGINS < at < PROTECTED_ENDS - 0.6))
async def test_what_the_agent_says_into_protected_words_only_changes_nothing(at: float) -> None:
    with TemporaryDirectory() as folder:
        recording = Path(folder) / "recording.wav"
        call = await conduct(
            interrupting(at, seconds=0.3), STANDARD, recognized=["help", "name", *BYES], recording=recording
        )
        line = heard(recording)
    assert call.events(EventKind.INTERRUPTED) == []
    assert lengths(line, 1, 3) == WHOLE
    answered_from = line.agent[2][1]
    assert all(start > answered_from for start, _ in line.caller[3:])


@a_few
@given(after=st.floats(0.1, 3.0))
async def test_the_caller_cuts_in_within_a_frame_of_the_moment_that_is_asked_for(after: float) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(after + 0.5))
        await agent.until_caller_is_silent(0.5)
        await agent.say(speech(0.6))
        await agent.wait(2.0)

    script = conditions(
        ("", "Hello"),
        ("", f'<interruption time="{after:.3f}s"/>Wait a moment', 0),
        ('contains "bye"', "<endcall/>"),
    )
    with TemporaryDirectory() as folder:
        recording = Path(folder) / "recording.wav"
        await conduct(program, script, recognized=["well", "bye"], recording=recording)
        line = heard(recording)
    assert line.caller[1][0] - line.agent[0][0] == pytest.approx(after, abs=FRAME)
