"""The schema's steps: all or nothing, after a backup, and never on a newer library."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from desktop.errors import StoreProblem, StoreTooNew
from desktop.store import migrations, settings
from desktop.store.database import DATABASE_NAME, check_integrity, connect_read_only, open_store
from desktop.store.engine import sqlite3
from desktop.store.migrations import library
from desktop.store.schema_0001 import APPEND_ONLY_0001
from desktop.store.schema_0005 import APPEND_ONLY_0005
from desktop.store.schema_0007 import APPEND_ONLY_0007
from tests.dying import Die

RELEASED = [
    "0001_first_library",
    "0002_scanning",
    "0003_claims",
    "0004_registries",
    "0005_identities",
    "0006_listings",
    "0007_forms",
    "0008_timestamps",
    "0009_statements",
    "0010_statement_files",
    "0011_money",
    "0012_findings",
    "0013_dividing",
    "0014_saved_searches",
    "0015_attachments",
    "0016_keys_told",
    "0027_clock_set_back",
    "0028_keys_told_to_whom",
    "0033_tax_numbers",
    "0034_licensees_and_expiry",
    "0035_collections",
    "0036_published_copies",
    "0037_offers",
    "0038_work_addresses",
    "0045_held_terms",
]
LIBRARIES = Path(__file__).with_name("libraries")


@pytest.fixture
def next_step() -> Iterator[list[str]]:
    """One more step that makes a table, and fails where the list says so; taken back after."""
    fails: list[str] = []

    def second(database: Database) -> None:
        database.execute("CREATE TABLE later (x TEXT) STRICT")
        database.execute("UPDATE settings SET value = 'migrated'")
        if fails:
            raise sqlite3.OperationalError(fails[0])

    library(name="9999_test")(second)
    try:
        yield fails
    finally:
        library._migrations.pop()


def schema_of(folder: Path) -> list[tuple[str, str]]:
    connection = sqlite3.connect(str(folder / DATABASE_NAME))
    rows = connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()
    connection.close()
    return [(row[0], row[1]) for row in rows]


def digest(folder: Path) -> str:
    return hashlib.sha256((folder / DATABASE_NAME).read_bytes()).hexdigest()


def filled(folder: Path) -> Path:
    with open_store(folder) as store, store.write() as tx:
        settings.put(tx, "a", "old")
    return folder


def test_a_fresh_library(tmp_path: Path) -> None:
    with open_store(tmp_path) as store, store.read() as connection:
        database = Database(connection, execute_plugins=False)
        assert migrations.applied(database) == RELEASED
        assert migrations.pending(database) == []
        check_integrity(connection)
    assert not (tmp_path / "backups").exists()
    before = schema_of(tmp_path)
    open_store(tmp_path).close()
    assert schema_of(tmp_path) == before


def test_every_table_is_strict(tmp_path: Path) -> None:
    filled(tmp_path)
    loose = [
        name
        for name, sql in schema_of(tmp_path)
        if sql and sql.startswith("CREATE TABLE") and "STRICT" not in sql
    ]
    assert [name for name in loose if not name.startswith(("works_search", "_sqlite"))] == []


def test_a_step_comes_after_a_backup_that_opens(tmp_path: Path, next_step: list[str]) -> None:
    step = library._migrations.pop()
    filled(tmp_path)
    library._migrations.append(step)
    with open_store(tmp_path) as store, store.read() as connection:
        database = Database(connection, execute_plugins=False)
        assert migrations.applied(database) == [*RELEASED, "9999_test"]
        assert settings.get(connection, "a") == "migrated"
    (backup,) = (tmp_path / "backups").iterdir()
    assert backup.name.startswith("before-9999_test-")
    copy = connect_read_only(backup)
    try:
        check_integrity(copy)
        assert settings.get(copy, "a") == "old"
        assert migrations.applied(Database(copy, execute_plugins=False)) == RELEASED
    finally:
        copy.close()


def test_a_failing_step_rolls_back_whole(tmp_path: Path, next_step: list[str]) -> None:
    step = library._migrations.pop()
    filled(tmp_path)
    library._migrations.append(step)
    before = schema_of(tmp_path)
    next_step.append("out of ideas")
    with pytest.raises(sqlite3.OperationalError, match="out of ideas"):
        open_store(tmp_path)
    assert schema_of(tmp_path) == before
    with open_connection(tmp_path) as connection:
        assert settings.get(connection, "a") == "old"
        assert migrations.applied(Database(connection, execute_plugins=False)) == RELEASED
    next_step.clear()
    with open_store(tmp_path) as store, store.read() as connection:
        assert settings.get(connection, "a") == "migrated"
    assert len(list((tmp_path / "backups").iterdir())) == 2


def test_looking_brings_an_older_library_up_to_date(tmp_path: Path, next_step: list[str]) -> None:
    step = library._migrations.pop()
    filled(tmp_path)
    library._migrations.append(step)
    with open_store(tmp_path, read_only=True) as store, store.read() as connection:
        assert settings.get(connection, "a") == "migrated"


@pytest.mark.parametrize("read_only", [False, True])
def test_a_newer_library_is_refused_and_left_alone(tmp_path: Path, read_only: bool) -> None:
    filled(tmp_path)
    connection = sqlite3.connect(str(tmp_path / DATABASE_NAME))
    connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
        "VALUES ('library', '0999_from_the_future', 'later')"
    )
    connection.commit()
    connection.close()
    before = digest(tmp_path)
    with pytest.raises(StoreTooNew, match=r"newer version.*Nothing was changed"):
        open_store(tmp_path, read_only=read_only)
    assert digest(tmp_path) == before
    assert not (tmp_path / "backups").exists()
    with pytest.raises(StoreTooNew):
        open_store(tmp_path)


def test_killed_at_every_statement_of_all_steps(tmp_path: Path, dying: Die) -> None:
    """Old or new: an empty file or the whole schema, and the next start completes it."""
    steps = dying.never("migrate", tmp_path / "dry")
    assert len(steps) > 120
    whole = schema_of(tmp_path / "dry")
    seen = set()
    for number in sorted({*range(1, len(steps) + 1, 17), len(steps) - 1, len(steps)}):
        folder = tmp_path / str(number)
        dying.at(number, "migrate", folder)
        present = schema_of(folder) if (folder / DATABASE_NAME).exists() else []
        assert present in ([], whole)
        seen.add(len(present))
        with open_store(folder) as store, store.read() as connection:
            check_integrity(connection)
        assert schema_of(folder) == whole
    assert seen == {0, len(whole)}


def test_a_backup_that_cannot_be_written_stops_the_step(
    tmp_path: Path, next_step: list[str]
) -> None:
    step = library._migrations.pop()
    filled(tmp_path)
    library._migrations.append(step)
    (tmp_path / "backups").write_text("in the way")
    before = schema_of(tmp_path)
    with pytest.raises(StoreProblem):
        open_store(tmp_path)
    assert schema_of(tmp_path) == before


@pytest.mark.parametrize("table", APPEND_ONLY_0001 + APPEND_ONLY_0005 + APPEND_ONLY_0007)
def test_append_only_tables_have_both_triggers(tmp_path: Path, table: str) -> None:
    open_store(tmp_path).close()
    names = {name for name, _ in schema_of(tmp_path)}
    assert {f"{table}_no_update", f"{table}_no_delete"} <= names


class open_connection:  # noqa: N801 - reads as a function
    """A bare connection to a library's file, closed at the end."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(str(folder / DATABASE_NAME))
        self._connection.row_factory = sqlite3.Row

    def __enter__(self) -> sqlite3.Connection:
        return self._connection

    def __exit__(self, *_exc: object) -> None:
        self._connection.close()


def test_a_copied_library_opens_elsewhere(tmp_path: Path) -> None:
    filled(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    with open_store(tmp_path / "two") as store, store.read() as connection:
        assert settings.get(connection, "a") == "old"


def test_the_library_of_every_release_opens_with_all_its_rows(tmp_path: Path) -> None:
    """The files were written by the app of that release, and are never made anew."""
    for release in sorted(LIBRARIES.glob("*.sqlite.gz")):
        folder = tmp_path / release.name
        folder.mkdir()
        with gzip.open(release) as packed:
            (folder / DATABASE_NAME).write_bytes(packed.read())
        before = counts_of(folder)
        assert before["works"] == 11
        assert before["file_problems"] == 1
        with open_store(folder) as store, store.read() as connection:
            check_integrity(connection)
            database = Database(connection, execute_plugins=False)
            assert migrations.applied(database) == RELEASED
        after = counts_of(folder)
        steps = {"_sqlite_migrations": before["_sqlite_migrations"]}
        assert {table: after[table] for table in before} | steps == before
        fresh = tmp_path / "fresh"
        open_store(fresh).close()
        assert columns_of(folder) == columns_of(fresh)


def counts_of(folder: Path) -> dict[str, int]:
    with open_connection(folder) as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for (table,) in connection.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'works_s%'"
            ).fetchall()
        }


def columns_of(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    with open_connection(folder) as connection:
        return {
            table: [
                tuple(row) for row in connection.execute(f"PRAGMA table_info({table})").fetchall()
            ]
            for table in counts_of(folder)
        }
