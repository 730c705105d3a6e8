"""Reads one scenario: its fields, the rules between them, and what its parts' readers make of the rest."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pytest_agentsim.scenario.action_values import check_background
from pytest_agentsim.scenario.expectations import read_expectations
from pytest_agentsim.scenario.model import Channel, OnNoMatch, Scenario, ScenarioType
from pytest_agentsim.scenario.personality import Choice, InterruptionLevel
from pytest_agentsim.scenario.personality_reader import UnknownPersonalityError, choose
from pytest_agentsim.scenario.platform import TOOL_IDS
from pytest_agentsim.scenario.profile import TestProfile
from pytest_agentsim.scenario.rubric import with_rubric
from pytest_agentsim.scenario.structured import read_script
from pytest_agentsim.scenario.template_rules import check_template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_agentsim.scenario.instructions import Behaviour
    from pytest_agentsim.scenario.model import Expectation, Script
    from pytest_agentsim.scenario.reading import Entry, Fields, Reading

__all__ = ["ScenarioReader"]

# Seconds (platform_spec section d.1); tests as code allow less (section l.6).
SHORTEST_CALL = 10.0
SHORTEST_CALL_IN_TESTS_AS_CODE = 1.0
LONGEST_CALL = 3600.0

DEFAULT_LANGUAGE = "en"
DEFAULT_PERSONALITY = "normal"
OPENING = "Hello"  # the platform's default for a behavioural scenario (section d.1)

DURATION = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<unit>[sm])")
SECONDS = {"s": 1.0, "m": 60.0}

REPLAYS = ("real_world_smart", "real_world_fixed")


class ScenarioReader:
    """Reads the scenario that `owner` is.

    With `bare_name` it is only what elsewhere stands under `conditional_actions`.
    """

    def __init__(
        self,
        reading: Reading,
        owner: Entry,
        fields: Fields,
        *,
        file_marks: tuple[Any, ...] = (),
        is_tests_as_code: bool = False,
        bare_name: str = "",
    ) -> None:
        self.reading = reading
        self.owner = owner
        self.fields = fields
        self.file_marks = file_marks
        self.is_tests_as_code = is_tests_as_code
        self.bare_name = bare_name

    def read(self) -> Scenario | None:
        """Return the scenario, or None when an error has been logged."""
        kind = self._scenario_type()
        profile, variables = self._profile()
        choice = self._personality()
        language = self._language(choice, kind)
        script = self._script(kind, variables)
        behaviour = self._behaviour() if kind is ScenarioType.BEHAVIOURAL else None
        self._check_texts(kind, variables)
        expect = self._expect(script, behaviour)
        duration = self._max_duration()
        metrics = self._metrics()
        self._check_interruptions(choice, kind)
        if self.reading.log.failed or choice is None or language is None or kind is None:
            return None
        name = self.fields.value("name", self.bare_name)
        return Scenario(
            name=name,
            key=self.fields.value("key", name),
            scenario_type=kind,
            language=language,
            profile=profile,
            location=self.reading.place(self.owner),
            personality=replace(choice.personality, language=language),
            channel=Channel(self.fields.value("channel", "")) if self.fields.get("channel") else None,
            script=script,
            instructions="" if script else self.fields.value("instructions", ""),
            behaviour=behaviour,
            first_message="" if script else self.fields.value("first_message", OPENING),
            expected_outcome=self.fields.value("expected_outcome", ""),
            expect=expect,
            tools=tuple(dict.fromkeys(TOOL_IDS.get(each, each) for each in self.fields.value("tools", ()))),
            tags=tuple(self.fields.value("tags", ())),
            marks=(*self.file_marks, *self.fields.value("marks", ())),
            metrics=tuple(metrics),
            metric_settings={name: settings for name, settings in metrics.items() if settings},
            expected_tool_calls=self._expected_tool_calls(),
            metadata={
                key: value for each in self.fields.both("metadata") for key, value in each.value.items()
            },
            runs=self.fields.value("runs", 1),
            pass_rate=float(self.fields.value("pass_rate", 1.0)),
            max_duration=duration,
            on_no_match=OnNoMatch(self.fields.value("on_no_match", OnNoMatch.CLARIFY)),
            voices=self.reading.settings.voices,
            random_interruptions=self.fields.value("random_interruptions", None),
        )

    def _scenario_type(self) -> ScenarioType | None:
        """Return what drives the caller, said or inferred; log what contradicts it."""
        if self.bare_name:
            return ScenarioType.STRUCTURED
        given = self.fields.get("scenario_type")
        if given is None and "scenario_type" in self.fields.written:
            return None
        if given is not None and given.value in REPLAYS:
            message = f"{given.value} scenarios replay calls that only the hosted platform has"
            self.reading.error(given, message, "write conditional_actions or instructions")
            return None
        has_script = "conditional_actions" in self.fields.written
        if given is None and has_script:
            self._warn_inferred()
        structured = has_script if given is None else given.value == ScenarioType.STRUCTURED
        return self._checked(ScenarioType.STRUCTURED if structured else ScenarioType.BEHAVIOURAL)

    def _warn_inferred(self) -> None:
        message = "scenario_type is missing and taken to be conditional_actions"
        hint = "write it: the hosted platform would drop the conditions without a word"
        self.reading.log.warn(
            self.reading.place(self.owner), (*self.owner.path, "scenario_type"), message, hint
        )

    def _checked(self, kind: ScenarioType) -> ScenarioType:
        fields = self.fields
        if kind is ScenarioType.STRUCTURED:
            if "conditional_actions" not in fields.written:
                self.reading.missing(self.owner, "conditional_actions", "conditional_actions is required")
            for name in ("instructions", "first_message"):
                if name in fields.own and fields.own[name].value:
                    self.reading.warn(fields.own[name], f"{name} means nothing beside conditional_actions")
            return kind
        script = fields.get("conditional_actions")
        if script is not None:
            hint = "write scenario_type: conditional_actions to have them run"
            self.reading.warn(script, "conditional_actions mean nothing to an instruction scenario", hint)
        instructions = fields.get("instructions")
        missing = "instructions" not in fields.written
        if missing or (instructions is not None and not instructions.value.strip()):
            hint = "or write conditional_actions" if script is None else ""
            self.reading.missing(self.owner, "instructions", "Instructions are required.", hint)
        return kind

    def _profile(self) -> tuple[TestProfile, Mapping[str, Any] | None]:
        """Return the profile, and its variables for templates; None when fixtures may bring others."""
        entry = self.fields.get("test_profile")
        if entry is None:
            return TestProfile(), None
        profile = TestProfile.of(entry.value)
        return profile, profile.variables

    def _personality(self) -> Choice | None:
        entry = self.fields.get("personality")
        if entry is None:
            if "personality" in self.fields.written:
                return None
            return choose(DEFAULT_PERSONALITY, self.reading.settings)
        value = entry.value
        if isinstance(value, dict):
            value = {name: each.value for name, each in self.reading.fields(entry).items()}
        try:
            choice = choose(value, self.reading.settings)
        except UnknownPersonalityError as error:
            base = self.reading.fields(entry).get("base", entry)
            self.reading.error(base, error.message, error.hint)
            return None
        self._check_background(entry)
        return choice

    def _check_background(self, personality: Entry) -> None:
        sound = self.reading.fields(personality).get("background_noise")
        problem = check_background(sound.value) if sound is not None else None
        if sound is not None and problem is not None:
            self.reading.warn(sound, problem.message, problem.hint)

    def _language(self, choice: Choice | None, kind: ScenarioType | None) -> str | None:
        entry = self.fields.get("scenario_language")
        if entry is not None:
            if choice is not None and choice.language not in (None, entry.value):
                message = f"scenario_language is {entry.value}, but the personality speaks {choice.language}"
                self.reading.error(entry, message, "they must be the same")
            return str(entry.value)
        if self.bare_name:
            hint = f"it is taken to be {DEFAULT_LANGUAGE}"
            self.reading.warn(self.owner, "only conditions and no scenario_language", hint)
            return DEFAULT_LANGUAGE
        if "scenario_language" in self.fields.written or choice is None:
            return None
        if kind is ScenarioType.STRUCTURED and "personality" not in self.fields.written:
            hint = "write scenario_language: en, or a personality with a language"
            message = "Validation error: scenario_language is required"
            self.reading.missing(self.owner, "scenario_language", message, hint)
        return choice.language or choice.personality.language

    def _script(self, kind: ScenarioType | None, variables: Mapping[str, Any] | None) -> Script | None:
        entry = self.owner if self.bare_name else self.fields.get("conditional_actions")
        if entry is None or kind is not ScenarioType.STRUCTURED:
            return None
        return read_script(self.reading, entry, variables)

    def _behaviour(self) -> Behaviour | None:
        entry = self.fields.get("instructions")
        if entry is None:
            return None
        from pytest_agentsim.scenario.instructions import read_instructions

        read = read_instructions(entry.value)
        place = self.reading.document.place_within
        steps = tuple(replace(each, location=place(entry.node, each.offset)) for each in read.steps)
        if self.reading.settings.advice:
            self._advise(entry, read)
        return replace(read, steps=steps)

    def _advise(self, instructions: Entry, behaviour: Behaviour) -> None:
        from pytest_agentsim.scenario.instruction_rules import advise_on_first_message, advise_on_instructions

        advise_on_instructions(self.reading, instructions, behaviour)
        opening = self.fields.get("first_message")
        if opening is not None:
            advise_on_first_message(self.reading, opening)

    def _check_texts(self, kind: ScenarioType | None, variables: Mapping[str, Any] | None) -> None:
        names = ["expected_outcome"]
        if kind is ScenarioType.BEHAVIOURAL:
            names += ["instructions", "first_message"]
        for name in names:
            entry = self.fields.get(name)
            if entry is not None:
                check_template(self.reading, entry, variables)

    def _expect(self, script: Script | None, behaviour: Behaviour | None) -> tuple[Expectation, ...]:
        ids = self._condition_ids(script) if behaviour is None else {0, *behaviour.numbers}
        own = read_expectations(self.reading, self.fields.both("expect"), ids)
        return with_rubric(own, self.reading.settings.rubric)

    def _condition_ids(self, script: Script | None) -> set[int] | None:
        """Return the ids that expectations may name; None when the script is too broken to tell."""
        if not self.bare_name and "conditional_actions" not in self.fields.written:
            return set()
        entry = self.fields.get("conditional_actions")
        if script is None or entry is None or self.reading.log.failed_below(entry.path):
            return None
        return {each.id for each in script.conditions}

    def _metrics(self) -> dict[str, Mapping[str, Any]]:
        """The metrics that are asked for, in order, with their settings."""
        asked: dict[str, Mapping[str, Any]] = {}
        for written in (each for entry in self.fields.both("metrics") for each in entry.value or ()):
            if isinstance(written, str):
                asked.setdefault(written, {})
            elif isinstance(written, dict):
                asked.update(written)
        return asked

    def _expected_tool_calls(self) -> tuple[dict[str, Any], ...] | None:
        entry = self.fields.get("generated_mock_tool_entries")
        return None if entry is None else tuple(entry.value)

    def _check_interruptions(self, choice: Choice | None, kind: ScenarioType | None) -> None:
        """Warn of a personality that interrupts in a script over voice which says nothing of it."""
        entry = self.fields.get("personality")
        if choice is None or entry is None or kind is not ScenarioType.STRUCTURED:
            return
        level = choice.personality.interruption_level
        over_voice = self.fields.value("channel", "") in (Channel.VOICE, Channel.BOTH)
        if level is InterruptionLevel.OFF or not over_voice or self.fields.get("random_interruptions"):
            return
        message = (
            f"the personality's interruption_level is {level}, but it does not cut into a structured scenario"
        )
        self.reading.warn(entry, message, "write random_interruptions: true to have it do so, or false")

    def _max_duration(self) -> float | None:
        entry = self.fields.get("max_duration")
        if entry is None:
            return None
        seconds = _seconds(entry.value)
        shortest = SHORTEST_CALL_IN_TESTS_AS_CODE if self.is_tests_as_code else SHORTEST_CALL
        if not shortest <= seconds <= LONGEST_CALL:
            self.reading.error(entry, f"must be from {shortest:.0f} to {LONGEST_CALL:.0f} seconds")
        return seconds


def _seconds(value: str | float) -> float:
    if not isinstance(value, str):
        return float(value)
    match = DURATION.fullmatch(value)
    return float(match["number"]) * SECONDS[match["unit"]] if match else 0.0
