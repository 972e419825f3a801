"""Opens a library's database, holds its one writer, and says in words what SQLite complains of.

Writes: BEGIN IMMEDIATE on one connection behind a lock. Reads: a read-only connection a thread.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from desktop.errors import StoreBusy, StoreDamaged, StoreFull, StoreProblem
from desktop.store import migrations
from desktop.store.decimals import register_decimals
from desktop.store.engine import Database, sqlite3

DATABASE_NAME = "library.sqlite"
LOCK_NAME = "library.lock"
BUSY_TIMEOUT_S = 5
CLOSE_PATIENCE_S = 2.0
WRITER_CACHE_KIB = 48 * 1024

Connection = sqlite3.Connection
Row = sqlite3.Row


class Store:
    """An open library. Made by open_store; close it, or use it as a context manager."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self.folder = folder
        self.path = folder / DATABASE_NAME
        self.read_only = read_only
        self._local = threading.local()
        self._readers: list[Connection] = []
        self._reading: dict[Connection, int] = {}
        self._read_ended = threading.Condition()
        self._closed = False
        self._write_lock = threading.RLock()
        # Not local to a thread: whoever closes the library gives it free.
        self._file_lock = FileLock(folder / LOCK_NAME, timeout=0, thread_local=False)
        self._writer: Connection | None = None

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: everything inside is kept, or nothing. Raises StoreProblem."""
        with self._write_lock, translated():
            if self._writer is None:
                raise StoreBusy("This library is open for reading only.")
            nested = self._writer.in_transaction
            if nested:
                yield self._writer
                return
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            finally:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view of what is committed. Raises StoreProblem."""
        with translated(), self._counted() as connection:
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close every connection and give the library free.

        Who still reads is waited for, then interrupted. A connection that is in use even so stays
        open: SQLite ends the whole process if one is closed while another thread reads with it.
        """
        with self._read_ended:
            self._closed = True
            self._wait_for_readers()
            for connection in self._reading:
                connection.interrupt()
            self._wait_for_readers()
            for connection in self._readers:
                if connection not in self._reading:
                    connection.close()
            self._readers.clear()
        self._local = threading.local()
        if self._writer is None or self._stop_writing(self._writer):
            self._file_lock.release()

    def _stop_writing(self, writer: Connection) -> bool:
        """Close the writer; False if another thread does not let go of it in time."""
        if not self._write_lock.acquire(timeout=CLOSE_PATIENCE_S):
            writer.interrupt()
            if not self._write_lock.acquire(timeout=CLOSE_PATIENCE_S):
                return False
        writer.close()
        self._writer = None
        self._write_lock.release()
        return True

    def _wait_for_readers(self) -> None:
        """Wait with a deadline. A read() of the thread that closes cannot end meanwhile."""
        mine = getattr(self._local, "connection", None)
        until = time.monotonic() + CLOSE_PATIENCE_S
        while (left := until - time.monotonic()) > 0 and self._reading.keys() - {mine}:
            self._read_ended.wait(left)

    @contextlib.contextmanager
    def _counted(self) -> Iterator[Connection]:
        """Yield this thread's connection, which counts as read from until the end."""
        with self._read_ended:
            if self._closed:
                raise StoreBusy("This library is closed.", advice="Open it again.")
            connection = self._reader()
            self._reading[connection] = self._reading.get(connection, 0) + 1
        try:
            yield connection
        finally:
            with self._read_ended:
                self._reading[connection] -= 1
                if not self._reading[connection]:
                    del self._reading[connection]
                    self._read_ended.notify_all()

    def _reader(self) -> Connection:
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = _connect(self.path, read_only=True)
            self._local.connection = connection
            self._readers.append(connection)
        return connection

    def _open_writer(self) -> None:
        try:
            self._file_lock.acquire()
        except Timeout as error:
            raise StoreBusy(
                "This library is open in another window or process.",
                advice="Close the other one first, or choose another library.",
            ) from error
        except OSError as error:
            raise StoreProblem(
                f"The library folder cannot be written to: {error.strerror}.",
                advice="Choose another folder, or free the disk.",
            ) from error
        with contextlib.ExitStack() as undo, translated():
            undo.callback(self.close)
            self._writer = _connect(self.path, read_only=False)
            self._migrate(self._writer)
            undo.pop_all()

    def _migrate(self, connection: Connection) -> None:
        database = Database(connection, execute_plugins=False)
        migrations.refuse_newer(database)
        if not migrations.pending(database):
            return
        if migrations.applied(database):
            back_up(connection, migrations.backup_path(self.folder, database))
        with self.write():
            migrations.apply(database)


def open_store(folder: Path, *, read_only: bool = False) -> Store:
    """Open the library in folder, making it on first use.

    Raises StoreBusy (another process writes to it), StoreTooNew, StoreDamaged, StoreFull,
    StoreProblem (the folder cannot be made or written). read_only takes no lock.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreProblem(
            f"The library folder cannot be made: {error.strerror}.",
            advice="Choose another folder.",
        ) from error
    store = Store(folder, read_only=read_only)
    if read_only and store.path.exists():
        with store.read() as connection:
            database = Database(connection, execute_plugins=False)
            migrations.refuse_newer(database)
            if not migrations.pending(database):
                return store
        store.close()
    if read_only:
        open_store(folder).close()
        return open_store(folder, read_only=True)
    store._open_writer()
    return store


def back_up(source: Connection, target: Path) -> None:
    """Write a consistent copy of source to target, whole or not at all, and check it.

    Raises StoreProblem; then target is as it was.
    """
    temporary = target.with_name(target.name + ".new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.unlink(missing_ok=True)
        with translated():
            _copy_checked(source, temporary)
        temporary.replace(target)
    except OSError as error:
        raise StoreProblem(
            f"The backup cannot be written: {error.strerror}.", advice="Choose another place."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _copy_checked(source: Connection, target: Path) -> None:
    copy = sqlite3.connect(str(target), isolation_level=None)
    try:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        check_integrity(copy)
    finally:
        copy.close()


def check_integrity(connection: Connection) -> None:
    """Raise StoreDamaged if SQLite or a foreign key finds a fault."""
    with translated():
        (answer,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
    if answer != "ok" or orphan is not None:
        raise StoreDamaged(
            "The library's database is damaged.",
            advice="Restore the newest backup; keep the damaged file.",
        )


def refuse_other_files(connection: Connection) -> None:
    """Raise StoreTooNew or StoreDamaged unless connection is to a library this app can open."""
    with translated():
        database = Database(connection, execute_plugins=False)
        migrations.refuse_newer(database)
        if not migrations.applied(database):
            raise StoreDamaged(
                "This file is not a backup of a library.", advice="Choose another file."
            )


def connect_read_only(path: Path) -> Connection:
    """Open any library file to look at it. Raises StoreProblem."""
    with translated():
        return _connect(path, read_only=True)


def _connect(path: Path, *, read_only: bool) -> Connection:
    mode = "ro" if read_only else "rwc"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        timeout=BUSY_TIMEOUT_S,
        check_same_thread=False,
    )
    connection.row_factory = sqlite3.Row
    if not read_only:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA recursive_triggers=ON")
        # Hashes arrive in no order: with SQLite's 2 MB every insert would read and write its page.
        connection.execute(f"PRAGMA cache_size=-{WRITER_CACHE_KIB}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA trusted_schema=OFF")
    register_decimals(connection)
    return connection


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn SQLite's complaints about the environment into sentences; bugs stay bugs."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        problem = _problem_of(getattr(error, "sqlite_errorname", "") or "", str(error))
        if problem is None:
            raise
        raise problem from error


def _problem_of(name: str, text: str) -> StoreProblem | None:
    if name.startswith("SQLITE_FULL"):
        return StoreFull(
            "The disk is full. Nothing of your library was lost.",
            advice="Free some space and try again.",
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreBusy(
            "The library is busy in another process.", advice="Wait a moment and try again."
        )
    if name.startswith("SQLITE_INTERRUPT"):
        return StoreBusy("The library was closed while it was read.", advice="Open it again.")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return StoreDamaged(
            "The library's database is damaged.",
            advice="Restore the newest backup; keep the damaged file.",
        )
    if name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM")):
        return StoreProblem(
            f"The library's database cannot be read or written ({text}).",
            advice="Check that the drive is connected and not write-protected.",
        )
    return None


def insert(connection: Connection, table: str, values: dict[str, Any]) -> int:
    """Insert one row into a table named in code, never by a user; returns its rowid."""
    marks = ", ".join("?" * len(values))
    cursor = connection.execute(
        f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})",
        tuple(values.values()),
    )
    return int(cursor.lastrowid or 0)
