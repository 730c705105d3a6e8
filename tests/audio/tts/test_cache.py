from __future__ import annotations

import concurrent.futures
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

pytest.importorskip("platformdirs")

from pytest_agentsim.audio.audio_cache import AudioCache
from pytest_agentsim.audio.tts.cache import CachedSynthesizer, cache_from
from pytest_agentsim.audio.tts.interface import SynthesisError, Voice
from pytest_agentsim.errors import ConfigurationError

SECRET = "hunter2 open sesame"


class Counting:
    """Says a new thing each time it is asked."""

    name = "counting"

    def __init__(self, fingerprint: str = "counting 1") -> None:
        self.fingerprint = fingerprint
        self.calls = 0

    def synthesize(self, text: str, voice: Voice) -> bytes:
        self.calls += 1
        return bytes([self.calls, 0]) * 100


@pytest.fixture
def directory(tmp_path) -> Path:
    return tmp_path / "a" / "cache"


@pytest.fixture
def engine() -> Counting:
    return Counting()


@pytest.fixture
def cached(engine, directory) -> CachedSynthesizer:
    return CachedSynthesizer(engine, AudioCache(directory))


def entries(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


def test_a_text_is_spoken_once(cached, engine):
    first = cached.synthesize("Hello", Voice())
    assert cached.synthesize("Hello", Voice()) == first
    assert engine.calls == 1


def test_a_later_run_speaks_nothing_anew(cached, directory):
    first = cached.synthesize("Hello", Voice())
    later = Counting()
    assert CachedSynthesizer(later, AudioCache(directory)).synthesize("Hello", Voice()) == first
    assert later.calls == 0


def test_the_engine_shows_through(cached):
    assert (cached.name, cached.fingerprint) == ("counting", "counting 1")


@pytest.mark.parametrize(
    ("text", "voice", "fingerprint"),
    [
        ("Hello!", Voice(), "counting 1"),
        ("Hello", Voice(language="de"), "counting 1"),
        ("Hello", Voice(gender="male"), "counting 1"),
        ("Hello", Voice(accent="british"), "counting 1"),
        ("Hello", Voice(speed=1.1), "counting 1"),
        ("Hello", Voice(name="bob"), "counting 1"),
        ("Hello", Voice(), "counting 2"),
    ],
)
def test_whatever_decides_the_audio_makes_an_entry_of_its_own(cached, directory, text, voice, fingerprint):
    cached.synthesize("Hello", Voice())
    other = Counting(fingerprint)
    CachedSynthesizer(other, AudioCache(directory)).synthesize(text, voice)
    assert other.calls == 1


@pytest.mark.parametrize("text", ["\ud800", "你好", "\x00", ""])
def test_any_text_can_be_kept(cached, engine, text):
    assert cached.synthesize(text, Voice()) == cached.synthesize(text, Voice())
    assert engine.calls == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda entry: entry[:-2],
        lambda entry: entry[:-1],
        lambda entry: entry[:10],
        lambda entry: b"",
        lambda entry: entry + b"\x00\x00",
        lambda entry: entry[:50] + bytes([entry[50] ^ 1]) + entry[51:],
        lambda entry: bytes(len(entry)),
    ],
)
def test_a_damaged_entry_is_made_anew(cached, engine, directory, damage):
    cached.synthesize("Hello", Voice())
    (path,) = entries(directory)
    path.write_bytes(damage(path.read_bytes()))
    assert cached.synthesize("Hello", Voice()) == b"\x02\x00" * 100
    assert cached.synthesize("Hello", Voice()) == b"\x02\x00" * 100
    assert engine.calls == 2


def test_neither_a_name_nor_an_entry_holds_the_text(cached, directory):
    cached.synthesize(SECRET, Voice())
    (path,) = entries(directory)
    for word in SECRET.split():
        assert word not in str(path.relative_to(directory))
        assert word.encode() not in path.read_bytes()


@pytest.mark.skipif(os.name != "posix", reason="other permissions")
def test_only_the_user_can_look_into_the_cache(cached, directory):
    cached.synthesize(SECRET, Voice())
    (path,) = entries(directory)
    assert path.stat().st_mode & 0o077 == 0


def test_an_engine_that_fails_leaves_no_entry(directory):
    class Failing(Counting):
        def synthesize(self, text: str, voice: Voice) -> bytes:
            raise SynthesisError("no voice")

    with pytest.raises(SynthesisError, match="no voice"):
        CachedSynthesizer(Failing(), AudioCache(directory)).synthesize("Hello", Voice())
    assert entries(directory) == []


def test_a_directory_that_cannot_be_written_costs_only_time(tmp_path, engine):
    (tmp_path / "file").touch()
    cached = CachedSynthesizer(engine, AudioCache(tmp_path / "file" / "cache"))
    assert cached.synthesize("Hello", Voice()) == b"\x01\x00" * 100
    assert cached.synthesize("Hello", Voice()) == b"\x02\x00" * 100


def test_a_write_that_fails_leaves_nothing_behind(cached, engine, directory, monkeypatch):
    def refuse(self: Path, target: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", refuse)
    assert cached.synthesize("Hello", Voice()) == b"\x01\x00" * 100
    assert entries(directory) == []


def test_many_threads_that_want_the_same_text_speak_it_once(directory):
    class Slow(Counting):
        all_wait = threading.Event()

        def synthesize(self, text: str, voice: Voice) -> bytes:
            self.all_wait.wait(5)
            return super().synthesize(text, voice)

    engine = Slow()
    cached = CachedSynthesizer(engine, AudioCache(directory))
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        spoken = [pool.submit(cached.synthesize, "Hello", Voice()) for _ in range(8)]
        engine.all_wait.set()
        assert {each.result() for each in spoken} == {b"\x01\x00" * 100}
    assert engine.calls == 1


PROCESS = """
import sys
from pathlib import Path
from pytest_agentsim.audio.audio_cache import AudioCache
cache = AudioCache(Path(sys.argv[1]), limit=200_000)
for turn in range(60):
    key = f"{turn % 20:064x}"
    kept = cache.read(key)
    assert kept in (None, bytes([turn % 20, 0]) * 10_000), "a half-written entry"
    cache.write(key, bytes([turn % 20, 0]) * 10_000)
"""


def test_many_processes_write_and_prune_at_once(directory):
    processes = [subprocess.Popen([sys.executable, "-c", PROCESS, str(directory)]) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0, 0, 0, 0]
    assert not [path for path in entries(directory) if path.suffix != ".audio"]


def test_what_was_not_used_for_the_longest_time_goes_first(directory):
    cache = AudioCache(directory, limit=5_000)
    for age, key in enumerate("abcd"):
        cache.write(key * 64, bytes(1_000))
        os.utime(directory / (key * 2) / f"{key * 62}.audio", (1_000 + age, 1_000 + age))
    assert cache.read("a" * 64) is not None
    AudioCache(directory, limit=4_500).write("e" * 64, bytes(1_000))
    assert [key for key in "abcde" if cache.read(key * 64) is not None] == ["a", "d", "e"]


def test_the_directory_stays_within_its_limit(directory):
    cache = AudioCache(directory, limit=10_000)
    for number in range(100):
        cache.write(f"{number:064x}"[::-1], bytes(500))
        assert sum(path.stat().st_size for path in entries(directory)) <= 10_000


def test_remains_of_a_process_that_was_killed_go_as_well(directory):
    (directory / "ab").mkdir(parents=True)
    remains = directory / "ab" / "tmp123.part"
    remains.write_bytes(bytes(5_000))
    os.utime(remains, (1_000, 1_000))
    AudioCache(directory, limit=4_000).write("c" * 64, bytes(1_000))
    assert not remains.exists()


def test_the_cache_is_where_the_user_keeps_caches(monkeypatch, tmp_path, engine):
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    cache = cache_from({})
    CachedSynthesizer(engine, cache).synthesize("Hello", Voice())
    (path,) = entries(tmp_path)
    assert "pytest-agentsim" in path.parts
    assert path.parts[-3] == "speech"


def test_the_cache_is_where_the_settings_want_it(directory, engine):
    CachedSynthesizer(engine, cache_from({"cache": str(directory)})).synthesize("Hello", Voice())
    assert len(entries(directory)) == 1


def test_there_may_be_no_cache():
    assert cache_from({"cache": "off"}) is None


@pytest.mark.parametrize("written", ["0", "-1", "many", "1.5"])
def test_a_limit_that_is_no_number_of_megabytes_is_refused(written):
    with pytest.raises(ConfigurationError, match="cache_megabytes must be a whole number from 1 on"):
        cache_from({"cache_megabytes": written})
