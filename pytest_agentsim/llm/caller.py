"""The caller of a behavioural scenario, played by a language model (platform_spec sections d and g)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pytest_agentsim.caller.matcher.interface import Candidate, MatchDecision
from pytest_agentsim.caller.structured import Move, MoveKind
from pytest_agentsim.result import Reason
from pytest_agentsim.scenario.action import Action, Dtmf, EndCall, SendSms, Text
from pytest_agentsim.scenario.action_nodes import Hold
from pytest_agentsim.scenario.instructions import read_instructions
from pytest_agentsim.scenario.template import render
from pytest_agentsim.visible import shortened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_agentsim.llm.caller_model import CallerModel, Part
    from pytest_agentsim.result import Turn
    from pytest_agentsim.scenario.action import Node
    from pytest_agentsim.scenario.model import Scenario

__all__ = ["LanguageModelCaller"]

SAME_EXCHANGES = 5
LONGEST_QUOTE = 200  # characters
LONGEST_HOLD = 120  # s

END_CALL, ON_TRANSFER = "TOOL_END_CALL", "TOOL_END_CALL_ONLY_ON_TRANSFER"
KEYS, SMS, HOLD = "TOOL_DTMF", "SEND_SMS_TOOL_CALL", "CALL_HOLD"

# What each tool is to the model: a field of its answer, what it may hold, and what it is told about it.
_TOOLS: dict[str, tuple[str, dict[str, Any], str]] = {
    END_CALL: (
        "end_call",
        {"type": "boolean"},
        "true to hang up after what you say, when your part says so or, once it is done, the main agent takes leave",
    ),
    ON_TRANSFER: (
        "end_call_because_transferred",
        {"type": "boolean"},
        "true to hang up after what you say, only once the main agent has said that it transfers you",
    ),
    KEYS: (
        "press_keys",
        {"type": "string"},
        "the telephone keys 0-9 * # that you press, only when your part or the main agent asks for keys; else empty",
    ),
    SMS: (
        "send_sms",
        {"type": "string"},
        "the text message that you send, only when your part says so; else empty",
    ),
    HOLD: (
        "hold_seconds",
        {"type": "integer", "minimum": 0, "maximum": LONGEST_HOLD},
        "for how many seconds you put the main agent on hold, only when your part says so; else 0",
    ),
}


class LanguageModelCaller:
    """Follows instructions; the conditions of its moves are the numbers of steps, and 0 the first message.

    Ends the call by its tools alone: with `may_hang_up` false, or without one of them in the scenario, it does not hang
    up. Raises ProfileKeyError when the instructions cannot be filled in; its moves raise ModelError.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        model: CallerModel,
        part: Part,
        variables: Mapping[str, Any],
        may_hang_up: bool = True,
    ) -> None:
        self._model = model
        self._instructions = render(scenario.instructions, variables).strip()
        behaviour = read_instructions(self._instructions)
        self._steps = {each.number: each.text for each in behaviour.steps}
        self._part = replace(part, role=part.role or behaviour.role)
        self._first_message = _said(render(scenario.first_message, variables))
        self._tools = tuple(
            each
            for each in dict.fromkeys(scenario.tools)
            if each in _TOOLS and (may_hang_up or each not in (END_CALL, ON_TRANSFER))
        )
        self._last_exchange: tuple[str, str] | None = None
        self._same_exchanges = 0

    @property
    def fixed_actions(self) -> tuple[Action, ...]:
        """The first message, whose words are known before the call."""
        return () if self._first_message.is_empty else (self._first_message,)

    @property
    def needs_words(self) -> bool:
        """Whether what the caller does next depends on the agent's words, which it always does."""
        return True

    @property
    def cut_in(self) -> float | None:
        """Nothing in instructions makes the caller cut in."""
        return None

    def open(self) -> Move | None:
        """Return what the caller says on connecting; None when the agent is to speak first."""
        if self._first_message.is_empty:
            return None
        return Move(MoveKind.FIRST_MESSAGE, self._first_message, (0,))

    async def respond(self, agent_text: str, history: Sequence[Turn]) -> Move:
        """Have the model decide what the caller does now that the agent has said something."""
        task = self._model.task(
            "caller_behaviour", instructions=self._told_instructions(), tools=self._told_tools()
        )
        answer = await self._model.turn(
            self._part, task, agent_text=agent_text, history=history, more=self._schemas()
        )
        decision = self._decision(answer)
        if self._goes_in_circles(agent_text, answer["say"]):
            detail = (
                f"The agent said the same words {SAME_EXCHANGES} times and got the same answer each time: "
                f"{shortened(agent_text, LONGEST_QUOTE)!r}."
            )
            return Move(MoveKind.GIVE_UP, decision=decision, reason=Reason.CALLER_STUCK, detail=detail)
        action = _said(answer["say"], *self._deeds(answer))
        if not action.nodes:
            return Move(MoveKind.WAIT, decision=decision)
        ends = any(isinstance(node, EndCall) for node in action.nodes)
        kind = MoveKind.FAREWELL if ends else MoveKind.TRIGGERS
        return Move(kind, action, decision.holding, decision=decision)

    async def wants_to_say(self, agent_text: str, history: Sequence[Turn]) -> tuple[int, ...]:
        """Return nothing: what a model would say to half a sentence is not worth asking."""
        del agent_text, history
        return ()

    def finished(self, move: Move) -> None:
        """Take note of nothing: the conversation tells what has been said."""
        del move

    def interrupted(self, move: Move) -> Move | None:
        """Take note of nothing: what was cut short is said again if the model finds it due."""
        del move
        return None

    def _schemas(self) -> dict[str, Any]:
        return {
            "reason": {"type": "string"},
            "steps": {"type": "array", "items": {"type": "integer"}},
            **{name: schema for name, schema, _ in (_TOOLS[each] for each in self._tools)},
        }

    def _told_instructions(self) -> str:
        """Return the instructions; where their steps are not numbered, with the numbers that reports call them by."""
        if all(
            re.search(rf"^\s*{number}\s*[.):]", self._instructions, re.MULTILINE) for number in self._steps
        ):
            return self._instructions
        listed = "\n".join(f"{number}. {text}" for number, text in self._steps.items())
        return f"{self._instructions}\n\nIts steps, by the numbers that they have:\n{listed}"

    def _told_tools(self) -> str:
        told = [
            f"- `{name}`: {description}." for name, _, description in (_TOOLS[each] for each in self._tools)
        ]
        if END_CALL not in self._tools and ON_TRANSFER not in self._tools:
            told.append("- You cannot hang up; the main agent ends the call.")
        told.append("- `say`: what you say; empty if you say nothing because you are asked to wait.")
        return "\n".join(told)

    def _deeds(self, answer: Mapping[str, Any]) -> list[Node]:
        """Return what the caller does after its words; what the model does without being able to is left out."""
        nodes: list[Node] = []
        keys = re.sub(r"[^0-9*#A-D]", "", str(answer.get("press_keys", "")))
        if keys:
            nodes.append(Dtmf(keys))
        if str(answer.get("send_sms", "")).strip():
            nodes.append(SendSms(str(answer["send_sms"]).strip()))
        if answer.get("hold_seconds"):
            nodes.append(Hold(f"{answer['hold_seconds']}s"))
        if answer.get("end_call") or answer.get("end_call_because_transferred"):
            nodes.append(EndCall())
        return nodes

    def _decision(self, answer: Mapping[str, Any]) -> MatchDecision:
        """Return the steps as triggers, of which those hold that the model has taken."""
        taken = set(answer["steps"])
        reason = " ".join(answer["reason"].split())
        return MatchDecision(
            tuple(
                Candidate(
                    number, text, float(number in taken), number in taken, reason if number in taken else ""
                )
                for number, text in self._steps.items()
            ),
            threshold=1.0,
        )

    def _goes_in_circles(self, agent_text: str, words: str) -> bool:
        exchange = (agent_text, words)
        self._same_exchanges = self._same_exchanges + 1 if exchange == self._last_exchange else 1
        self._last_exchange = exchange
        return self._same_exchanges >= SAME_EXCHANGES


def _said(words: str, *more: Node) -> Action:
    nodes: tuple[Node, ...] = (Text(words),) if words else ()
    return Action(source=words, nodes=(*nodes, *more))
