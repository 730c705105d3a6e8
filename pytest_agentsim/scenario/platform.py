"""What the hosted platforms write: other names of fields, fields without meaning here, and tests as code."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from pytest_agentsim.scenario.reading import Entry, Fields, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "ALIASES",
    "IGNORED",
    "IGNORED_OF_PERSONALITY",
    "TOOL_IDS",
    "Form",
    "check_tests_as_code",
    "form_of",
    "read_fields",
]

# Other names of fields: the payloads' (platform_spec section d.1) and those of tests as code (section l.6).
ALIASES = {
    "type": "scenario_type",
    "language": "scenario_language",
    "tool_ids": "tools",
    "frequency": "runs",
    "expected_outcome_prompt": "expected_outcome",
}
IGNORED = frozenset(
    [
        "id",
        "agent",
        "agent_id",
        "project",
        "project_id",
        "assistant_id",
        "folder_path",
        "inbound_phone_number",
        "simulation_description",
        "suite_type",
        "is_predefined",
        "information_fields",
        "dynamic_variable_values",
        "version_name",
        "concurrency_limit",
        "created_at",
        "updated_at",
    ]
)

IGNORED_OF_PERSONALITY = ("call_service_provider", "id")

# The names of tests as code, and X-RUBRIC's `send_dtmf` (section g).
TOOL_IDS = {
    "end_call": "TOOL_END_CALL",
    "end_call_only_on_transfer": "TOOL_END_CALL_ONLY_ON_TRANSFER",
    "dtmf": "TOOL_DTMF",
    "send_dtmf": "TOOL_DTMF",
    "receive_dtmf": "RECEIVE_DTMF",
    "send_sms": "SEND_SMS_TOOL_CALL",
    "call_hold": "CALL_HOLD",
}

# Section l.6, and the table at the end of section e.
MOST_CASES = 200
PROFILE_FIELDS = frozenset({"name", "agent_variables", "caller_variables"})
NEEDED_WITHOUT_BASE = ("prompt", "language", "voice_model", "voice_id", "background_noise")
NOT_INLINE = (
    "interruption_level",
    "generation_config",
    "network_simulation",
    "background_sound_volume",
    "message_plan",
    "start_speaking_plan",
    "stop_speaking_plan",
)


class Form(Enum):
    """What a file is."""

    SCENARIO = auto()
    SUITE = auto()
    TESTS_AS_CODE = auto()
    BARE = auto()


def form_of(data: dict[str, Any]) -> Form:
    """Tell which form a file's data has; the schema makes the same difference."""
    if "scenarios" in data:
        return Form.TESTS_AS_CODE if "version" in data or "suite" in data else Form.SUITE
    if ("role" in data or "conditions" in data) and "conditional_actions" not in data:
        return Form.BARE
    return Form.SCENARIO


def read_fields(reading: Reading, owner: Entry, defaults: Fields, ignored: dict[str, None]) -> Fields:
    """Return the fields that mean something, by their canonical names.

    A field without value counts as left out. What is ignored is added to `ignored`.
    """
    own: dict[str, Entry] = {}
    spelling: dict[str, str] = {}
    for written, node in owner.node.fields.items():
        entry, name = Entry(node, (*owner.path, written)), ALIASES.get(written, written)
        if written in IGNORED or (name == "test_profile" and isinstance(node.value, int)):
            ignored[written if written in IGNORED else "test_profile (a platform id)"] = None
            continue
        if name == "metrics" and any(isinstance(each.value, int) for each in node.items):
            ignored["metrics (platform ids)"] = None
        if name == "personality":
            ignored.update(
                {f"personality.{each}": None for each in IGNORED_OF_PERSONALITY if each in node.fields}
            )
        if node.value is None:
            continue
        if name in spelling:
            reading.error(entry, f"{written} and {spelling[name]} mean the same", "keep one of them")
        spelling[name] = written
        if entry.path not in reading.broken:
            own[name] = entry
    return Fields(own, defaults.own, defaults.written.union(spelling))


def check_tests_as_code(reading: Reading) -> None:
    """Check what only tests as code do not allow."""
    for owner in _mappings(reading.root):
        if owner.wrote("agent_id"):
            place = reading.document.key_place(owner.node, "agent_id")
            hint = "leave it out; which agent is called is decided when the tests run"
            reading.log.error(
                place, (*owner.path, "agent_id"), "agent_id is not allowed in tests as code", hint
            )
    scenarios = reading.fields(reading.root).get("scenarios")
    if scenarios is not None and len(scenarios.node.items) > MOST_CASES:
        reading.error(
            scenarios, f"can have at most {MOST_CASES} scenarios; it has {len(scenarios.node.items)}"
        )
    for owner in _owners(reading):
        fields = reading.fields(owner)
        if "personality" in fields:
            _check_personality(reading, fields["personality"])
        if "test_profile" in fields:
            _check_profile(reading, fields["test_profile"])


def _owners(reading: Reading) -> Iterator[Entry]:
    fields = reading.fields(reading.root)
    if "defaults" in fields:
        yield fields["defaults"]
    if "scenarios" in fields:
        yield from reading.items(fields["scenarios"])


def _mappings(entry: Entry) -> Iterator[Entry]:
    if isinstance(entry.value, dict):
        yield entry
    for name, node in entry.node.fields.items():
        yield from _mappings(Entry(node, (*entry.path, name)))
    for index, node in enumerate(entry.node.items):
        yield from _mappings(Entry(node, (*entry.path, index)))


def _check_personality(reading: Reading, personality: Entry) -> None:
    if not isinstance(personality.value, dict):
        return
    fields = reading.fields(personality)
    for name in NEEDED_WITHOUT_BASE:
        if not personality.wrote("base") and not personality.wrote(name):
            reading.missing(personality, name, f"'{name}' is required when no 'base' personality is given.")
    for name in NOT_INLINE:
        if name in fields:
            reading.error(fields[name], f"{name} is not allowed in a personality within tests as code")


def _check_profile(reading: Reading, profile: Entry) -> None:
    if not isinstance(profile.value, dict):
        return
    hint = "tests as code have name, agent_variables and caller_variables"
    if not profile.value:
        reading.error(profile, "cannot be empty", hint)
    for name, entry in reading.fields(profile).items():
        if name not in PROFILE_FIELDS and not name.startswith("x-"):
            reading.error(entry, f'"{name}" is not a field of a test profile', hint)
