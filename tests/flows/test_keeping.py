"""Backups restore, over nothing unasked, and the present library is kept beside."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.errors import StoreBusy, StoreDamaged, StoreProblem, StoreTooNew, UsageProblem
from desktop.flows.keeping import backup, restore
from desktop.flows.syncing import add_registry, sync
from desktop.practice.server import PracticeServer
from desktop.services import Services
from desktop.store import shelf
from desktop.store.database import DATABASE_NAME
from desktop.store.engine import sqlite3
from tests.studio import (
    REGISTRY,
    add_works,
    assert_all_verify,
    assert_arrived_once,
    open_studio,
    queue,
    settle,
    sync_until_sent,
)

pytestmark = pytest.mark.usefixtures("cheap_keys")
BACK_UP = """
import sys
from pathlib import Path
from desktop.flows.keeping import backup
from desktop.services import open_services
with open_services(Path(sys.argv[1]), read_only=True) as services:
    print(backup(Path(sys.argv[2]), services))
"""


def works(services: Services) -> int:
    with services.store.read() as connection:
        return len(shelf.ids(connection))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A closed library with two works."""
    folder = tmp_path / "library"
    with open_studio(folder) as services:
        settle(services)
        add_works(services, 2)
    return folder


def copy_of(library: Path, target: Path) -> Path:
    with open_studio(library, read_only=True) as services:
        return backup(target, services)


def test_a_backup_while_another_process_writes(library: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.sqlite"
    with open_studio(library) as services, services.store.write() as tx:
        tx.execute("UPDATE works SET title = 'not yet'")
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", BACK_UP, str(library), str(target)],
            check=True,
            capture_output=True,
            text=True,
        )
        assert done.stdout.strip() == str(target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.sqlite", "library"]
    restore(target, tmp_path / "elsewhere")
    with open_studio(tmp_path / "elsewhere") as services:
        assert works(services) == 2
        with services.store.read() as connection:
            assert shelf.page(connection, search="not yet") == []
        assert_all_verify(services)


def test_a_backup_overwrites_nothing(library: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    with pytest.raises(UsageProblem, match="exists already"):
        copy_of(library, taken)
    assert taken.read_text() == "mine"
    with pytest.raises(StoreProblem, match="cannot be written"):
        copy_of(library, taken / "below" / "a.sqlite")


def test_no_key_is_in_a_backup(library: Path, tmp_path: Path) -> None:
    with open_studio(library) as services:
        from desktop.flows.identifying import my_key

        seed = my_key(services).seed
    data = copy_of(library, tmp_path / "copy.sqlite").read_bytes()
    assert seed not in data
    assert seed.hex().encode() not in data


def test_restoring_asks_and_keeps_the_present_one(library: Path, tmp_path: Path) -> None:
    old = copy_of(library, tmp_path / "old.sqlite")
    with open_studio(library) as services:
        add_works(services, 3, word="new")
    before = digest(library / DATABASE_NAME)
    with pytest.raises(UsageProblem, match="--force"):
        restore(old, library)
    assert digest(library / DATABASE_NAME) == before
    restore(old, library, force=True)
    with open_studio(library) as services:
        assert works(services) == 2
    (aside,) = library.glob("replaced-*.sqlite")
    again = tmp_path / "again"
    restore(aside, again)
    with open_studio(again) as services:
        assert works(services) == 5
        assert_all_verify(services)
    assert not list(library.glob("*.restored*"))


def test_restoring_over_a_damaged_library(library: Path, tmp_path: Path) -> None:
    old = copy_of(library, tmp_path / "old.sqlite")
    (library / DATABASE_NAME).write_bytes(b"ruined" * 1000)
    restore(old, library, force=True)
    with open_studio(library) as services:
        assert works(services) == 2
    (aside,) = library.glob("replaced-*.sqlite")
    assert aside.read_bytes() == b"ruined" * 1000


def test_restoring_into_an_open_library(library: Path, tmp_path: Path) -> None:
    old = copy_of(library, tmp_path / "old.sqlite")
    with open_studio(library) as services:
        with pytest.raises(StoreBusy):
            restore(old, library, force=True)
        assert works(services) == 2
    assert not list(library.glob("*.restored*"))
    assert not list(library.glob("replaced-*"))


def make_other(path: Path) -> None:
    connection = sqlite3.connect(str(path))
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.commit()
    connection.close()


def make_newer(path: Path) -> None:
    connection = sqlite3.connect(str(path))
    connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
        "VALUES ('library', '0999_future', '')"
    )
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("nothing", UsageProblem),
        ("a folder", UsageProblem),
        ("text", StoreDamaged),
        ("empty", StoreDamaged),
        ("another program's", StoreDamaged),
        ("a newer library", StoreTooNew),
        ("a damaged library", StoreDamaged),
    ],
)
def test_what_cannot_be_restored_leaves_the_library_alone(
    library: Path, tmp_path: Path, kind: str, error: type[Exception]
) -> None:
    source = tmp_path / "source"
    if kind == "a folder":
        source.mkdir()
    elif kind == "text":
        source.write_bytes(b"My novel. " * 1000)
    elif kind == "empty":
        source.write_bytes(b"")
    elif kind == "another program's":
        make_other(source)
    elif kind == "a newer library":
        make_newer(copy_of(library, source))
    elif kind == "a damaged library":
        data = bytearray(copy_of(library, source).read_bytes())
        for page in range(40, len(data) // 4096, 3):
            data[page * 4096 : page * 4096 + 200] = os.urandom(200)
        source.write_bytes(bytes(data))
    names = sorted(path.name for path in library.iterdir())
    before = digest(library / DATABASE_NAME)
    with pytest.raises(error):
        restore(source, library, force=True)
    assert digest(library / DATABASE_NAME) == before
    assert sorted(path.name for path in library.iterdir()) == names


def test_a_live_library_can_be_restored_from(library: Path, tmp_path: Path) -> None:
    """What stands in its write-ahead log comes along."""
    with open_studio(library) as services:
        add_works(services, 3, word="new")
        assert (library / f"{DATABASE_NAME}-wal").stat().st_size
        restore(library / DATABASE_NAME, tmp_path / "elsewhere")
    with open_studio(tmp_path / "elsewhere") as services:
        assert works(services) == 5


def test_an_old_backup_sends_nothing_twice(
    library: Path, tmp_path: Path, registry: PracticeServer
) -> None:
    """Back to before the receipts: the same claims go out again and are recognised."""
    with open_studio(library) as services:
        add_registry(REGISTRY, registry.url, services)
        queue(services, [1, 2])
        old = backup(tmp_path / "old.sqlite", services)
        sync_until_sent(services)
    restore(old, library, force=True)
    with open_studio(library) as services:
        assert sync(services).sent == 2
        assert_arrived_once(services, registry.url, 2)
        assert_all_verify(services)
