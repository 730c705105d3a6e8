"""How the language models of a run are asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["AnswerForm", "ModelSettings", "Price", "RecordMode"]

AnswerForm = Literal["schema", "tool", "words"]
RecordMode = Literal["none", "once", "new", "all"]


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens cost, in dollars."""

    input: float
    output: float

    def of(self, input_tokens: int, output_tokens: int) -> float:
        """Return what so many tokens cost, in dollars."""
        return (input_tokens * self.input + output_tokens * self.output) / 1_000_000


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """What holds for all models of a run; `judge_model`, `matcher_model` and `caller_model` are empty for none.

    `timeout` is in seconds, `rate` in requests a minute, None for as many as there are; `concurrency` is how many
    requests are under way at once. `form` is how a JSON object is asked for: by its schema, as the arguments of a tool,
    or in words. `prices` go before the list of prices that the client brings, by the name of the model with or without
    its provider. `max_calls` and `max_cost` (dollars) are None for no limit; they are those of all `processes`, of
    which this is the one of the number `process`, counted from 0. `prompts` is a folder whose files go before the
    prompts of the package. `record_mode` is None where answers are neither recorded nor replayed; `cassettes` is the
    folder of the recordings, None for one beside each file of scenarios or tests.
    """

    judge_model: str = ""
    judge_votes: int = 1
    matcher_model: str = ""
    caller_model: str = ""
    base_url: str = ""
    timeout: float = 60.0
    concurrency: int = 8
    rate: float | None = None
    form: AnswerForm = "schema"
    stream: bool = False
    prices: Mapping[str, Price] = field(default_factory=dict)
    prompts: Path | None = None
    max_calls: int | None = None
    max_cost: float | None = None
    process: int = 0
    processes: int = 1
    record_mode: RecordMode | None = None
    cassettes: Path | None = None
