"""How the scenario files of a run are read: with which personalities, in which folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.errors import AgentSimError, ConfigurationError
from pytest_agentsim.scenario.loader import LoadSettings, resolve_personality
from pytest_agentsim.scenario.own_personalities import OwnPersonalities, settings_in, with_given
from pytest_agentsim.scenario.personality import PLATFORM_IDS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest

    from pytest_agentsim.scenario.problems import Problem
    from pytest_agentsim.settings import Settings

__all__ = ["FileSettings", "display_path"]


class FileSettings:
    """The settings of the loader for each file and each test of a run."""

    def __init__(
        self, settings: Settings, config: pytest.Config, metric_ids: Mapping[int, str] | None = None
    ) -> None:
        further = {number: (name, language) for number, name, language in settings.personality_ids}
        self._asked = settings.personality
        self._config = config
        self._everywhere = LoadSettings(
            strict=settings.strict,
            personality_ids={**PLATFORM_IDS, **further},
            voices=dict(settings.voices),
            own=OwnPersonalities(
                config.rootpath,
                settings.personalities,
                show=lambda path: display_path(path, config),
                metric_ids=metric_ids,
            ),
        )
        self._for_folder: dict[Path, LoadSettings] = {}
        self._beside: dict[Path, LoadSettings] = {}
        self._told: set[Problem] = set()

    def settings_for(self, node: pytest.Item | pytest.Collector) -> LoadSettings:
        """Return what holds for the files that a node names: with the personalities that its conftest.py files give.

        Raises ConfigurationError for what they cannot give.
        """
        folder = node.path.parent
        if folder not in self._for_folder:
            settings = self._everywhere
            # The nearest conftest.py comes first, and is to have the last word.
            for given in reversed(node.ihook.pytest_agentsim_personalities(config=self._config)):
                settings = with_given(settings, given)
            self._for_folder[folder] = settings
        return self._for_folder[folder]

    def beside(self, node: pytest.Item | pytest.Collector) -> LoadSettings:
        """Return what holds for names that are given beside a node.

        Raises ScenarioError for what is wrong with personality files, and as `settings_for` does.
        """
        folder = node.path.parent
        if folder not in self._beside:
            self._beside[folder] = settings_in(self.settings_for(node), folder)
        return self._beside[folder]

    def is_new(self, problem: Problem) -> bool:
        """Tell whether a problem is met for the first time: each scenario file has those of its personality files."""
        is_new = problem not in self._told
        self._told.add(problem)
        return is_new

    def check_asked(self, node: pytest.Collector) -> None:
        """Raise ConfigurationError for personalities of this run that are unknown beside a scenario file."""
        if not self._asked:
            return
        settings = self.beside(node)
        for name in self._asked:
            try:
                resolve_personality(name, settings)
            except AgentSimError as error:
                raise ConfigurationError(f"--agentsim-personality: {error}") from None


def display_path(path: Path, config: pytest.Config) -> str:
    """Show a path as the user would type it, where it is below the folder that pytest was started in."""
    start = config.invocation_params.dir
    return str(path.relative_to(start)) if path.is_relative_to(start) else str(path)
