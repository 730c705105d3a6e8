"""How a comparison with a baseline is told: a table on the terminal, properties in JUnit, a sentence for a failure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pytest_agentsim.baseline.compare import ALL, PASS_RATE, Comparison, Finding
from pytest_agentsim.visible import shortened, visible_line
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pytest_agentsim.baseline.limit import Limit

__all__ = ["FINDING_ORDER", "comparison_table", "comparison_text", "is_detail", "regression_sentence"]

MOST_ROWS = 20
LONGEST_NAME = 60  # characters
COLUMNS = ("metric", "before", "after", "shift", "values", "", "where")
FINDING_ORDER = (
    Finding.WORSE,
    Finding.HIGHER,
    Finding.LOWER,
    Finding.BETTER,
    Finding.NOTHING,
    Finding.TOO_FEW,
)


def comparison_table(comparisons: Sequence[Comparison], asked: Collection[str]) -> list[str]:
    """Lay out what differs, the pass rate, and the metrics that were `asked` for; count the rest.

    Details of metrics are only there when they were asked for.
    """
    names = {each.metric for each in comparisons}
    comparisons = [each for each in comparisons if each.metric in asked or not is_detail(each.metric, names)]
    shown = [
        each
        for each in comparisons
        if each.finding.is_change or (each.item == ALL and (each.metric == PASS_RATE or each.metric in asked))
    ]
    shown.sort(key=lambda each: (each.item != ALL, FINDING_ORDER.index(each.finding)))
    rows = [COLUMNS, *(_row(each) for each in shown[:MOST_ROWS])]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    if len(shown) > MOST_ROWS:
        lines.append(f"… and {counted(len(shown) - MOST_ROWS, 'more difference')}, which the JUnit file has")
    rest = [each for each in comparisons if each not in shown]
    unchanged, hopeless = (
        sum(each.finding is finding for each in rest) for finding in (Finding.NOTHING, Finding.TOO_FEW)
    )
    if rest:
        lines.append(
            f"of {counted(len(rest), 'further comparison')}, {unchanged} show no difference, and "
            f"{hopeless} have too few values to tell"
        )
    return lines


def comparison_text(comparison: Comparison) -> str:
    """Say what was found in a few words, for a property."""
    low, high = comparison.shift.low, comparison.shift.high
    interval = (
        f" ({_signed(comparison, low)} to {_signed(comparison, high)})" if _has_ends(comparison) else ""
    )
    return (
        f"{comparison.finding}: {_number(comparison, comparison.before)} -> {_number(comparison, comparison.after)}, "
        f"shift {_signed(comparison, comparison.shift.value)}{interval}, p {comparison.probability:.2g}"
    )


def regression_sentence(name: str, exceeded: Sequence[tuple[Comparison, Limit]]) -> str:
    """Say in one sentence what is worse than in the baseline."""
    comparison, limit = max(exceeded, key=lambda each: each[0].item == ALL)
    more = f", and {len(exceeded) - 1} more" if len(exceeded) > 1 else ""
    moved = "rose" if comparison.shift.value > 0 else "fell"
    by = _number(comparison, abs(comparison.shift.value))
    return (
        f"worse than the baseline {name!r} beyond the limit: {comparison.metric} of {_where(comparison)} {moved} by "
        f"{by} (from {_number(comparison, comparison.before)}; limit {limit}){more}."
    )


def is_detail(name: str, names: Collection[str]) -> bool:
    """Tell whether a metric is a detail of another one, as ``latency_p95``: where one differs, so do most others."""
    return any(name.startswith(f"{other}_") for other in names)


def _row(comparison: Comparison) -> tuple[str, ...]:
    shift = _signed(comparison, comparison.shift.value)
    if _has_ends(comparison):
        shift += (
            f" ({_signed(comparison, comparison.shift.low)} to {_signed(comparison, comparison.shift.high)})"
        )
    finding = str(comparison.finding)
    if comparison.finding.is_change:
        finding += f" (p {comparison.probability:.2g})"
    old, new = comparison.counts
    return (
        comparison.metric,
        _number(comparison, comparison.before),
        _number(comparison, comparison.after),
        shift,
        f"{new} pairs" if comparison.is_paired else f"{old} and {new}",
        finding,
        _where(comparison),
    )


def _where(comparison: Comparison) -> str:
    if comparison.item == ALL:
        return f"all {count} scenarios" if (count := comparison.counts[1]) > 1 else "the only scenario"
    return shortened(visible_line(comparison.item), LONGEST_NAME)


def _has_ends(comparison: Comparison) -> bool:
    return math.isfinite(comparison.shift.low) and math.isfinite(comparison.shift.high)


def _number(comparison: Comparison, value: float) -> str:
    if comparison.is_share:
        return f"{value * 100:.3g}%"
    unit = f" {comparison.kind.unit}" if comparison.kind.unit else ""
    return f"{value:.3g}{unit}"


def _signed(comparison: Comparison, value: float) -> str:
    number = _number(comparison, abs(value))
    return number if value == 0 else f"{'+' if value > 0 else '-'}{number}"
