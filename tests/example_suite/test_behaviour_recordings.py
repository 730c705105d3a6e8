"""The behavioural scenarios of the example suite, with recordings of a language model that plays their callers."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.example_suite.rehearsed_model import FILE, NAME, ROOT
from tests.unwrapped import unwrapped


def test_every_call_is_replayed_as_expected_without_a_model(tmp_path):
    ended = subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "pytest",
                "-c",
                "example_suite/pytest.ini",
                "-p",
                "no:cacheprovider",
                FILE,
            ),
            *(
                f"--agentsim-caller-model={NAME}",
                "--agentsim-record-mode=none",
                f"--agentsim-output={tmp_path}",
            ),
        ],
        cwd=ROOT,
        env={
            name: value for name, value in os.environ.items() if not name.startswith(("AGENTSIM_", "PYTEST_"))
        },
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    told = f"{ended.stdout}\nTo record again: python -m tests.example_suite.rehearsed_model"
    assert "5 passed" in ended.stdout, told
    assert f"caller {NAME}: 0 requests, 23 replayed" in unwrapped(ended.stdout), told
