from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from importlib.resources import files

import pytest

import pytest_agentsim

HEAVY = (
    "asyncio",
    "jsonschema",
    "numpy",
    "openai",
    "pocketsphinx",
    "pydantic",
    "pydantic_ai",
    "soundfile",
    "soxr",
    "ssl",
    "webrtcvad",
    "websockets",
    "yaml",
)


def loaded_by(code):
    """Return the modules that a fresh interpreter has loaded after running some code."""
    script = f"{code}\nimport sys; print(*sys.modules)"
    return set(subprocess.check_output([sys.executable, "-c", script], text=True).split())


def test_the_public_names_are_sorted_and_said_once():
    assert pytest_agentsim.__all__ == sorted(set(pytest_agentsim.__all__))


@pytest.mark.parametrize("name", pytest_agentsim.__all__)
def test_every_public_name_can_be_imported(name):
    value = getattr(pytest_agentsim, name)
    assert value.__name__ == name


def test_every_public_name_is_public_in_its_own_module():
    for name in pytest_agentsim.__all__:
        value = getattr(pytest_agentsim, name)
        home = sys.modules[f"pytest_agentsim.{pytest_agentsim._HOME[name]}"]
        assert name in home.__all__
        assert getattr(home, name) is value


def test_all_errors_are_public():
    from pytest_agentsim import errors

    assert set(errors.__all__) <= set(pytest_agentsim.__all__)


def test_the_public_names_are_listed_by_dir():
    assert set(pytest_agentsim.__all__) <= set(dir(pytest_agentsim))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'pytest_agentsim' has no attribute 'Agnet'"):
        pytest_agentsim.Agnet  # noqa: B018


def test_importing_the_package_imports_nothing_else_of_it():
    assert [name for name in loaded_by("import pytest_agentsim") if name.startswith("pytest_agentsim.")] == []


def test_importing_the_plugin_imports_nothing_heavy():
    plugin, alone = loaded_by("import pytest_agentsim.plugin"), loaded_by("import pytest")
    assert {name.partition(".")[0] for name in plugin - alone} & set(HEAVY) == set()


def test_importing_the_plugin_imports_few_of_our_modules():
    found = {
        name for name in loaded_by("import pytest_agentsim.plugin") if name.startswith("pytest_agentsim.")
    }
    assert found == {f"pytest_agentsim.{name}" for name in ("fixtures", "options", "plugin", "stash")}


def test_a_run_without_scenarios_imports_nothing_heavy(pytester):
    pytester.makepyfile("def test_it():\n    import sys; print('\\nloaded:', *sys.modules)")
    plugins = [each.name for each in entry_points(group="pytest11") if each.name != "agentsim"]
    result = pytester.runpytest_subprocess("-s", *(f"-pno:{name}" for name in plugins))
    result.assert_outcomes(passed=1)
    [line] = [line for line in result.outlines if line.startswith("loaded:")]
    assert {name.partition(".")[0] for name in line.split()} & set(HEAVY) == set()


def test_the_package_says_that_it_is_typed():
    assert files("pytest_agentsim").joinpath("py.typed").is_file()


def test_pytest_finds_the_plugin_by_its_short_name():
    [plugin] = [each for each in entry_points(group="pytest11") if each.name == "agentsim"]
    assert plugin.value == "pytest_agentsim.plugin"
