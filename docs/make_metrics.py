"""Writes the catalogue of metrics.md from the package: ``python docs/make_metrics.py``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_agentsim.metrics.metric import Need
from pytest_agentsim.metrics.registry import every_metric

if TYPE_CHECKING:
    from pytest_agentsim.metrics.metric import Metric

PAGE = Path(__file__).parent / "metrics.md"
_FOR_READERS = (
    (r'Specified in platform_spec \w\.\d ("[^"]+")', r"The hosted platforms' \1"),
    (r"Specified in platform_spec [\w.]+(?: and [\w.]+\d)?", "As on the hosted platforms"),
    (r" \(platform_spec [^)]*\)", ""),
    (r",? (?:with both scales as in|and) appendix 1, row \d+", ""),
)
START, END = "<!-- made by docs/make_metrics.py -->\n", "<!-- end -->\n"


def catalogue() -> str:
    """Return a table of the package's metrics, then the whole definition of each."""
    metrics = [each for each in every_metric() if each.is_built_in]
    rows = ["| metric | what it says | unit | better | of |", "|---|---|---|---|---|", *map(_row, metrics)]
    return "\n".join((*rows, "", *map(_definition, metrics))).rstrip() + "\n"


def page(text: str) -> str:
    """Return the page with the catalogue anew."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{catalogue()}\n{END}{after}"


def _row(metric: Metric) -> str:
    first = _plain(metric.definition.partition("\n\n")[0])
    direction = metric.direction.value if metric.direction.value != "neither" else ""
    return f"| [`{metric.name}`](#{metric.name}) | {first} | {metric.unit} | {direction} | {_needs(metric)} |"


def _needs(metric: Metric) -> str:
    voice = (
        "a recording" if Need.RECORDING in metric.needs else "voice" if Need.VOICE in metric.needs else "both"
    )
    return f"{voice}, judged" if metric.is_judged else voice


def _definition(metric: Metric) -> str:
    more = _plain(metric.definition.partition("\n\n")[2])
    settings = ", ".join(f"`{name}` ({_written(value)})" for name, value in metric.settings.items())
    parts = [f"#### `{metric.name}`\n", _plain(metric.definition.partition("\n\n")[0])]
    parts += [more] if more else []
    parts += [f"Settings: {settings}."] if settings else []
    title = "" if metric.title.casefold().replace(" ", "_") == metric.name else f" *{metric.title}.*"
    return "\n".join(parts) + title + "\n"


def _plain(text: str) -> str:
    """Return a paragraph in one line; where it is specified, readers know by the platforms' name of the metric."""
    line = re.sub(r"\s+", " ", text).strip()
    for written, shown in _FOR_READERS:
        line = re.sub(written, shown, line)
    return line.replace("|", "\\|").replace("<", "&lt;")


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "none" if value in (None, "") else f"{value:g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
