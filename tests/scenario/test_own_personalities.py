"""Personalities of the user's own: where they are found, what they start from, and what can be wrong with them."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.errors import ConfigurationError, ScenarioError
from pytest_agentsim.scenario.loader import LoadSettings, load_file, resolve_personality
from pytest_agentsim.scenario.own_personalities import OwnPersonalities, settings_in, with_given
from pytest_agentsim.scenario.personality import BUILT_IN, InterruptionLevel, Personality

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_agentsim.scenario.model import Scenario

SCENARIO = """\
name: x
scenario_type: conditional_actions
conditional_actions: {role: r, first_message: Hi}
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file below the root."""

    def writer(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return path

    return writer


def settings(root: Path, *files: str) -> LoadSettings:
    def show(path: Path) -> str:
        return path.relative_to(root).as_posix()

    return LoadSettings(own=OwnPersonalities(root, [root / each for each in files], show=show))


def named(name: Any, root: Path, folder: str = "", *files: str) -> Personality:
    return resolve_personality(name, settings_in(settings(root, *files), root / folder))


def problems(root: Path, folder: str = "", *files: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        settings_in(settings(root, *files), root / folder)
    return [str(each) for each in caught.value.problems]


def scenario(write: Callable[..., Path], root: Path, more: str, name: str = "x.scenario.yaml") -> Scenario:
    return load_file(write(name, SCENARIO + more), settings(root)).scenarios[0]


# --- where they are found -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["team.agentsim.yaml", "team.agentsim.yml", "team.agentsim.json"])
def test_a_personality_is_found_beside_the_scenario_that_names_it(
    write: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    write(name, '{"personalities": {"brisk": {"speed": 1.1}}}')
    personality = scenario(write, tmp_path, "personality: brisk\nscenario_language: en").personality
    assert (personality.name, personality.speed) == ("brisk", 1.1)


def test_personalities_of_each_folder_up_to_the_root_are_found(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    write("a.agentsim.yaml", "personalities: {top: {speed: 0.9}}")
    write("one/b.agentsim.yaml", "personalities: {middle: {speed: 1.1}}")
    for name in ("top", "middle", "impatient"):
        assert named(name, tmp_path, "one/two").name == name


def test_what_is_above_the_root_or_in_another_folder_is_not_found(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    write("a.agentsim.yaml", "personalities: {above: {speed: 0.9}}")
    write("root/other/a.agentsim.yaml", "personalities: {beside: {speed: 0.9}}")
    for name in ("above", "beside"):
        with pytest.raises(ConfigurationError, match=f"unknown personality '{name}'"):
            named(name, tmp_path / "root", "here")


def test_a_folder_outside_of_the_root_has_its_own_and_no_more(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    write("a.agentsim.yaml", "personalities: {above: {speed: 0.9}}")
    write("elsewhere/a.agentsim.yaml", "personalities: {own: {speed: 0.9}}")
    local = settings_in(LoadSettings(own=OwnPersonalities(tmp_path / "root")), tmp_path / "elsewhere")
    assert "own" in local.personalities
    assert "above" not in local.personalities


def test_the_nearest_definition_of_a_name_counts(write: Callable[..., Path], tmp_path: Path) -> None:
    write("further.yaml", "personalities: {brisk: {speed: 0.8}}")
    assert named("brisk", tmp_path, "one/two", "further.yaml").speed == 0.8
    write("a.agentsim.yaml", "personalities: {brisk: {speed: 0.9}}")
    assert named("brisk", tmp_path, "one/two", "further.yaml").speed == 0.9
    write("one/a.agentsim.yaml", "personalities: {brisk: {speed: 1.1}}")
    assert named("brisk", tmp_path, "one/two", "further.yaml").speed == 1.1
    write("one/two/a.agentsim.yaml", "personalities: {brisk: {speed: 1.2}}")
    assert named("brisk", tmp_path, "one/two", "further.yaml").speed == 1.2


def test_a_definition_may_replace_a_built_in_personality(write: Callable[..., Path], tmp_path: Path) -> None:
    write("a.agentsim.yaml", "personalities: {impatient: {speed: 1.2}}")
    assert named("impatient", tmp_path).interruption_level is InterruptionLevel.OFF
    assert named("impatient", tmp_path).speed == 1.2


def test_whoever_names_no_language_speaks_that_of_the_scenario(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    write("a.agentsim.yaml", "personalities: {brisk: {speed: 1.1}, berliner: {language: de}}")
    assert scenario(write, tmp_path, "personality: brisk\nscenario_language: de").personality.language == "de"
    assert scenario(write, tmp_path, "personality: berliner").language == "de"
    with pytest.raises(ScenarioError, match="scenario_language is en, but the personality speaks de"):
        scenario(write, tmp_path, "personality: berliner\nscenario_language: en")


def test_an_inline_personality_may_start_from_one(write: Callable[..., Path], tmp_path: Path) -> None:
    write("a.agentsim.yaml", "personalities: {brisk: {speed: 1.1}}")
    personality = scenario(
        write, tmp_path, "personality: {base: brisk, gender: male}\nscenario_language: en"
    ).personality
    assert (personality.speed, personality.gender) == (1.1, "male")


def test_a_sound_file_is_looked_for_beside_the_file_that_names_it(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    write(
        "a.agentsim.yaml",
        "personalities: {hall: {background_noise: sounds/hall.wav}, web: {background_noise: 'https://x.org/a.wav'}}",
    )
    assert named("hall", tmp_path, "one").background_noise == str(tmp_path / "sounds" / "hall.wav")
    assert named("web", tmp_path, "one").background_noise == "https://x.org/a.wav"


# --- bases --------------------------------------------------------------------------------------------------------


def test_a_base_gives_what_the_definition_does_not_say(write: Callable[..., Path], tmp_path: Path) -> None:
    write("a.agentsim.yaml", "personalities: {mine: {base: impatient, wording: chatty}}")
    mine = named("mine", tmp_path)
    assert (mine.name, mine.wording, mine.interruption_level) == ("mine", "chatty", "medium")
    assert mine.message_plan == BUILT_IN["impatient"].message_plan


def test_bases_are_followed_in_any_order_and_through_any_number(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    chain = "\n".join(f"  p{number}: {{base: p{number + 1}}}" for number in range(2000))
    write("a.agentsim.yaml", f"personalities:\n{chain}\n  p2000: {{base: interrupter, gender: male}}")
    assert named("p0", tmp_path).gender == "male"
    assert named("p0", tmp_path).interruption_level is InterruptionLevel.HIGH


def test_a_base_may_be_in_a_file_further_up(write: Callable[..., Path], tmp_path: Path) -> None:
    write("a.agentsim.yaml", "personalities: {house: {voice_id: abc, provider: cartesia}}")
    write("one/a.agentsim.yaml", "personalities: {mine: {base: house, speed: 0.9}}")
    assert (named("mine", tmp_path, "one").voice_id, named("mine", tmp_path, "one").speed) == ("abc", 0.9)


def test_a_base_is_what_its_name_means_where_it_was_written(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    write("a.agentsim.yaml", "personalities: {house: {speed: 0.8}, mine: {base: house}}")
    write("one/a.agentsim.yaml", "personalities: {house: {speed: 1.2}}")
    assert named("mine", tmp_path, "one").speed == 0.8


def test_a_definition_may_start_from_the_one_that_it_replaces(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    write("a.agentsim.yaml", "personalities: {impatient: {base: impatient, gender: male}}")
    write("one/a.agentsim.yaml", "personalities: {impatient: {base: impatient, speed: 1.2}}")
    found = named("impatient", tmp_path, "one")
    assert (found.gender, found.speed, found.interruption_level) == ("male", 1.2, "medium")


def test_without_a_base_a_definition_starts_from_the_normal_one_that_is_in_force(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    write("a.agentsim.yaml", "personalities: {normal: {gender: male}, mine: {speed: 0.9}}")
    assert (named("mine", tmp_path).gender, named("normal", tmp_path).speed) == ("male", 1.0)


def test_an_id_of_the_platform_may_be_a_base(write: Callable[..., Path], tmp_path: Path) -> None:
    write("a.agentsim.yaml", "personalities: {mine: {base: 362, speed: 0.9}}")
    assert scenario(write, tmp_path, "personality: mine").language == "es"


def test_an_interruption_level_overrides_the_plans_of_the_base(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    write("a.agentsim.yaml", "personalities: {mine: {base: slow-speaker, interruption_level: low}}")
    assert named("mine", tmp_path).plans.start_speaking_plan == 0.6


def test_a_key_for_notes_is_no_personality(write: Callable[..., Path], tmp_path: Path) -> None:
    write(
        "a.agentsim.yaml",
        """\
        x-loud: &loud {voice_volume: 1.5}
        personalities:
          x-shared: &shared {gender: male}
          mine: {<<: [*loud, *shared], speed: 0.9}
        """,
    )
    assert (named("mine", tmp_path).voice_volume, named("mine", tmp_path).gender) == (1.5, "male")
    assert "x-shared" not in settings_in(settings(tmp_path), tmp_path).personalities


# --- what can be wrong --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("personalities: {a: {speeed: 1}}", '1:21: personalities.a.speeed: "speeed" is not a field of a'),
        ("personalities: {a: {speed: 2}}", "1:28: personalities.a.speed: must be a number from 0.8 to 1.2"),
        ("personalities: {a: {}}", "1:20: personalities.a: cannot be empty"),
        ("personalities: {a: quick}", "1:20: personalities.a: must be a mapping"),
        ("personalities: {}", "1:16: personalities: cannot be empty"),
        ("personalities: [a]", "1:16: personalities: must be a mapping"),
        (
            "personality: {a: {speed: 1}}",
            '1:1: personality: "personality" is not a field of a personality file',
        ),
        ("x-note: 1", "1:1: personalities: personalities is required"),
        ("[a]", "1:1: a personality file is a mapping (write personalities: and below it names with their"),
        ("personalities: {'': {speed: 1}}", "1:21: personalities.: a personality's name has from 1 to 255"),
        ("personalities: {a: {speed: 1}, a: {speed: 1}}", '1:32: the key "a" is there twice'),
        (
            "personalities: {a: {base: impatent}}",
            "1:27: personalities.a.base: unknown personality 'impatent' (did you mean \"impatient\"? known are: bad-line,",
        ),
        (
            "personalities: {a: {base: 12}}",
            "1:27: personalities.a.base: unknown personality 12 (known ids are",
        ),
        ("personalities: {a: {base: a}}", "1:27: personalities.a.base: unknown personality 'a' (known are"),
        (
            "personalities: {a: {base: b}, b: {base: c}, c: {base: b}}",
            "1:55: personalities.c.base: the bases lead in a circle: b → c → b (one of them needs another base)",
        ),
        (
            "personalities: {normal: {base: a}, a: {speed: 1}}",
            "1:39: personalities.a: the bases lead in a circle: normal → a → normal",
        ),
    ],
)
def test_a_wrong_file_is_refused_at_its_place(
    write: Callable[..., Path], tmp_path: Path, text: str, problem: str
) -> None:
    write("a.agentsim.yaml", text)
    [found] = problems(tmp_path)
    assert found.startswith(f"a.agentsim.yaml:{problem}")


def test_a_name_that_two_files_of_a_folder_define_is_refused(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    write("a.agentsim.yaml", "personalities: {quick: {speed: 1.1}}")
    write("b.agentsim.yaml", "personalities: {quick: {speed: 1.2}}")
    [found] = problems(tmp_path)
    assert found == (
        "b.agentsim.yaml:1:17: personalities.quick: the personality 'quick' is defined twice "
        "(the first one is at a.agentsim.yaml:1:17)"
    )


def test_a_further_file_that_does_not_exist_is_told(tmp_path: Path) -> None:
    [found] = problems(tmp_path, "", "none.yaml")
    assert found.startswith("none.yaml:1:1: the file cannot be read: ")


def test_everything_wrong_is_told_at_once_with_what_is_wrong_in_the_scenario(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    write("b.agentsim.yaml", "personalities: {a: {speed: 2}, b: {base: nobody}, c: {base: a}, d: {base: b}}")
    with pytest.raises(ScenarioError) as caught:
        scenario(write, tmp_path, "personality: c\nscenario_language: en\nruns: x")
    found = [(each.location.file.rpartition("/")[2], each.path) for each in caught.value.problems]
    assert found == [
        ("x.scenario.yaml", "runs"),
        ("b.agentsim.yaml", "personalities.a.speed"),
        ("b.agentsim.yaml", "personalities.b.base"),
    ]


def test_an_unknown_name_in_a_scenario_is_told_with_all_that_are_known(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    write("a.agentsim.yaml", "personalities: {brisk: {speed: 1.1}}")
    with pytest.raises(ScenarioError) as caught:
        scenario(write, tmp_path, "personality: birsk\nscenario_language: en")
    [problem] = caught.value.problems
    assert str(problem.location).endswith("x.scenario.yaml:4:14")
    assert problem.hint.startswith('did you mean "brisk"? known are: bad-line, brisk, fast-talker')


def test_a_sound_that_does_not_exist_is_warned_about_once_and_where_it_was_written(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    write("a.agentsim.yaml", "personalities: {brisk: {background_noise: busy-stret}}")
    path = write("x.scenario.yaml", SCENARIO + "personality: brisk\nscenario_language: en")
    [warning] = load_file(path, settings(tmp_path)).warnings
    assert str(warning).startswith("a.agentsim.yaml:1:43: personalities.brisk.background_noise: ")


# --- given in Python ----------------------------------------------------------------------------------------------


def test_an_object_or_fields_may_be_given() -> None:
    given = {
        "whole": Personality("whole", speed=0.9),
        "part": {"base": "whole", "gender": "male"},
        "impatient": {"base": "impatient", "speed": 1.2},
    }
    local = with_given(LoadSettings(), given)
    part = resolve_personality("part", local)
    assert (part.name, part.speed, part.gender) == ("part", 0.9, "male")
    assert resolve_personality("impatient", local).interruption_level is InterruptionLevel.MEDIUM


def test_a_file_goes_before_what_is_given(write: Callable[..., Path], tmp_path: Path) -> None:
    write("a.agentsim.yaml", "personalities: {brisk: {base: brisk, gender: male}}")
    local = settings_in(with_given(settings(tmp_path), {"brisk": {"speed": 1.1}}), tmp_path)
    brisk = resolve_personality("brisk", local)
    assert (brisk.speed, brisk.gender) == (1.1, "male")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["brisk"], "has to return a mapping of names to personalities, not a list."),
        (
            {"a": {"speed": 2}, "b": {"base": "nobody"}},
            "personalities.a.speed: must be a number from 0.8 to 1.2; ",
        ),
        ({"a": {"base": "nobody"}}, "personalities.a.base: unknown personality 'nobody' (known are: "),
        ({"a": object()}, "a value of type object cannot be part of a scenario"),
        ({"a": "impatient"}, "personalities.a: must be a mapping"),
    ],
)
def test_what_cannot_be_given_is_told_in_a_sentence(given: Any, told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        with_given(LoadSettings(), given)
    assert str(caught.value).startswith("pytest_agentsim_personalities ")
    assert told in str(caught.value)
