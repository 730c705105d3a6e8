"""The line about the calls in flight, as a terminal shows it."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyte
import pytest

import pytest_agentsim
from pytest_agentsim.report.live import LiveLine, PlainLines, Progress, live_line_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    MakeConfig = Callable[..., pytest.Config]
    MakeTerminal = Callable[..., "Terminal"]

PROGRESS = Progress(48, 12, 1, "cn_01_cancel_an_appointment[impatient]", 42.9)
SENTENCE = (
    "agentsim: 48 calls in flight, 12 done, 1 failed; longest 0:42 cn_01_cancel_an_appointment[impatient]"
)

live_lines = pytest.mark.skipif(
    not hasattr(pytest.TerminalReporter, "write_raw"), reason="pytest 9 is the first that can draw live lines"
)


class Clock:
    """Stands still until somebody moves it on."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


class Emulator(io.StringIO):
    """A file that is a terminal: what is written to it is rendered on `screen`."""

    def __init__(self, columns: int, lines: int) -> None:
        super().__init__()
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.Stream(self.screen)

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._stream.feed(text.replace("\n", "\r\n"))
        return super().write(text)


class Terminal:
    """pytest's own reporter, writing to an emulated terminal on which a live line can be shown."""

    def __init__(
        self, config: pytest.Config, monkeypatch: pytest.MonkeyPatch, *, columns: int, lines: int
    ) -> None:
        self._monkeypatch = monkeypatch
        self._file = Emulator(columns, lines)
        self.resize(columns, lines)
        self.reporter = pytest.TerminalReporter(config, self._file)
        config.pluginmanager.register(self.reporter, "terminalreporter")
        self.clock = Clock()
        self.live = LiveLine(self.reporter, now=self.clock)

    def resize(self, columns: int, lines: int) -> None:
        self._file.screen.resize(lines, columns)
        self._monkeypatch.setenv("COLUMNS", str(columns))
        self._monkeypatch.setenv("LINES", str(lines))

    def show(self, progress: Progress = PROGRESS, *, after: float = 1.0) -> None:
        self.clock.time += after
        self.live.show(progress)

    @property
    def rows(self) -> list[str]:
        """What is on the screen, without what is blank at its end."""
        return "\n".join(row.rstrip() for row in self._file.screen.display).rstrip("\n").split("\n")

    @property
    def cursor(self) -> tuple[int, int]:
        return self._file.screen.cursor.y, self._file.screen.cursor.x

    @property
    def written(self) -> str:
        return self._file.getvalue()

    def colour_of(self, text: str) -> set[str]:
        """Return the colours in which a text on the screen is drawn."""
        row, line = next((y, line) for y, line in enumerate(self._file.screen.display) if text in line)
        start = line.index(text)
        return {self._file.screen.buffer[row][x].fg for x in range(start, start + len(text))}


@pytest.fixture
def a_config(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> MakeConfig:
    """Makes configurations of a run on a terminal, without a reporter."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makeini("[pytest]")

    def make(*arguments: str) -> pytest.Config:
        colour = [] if "no:terminal" in arguments else ["--color=yes"]
        return pytester.parseconfig(*colour, *arguments)

    return make


@pytest.fixture
def a_terminal(a_config: MakeConfig, monkeypatch: pytest.MonkeyPatch) -> MakeTerminal:
    """Makes terminals that show pytest's reporter and a live line."""

    def make(*, columns: int = 120, lines: int = 6) -> Terminal:
        return Terminal(a_config(), monkeypatch, columns=columns, lines=lines)

    return make


@live_lines
def test_the_line_tells_where_the_calls_stand(a_terminal: MakeTerminal) -> None:
    terminal = a_terminal()
    terminal.reporter.write("tests/x.py ..F.")
    terminal.show()
    assert terminal.rows == ["tests/x.py ..F.", SENTENCE]


@live_lines
@pytest.mark.parametrize(
    ("progress", "shown"),
    [
        (Progress(1, 0, 0, "", 0.0), "agentsim: 1 call in flight, 0 done, 0 failed"),
        (Progress(2, 0, 0, "x", 0.99), "agentsim: 2 calls in flight, 0 done, 0 failed; longest 0:00 x"),
        (Progress(2, 0, 0, "x", 61.0), "agentsim: 2 calls in flight, 0 done, 0 failed; longest 1:01 x"),
        (Progress(2, 0, 0, "x", 3607.0), "agentsim: 2 calls in flight, 0 done, 0 failed; longest 1:00:07 x"),
        (Progress(2, 0, 0, "x", -5.0), "agentsim: 2 calls in flight, 0 done, 0 failed; longest 0:00 x"),
    ],
)
def test_numbers_and_times_are_said_as_people_say_them(
    a_terminal: MakeTerminal, progress: Progress, shown: str
) -> None:
    terminal = a_terminal()
    terminal.show(progress)
    assert terminal.rows == ["", shown]


@live_lines
@pytest.mark.parametrize("above", range(6), ids="{} lines above".format)
@pytest.mark.parametrize("line", ["", "tests/x.py ..F."], ids=["at the start", "in a line of dots"])
def test_nothing_is_left_of_the_line_when_it_is_cleared(
    a_terminal: MakeTerminal, above: int, line: str
) -> None:
    terminal = a_terminal(lines=6)
    terminal.reporter.write("".join(f"line {number}\n" for number in range(above)) + line)
    for number in range(3):
        terminal.show(Progress(3 - number, number, 0, "x", float(number)))
        terminal.show(Progress(3 - number, number, 0, "x" * 200, float(number)))
        terminal.live.clear()
    terminal.reporter.write("!\nnext")
    # At the bottom of the screen, the room for the live line has made it scroll.
    expected = [*(f"line {number}" for number in range(above)), f"{line}!", "next"]
    assert terminal.rows == expected[-6:]
    assert terminal.cursor == (min(above + 1, 5), 4)


@live_lines
@pytest.mark.parametrize("above", [0, 5])
def test_the_cursor_stays_where_pytest_has_left_it(a_terminal: MakeTerminal, above: int) -> None:
    terminal = a_terminal(lines=6)
    terminal.reporter.write("\n" * above + "tests/x.py .")
    shown_at = (min(above, 4), 12)
    for _ in range(3):
        terminal.show()
        assert terminal.cursor == shown_at
        terminal.live.clear()
        assert terminal.cursor == shown_at


@live_lines
def test_the_colour_of_what_pytest_writes_is_not_that_of_the_line(a_terminal: MakeTerminal) -> None:
    terminal = a_terminal(columns=40)
    terminal.show()
    terminal.live.clear()
    terminal.reporter.write("plain")
    assert terminal.colour_of("plain") == {"default"}


@live_lines
def test_pytest_still_knows_how_wide_its_own_line_is(a_terminal: MakeTerminal) -> None:
    terminal = a_terminal()
    writer = terminal.reporter.config.get_terminal_writer()
    terminal.reporter.write("tests/x.py ..F.")
    terminal.show()
    assert writer.width_of_current_line == len("tests/x.py ..F.")
    terminal.live.clear()
    assert writer.width_of_current_line == len("tests/x.py ..F.")


@live_lines
@pytest.mark.parametrize(("failed", "colour"), [(0, "default"), (1, "red"), (21, "red")])
def test_failures_are_red_if_there_are_any(a_terminal: MakeTerminal, failed: int, colour: str) -> None:
    terminal = a_terminal()
    terminal.show(Progress(1, failed, failed, f"{failed} failed", 0.0))
    assert terminal.colour_of(f"done, {failed} failed;") == {"default", colour}
    assert terminal.colour_of(f"{failed} failed") == {colour}
    assert terminal.colour_of(f"0:00 {failed} failed") == {"default"}


@live_lines
@pytest.mark.parametrize("columns", [1, 2, 8, 20, 46, 47, 80])
def test_the_line_never_reaches_the_last_column(a_terminal: MakeTerminal, columns: int) -> None:
    terminal = a_terminal(columns=columns)
    terminal.show()
    cut = "" if columns == 1 else SENTENCE[: columns - 2] + "…"
    assert "\n".join(terminal.rows) == (f"\n{cut}" if cut else "")


@live_lines
@pytest.mark.parametrize(
    ("columns", "end"),
    [
        (65, "0:42 …"),
        (66, "0:42 キ…"),
        (67, "0:42 キ…"),
        (68, "0:42 キャ…"),
        (72, "0:42 キャン\uff21…"),
        (73, "0:42 キャン\uff21ル"),
    ],
)
def test_wide_characters_are_cut_by_the_cells_they_take(
    a_terminal: MakeTerminal, columns: int, end: str
) -> None:
    terminal = a_terminal(columns=columns)
    terminal.show(Progress(48, 12, 1, "キャン\uff21ル", 42.0))
    assert terminal.rows[1].endswith(end)
    assert len(terminal.rows) == 2


@live_lines
def test_combining_characters_take_no_cell(a_terminal: MakeTerminal) -> None:
    terminal = a_terminal(columns=80)
    terminal.show(Progress(1, 0, 0, "e\u0301" * 20, 0.0))
    assert terminal.rows[1].endswith(" " + "é" * 20)
    terminal.show(Progress(1, 0, 0, "e\u0301" * 21, 0.0))
    assert terminal.rows[1].endswith(" " + "é" * 19 + "…")


@live_lines
def test_characters_that_the_terminal_finds_wider_do_not_wrap(a_terminal: MakeTerminal) -> None:
    terminal = a_terminal(columns=80)
    with pytest.MonkeyPatch.context() as mistaken:
        mistaken.setattr("unicodedata.east_asian_width", lambda _: "N")
        terminal.show(Progress(1, 0, 0, "漢" * 60, 0.0))
    assert len(terminal.rows) == 2


@live_lines
def test_the_terminal_wraps_again_after_the_line(a_terminal: MakeTerminal) -> None:
    terminal = a_terminal(columns=80)
    terminal.show()
    # The emulator restores it together with the cursor, which not all terminals do.
    assert terminal.written.index("\x1b[?7l") < terminal.written.index("\x1b[?7h")
    terminal.live.clear()
    terminal.reporter.write("x" * 81)
    assert terminal.rows == ["x" * 80, "x"]


@live_lines
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\x1b[2J\x1b[31mred", r"\x1b[2J\x1b[31mred"),
        ("\x1b]0;owned\x07", r"\x1b]0;owned\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("one\ntwo\r\tthree", r"one\ntwo\r\tthree"),
        ("\u202egnp.exe\u200b", r"\u202egnp.exe\u200b"),
        ("\ud83d", r"\ud83d"),
    ],
)
def test_hostile_names_do_nothing_to_the_terminal(a_terminal: MakeTerminal, name: str, shown: str) -> None:
    terminal = a_terminal()
    terminal.reporter.write("tests/x.py .")
    terminal.show(Progress(1, 0, 0, name, 0.0))
    assert terminal.rows == [
        "tests/x.py .",
        f"agentsim: 1 call in flight, 0 done, 0 failed; longest 0:00 {shown}",
    ]
    assert terminal.cursor == (0, 12)


@live_lines
def test_a_name_without_end_is_cut_as_well(a_terminal: MakeTerminal) -> None:
    terminal = a_terminal()
    terminal.show(Progress(1, 0, 0, "x\n" * 10_000_000, 0.0))
    assert terminal.rows[1].endswith("…")
    assert len(terminal.rows[1]) == 119


@live_lines
def test_the_line_is_drawn_at_most_every_tenth_of_a_second(a_terminal: MakeTerminal) -> None:
    terminal = a_terminal()
    terminal.show(Progress(2, 0, 0, "", 0.0))
    terminal.show(Progress(1, 1, 0, "", 0.0), after=0.09)
    assert terminal.rows[1].startswith("agentsim: 2 calls")
    terminal.show(Progress(1, 1, 0, "", 0.0), after=0.02)
    assert terminal.rows[1].startswith("agentsim: 1 call")


@live_lines
def test_a_line_that_was_just_cleared_does_not_flicker_up_again(a_terminal: MakeTerminal) -> None:
    terminal = a_terminal()
    terminal.show()
    terminal.live.clear()
    terminal.show(after=0.05)
    assert terminal.rows == [""]
    terminal.show(after=0.06)
    assert terminal.rows == ["", SENTENCE]


@live_lines
def test_nothing_is_written_while_nothing_changes(a_terminal: MakeTerminal) -> None:
    terminal = a_terminal()
    terminal.show()
    before = terminal.written
    terminal.show()
    assert terminal.written == before


@live_lines
def test_to_clear_what_is_not_shown_writes_nothing(a_terminal: MakeTerminal) -> None:
    terminal = a_terminal()
    terminal.live.clear()
    assert terminal.written == ""
    terminal.show()
    terminal.live.clear()
    before = terminal.written
    terminal.live.clear()
    assert terminal.written == before


@live_lines
@pytest.mark.parametrize("columns", [20, 40, 160])
@pytest.mark.parametrize("lines", [6, 12])
@pytest.mark.parametrize("redrawn", [True, False])
def test_a_resized_terminal_keeps_what_pytest_has_written(
    a_terminal: MakeTerminal, columns: int, lines: int, redrawn: bool
) -> None:
    terminal = a_terminal(columns=80, lines=6)
    terminal.reporter.write("tests/x.py ..F.")
    terminal.show()
    terminal.resize(columns, lines)
    if redrawn:
        terminal.show(Progress(1, 1, 0, "y" * 200, 1.0))
    terminal.live.clear()
    terminal.reporter.write(".")
    assert terminal.rows == ["tests/x.py ..F.."]


@live_lines
@pytest.mark.parametrize("above", [0, 5])
def test_a_terminal_made_smaller_shows_the_line_where_it_has_room(
    a_terminal: MakeTerminal, above: int
) -> None:
    terminal = a_terminal(columns=80, lines=6)
    terminal.reporter.write("\n" * above + "tests/x.py ..F.")
    terminal.show()
    terminal.resize(20, 3)
    terminal.show(Progress(1, 1, 0, "", 1.0))
    assert terminal.rows[-1] == "agentsim: 1 call i…"
    terminal.live.clear()
    terminal.reporter.write(".")
    assert "agentsim" not in "".join(terminal.rows)


@live_lines
def test_no_line_is_drawn_while_the_next_character_would_wrap(a_terminal: MakeTerminal) -> None:
    terminal = a_terminal(columns=20)
    terminal.reporter.write("x" * 40)
    terminal.show()
    terminal.live.clear()
    terminal.reporter.write("y")
    assert terminal.rows == ["x" * 20, "x" * 20, "y"]


@live_lines
def test_no_line_is_drawn_where_there_is_no_room_for_two(a_terminal: MakeTerminal) -> None:
    terminal = a_terminal(lines=1)
    terminal.reporter.write("tests/x.py .")
    terminal.show()
    assert terminal.rows == ["tests/x.py ."]


@live_lines
def test_what_cannot_be_encoded_is_escaped_and_nothing_else_is(
    a_config: MakeConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = a_config()
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii", newline="")
    reporter = pytest.TerminalReporter(config, file)
    config.pluginmanager.register(reporter, "terminalreporter")
    monkeypatch.setenv("COLUMNS", "120")
    LiveLine(reporter, now=Clock()).show(Progress(1, 0, 0, "größe", 0.0))
    screen = pyte.Screen(120, 6)
    pyte.ByteStream(screen).feed(file.buffer.getvalue())
    assert screen.display[0].strip() == ""
    assert screen.display[1].rstrip().endswith(r"0 failed; longest 0:00 gr\xf6\xdfe")


def written_by(lines: PlainLines, clock: Clock, file: io.StringIO, times: Sequence[float]) -> list[str]:
    """Return what is written at each of some times, in seconds after the first."""
    start, written = clock.time, []
    for each in times:
        clock.time = start + each
        before = len(file.getvalue())
        lines.show(PROGRESS)
        lines.clear()
        written.append(file.getvalue()[before:])
    return written


@pytest.fixture
def a_log(a_config: MakeConfig) -> tuple[pytest.TerminalReporter, io.StringIO]:
    """A reporter that writes to a file, and the file."""
    config, file = a_config("--color=no"), io.StringIO()
    reporter = pytest.TerminalReporter(config, file)
    config.pluginmanager.register(reporter, "terminalreporter")
    return reporter, file


def test_a_log_has_a_line_every_30_seconds_but_not_at_once(
    a_log: tuple[pytest.TerminalReporter, io.StringIO],
) -> None:
    reporter, file = a_log
    clock = Clock()
    lines = PlainLines(reporter, now=clock)
    clock.time += 1000
    times = {
        0.0: "",
        29.9: "",
        30.0: f"{SENTENCE}\n",
        59.9: "",
        61.0: f"{SENTENCE}\n",
        90.0: "",
        91.0: f"{SENTENCE}\n",
    }
    assert written_by(lines, clock, file, list(times)) == list(times.values())


def test_a_line_in_a_log_stands_by_itself(a_log: tuple[pytest.TerminalReporter, io.StringIO]) -> None:
    reporter, file = a_log
    clock = Clock()
    reporter.write_fspath_result("x.py::a", ".")
    written_by(PlainLines(reporter, now=clock), clock, file, [0.0, 30.0])
    reporter.write_fspath_result("x.py::b", "F")
    lines = [line.rstrip() for line in file.getvalue().splitlines()]
    assert lines == ["", "x.py .", SENTENCE, "", "x.py F"]


def test_a_name_in_a_log_is_harmless_and_short(a_log: tuple[pytest.TerminalReporter, io.StringIO]) -> None:
    reporter, file = a_log
    clock = Clock()
    lines = PlainLines(reporter, now=clock)
    lines.show(PROGRESS)
    clock.time += 30
    lines.show(Progress(1, 0, 0, "\x1b[2J\n" + "x" * 1000, 0.0))
    name = r"\x1b[2J\n" + "x" * 54 + "…"
    assert file.getvalue() == f"agentsim: 1 call in flight, 0 done, 0 failed; longest 0:00 {name}\n"


def test_failures_in_a_log_with_colours_are_red(a_config: MakeConfig) -> None:
    config, file, clock = a_config(), io.StringIO(), Clock()
    reporter = pytest.TerminalReporter(config, file)
    config.pluginmanager.register(reporter, "terminalreporter")
    assert "12 done, \x1b[31m1 failed\x1b[0m;" in "".join(
        written_by(PlainLines(reporter, now=clock), clock, file, [0.0, 30.0])
    )


@pytest.fixture
def kind_of_line(a_config: MakeConfig) -> Callable[..., type | None]:
    """Tells what shows the progress of a run on a terminal, or of one with its output in a file."""

    def kind(*arguments: str, on_terminal: bool = True, **attributes: object) -> type | None:
        config = a_config(*arguments)
        for name, value in attributes.items():
            setattr(config, name, value)
        if not config.pluginmanager.is_blocked("terminal"):
            file = Emulator(80, 6) if on_terminal else io.StringIO()
            config.pluginmanager.register(pytest.TerminalReporter(config, file), "terminalreporter")
        line = live_line_for(config)
        return None if line is None else type(line)

    return kind


@live_lines
@pytest.mark.parametrize("arguments", [[], ["-v"], ["--capture=sys"], ["-p", "no:logging"]], ids=" ".join)
def test_a_terminal_has_a_live_line(kind_of_line: Callable[..., type | None], arguments: list[str]) -> None:
    assert kind_of_line(*arguments) is LiveLine


@pytest.mark.parametrize(
    "arguments",
    [
        ["-s"],
        ["--capture=tee-sys"],
        ["-p", "no:capture"],
        ["--color=no"],
        ["-o", "log_cli=true"],
        ["--log-cli-level=INFO"],
    ],
    ids=" ".join,
)
def test_where_a_live_line_would_be_garbled_there_are_plain_lines(
    kind_of_line: Callable[..., type | None], arguments: list[str]
) -> None:
    assert kind_of_line(*arguments) is PlainLines


def test_a_log_file_has_plain_lines(kind_of_line: Callable[..., type | None]) -> None:
    assert kind_of_line(on_terminal=False) is PlainLines


def test_a_dumb_terminal_has_plain_lines(
    kind_of_line: Callable[..., type | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert kind_of_line() is PlainLines


def test_a_pytest_that_counts_all_that_is_written_as_its_own_has_plain_lines(
    kind_of_line: Callable[..., type | None],
) -> None:
    without_raw_writing = object()
    assert kind_of_line(get_terminal_writer=lambda: without_raw_writing) is PlainLines


@pytest.mark.parametrize("arguments", [["-q"], ["-qq"], ["-p", "no:terminal"]], ids=" ".join)
def test_nothing_is_shown_where_nobody_wants_to_see_it(
    kind_of_line: Callable[..., type | None], arguments: list[str]
) -> None:
    assert kind_of_line(*arguments) is None


def test_nothing_is_shown_by_the_worker_of_a_distributed_run(
    kind_of_line: Callable[..., type | None],
) -> None:
    assert kind_of_line(workerinput={"workerid": "gw0"}) is None


SUITE = """
import pytest

@pytest.mark.parametrize("number", range(6))
def test_it(number):
    print("captured", number)
    assert number != 2, "number is 2"
"""

# Waits before each item and, with the output captured, in the middle of each.
PLUGIN = """
import itertools
import os
import pytest
from pytest_agentsim.report.live import LiveLine, Progress, live_line_for

ticks = itertools.count(0.0, 1.0)
numbers = itertools.count()

def wait(config):
    if "WITHOUT_LIVE_LINE" in os.environ:
        return
    live = live_line_for(config, lambda: next(ticks))
    assert isinstance(live, LiveLine)
    for _ in range(3):
        live.show(Progress(3, next(numbers), 1, os.environ["LONGEST_NAME"], 42.0))
    live.clear()

@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    wait(item.config)
    return (yield)

@pytest.hookimpl(wrapper=True, trylast=True)  # within pytest's own, which captures
def pytest_runtest_call(item):
    wait(item.config)
    return (yield)
"""

RESTORED = b"\x1b8"


def run_on_a_terminal(
    path: Path, arguments: Sequence[str], *, columns: int, environment: Mapping[str, str]
) -> bytes:
    """Run pytest on a pseudo terminal and return what it sends there, with the time that it has taken set to 0."""
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (50, columns))
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--color=yes", *arguments],
        cwd=path,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(pytest_agentsim.__file__).parent.parent),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONIOENCODING": "utf-8",
            "TERM": "xterm",
            **environment,
        },
    )
    os.close(theirs)
    output = _all_from(ours)
    assert process.wait() == pytest.ExitCode.TESTS_FAILED, output.decode()
    return re.sub(rb" in \d+\.\d+s", b" in 0.00s", output)


def _all_from(terminal: int) -> bytes:
    chunks = []
    try:
        while chunk := os.read(terminal, 65536):
            chunks.append(chunk)
    except OSError:  # how Linux tells that the other side is closed
        pass
    finally:
        os.close(terminal)
    return b"".join(chunks)


def screens(output: bytes, *, columns: int, lines: int) -> list[list[str]]:
    """Return what is on the screen after each time that the live line was drawn, and at the end."""
    screen = pyte.Screen(columns, lines)
    stream = pyte.ByteStream(screen)
    seen = []
    *drawings, rest = output.split(RESTORED)
    for each in drawings:
        stream.feed(each + RESTORED)
        seen.append([row.rstrip() for row in screen.display])
    stream.feed(rest)
    return [*seen, [row.rstrip() for row in screen.display]]


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """The directory of tests with a plugin that shows live lines."""
    (tmp_path / "pytest.ini").touch()
    (tmp_path / "conftest.py").write_text(PLUGIN, encoding="utf-8")
    (tmp_path / "test_suite.py").write_text(SUITE, encoding="utf-8")
    return tmp_path


@live_lines
@pytest.mark.parametrize(
    ("arguments", "columns"),
    [
        pytest.param([], 80, id="dots"),
        pytest.param([], 20, id="dots on a narrow screen"),
        pytest.param(["-v"], 80, id="verbose"),
    ],
)
def test_a_run_looks_as_if_no_line_had_been_there(suite: Path, arguments: list[str], columns: int) -> None:
    name, nothing = {"LONGEST_NAME": "漢字\x1b[2J\n" * 50}, {"WITHOUT_LIVE_LINE": "1"}
    output = run_on_a_terminal(suite, arguments, columns=columns, environment=name)
    undisturbed = run_on_a_terminal(suite, arguments, columns=columns, environment=nothing)
    for lines in (100, 6):  # the line is at the bottom of the screen only in one of them
        *drawn, end = screens(output, columns=columns, lines=lines)
        assert end == screens(undisturbed, columns=columns, lines=lines)[-1]
        assert len(drawn) >= 12
        assert all(sum(row.startswith("agentsim: 3 calls") for row in rows) == 1 for rows in drawn)


@live_lines
def test_a_run_shows_the_line_below_the_dots(suite: Path) -> None:
    output = run_on_a_terminal(suite, [], columns=80, environment={"LONGEST_NAME": "waiting"})
    *drawn, _ = screens(output, columns=80, lines=50)
    seen = [[row for row in rows if row][-2:] for rows in drawn]
    line = "agentsim: 3 calls in flight, {} done, 1 failed; longest 0:42 waiting"
    assert len(seen) == 36
    assert seen[15:18] == [["test_suite.py ..", line.format(number)] for number in (15, 16, 17)]
    assert seen[18:21] == [["test_suite.py ..F", line.format(number)] for number in (18, 19, 20)]
