"""The composition root: what it opens it closes, also when something goes wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.errors import KeyProblem, StoreBusy
from desktop.services import (
    LIBRARY_VARIABLE,
    PASSWORD_VARIABLE,
    default_library,
    open_services,
    password_from_environment,
)
from desktop.store import outbox
from tests.studio import open_studio


def test_it_opens_and_closes(tmp_path: Path) -> None:
    for _ in range(2):
        with open_studio(tmp_path / "library") as services:
            assert services.library == tmp_path / "library"
            assert services.practice_folder.parent == services.library
            with pytest.raises(StoreBusy):
                open_studio(tmp_path / "library")
            with open_studio(tmp_path / "library", read_only=True) as looking:
                assert looking.store.read_only


def test_a_failure_while_opening_gives_the_library_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_studio(tmp_path).close()

    def fail(_connection: object) -> int:
        raise ArithmeticError

    with monkeypatch.context() as broken:
        broken.setattr(outbox, "recover", fail)
        with pytest.raises(ArithmeticError):
            open_studio(tmp_path)
    open_studio(tmp_path).close()


def test_the_clock_is_the_given_one(tmp_path: Path) -> None:
    moment = datetime(2026, 1, 31, 12, 0, 0, 900_000, tzinfo=UTC)
    with open_services(tmp_path, now=lambda: moment) as services:
        assert services.now() == moment
        assert services.now_s() == int(moment.timestamp())


def test_where_the_library_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(LIBRARY_VARIABLE, str(tmp_path))
    assert default_library() == tmp_path
    monkeypatch.setenv(LIBRARY_VARIABLE, "")
    assert default_library().name == "Residuals"


def test_the_password_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "long enough")
    assert password_from_environment("?") == "long enough"
    monkeypatch.setenv(PASSWORD_VARIABLE, "")
    with pytest.raises(KeyProblem, match=PASSWORD_VARIABLE):
        password_from_environment("?")
