"""The options of the plugin: what can be set on the command line, in the environment and in the ini file."""

from __future__ import annotations

import os
from typing import Any, Literal, NamedTuple

import pytest

__all__ = ["DEFAULT_OUTPUT", "FILES_INI", "OPTIONS", "Option", "add_options", "is_anything_set"]


class Option(NamedTuple):
    """One setting; `--agentsim-text-url`, `AGENTSIM_TEXT_URL` and `agentsim_text_url` are made from its name.

    `kind` is the ini type: "string", "bool", "linelist". A setting with `ini=False` belongs to a run rather
    than to a project.
    """

    name: str
    help: str
    kind: Literal["string", "bool", "linelist"] = "string"
    default: Any = None
    metavar: str = ""
    ini: bool = True

    @property
    def flag(self) -> str:
        return "--agentsim-" + self.name.replace("_", "-")

    @property
    def ini_name(self) -> str:
        return f"agentsim_{self.name}"

    @property
    def variable(self) -> str:
        return f"AGENTSIM_{self.name.upper()}"


DEFAULT_OUTPUT = "agentsim-results"

OPTIONS: tuple[Option, ...] = (
    Option("text_url", "the agent's X-RUBRIC address, ws:// or wss://", metavar="URL"),
    Option("voice_url", "the agent's CHIRP address, ws:// or wss://", metavar="URL"),
    Option(
        "command",
        "a command that starts the agent; {port} in it and in the URLs is a free port",
        metavar="COMMAND",
    ),
    Option(
        "secret",
        "the secret sent as X-RUBRIC-SECRET (better in the environment: AGENTSIM_SECRET)",
        metavar="SECRET",
    ),
    Option("user", "the user of the voice connection's Basic authentication", metavar="USER"),
    Option(
        "password",
        "the password that belongs to it (better in the environment: AGENTSIM_PASSWORD)",
        metavar="PASSWORD",
    ),
    Option("agent_id", "the id sent as X-RUBRIC-AGENT-ID", default="agent", metavar="ID"),
    Option(
        "headers", "further headers for each connection, 'Name: value'", kind="linelist", metavar="HEADER"
    ),
    Option(
        "turn_timeout",
        "seconds that the agent has for a reply (default 120 over text, 30 over voice)",
        metavar="SECONDS",
    ),
    Option("max_duration", "seconds that a call may take (default 600)", default="600", metavar="SECONDS"),
    Option(
        "connect_timeout", "seconds that connecting may take (default 10)", default="10", metavar="SECONDS"
    ),
    Option("ca_file", "certificates to trust for wss://, a PEM file", metavar="FILE"),
    Option(
        "sms_webhook",
        "the http(s) address to which the caller's text messages (<send_sms>) are posted",
        metavar="URL",
    ),
    Option("insecure", "trust any certificate for wss://", kind="bool", default=False),
    Option(
        "synthesizer",
        "the speech engine of the caller's voice (default auto: the best that is installed)",
        default="auto",
        metavar="NAME",
    ),
    Option(
        "recognizer",
        "the engine that understands the agent's speech (default auto: the best that is installed)",
        default="auto",
        metavar="NAME",
    ),
    Option(
        "end_of_turn",
        "seconds of silence that end the agent's turn over voice (default 0.7)",
        default="0.7",
        metavar="SECONDS",
    ),
    Option("cache", "where synthesised speech is kept (default: the user's cache directory)", metavar="DIR"),
    Option(
        "record",
        "whether voice calls are recorded: on, off or retain-on-failure (default on)",
        default="on",
        metavar="WHEN",
    ),
    Option(
        "concurrency",
        "how many calls overlap in each process: a number, 1 for one by one, or auto (default auto: 50 over text, over "
        "voice what the machine paces well)",
        default="auto",
        metavar="N",
    ),
    Option(
        "launch_rate",
        "how many calls begin in a second on each channel, in all processes together (default 1000 over text, 20 over "
        "voice)",
        metavar="RATE",
    ),
    Option(
        "output",
        f"where the calls' artifacts go (default {DEFAULT_OUTPUT})",
        default=DEFAULT_OUTPUT,
        metavar="DIR",
    ),
    Option("markdown", "write a report in Markdown to this file", metavar="FILE"),
    Option(
        "results_json",
        "write the results with the field names of the hosted platforms to this file",
        metavar="FILE",
    ),
    Option("html", "write a report to look at to this file (the extra `report`)", metavar="FILE"),
    Option("seed", "what each call's seed is derived from (default 0)", default="0", metavar="N"),
    Option("runs", "how often each scenario is run, whatever it says itself", metavar="N"),
    Option(
        "until_sure",
        "stop repeating a scenario as soon as it is sure whether it meets its pass_rate",
        kind="bool",
        default=False,
    ),
    Option(
        "pass_k",
        "the k of pass@k and pass^k for repeated scenarios (default 3)",
        default="3",
        metavar="K",
    ),
    Option(
        "success_threshold",
        "fail only when a smaller share of the scenarios passes",
        metavar="PERCENT",
    ),
    Option("strict", "treat warnings about scenario files as errors", kind="bool", default=False),
    Option(
        "require_judge",
        "fail a scenario whose expected outcome no judge can judge",
        kind="bool",
        default=False,
    ),
    Option(
        "caller_model",
        "the language model that speaks for the caller where the scenario leaves its words open",
        metavar="MODEL",
    ),
    Option("matcher_model", "the language model that decides which triggers hold", metavar="MODEL"),
    Option(
        "judge_model",
        "the language model that judges expected outcomes: 'openai:gpt-5', 'ollama:llama3', 'vllm:…', or a name that "
        "the server at llm_base_url knows",
        metavar="MODEL",
    ),
    Option(
        "judge_votes",
        "how often the judge is asked each question; the answer is the one that most give (default 1)",
        default="1",
        metavar="N",
    ),
    Option(
        "llm_base_url",
        "the address of a server that speaks OpenAI's chat interface (its key: AGENTSIM_LLM_API_KEY)",
        metavar="URL",
    ),
    Option(
        "llm_timeout",
        "seconds that a language model has for an answer (default 60)",
        default="60",
        metavar="SECONDS",
    ),
    Option(
        "llm_concurrency",
        "how many requests to language models are under way at once in each process (default 8)",
        default="8",
        metavar="N",
    ),
    Option(
        "llm_rate", "how many requests to language models begin in a minute, in each process", metavar="RATE"
    ),
    Option(
        "llm_form",
        "how answers that are data are asked for: schema, tool or words (default schema)",
        default="schema",
        metavar="FORM",
    ),
    Option(
        "llm_stream",
        "have language models answer piece by piece; the timeout is for each piece then",
        kind="bool",
        default=False,
    ),
    Option(
        "llm_prices",
        "what a model costs in dollars for a million tokens asked and answered, 'my-model = 0.15 0.60'",
        kind="linelist",
        metavar="PRICE",
    ),
    Option(
        "record_mode",
        "whether answers of language models are recorded and replayed: none (only replay), once, new or all",
        metavar="MODE",
    ),
    Option(
        "cassettes",
        "the folder of the recorded answers (default: cassettes, beside each file of scenarios or tests)",
        metavar="DIR",
    ),
    Option("prompts", "a folder of prompts that go before those of the package", metavar="DIR"),
    Option(
        "max_llm_calls",
        "how many requests may be made to language models, in all processes together",
        metavar="N",
    ),
    Option(
        "max_cost", "how many dollars language models may cost, in all processes together", metavar="DOLLARS"
    ),
    Option(
        "metrics",
        "files, folders and patterns of metrics for a judge or in Python, relative to the root directory",
        kind="linelist",
        metavar="FILE",
    ),
    Option(
        "agent_description",
        "a file with what the agent is told to be and to do, its prompt, for metrics that judge it",
        metavar="FILE",
    ),
    Option(
        "knowledge",
        "files with what the agent may rely on, for metrics that judge what it says",
        kind="linelist",
        metavar="FILE",
    ),
    Option(
        "personality",
        "run every scenario once with each of these personalities instead of its own",
        kind="linelist",
        metavar="NAME",
    ),
    Option(
        "personalities",
        "further files of personalities, relative to the root directory",
        kind="linelist",
        metavar="FILE",
    ),
    Option(
        "personality_ids",
        "further platform ids of personalities, '4711 = impatient de'",
        kind="linelist",
        metavar="ALIAS",
    ),
    Option(
        "voices",
        "which voice stands for one of the platforms', '11labs:21m00Tcm4TlvDq8ikWAM = espeak:en-us+f3'",
        kind="linelist",
        metavar="VOICE",
    ),
    Option(
        "baselines",
        "where baselines are kept, relative to the root directory (default .agentsim/baselines)",
        default=".agentsim/baselines",
        metavar="DIR",
    ),
    Option("save_baseline", "keep this run as the baseline of that name", ini=False, metavar="NAME"),
    Option("compare", "compare this run with the baseline of that name", ini=False, metavar="NAME"),
    Option(
        "compare_fail",
        "fail when a metric is worse than in the baseline by more than that, in its unit or with a percent sign",
        kind="linelist",
        metavar="METRIC:LIMIT",
    ),
    Option(
        "explain",
        "show with each failing item how every trigger fared in every turn (with -rP for all items)",
        kind="bool",
        default=False,
    ),
    Option(
        "live",
        "show each call as it happens, one after the other: turns, triggers, levels",
        kind="bool",
        default=False,
        ini=False,
    ),
    Option("name", "a name for this batch of calls", ini=False, metavar="NAME"),
    Option("first", "run only the first N scenarios", ini=False, metavar="N"),
)

FILES_INI = "agentsim_files"
DEFAULT_FILES = ["*.scenario.yaml", "*.scenario.yml", "*.scenario.json"]


def add_options(parser: pytest.Parser) -> None:
    """Declare all settings in one help group."""
    group = parser.getgroup("agentsim", "simulated callers for conversational agents")
    for option in OPTIONS:
        if option.kind == "bool":
            group.addoption(option.flag, action="store_true", default=None, help=option.help)
        elif option.kind == "linelist":
            group.addoption(
                option.flag, action="append", default=None, metavar=option.metavar, help=option.help
            )
        else:
            group.addoption(option.flag, default=None, metavar=option.metavar, help=option.help)
        if option.ini:
            parser.addini(option.ini_name, option.help, type=option.kind, default=None)
    parser.addini(FILES_INI, "file names that hold scenarios", type="args", default=DEFAULT_FILES)


def is_anything_set(config: pytest.Config) -> bool:
    """Tell whether any setting may differ from its default; in most runs none has to be read and checked."""
    return any(
        config.getoption(f"agentsim_{option.name}") is not None
        or option.variable in os.environ
        or _is_in_ini_file(config, option)
        for option in OPTIONS
    )


def _is_in_ini_file(config: pytest.Config, option: Option) -> bool:
    try:
        return option.ini and config.getini(option.ini_name) is not None
    except (TypeError, ValueError, pytest.UsageError):
        return True  # malformed, which is told where it is read
