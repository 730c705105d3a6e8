"""The settings of a pytest run: command line before environment before ini file."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

import pytest

from pytest_agentsim.baseline.limit import Limit, limit_from
from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.llm.settings import AnswerForm, RecordMode
from pytest_agentsim.options import OPTIONS
from pytest_agentsim.stash import SETTINGS

if TYPE_CHECKING:
    from pytest_agentsim.options import Option

__all__ = ["Recording", "Settings", "settings_from", "settings_of"]

Recording = Literal["on", "off", "retain-on-failure"]

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of this run; times are in seconds.

    `turn_timeout` is None for each channel's own; `concurrency` (calls at once) and `launch_rate` (calls a second)
    are None for what `concurrency.limits_for` suggests. `runs` is None for each scenario's own. `success_threshold`
    is a share (0.0 to 1.0), None where every scenario has to pass. `cache` is empty for the user's cache directory.
    `llm_rate` is in requests a minute, `max_cost` in dollars, both None for no limit; `llm_prices` are models with the
    dollars for a million tokens in and out.
    """

    text_url: str
    voice_url: str
    command: str
    secret: str
    user: str
    password: str
    agent_id: str
    headers: tuple[tuple[str, str], ...]
    turn_timeout: float | None
    max_duration: float
    connect_timeout: float
    ca_file: str
    sms_webhook: str
    insecure: bool
    synthesizer: str
    recognizer: str
    end_of_turn: float
    cache: str
    record: Recording
    concurrency: int | None
    launch_rate: float | None
    output: Path
    results_json: Path | None
    markdown: Path | None
    html: Path | None
    seed: int
    runs: int | None
    until_sure: bool
    pass_k: int
    success_threshold: float | None
    baselines: Path
    save_baseline: str
    compare: str
    compare_fail: tuple[Limit, ...]
    strict: bool
    require_judge: bool
    caller_model: str
    matcher_model: str
    judge_model: str
    judge_votes: int
    llm_base_url: str
    llm_timeout: float
    llm_concurrency: int
    llm_rate: float | None
    llm_form: AnswerForm
    llm_stream: bool
    llm_prices: tuple[tuple[str, float, float], ...]
    prompts: Path | None
    max_llm_calls: int | None
    max_cost: float | None
    metrics: tuple[str, ...]
    agent_description: Path | None
    knowledge: tuple[Path, ...]
    record_mode: RecordMode | None
    cassettes: Path | None
    personality: tuple[str | int, ...]
    personalities: tuple[Path, ...]
    personality_ids: tuple[tuple[int, str, str], ...]
    voices: tuple[tuple[str, str], ...]
    explain: bool
    live: bool
    name: str
    first: int | None

    def __repr__(self) -> str:
        return (
            f"<Settings text_url={self.text_url!r} voice_url={self.voice_url!r} output={str(self.output)!r}>"
        )


def settings_of(config: pytest.Config) -> Settings:
    """Return the run's settings, read when they are first asked for; raises as `settings_from` does."""
    if SETTINGS not in config.stash:
        config.stash[SETTINGS] = settings_from(config)
    return config.stash[SETTINGS]


def settings_from(config: pytest.Config) -> Settings:
    """Read and check the settings; raises pytest.UsageError with one sentence for a malformed one."""
    try:
        given = {option.name: _given(config, option) for option in OPTIONS}
        return Settings(
            text_url=given["text_url"].text,
            voice_url=given["voice_url"].text,
            command=given["command"].text,
            secret=given["secret"].text,
            user=given["user"].text,
            password=given["password"].text,
            agent_id=given["agent_id"].text,
            headers=tuple(_header(given["headers"].source, line) for line in given["headers"].lines),
            turn_timeout=_optional_seconds(given["turn_timeout"]),
            max_duration=_seconds(given["max_duration"]),
            connect_timeout=_seconds(given["connect_timeout"]),
            ca_file=given["ca_file"].text,
            sms_webhook=given["sms_webhook"].text,
            insecure=_truth(given["insecure"]),
            synthesizer=_name(given["synthesizer"]),
            recognizer=_name(given["recognizer"]),
            end_of_turn=_seconds(given["end_of_turn"]),
            cache=_optional_directory(config, given["cache"]),
            record=_recording(given["record"]),
            concurrency=None if given["concurrency"].text == "auto" else _count(given["concurrency"]),
            launch_rate=_optional_rate(given["launch_rate"], "calls a second"),
            output=config.invocation_params.dir / _directory(given["output"]),
            results_json=_optional_file(config, given["results_json"]),
            markdown=_optional_file(config, given["markdown"]),
            html=_optional_file(config, given["html"]),
            seed=_whole_number(given["seed"]),
            runs=_count(given["runs"]),
            until_sure=_truth(given["until_sure"]),
            pass_k=_count(given["pass_k"]) or 1,
            success_threshold=_optional_share(given["success_threshold"]),
            baselines=config.rootpath / Path(_directory(given["baselines"])).expanduser(),
            save_baseline=given["save_baseline"].text,
            compare=given["compare"].text,
            compare_fail=tuple(
                _limit(given["compare_fail"].source, line) for line in given["compare_fail"].lines
            ),
            strict=_truth(given["strict"]),
            require_judge=_truth(given["require_judge"]),
            caller_model=given["caller_model"].text,
            matcher_model=given["matcher_model"].text,
            judge_model=given["judge_model"].text,
            judge_votes=_count(given["judge_votes"]) or 1,
            llm_base_url=given["llm_base_url"].text,
            llm_timeout=_seconds(given["llm_timeout"]),
            llm_concurrency=_count(given["llm_concurrency"]) or 1,
            llm_rate=_optional_rate(given["llm_rate"], "requests a minute"),
            llm_form=_form(given["llm_form"]),
            llm_stream=_truth(given["llm_stream"]),
            llm_prices=tuple(_price(given["llm_prices"].source, line) for line in given["llm_prices"].lines),
            prompts=config.rootpath / given["prompts"].text if given["prompts"].text else None,
            max_llm_calls=_count(given["max_llm_calls"]),
            max_cost=_optional_rate(given["max_cost"], "dollars"),
            metrics=tuple(line.strip() for line in given["metrics"].lines),
            agent_description=config.rootpath / given["agent_description"].text
            if given["agent_description"].text
            else None,
            knowledge=tuple(config.rootpath / line.strip() for line in given["knowledge"].lines),
            record_mode=_record_mode(given["record_mode"]),
            cassettes=config.rootpath / given["cassettes"].text if given["cassettes"].text else None,
            personality=tuple(dict.fromkeys(map(_personality, given["personality"].lines))),
            personalities=tuple(config.rootpath / line.strip() for line in given["personalities"].lines),
            personality_ids=tuple(
                _alias(given["personality_ids"].source, line) for line in given["personality_ids"].lines
            ),
            voices=tuple(_voice(given["voices"].source, line) for line in given["voices"].lines),
            explain=_truth(given["explain"]),
            live=_truth(given["live"]),
            name=given["name"].text,
            first=_count(given["first"]),
        )
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from None


@dataclass(frozen=True, slots=True)
class _Given:
    """A setting as it was written, and the option, variable or ini key that it was written in."""

    value: Any
    source: str

    @property
    def text(self) -> str:
        return str(self.value or "")

    @property
    def lines(self) -> list[str]:
        lines = self.value.splitlines() if isinstance(self.value, str) else self.value or []
        return [line for line in lines if line.strip()]


def _given(config: pytest.Config, option: Option) -> _Given:
    """Look a setting up where it counts most first; an empty one in the environment or the ini file is none."""
    on_command_line = config.getoption(f"agentsim_{option.name}")
    if on_command_line is not None:
        return _Given(on_command_line, option.flag)
    if os.environ.get(option.variable):
        return _Given(os.environ[option.variable], option.variable)
    written = _in_ini_file(config, option) if option.ini else None
    return _Given(option.default if written in (None, "", []) else written, option.ini_name)


def _in_ini_file(config: pytest.Config, option: Option) -> Any:
    try:
        return config.getini(option.ini_name)
    except (TypeError, ValueError, pytest.UsageError) as error:
        raise ConfigurationError(f"{option.ini_name}: {error}") from None


def _directory(given: _Given) -> str:
    if not given.text:
        raise ConfigurationError(f"{given.source} needs a directory")
    return given.text


def _optional_directory(config: pytest.Config, given: _Given) -> str:
    return str(config.invocation_params.dir / Path(given.text).expanduser()) if given.text else ""


def _optional_file(config: pytest.Config, given: _Given) -> Path | None:
    return config.invocation_params.dir / Path(given.text).expanduser() if given.text else None


def _name(given: _Given) -> str:
    if not given.text:
        raise ConfigurationError(f"{given.source} needs the name of an engine, or auto")
    return given.text


def _recording(given: _Given) -> Recording:
    if given.text not in get_args(Recording):
        raise ConfigurationError(f"{given.source} needs on, off or retain-on-failure, not {given.text!r}")
    return cast("Recording", given.text)


def _form(given: _Given) -> AnswerForm:
    if given.text not in get_args(AnswerForm):
        raise ConfigurationError(f"{given.source} needs schema, tool or words, not {given.text!r}")
    return cast("AnswerForm", given.text)


def _record_mode(given: _Given) -> RecordMode | None:
    if given.value is not None and given.text not in get_args(RecordMode):
        raise ConfigurationError(f"{given.source} needs none, once, new or all, not {given.text!r}")
    return cast("RecordMode | None", given.value)


def _optional_rate(given: _Given, unit: str) -> float | None:
    return None if given.value is None else _positive(given, unit)


def _optional_seconds(given: _Given) -> float | None:
    return None if given.value is None else _seconds(given)


def _seconds(given: _Given) -> float:
    return _positive(given, "seconds")


def _positive(given: _Given, unit: str) -> float:
    try:
        number = float(given.value)
    except ValueError:
        raise ConfigurationError(f"{given.source} needs a number of {unit}, not {given.value!r}") from None
    if not 0 < number < math.inf:
        raise ConfigurationError(f"{given.source} needs a positive number of {unit}, not {given.value!r}")
    return number


def _whole_number(given: _Given) -> int:
    try:
        return int(given.value)
    except ValueError:
        raise ConfigurationError(f"{given.source} needs a whole number, not {given.value!r}") from None


def _count(given: _Given) -> int | None:
    if given.value is None:
        return None
    count = _whole_number(given)
    if count < 1:
        raise ConfigurationError(f"{given.source} needs at least 1, not {given.value!r}")
    return count


def _optional_share(given: _Given) -> float | None:
    """Read a percentage, with its sign or without, as a share (0.0 to 1.0)."""
    if given.value is None:
        return None
    try:
        percent = float(given.text.strip().removesuffix("%"))
    except ValueError:
        percent = math.nan
    if not 0 <= percent <= 100:
        raise ConfigurationError(f"{given.source} needs a percentage from 0 to 100, not {given.value!r}")
    return percent / 100


def _limit(source: str, line: str) -> Limit:
    try:
        return limit_from(line)
    except ValueError:
        raise ConfigurationError(
            f"{source} takes limits like 'latency_p95:10%' or 'turns:2', not {line.strip()!r}"
        ) from None


def _truth(given: _Given) -> bool:
    if isinstance(given.value, bool):
        return given.value
    word = str(given.value).strip().lower()
    if word not in TRUE | FALSE:
        raise ConfigurationError(f"{given.source} needs true or false, not {given.value!r}")
    return word in TRUE


def _header(source: str, line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name.strip():
        # The line is not quoted: it may hold a secret.
        raise ConfigurationError(
            f"{source} takes headers like 'X-Tenant: acme'; one has no name before a colon"
        )
    return name.strip(), value.strip()


def _personality(line: str) -> str | int:
    """A name, or an id of the hosted platform."""
    return int(line) if line.strip().isdecimal() else line.strip()


def _alias(source: str, line: str) -> tuple[int, str, str]:
    number, equals, rest = line.partition("=")
    words = rest.split()
    if not equals or not number.strip().isdecimal() or len(words) not in (1, 2):
        raise ConfigurationError(f"{source} takes aliases like '4711 = impatient de', not {line.strip()!r}")
    return int(number), words[0], words[1] if len(words) == 2 else "en"


def _voice(source: str, line: str) -> tuple[str, str]:
    voice_id, equals, voice = (part.strip() for part in line.partition("="))
    if not equals or not voice_id or not voice:
        raise ConfigurationError(
            f"{source} takes voices like '11labs:21m00Tcm4TlvDq8ikWAM = espeak:en-us+f3', not {line.strip()!r}"
        )
    return voice_id, voice


def _price(source: str, line: str) -> tuple[str, float, float]:
    model, equals, rest = line.rpartition("=")
    try:
        first, second = (float(word) for word in rest.split())
    except ValueError:
        first = second = math.nan
    if not equals or not model.strip() or not (0 <= first < math.inf and 0 <= second < math.inf):
        raise ConfigurationError(f"{source} takes prices like 'my-model = 0.15 0.60', not {line.strip()!r}")
    return model.strip(), first, second
