"""tests/everything runs pytest twice; every test is in one of the two runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SEVERAL = """
import pytest

@pytest.mark.alone
def test_marked(): ...

@pytest.mark.parametrize("one", [1, pytest.param(2, marks=pytest.mark.alone)])
def test_marked_in_part(one): ...

class TestMarked:
    pytestmark = pytest.mark.alone
    def test_in_a_class(self): ...

def test_not_marked(show_tally): show_tally("told at the end")
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the script, and nothing to install or to check."""
    (tmp_path / "tests").mkdir()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    script = (ROOT / "tests" / "everything").read_text()
    (tmp_path / "tests" / "everything").write_text(script)
    for name in ("python", "ruff", "mypy"):
        _program(tmp_path, name, "exit 0")
    return tmp_path


def _program(checkout: Path, name: str, text: str) -> None:
    path = checkout / ".venv" / "bin" / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def _everything(checkout: Path, *more: str) -> tuple[int, str]:
    done = subprocess.run(
        ["bash", "tests/everything", *more],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_every_test_runs_once(checkout: Path) -> None:
    (checkout / "tests" / "conftest.py").write_text("from tests.two_runs import *\n")
    (checkout / "tests" / "test_several.py").write_text(SEVERAL)
    (checkout / "pytest.ini").write_text("[pytest]\nmarkers = alone\n")
    _program(checkout, "pytest", f'exec "{sys.executable}" -m pytest -p xdist.plugin -v "$@"')
    code, output = _everything(checkout)
    assert code == 0, output
    alone, together = output.split("test session starts")[1:]
    assert sorted(_passed(alone)) == ["test_in_a_class", "test_marked", "test_marked_in_part[2]"]
    assert sorted(_passed(together)) == ["test_marked_in_part[1]", "test_not_marked"]
    assert together.count("told at the end") == 1, "another process's tally is shown too"


def _passed(output: str) -> list[str]:
    lines = [line.split() for line in output.splitlines() if "PASSED" in line]
    return [word.rpartition("::")[2] for words in lines for word in words if "::" in word]


@pytest.mark.parametrize(
    ("alone", "together", "both"),
    [
        *((0, 0, 0), (1, 0, 1), (0, 1, 1), (1, 1, 1), (5, 0, 0), (0, 5, 0), (5, 1, 1), (1, 5, 1)),
        *((5, 5, 5), (0, 2, 2), (1, 3, 3)),
    ],
)
def test_what_fails_in_either_run_fails(
    checkout: Path, alone: int, together: int, both: int
) -> None:
    """5: of what the caller chose, nothing is in that run."""
    _program(
        checkout,
        "pytest",
        f'echo ran "$@"\ncase "$*" in *"--part alone"*) exit {alone} ;; *) exit {together} ;; esac',
    )
    code, output = _everything(checkout, "-k", "this or that")
    assert code == both
    assert output.count("-k this or that") == output.count("ran ") == 2


def test_more_processes_are_for_the_tests_that_can_have_them(checkout: Path) -> None:
    _program(checkout, "pytest", 'echo ran "$@"')
    alone, together = _everything(checkout, "-n", "8")[1].splitlines()
    assert alone.endswith("-n 0")
    assert together.endswith("-n 8")


def test_a_wrong_argument_is_told_once(checkout: Path) -> None:
    """Nor does a second run begin after Ctrl-C."""
    _program(checkout, "pytest", 'echo ran "$@"\nexit 4')
    code, output = _everything(checkout, "--no-such-option")
    assert (code, output.count("ran ")) == (4, 1)
