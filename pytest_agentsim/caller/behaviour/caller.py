"""The caller of a behavioural scenario: its steps are conditions, whose words depend on the agent's turn.

What it does beyond its steps is what any caller would: it gives data of its profile when it is asked for it, tells
whether what is read back to it is right, waits while it is asked to wait, and says nothing more once it has said
goodbye.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pytest_agentsim.caller.behaviour.agreement import verified
from pytest_agentsim.caller.behaviour.called_for import called_for, or_nearest
from pytest_agentsim.caller.behaviour.deeds import Kind, datum_named
from pytest_agentsim.caller.behaviour.filling import filled, keys_to_press
from pytest_agentsim.caller.behaviour.offers import are_about, options_in, pick
from pytest_agentsim.caller.behaviour.plan import with_facts
from pytest_agentsim.caller.behaviour.read_back import read_back
from pytest_agentsim.caller.matcher.interface import Trigger
from pytest_agentsim.caller.matcher.offline import LONGEST_READ, OfflineMatcher
from pytest_agentsim.caller.patterns import lazily
from pytest_agentsim.caller.person import sentence
from pytest_agentsim.caller.spoken import named, words_of_key
from pytest_agentsim.caller.structured import Move, MoveKind, StructuredCaller
from pytest_agentsim.result import Speaker
from pytest_agentsim.scenario.action import Action, Dtmf, EndCall, SendSms, Text
from pytest_agentsim.scenario.model import Condition, Script
from pytest_agentsim.scenario.template import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pytest_agentsim.caller.behaviour.offers import Option
    from pytest_agentsim.caller.behaviour.plan import Plan, PlannedStep
    from pytest_agentsim.caller.behaviour.read_back import ReadBack
    from pytest_agentsim.caller.matcher.interface import Candidate, MatchDecision, Matcher
    from pytest_agentsim.caller.realiser import OfflineRealiser
    from pytest_agentsim.result import Turn
    from pytest_agentsim.scenario.action import Node
    from pytest_agentsim.scenario.model import Scenario

__all__ = ["BehaviouralCaller", "variables_of"]

FIRST_MESSAGE = 0
HOLD = Trigger(-2, "The agent puts you on hold")
TRANSFER = Trigger(-3, "The agent transfers you")
# How sure it has to be that the agent asks for a datum which no step names.
SURE = 0.7
# What a step that answers a read-back is about.
CHECKING = lazily(r"\b(?:confirm|verif|correct|right|accurate|read back|itinerary)", re.IGNORECASE)


def variables_of(plan: Plan, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the caller knows: the profile, and the facts in the instructions."""
    return with_facts(plan.behaviour, variables)


class BehaviouralCaller(StructuredCaller):
    """Follows a plan that has nothing in it which rules cannot do.

    The conditions of its moves are the numbers of steps, and 0 the first message. `variables` are those of
    `variables_of`, which the `realiser` has as well. Raises ProfileKeyError when a step cannot be filled in.
    """

    def __init__(
        self,
        scenario: Scenario,
        plan: Plan,
        *,
        variables: Mapping[str, Any],
        matcher: Matcher,
        realiser: OfflineRealiser,
        may_hang_up: bool = True,
    ) -> None:
        self._variables = variables
        self._steps = {each.step.number: each for each in plan.steps}
        self._last = () if plan.last is None else (plan.last,)
        self._preferences = plan.preferences
        self._ends_on_transfer = "TOOL_END_CALL_ONLY_ON_TRANSFER" in scenario.tools and may_hang_up
        self._is_transferred = False
        self._took_leave = False
        withheld = [
            words_of_key(datum_named(each.deed.refusal or each.deed.instruction))
            for each in plan.steps
            if each.refuses
        ]
        self._data = tuple(
            Trigger(-number, f"The agent asks for your {name}")
            for number, name in enumerate(_names_of(variables), start=10)
            if words_of_key(name) not in withheld
        )
        script = _script(scenario, plan, variables)
        super().__init__(
            scenario, script, variables=variables, matcher=matcher, realiser=realiser, may_hang_up=may_hang_up
        )

    async def respond(self, agent_text: str, history: Sequence[Turn]) -> Move:
        if self._ends_on_transfer:
            self._is_transferred = await self._is(TRANSFER, agent_text, history)
        move = await super().respond(agent_text, history)
        says_goodbye_again = all(self._ends(each) for each in move.conditions)
        if self._took_leave and says_goodbye_again and not self._is_transferred:
            return Move(MoveKind.WAIT, decision=move.decision)
        return self._corrected(move, agent_text, history)

    def _corrected(self, move: Move, agent_text: str, history: Sequence[Turn]) -> Move:
        """Put right first what the agent has read back wrongly in the turn that the steps answer, unless they do."""
        steps = [self._steps[each] for each in move.conditions if each in self._steps]
        is_theirs = any(each.deed.kind is Kind.VERIFY or CHECKING.search(each.step.text) for each in steps)
        if move.kind is not MoveKind.TRIGGERS or move.action is None or is_theirs:
            return move
        answer = self._read_back(agent_text, history)
        if answer is None or not answer.is_wrong:
            return move
        if any(each.deed.ends for each in steps):  # nothing is settled yet
            return Move(MoveKind.ANSWER, Action(answer.words, (Text(answer.words),)), decision=move.decision)
        nodes = (Text(f"{answer.words} "), *move.action.nodes)
        return replace(move, action=Action(f"{answer.words} {move.action.source}", nodes))

    def finished(self, move: Move) -> None:
        super().finished(move)
        if move.kind is MoveKind.ANSWER:
            self._clarifications = 0
        self._took_leave |= any(self._ends(each) for each in move.conditions)

    def _ends(self, condition: int) -> bool:
        return condition in self._steps and self._steps[condition].deed.ends

    async def _decide(self, agent_text: str, history: Sequence[Turn]) -> MatchDecision:
        """A step that waits for a choice has one when the agent's words leave one, whatever they are."""
        decision = await super()._decide(agent_text, history)
        read = agent_text[:LONGEST_READ]
        by_rules = isinstance(self._matcher, OfflineMatcher)
        if by_rules:
            decision = called_for(decision, read, self._triggers)
        options = options_in(read)
        if options:
            enough = 1 if "?" in agent_text and self._read_back(agent_text, history) is None else 2
            candidates = tuple(self._with_choice(each, options, enough) for each in decision.candidates)
            decision = replace(decision, candidates=candidates)
        return or_nearest(decision, read, self._triggers) if by_rules else decision

    def _with_choice(self, candidate: Candidate, options: Sequence[Option], enough: int) -> Candidate:
        """Judge a step that waits for a choice; `enough` is how many offers one needs that sets a limit."""
        step = self._steps.get(candidate.condition_id)
        if step is None or not step.options:
            return candidate
        if step.deed.kind is Kind.CHOOSE and not are_about(step.deed.subject, options):
            reason = f"what the agent offers is something else: {', '.join(each.text for each in options)}"
            return replace(candidate, score=0.0, holds=False, reason=reason)
        if candidate.holds or len(options) < (enough if step.is_limit else 2):
            return candidate
        reason = f"the agent leaves a choice: {', '.join(each.text for each in options)}"
        return replace(candidate, score=1.0, holds=True, reason=reason)

    def _worded(self, condition: Condition, agent_text: str) -> Action:
        step = self._steps.get(condition.id)
        if step is None:
            return super()._worded(condition, agent_text)
        nodes = self._nodes(step, agent_text)
        return Action(source=step.step.text, nodes=nodes)

    def _nodes(self, step: PlannedStep, agent_text: str) -> tuple[Node, ...]:
        deed = step.deed
        nodes: tuple[Node, ...]
        if self._spoken.count(step.step.number) < deed.refusals:
            return (Text(self._realiser.realise(deed.refusal, agent_text=agent_text)),)
        match deed.kind:
            case Kind.PRESS:
                return (Dtmf(keys_to_press(deed.subject, self._variables)),)
            case Kind.TEXT:
                return (SendSms(render(deed.subject, self._variables)),)
            case Kind.VERIFY:
                nodes = (Text(verified(deed.subject, agent_text, self._realiser.identity)),)
            case Kind.CHOOSE:
                nodes = (Text(self._choice(deed.subject, agent_text) or self._said(step, agent_text)),)
            case Kind.END:
                nodes = (Text(self._realiser.farewell()),)
            case Kind.SAY:
                nodes = (Text(self._said(step, agent_text)),)
        may_end = self._can_hang_up or (self._ends_on_transfer and self._is_transferred)
        return (*nodes, EndCall()) if deed.ends and may_end else nodes

    def _said(self, step: PlannedStep, agent_text: str) -> str:
        return self._realiser.realise(filled(step.deed.instruction, self._variables), agent_text=agent_text)

    def _choice(self, wish: str, agent_text: str) -> str:
        """Choose among what the agent has just offered; empty when nothing of it is as wished."""
        chosen = pick(filled(wish, self._variables), options_in(agent_text[:LONGEST_READ]))
        if chosen is None:
            return ""
        by_itself = (
            self._realiser.identity.terse or not chosen.is_moment or chosen.text.lower() == chosen.part
        )
        return sentence(f"{chosen.text}, please" if by_itself else f"I'll take {chosen.text}, please")

    async def _nothing_holds(self, agent_text: str, history: Sequence[Turn], decision: MatchDecision) -> Move:
        if self._is_transferred:
            return Move(MoveKind.FAREWELL, Action("", (Text(self._realiser.farewell()), EndCall())))
        if self._took_leave:
            return Move(MoveKind.WAIT)
        answer = self._read_back(agent_text, history)
        words = (
            answer.words
            if answer is not None
            else await self._asked_for(agent_text, history) or self._preferred(agent_text)
        )
        if words and not self._goes_in_circles(agent_text, []):
            return Move(MoveKind.ANSWER, Action(words, (Text(words),)))
        if await self._is(HOLD, agent_text, history) and "?" not in agent_text:
            return Move(MoveKind.WAIT)
        move = await super()._nothing_holds(agent_text, history, decision)
        return replace(move, conditions=self._last) if move.kind is MoveKind.FAREWELL else move

    def _read_back(self, agent_text: str, history: Sequence[Turn]) -> ReadBack | None:
        return read_back(agent_text[:LONGEST_READ], _answers(history), self._realiser.identity)

    def _preferred(self, agent_text: str) -> str:
        return next(filter(None, (self._choice(each, agent_text) for each in self._preferences)), "")

    async def _asked_for(self, agent_text: str, history: Sequence[Turn]) -> str:
        """Say what the agent asks for and the profile has, though no step names it; empty when it has nothing."""
        decision = await self._matcher.decide(agent_text, history=history, triggers=self._data)
        asked = sorted(
            (each for each in decision.candidates if each.holds and each.score >= SURE),
            key=lambda each: -each.score,
        )
        told: list[str] = []
        words: list[str] = []
        for each in asked:
            name = each.trigger.removeprefix("The agent asks for your ")
            if not any(set(name.split()) & set(other.split()) for other in told):
                told.append(name)
                words.append(self._realiser.identity.datum(name))
        return " ".join(filter(None, words))

    async def _is(self, trigger: Trigger, agent_text: str, history: Sequence[Turn]) -> bool:
        decision = await self._matcher.decide(agent_text, history=history, triggers=(trigger,))
        return bool(decision.holding)


def _script(scenario: Scenario, plan: Plan, variables: Mapping[str, Any]) -> Script:
    opening = Condition(
        id=FIRST_MESSAGE,
        action=Action(scenario.first_message, (Text(scenario.first_message),)),
        fixed_message=True,
        location=scenario.location,
    )
    return Script(
        plan.behaviour.role, (opening, *(_condition(scenario, each, variables) for each in plan.steps))
    )


def _condition(scenario: Scenario, planned: PlannedStep, variables: Mapping[str, Any]) -> Condition:
    # Filled in now, so that a key which the profile lacks ends the call before it has begun.
    words = filled(planned.step.text, variables)
    return Condition(
        id=planned.step.number,
        action=Action(words, (Text(words),)),
        fixed_message=False,
        location=planned.step.location or scenario.location,
        trigger=render(planned.trigger, variables),
    )


def _answers(history: Sequence[Turn]) -> tuple[tuple[str, str], ...]:
    """Return what the caller has said, each time after what the agent had."""
    answers: list[tuple[str, str]] = []
    agent_text = ""
    for turn in history:
        if turn.speaker is Speaker.CALLER:
            answers.append((agent_text, turn.text))
        agent_text = turn.text if turn.speaker is Speaker.AGENT else ""
    return tuple(answers)


def _names_of(variables: Mapping[str, Any]) -> Iterable[str]:
    """Name the data that an agent may ask for."""
    names = [named(str(key)) for key in variables if not str(key).lower().startswith("x-")]
    if any(each.endswith("name") for each in names):
        yield "full name"
    yield from (each for each in names if each)
