"""Opening, writing, reading; and what the store says when disk, file or another process object."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.errors import Cancelled, StoreBusy, StoreDamaged, StoreFull, StoreProblem, UsageProblem
from desktop.store import database, settings
from desktop.store.database import (
    DATABASE_NAME,
    Store,
    back_up,
    check_integrity,
    connect_read_only,
    open_store,
)
from desktop.store.engine import sqlite3

HOLD = """
import sys
from pathlib import Path
from desktop.store.database import open_store
with open_store(Path(sys.argv[1])):
    print("open", flush=True)
    sys.stdin.read()
"""


def pragma(store: Store, name: str) -> object:
    with store.write() as tx:
        return tx.execute(f"PRAGMA {name}").fetchone()[0]


def test_what_power_loss_and_rules_need(store: Store) -> None:
    assert pragma(store, "journal_mode") == "wal"
    assert pragma(store, "synchronous") == 2
    assert pragma(store, "foreign_keys") == 1
    assert pragma(store, "recursive_triggers") == 1
    assert pragma(store, "trusted_schema") == 0
    with store.read() as connection:
        assert connection.execute("PRAGMA query_only").fetchone()[0] == 0
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("CREATE TABLE x (y)")


def test_a_newer_sqlite_than_the_wal_reset_fault() -> None:
    assert sqlite3.sqlite_version_info >= (3, 51, 3)


def test_all_or_nothing(store: Store) -> None:
    def fail(error: Exception) -> None:
        with store.write() as tx:
            settings.put(tx, "a", "2")
            with store.write() as inner:
                settings.put(inner, "b", "3")
            raise error

    for error in (UsageProblem("no"), ZeroDivisionError(), Cancelled()):
        with pytest.raises(type(error)):
            fail(error)
    with store.read() as connection:
        assert settings.get(connection, "a") == settings.get(connection, "b") == ""
    with store.write() as tx:
        settings.put(tx, "a", "4")
    with store.read() as connection:
        assert settings.get(connection, "a") == "4"


def test_a_reader_sees_one_moment(store: Store) -> None:
    with store.read() as connection:
        assert settings.get(connection, "a") == ""
        with store.write() as tx:
            settings.put(tx, "a", "1")
        assert settings.get(connection, "a") == ""
        with store.read() as same:
            assert settings.get(same, "a") == ""
    with store.read() as connection:
        assert settings.get(connection, "a") == "1"


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    with (
        open_store(tmp_path, read_only=True) as looking,
        pytest.raises(StoreBusy, match="reading only"),
        looking.write(),
    ):
        raise AssertionError("never reached")


def test_two_threads_write_at_once(store: Store) -> None:
    """Every addition counts: a write reads and writes under one lock."""
    start = threading.Barrier(2)

    def count_up() -> None:
        start.wait()
        for _ in range(100):
            with store.write() as tx:
                settings.put(tx, "n", str(int(settings.get(tx, "n", "0")) + 1))
            with store.read() as connection:
                settings.get(connection, "n")

    threads = [threading.Thread(target=count_up) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as connection:
        assert settings.get(connection, "n") == "200"


def test_closed_by_another_thread_the_library_is_free(tmp_path: Path) -> None:
    opened: list[Store] = []
    thread = threading.Thread(target=lambda: opened.append(open_store(tmp_path)))
    thread.start()
    thread.join()
    opened[0].close()
    open_store(tmp_path).close()


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Path]:
    """A library that another process has open for writing."""
    open_store(tmp_path).close()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield tmp_path
        process.communicate(timeout=10)


def test_another_process_holds_it(held: Path) -> None:
    before = time.monotonic()
    with pytest.raises(StoreBusy, match="open in another window or process"):
        open_store(held)
    assert time.monotonic() - before < 2
    with open_store(held, read_only=True) as looking:
        with looking.read() as connection:
            assert settings.get(connection, "a", "nothing") == "nothing"
        with looking.read() as connection:
            back_up(connection, held / "copy.sqlite")
    copy = connect_read_only(held / "copy.sqlite")
    check_integrity(copy)
    copy.close()


def test_a_foreign_program_holds_the_database(store: Store, tmp_path: Path) -> None:
    """Not even our lock file helps against a program that locks the database itself."""
    with store.write() as tx:
        tx.execute("PRAGMA busy_timeout = 50")
    foreign = sqlite3.connect(str(store.path), isolation_level=None)
    foreign.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreBusy, match="busy in another process"), store.write() as tx:
            settings.put(tx, "a", "1")
    finally:
        foreign.close()
    with store.write() as tx:
        settings.put(tx, "a", "1")


def test_a_full_database(store: Store) -> None:
    with store.write() as tx:
        settings.put(tx, "kept", "yes")
    with store.write() as tx:
        (pages,) = tx.execute("PRAGMA page_count").fetchone()
    with store.write() as tx:
        tx.execute(f"PRAGMA max_page_count = {pages + 2}")

    def write_much() -> None:
        with store.write() as tx:
            settings.put(tx, "kept", "no")
            settings.put(tx, "large", "x" * 100_000)

    with pytest.raises(StoreFull, match=r"disk is full.*Nothing of your library was lost"):
        write_much()
    with store.read() as connection:
        assert settings.get(connection, "kept") == "yes"
        assert settings.get(connection, "large") == ""
        check_integrity(connection)
    with store.write() as tx:
        settings.put(tx, "small", "fits")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes, where this process may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if mount is None or os.geteuid() != 0 or subprocess.run(command, check=False).returncode:
        pytest.skip("cannot mount a disk here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(path: Path) -> None:
    """Write to a file until the disk is full."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    with contextlib.suppress(OSError):
        while os.write(descriptor, b"x" * 4096):
            pass
    os.close(descriptor)
    assert shutil.disk_usage(path.parent).free < 4096


def test_a_full_disk(small_disk: Path) -> None:
    """Fill the disk, be told in words, find everything that was kept, free space, go on."""
    with open_store(small_disk) as store:
        kept = 0
        with pytest.raises(StoreFull):  # noqa: PT012 - which write fails is not known
            for number in range(1000):
                with store.write() as tx:
                    settings.put(tx, str(number), "x" * 30_000)
                kept = number + 1
        assert kept > 5
        with store.read() as connection:
            assert settings.get(connection, str(kept - 1)) == "x" * 30_000
            assert settings.get(connection, str(kept)) == ""
    fill(small_disk / "ballast")
    with pytest.raises(StoreProblem), open_store(small_disk) as store, store.write() as tx:
        settings.put(tx, "more", "y" * 30_000)
    (small_disk / "ballast").unlink()
    with open_store(small_disk) as store, store.read() as connection:
        check_integrity(connection)
        assert settings.get(connection, str(kept - 1)) == "x" * 30_000
        assert settings.get(connection, "more") == ""


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_that_is_no_database(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / DATABASE_NAME
    path.write_bytes(b"My novel, chapter one. " * 400)
    before = path.read_bytes()
    with pytest.raises(StoreDamaged, match=r"damaged.*Restore the newest backup"):
        open_store(tmp_path, read_only=read_only)
    assert path.read_bytes() == before
    with pytest.raises(StoreDamaged):
        open_store(tmp_path)


def test_a_damaged_page_is_noticed(tmp_path: Path) -> None:
    with open_store(tmp_path) as store, store.write() as tx:
        for number in range(2000):
            settings.put(tx, f"name {number}", "x" * 50)
    path = tmp_path / DATABASE_NAME
    data = bytearray(path.read_bytes())
    pages = len(data) // 4096
    for page in range(pages - 20, pages):
        data[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(bytes(data))
    with (
        open_store(tmp_path, read_only=True) as store,
        store.read() as connection,
        pytest.raises(StoreDamaged),
    ):
        check_integrity(connection)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreProblem, match="cannot be made"):
        open_store(tmp_path / "file" / "library")
    with pytest.raises(StoreProblem):
        open_store(tmp_path / "file")


def test_a_lock_file_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "library.lock").mkdir()
    with pytest.raises(StoreProblem, match="cannot be written to"):
        open_store(tmp_path)


def test_a_path_with_signs_that_mean_something_in_addresses(tmp_path: Path) -> None:
    folder = tmp_path / "50 % of? #my works;mode=ro&x"
    with open_store(folder) as store, store.write() as tx:
        settings.put(tx, "a", "1")
    assert (folder / DATABASE_NAME).exists()
    with open_store(folder, read_only=True) as store, store.read() as connection:
        assert settings.get(connection, "a") == "1"


def test_a_backup_is_whole_or_not_there(store: Store, tmp_path: Path) -> None:
    with store.write() as tx:
        settings.put(tx, "a", "1")
    target = tmp_path / "backups" / "copy.sqlite"
    with store.read() as connection:
        back_up(connection, target)
    assert sorted(path.name for path in target.parent.iterdir()) == ["copy.sqlite"]
    copy = connect_read_only(target)
    try:
        assert settings.get(copy, "a") == "1"
    finally:
        copy.close()


def test_a_bug_in_sql_stays_a_bug(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"), store.read() as connection:
        connection.execute("SELECT * FROM nowhere")


def test_closing_waits_for_who_reads_and_interrupts_who_never_ends(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closing a connection that another thread reads with would end the process."""
    monkeypatch.setattr(database, "CLOSE_PATIENCE_S", 0.05)
    reads, ended = threading.Event(), threading.Event()
    said: list[str] = []
    endless = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"

    def read() -> None:
        try:
            with store.read() as connection:
                for _ in connection.execute(endless):
                    reads.set()
        except StoreBusy as problem:
            said.append(problem.message)
        ended.set()

    thread = threading.Thread(target=read)
    thread.start()
    assert reads.wait(10)
    store.close()
    assert ended.wait(10)
    thread.join()
    assert said == ["The library was closed while it was read."]
    with pytest.raises(StoreBusy, match="closed"), store.read():
        pass
