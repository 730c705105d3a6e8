"""Puts the page together: one file with all that it needs, which asks for nothing from elsewhere."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import ArtifactError, ConfigurationError
from pytest_agentsim.report.page.against import compared_with
from pytest_agentsim.report.page.call_view import call_view
from pytest_agentsim.report.page.other import changes, comparison_address
from pytest_agentsim.report.page.overview import Overview, overview
from pytest_agentsim.report.page.row import WORDS, row_of
from pytest_agentsim.report.page.sound import LARGEST, chosen_to_embed, embedded, link_to
from pytest_agentsim.report.page.thresholds import expected_metrics
from pytest_agentsim.report.page.waveform import peaks_of
from pytest_agentsim.report.page.words import in_script, line_shown, seconds_shown
from pytest_agentsim.visible import visible_line
from pytest_agentsim.wording import counted, percentage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pytest_agentsim.report.page.against import Against, Compared
    from pytest_agentsim.report.page.other import OtherResults
    from pytest_agentsim.report.page.repeated import Repeated
    from pytest_agentsim.report.page.row import Row
    from pytest_agentsim.report.stored import StoredCall

__all__ = ["TEMPLATE", "check_page_can_be_made", "render_page", "write_page"]

TEMPLATE = "report.html.jinja"
STYLES = ("base.css", "overview.css", "call.css", "timeline.css", "compare.css", "print.css")
SCRIPTS = (
    "dom.js",
    "overview.js",
    "timeline.js",
    "player.js",
    "transcript.js",
    "call.js",
    "align.js",
    "compare.js",
    "main.js",
)
ARTIFACTS = (
    "scenario.json",
    "result.json",
    "transcript.json",
    "events.jsonl",
    "recording.wav",
    "verdicts.json",
)
MOST_BARS = 24
MOST_IN_STRIP = 50
MOST_CHANGES = 8
BAR, BARS_HEIGHT = 4, 18  # px


def check_page_can_be_made() -> None:
    """Raise ConfigurationError if what the page is made with is not installed."""
    try:
        import jinja2  # noqa: F401
    except ImportError:
        raise ConfigurationError(
            'the HTML report needs Jinja2, which is not installed: pip install "pytest-agentsim[report]".'
        ) from None


def write_page(
    calls: Sequence[StoredCall],
    page: Path,
    output: Path,
    *,
    name: str = "",
    largest: int = LARGEST,
    other: OtherResults | None = None,
    against: Against | None = None,
) -> None:
    """Write the page of these calls, whole or not at all.

    `output` is the directory that their folders are in, `name` that of their batch. The calls of `other` can be
    compared with them, and their metrics are shown beside those of the baseline `against`. Raises
    ConfigurationError without Jinja2, ArtifactError when the file cannot be written.
    """
    text = render_page(calls, page, output, name=name, largest=largest, other=other, against=against)
    draft = page.with_name(f"{page.name}.part")
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        draft.replace(page)
    except OSError as error:
        raise ArtifactError(f"The report cannot be written to {page}: {error.strerror or error}.") from None


def render_page(
    calls: Sequence[StoredCall],
    page: Path,
    output: Path,
    *,
    name: str = "",
    largest: int = LARGEST,
    other: OtherResults | None = None,
    against: Against | None = None,
) -> str:
    """Return the page of these calls for that place; `largest` is what it may hold of recordings, in bytes of WAV."""
    check_page_can_be_made()
    from jinja2 import Environment
    from markupsafe import Markup

    view = overview(calls, [_key(call, output) for call in calls])
    there = _comparable(other, view) if other is not None else []
    every = [*zip(calls, view.rows, strict=True), *there]
    chosen = chosen_to_embed([call for call, _ in every], largest)
    sounds: dict[int, str] = {}
    views: list[Any] = []
    for call, row in every:
        shown = call_view(call, expected_metrics(call.directory)) | {
            "detail": row.detail,
            "words": row.outcome_words,
        }
        shown["files"] = _files(call, page)
        _add_sound(shown, sounds, row.index, call, page, is_embedded=call.recording in chosen)
        # What goes into a script is made safe for one; see `in_script`.
        views.append(Markup(in_script(shown)))  # noqa: S704
    compared = compared_with(against, calls) if against is not None else None
    known = [
        _known(row, other.shown_name if other is not None and place >= len(calls) else "")
        for place, (_, row) in enumerate(every)
    ]
    script = "'use strict';\n" + "".join(_file(each) for each in SCRIPTS)
    longest = {each.channel: each.longest for each in view.latencies}
    environment = Environment(autoescape=True)
    environment.filters |= {"seconds": seconds_shown, "percentage": percentage}
    return environment.from_string(_file(TEMPLATE)).render(
        title=line_shown(name) if name else "Simulated calls",
        subtitle=_subtitle(view),
        view=view,
        outcomes=[(outcome, words) for outcome, words, _ in view.outcomes],
        channels=[(each, each) for each in view.channels],
        personalities=[(each, each) for each in view.personalities],
        tags=[(each, each) for each in view.tags],
        sparkline=lambda row: Markup(_sparkline(row, longest.get(row.channel, 0.0))),  # noqa: S704  (numbers alone)
        words=WORDS,
        columns=_columns(view),
        most_in_strip=MOST_IN_STRIP,
        most_changes=MOST_CHANGES,
        comparison_address=comparison_address,
        other=other,
        changes=changes(view, overview(other.calls, _other_keys(other))) if other is not None else None,
        known=Markup(in_script(known)),  # noqa: S704
        compared=compared,
        first_of={row.item: row for row in reversed(view.rows)},
        baseline=Markup(in_script(_in_baseline(compared, view))),  # noqa: S704
        calls=views,
        sounds=sounds,
        style=Markup("".join(_file(each) for each in STYLES)),  # noqa: S704  (our own)
        script=Markup(script),  # noqa: S704  (our own)
        script_hash=f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}",
    )


def _in_baseline(compared: Compared | None, view: Overview) -> dict[str, Any] | None:
    """What the baseline says of the metrics of each call, by its place on the page; the runs of an item share it."""
    if compared is None:
        return None
    items = {item: place for place, item in enumerate(compared.items)}
    return {
        "name": compared.name,
        "items": list(compared.items.values()),
        "ofCall": {row.index: items[row.item] for row in view.rows if row.item in items},
    }


def _comparable(other: OtherResults, view: Overview) -> list[tuple[StoredCall, Row]]:
    """Return the other run's calls of scenarios that the page has as well, in the places after the page's own."""
    ours = {row.scenario for row in view.rows}
    named = list(zip(other.calls, _other_keys(other), strict=True))
    same = [(call, key) for call, key in named if row_of(call, key, 0).scenario in ours]
    return [(call, row_of(call, key, index)) for index, (call, key) in enumerate(same, start=len(view.rows))]


def _other_keys(other: OtherResults) -> list[str]:
    return [f"{other.shown_name}: {_key(call, other.output)}" for call in other.calls]


def _known(row: Row, run: str) -> dict[str, Any]:
    """What tells a call from those that it can be compared with; `run` names another run than the page's."""
    return {
        "index": row.index,
        "key": row.key,
        "title": row.title,
        "item": row.item,
        "scenario": row.scenario,
        "run": row.run,
        "isRepeated": row.is_repeated,
        "outcome": row.outcome,
        "words": row.outcome_words,
        "passed": row.passed,
        "channel": row.channel,
        "personality": row.personality,
        "from": run,
    }


def _add_sound(
    shown: dict[str, Any],
    sounds: dict[int, str],
    index: int,
    call: StoredCall,
    page: Path,
    *,
    is_embedded: bool,
) -> None:
    """Give a voice call what it looks and sounds like; a recording that cannot be read is told among its problems."""
    if call.recording is None:
        return
    try:
        shown["peaks"] = peaks_of(call.recording)
    except ArtifactError as error:
        shown["problem"] = f"{shown['problem']} The recording: {error}.".strip()
        return
    except ImportError:
        pass  # the recording can be heard all the same
    sound = embedded(call.recording) if is_embedded else None
    if sound is None:
        shown["recording"] = link_to(call.recording, page)
    else:
        sounds[index] = sound


def _key(call: StoredCall, output: Path) -> str:
    """Name a call in the page's address by its folder, so that the address of a call stays the same."""
    directory = call.directory
    named = directory.relative_to(output) if directory.is_relative_to(output) else directory
    return visible_line(named.as_posix())


def _files(call: StoredCall, page: Path) -> list[tuple[str, str]]:
    if not call.directory.is_dir():
        return []  # it could not be written
    there, folder = {each.name for each in call.directory.iterdir()}, link_to(call.directory, page)
    return [(name, f"{folder}/{name}") for name in ARTIFACTS if name in there]


def _subtitle(view: Overview) -> str:
    began = min((row.began for row in view.rows if row.began), default="")
    when = f"{began[:16].replace('T', ' ')} UTC, " if began else ""
    return f"{when}{counted(len(view.rows), 'call')}, {seconds_shown(view.on_the_line)} on the line"


def _columns(view: Overview) -> int:
    """Count the columns of the table; what is the same in all calls has none."""
    return 5 + bool(view.repeated) + (len(view.channels) > 1) + (len(view.personalities) > 1)


def _sparkline(head: Row | Repeated, longest: float) -> str:
    """Return a picture of how long each answer took, or each run in the median; a channel has one scale."""
    waits = head.waits[-MOST_BARS:]
    if not waits or not longest:
        return ""
    bars = []
    for place, seconds in enumerate(waits):
        height = BARS_HEIGHT if seconds is None else max(1.0, seconds / longest * BARS_HEIGHT)
        kind = ' class="lost"' if seconds is None else ""
        bars.append(
            f'<rect{kind} x="{place * BAR}" y="{BARS_HEIGHT - height:.1f}" width="{BAR - 1}" height="{height:.1f}"/>'
        )
    told = f"{counted(len(head.waits), head.counted_in)}, the slowest after {seconds_shown(head.slowest)}"
    width = len(waits) * BAR
    return (
        f'<svg class="spark" role="img" aria-label="{told}" width="{width}" height="{BARS_HEIGHT}" '
        f'viewBox="0 0 {width} {BARS_HEIGHT}">{"".join(bars)}</svg>'
    )


def _file(name: str) -> str:
    return files("pytest_agentsim.report.page").joinpath("files", name).read_text(encoding="utf-8")
