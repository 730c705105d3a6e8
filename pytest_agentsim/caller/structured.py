"""The structured caller: which conditions speak in a turn, by the rules of platform_spec section c.6.

It decides and remembers; it neither talks to the agent nor waits. Where the platform leaves the meaning open:

* several triggers hold: all speak, in script order, in one reply; of those with the same wording the earliest
  that has not spoken yet;
* a followup is due: it speaks alone; triggers that hold as well are only recorded;
* nothing holds: see `OnNoMatch`; a caller with `TOOL_END_CALL` says goodbye instead once the agent has done so
  or the script has nothing left to say, and one whose script has a `<voicemail>` lets that take the call;
* the caller is interrupted: a followup starts again (three times at most), anything else is dropped and the
  agent's words are matched afresh.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.functions import check_functions
from pytest_agentsim.caller.matcher.interface import MatchDecision, Trigger
from pytest_agentsim.caller.patterns import lazily
from pytest_agentsim.caller.steps import cut_in_of
from pytest_agentsim.caller.triggers import triggers_of_script
from pytest_agentsim.result import Reason
from pytest_agentsim.scenario.action import Action, EndCall, Function, Speed, Text, Voicemail, Volume
from pytest_agentsim.scenario.model import OnNoMatch
from pytest_agentsim.visible import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from pytest_agentsim.caller.interface import Improviser
    from pytest_agentsim.caller.matcher.interface import Matcher
    from pytest_agentsim.caller.realiser import OfflineRealiser
    from pytest_agentsim.result import Turn
    from pytest_agentsim.scenario.action import Node
    from pytest_agentsim.scenario.model import Condition, Scenario, Script
    from pytest_agentsim.side_channel.live_data import LiveData

__all__ = ["Move", "MoveKind", "StructuredCaller"]

CLARIFICATIONS_IN_A_ROW = 2
RESTARTS_OF_A_FOLLOWUP = 3
MAILBOX = lazily(r"\b(?:voice\s?mail|answering machine|mailbox)\b", re.IGNORECASE)
SAME_EXCHANGES_IN_A_ROW = 5
LONGEST_QUOTE = 200  # characters

_GOODBYE = Trigger(-1, "The agent says goodbye")


class MoveKind(StrEnum):
    """Why the caller does what it does in its turn; an `ANSWER` is of its profile, and no condition asked for it."""

    FIRST_MESSAGE = "first_message"
    FOLLOWUP = "followup"
    TRIGGERS = "triggers"
    CLARIFICATION = "clarification"
    IMPROVISATION = "improvisation"
    ANSWER = "answer"
    FAREWELL = "farewell"
    WAIT = "wait"
    GIVE_UP = "give_up"


@dataclass(frozen=True, slots=True)
class Move:
    """What the caller does in its turn.

    `conditions` are those that speak. `decision` says what the matcher thought of the agent's words, if it was
    asked. Only a `GIVE_UP` has a `reason`, and a sentence for it.
    """

    kind: MoveKind
    action: Action | None = None
    conditions: tuple[int, ...] = ()
    decision: MatchDecision | None = None
    reason: Reason | None = None
    detail: str = ""


class StructuredCaller:
    """Follows a script, whose functions `live_data` runs.

    Instructions are put into words by the `improviser` if there is one, or else by the `realiser`.
    Raises ProfileKeyError or ActionValueError when an action cannot be filled in, and ConfigurationError for a trigger
    that asks a function which is not there. With `may_hang_up` false it does not end the call of its own accord,
    whatever the scenario's tools are.
    """

    def __init__(
        self,
        scenario: Scenario,
        script: Script,
        *,
        variables: Mapping[str, Any],
        matcher: Matcher,
        realiser: OfflineRealiser,
        live_data: LiveData | None = None,
        improviser: Improviser | None = None,
        may_hang_up: bool = True,
    ) -> None:
        self._script = script
        self._matcher = matcher
        self._realiser = realiser
        self._live_data = live_data
        self._improviser = improviser
        self._fetched: dict[str, Any] = {}
        self._wordings: dict[int, str] = {}
        self._on_no_match = scenario.on_no_match
        self._can_hang_up = scenario.can_hang_up and may_hang_up
        # All of them now, so that a missing profile key ends the call before it has begun.
        self._actions = {each.id: each.action.resolve(variables) for each in script.conditions}
        self._triggers = triggers_of_script(script)
        check_functions(self._triggers)
        self._spoken: list[int] = []
        self._due: tuple[Condition, ...] = ()
        self._restarts = 0
        self._clarifications = 0
        self._last_exchange: tuple[str, tuple[int, ...]] | None = None
        self._same_exchanges = 0

    def open(self) -> Move | None:
        """Return what the caller says on connecting; None when the agent is to speak first."""
        first = self._script.first_message
        if self._actions[first.id].is_empty:
            self._spoke([first.id])
            return None
        return self._speak(MoveKind.FIRST_MESSAGE, [first], agent_text="")

    @property
    def fixed_actions(self) -> tuple[Action, ...]:
        """The actions whose words are known before the call, in script order."""
        return tuple(self._actions[each.id] for each in self._script.conditions if each.fixed_message)

    @property
    def needs_words(self) -> bool:
        """Whether what the caller does next depends on the agent's words; followups speak whatever they are."""
        return not self._due

    @property
    def cut_in(self) -> float | None:
        """How long after the agent has begun its next turn the caller cuts in, in seconds; None if it hears it out."""
        if not self._due or not self._due[0].fixed_message:
            return None
        return cut_in_of(self._actions[self._due[0].id])

    async def respond(self, agent_text: str, history: Sequence[Turn]) -> Move:
        """Decide what the caller does now that the agent has said something.

        The words may be empty as long as they are not needed.
        """
        if self._due and not agent_text:
            await self._look_up(self._due)
            await self._find_words(self._due, agent_text, history)
            return self._speak(MoveKind.FOLLOWUP, self._due, agent_text)
        decision = await self._decide(agent_text, history)
        if self._due:
            await self._look_up(self._due)
            await self._find_words(self._due, agent_text, history)
            return replace(self._speak(MoveKind.FOLLOWUP, self._due, agent_text), decision=decision)
        conditions = self._choose(decision) or self._mailbox()
        if not conditions:
            return replace(await self._nothing_holds(agent_text, history, decision), decision=decision)
        if self._goes_in_circles(agent_text, conditions):
            return self._give_up(
                decision,
                Reason.CALLER_STUCK,
                f"The agent said the same words {SAME_EXCHANGES_IN_A_ROW} times and got the same answer each time: "
                f"{shortened(agent_text, LONGEST_QUOTE)!r}.",
            )
        await self._look_up(conditions)
        await self._find_words(conditions, agent_text, history)
        return replace(self._speak(MoveKind.TRIGGERS, conditions, agent_text), decision=decision)

    async def wants_to_say(self, agent_text: str, history: Sequence[Turn]) -> tuple[int, ...]:
        """Return the conditions that would speak now and are not mere repetition, in script order.

        They are the followups that are due, and those whose trigger holds and that have not spoken yet. Nothing
        is remembered of the question.
        """
        decision = await self._decide(agent_text, history)
        holding = set(decision.holding) - set(self._spoken)
        return tuple(each.id for each in self._script.conditions if each in self._due or each.id in holding)

    def finished(self, move: Move) -> None:
        """Take note that a move was made to its end."""
        if move.kind is MoveKind.CLARIFICATION:
            self._clarifications += 1
        elif move.conditions:
            self._clarifications = 0
            self._restarts = 0
            self._spoke(move.conditions)

    def interrupted(self, move: Move) -> Move | None:
        """Take note that the agent cut a move short; a `Move` is returned when that ends the call."""
        if move.kind is not MoveKind.FOLLOWUP:
            if move.kind is MoveKind.FIRST_MESSAGE:
                self._spoke(move.conditions)
            return None
        self._restarts += 1
        if self._restarts < RESTARTS_OF_A_FOLLOWUP:
            return None
        return self._give_up(
            None,
            Reason.CALLER_LOOP,
            f"The agent interrupted the followup {_ids(move.conditions)} {self._restarts} times, and each time it "
            "started again. Put the words before its <silence>, or use <hold>, which cannot be interrupted.",
        )

    @property
    def has_said_everything(self) -> bool:
        """Whether each condition has spoken at least once."""
        return {each.id for each in self._script.conditions} <= set(self._spoken)

    async def _decide(self, agent_text: str, history: Sequence[Turn]) -> MatchDecision:
        triggers = tuple(replace(each, fired=each.condition_id in self._spoken) for each in self._triggers)
        return await self._matcher.decide(agent_text, history=history, triggers=triggers)

    def _spoke(self, conditions: Iterable[int]) -> None:
        conditions = tuple(conditions)
        self._spoken.extend(conditions)
        self._due = tuple(followup for each in conditions for followup in self._script.followups_of(each))

    def _choose(self, decision: MatchDecision) -> list[Condition]:
        """Pick one condition of each wording among those that hold."""
        by_wording: dict[str, list[Condition]] = {}
        for condition_id in decision.holding:
            condition = self._script[condition_id]
            by_wording.setdefault(" ".join((condition.trigger or "").casefold().split()), []).append(
                condition
            )
        chosen = [
            next((each for each in same if each.id not in self._spoken), same[-1])
            for same in by_wording.values()
        ]
        order = {each.id: position for position, each in enumerate(self._script.conditions)}
        return sorted(chosen, key=lambda condition: order[condition.id])

    def _mailbox(self) -> list[Condition]:
        """Return the condition in which the caller is a mailbox, which takes the call when nobody else has by now.

        No words of the agent's tell that "the call goes to voicemail" (platform_spec section c.10).
        """
        for condition in self._script.standard:
            is_mailbox = any(isinstance(node, Voicemail) for node in condition.action.nodes)
            names_it = MAILBOX.search(condition.trigger or "") is not None
            if is_mailbox and names_it and condition.id not in self._spoken:
                return [condition]
        return []

    async def _look_up(self, conditions: Iterable[Condition]) -> None:
        """Have functions run whose outputs an instruction is to be answered with, before it is."""
        improvised = [each for each in conditions if not each.fixed_message]
        if self._live_data is None or not improvised:
            return
        for each in improvised:
            for node in self._actions[each.id].walk():
                if isinstance(node, Function):
                    await self._live_data.run(node.name)
        self._fetched = await self._live_data.known()

    async def _find_words(
        self, conditions: Iterable[Condition], agent_text: str, history: Sequence[Turn]
    ) -> None:
        """Have instructions put into words by the improviser."""
        self._wordings.clear()
        if self._improviser is None:
            return
        for each in conditions:
            if not each.fixed_message:
                self._wordings[each.id] = await self._improviser.word(
                    self._actions[each.id].text,
                    agent_text=agent_text,
                    history=history,
                    fetched=self._fetched,
                )

    def _speak(self, kind: MoveKind, conditions: Sequence[Condition], agent_text: str) -> Move:
        actions = [self._worded(each, agent_text) for each in conditions]
        return Move(kind, _merged(actions), tuple(each.id for each in conditions))

    def _worded(self, condition: Condition, agent_text: str) -> Action:
        action = self._actions[condition.id]
        if condition.fixed_message:
            return action
        spoken = self._wordings.get(condition.id)
        if spoken is None:
            spoken = self._realiser.realise(action.text, agent_text=agent_text, fetched=self._fetched)
        return _said(spoken)

    async def _nothing_holds(self, agent_text: str, history: Sequence[Turn], decision: MatchDecision) -> Move:
        if self._can_hang_up and (self.has_said_everything or await self._is_goodbye(agent_text, history)):
            return Move(MoveKind.FAREWELL, _said(self._realiser.farewell(), EndCall()))
        if self._on_no_match is OnNoMatch.WAIT:
            return Move(MoveKind.WAIT)
        if self._on_no_match is OnNoMatch.IMPROVISE and self._improviser is not None:
            if self._goes_in_circles(agent_text, ()):
                return self._give_up(decision, Reason.CALLER_STUCK, _stuck(agent_text, decision))
            words = await self._improviser.improvise(agent_text=agent_text, history=history)
            return Move(MoveKind.IMPROVISATION, _said(words))
        if self._on_no_match is not OnNoMatch.FAIL and self._clarifications < CLARIFICATIONS_IN_A_ROW:
            return Move(MoveKind.CLARIFICATION, _said(self._realiser.clarify(self._clarifications)))
        return self._give_up(decision, Reason.CALLER_STUCK, _stuck(agent_text, decision))

    async def _is_goodbye(self, agent_text: str, history: Sequence[Turn]) -> bool:
        decision = await self._matcher.decide(agent_text, history=history, triggers=(_GOODBYE,))
        return bool(decision.holding)

    def _goes_in_circles(self, agent_text: str, conditions: Sequence[Condition]) -> bool:
        exchange = (agent_text, tuple(each.id for each in conditions))
        self._same_exchanges = self._same_exchanges + 1 if exchange == self._last_exchange else 1
        self._last_exchange = exchange
        return self._same_exchanges >= SAME_EXCHANGES_IN_A_ROW

    def _give_up(self, decision: MatchDecision | None, reason: Reason, detail: str) -> Move:
        return Move(MoveKind.GIVE_UP, decision=decision, reason=reason, detail=detail)


def _merged(actions: Sequence[Action]) -> Action:
    """Join the actions of one turn into one, with a space between their words."""
    if len(actions) == 1:
        return actions[0]
    nodes = [node for action in actions for node in (Text(" "), *action.nodes, *_as_usual_again(action))]
    return Action(source=" ".join(each.source for each in actions), nodes=tuple(nodes[1:]))


def _as_usual_again(action: Action) -> Iterator[Node]:
    """Speed and volume that an action has changed for all of its words last no longer than the action."""
    changed = {type(node) for node in action.walk() if isinstance(node, Speed | Volume) and node.text is None}
    yield from (kind("1") for kind in (Speed, Volume) if kind in changed)


def _said(words: str, *more: EndCall) -> Action:
    return Action(source=words, nodes=(Text(words), *more))


def _stuck(agent_text: str, decision: MatchDecision) -> str:
    nearest = "; ".join(
        f"{each.condition_id}: {each.trigger!r} scored {each.score:.2f} ({each.reason})"
        for each in decision.nearest()
    )
    near = (
        f" The nearest of them (a trigger holds from {decision.threshold:.2f}): {nearest}." if nearest else ""
    )
    return f"No trigger holds for what the agent said: {shortened(agent_text, LONGEST_QUOTE)!r}.{near}"


def _ids(conditions: Sequence[int]) -> str:
    return " and ".join(str(each) for each in conditions)
