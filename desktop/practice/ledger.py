"""The practice registry's database: opening it, its tables, and one transaction at a time.

Another process may move the clock while a server runs, so nothing is remembered between
transactions.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]

from desktop.errors import StoreBusy, StoreDamaged, StoreFull, StoreProblem, StoreTooNew

LEDGER_FILE = "registry.db"
APPLICATION_ID = 0x4F504352
BUSY_S = 20

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE settings (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT;
    CREATE TABLE claims (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
        claimant TEXT NOT NULL,
        document BLOB NOT NULL,
        receipt BLOB NOT NULL,
        received INTEGER NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('under_review', 'accepted', 'rejected', 'conflict',
                                               'in_dispute', 'superseded', 'withdrawn')),
        reviewed INTEGER,
        disputed INTEGER,
        datahash TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        subtype INTEGER,
        content BLOB
    ) STRICT;
    CREATE INDEX claims_by_claimant ON claims (claimant, status);
    CREATE INDEX claims_by_datahash ON claims (datahash);
    CREATE INDEX claims_by_sha256 ON claims (sha256);
    CREATE INDEX claims_by_subtype ON claims (subtype);
    CREATE TABLE history (
        id INTEGER PRIMARY KEY,
        sequence INTEGER NOT NULL REFERENCES claims (sequence) ON DELETE CASCADE,
        time INTEGER NOT NULL,
        status TEXT NOT NULL,
        reason TEXT
    ) STRICT;
    CREATE INDEX history_by_claim ON history (sequence, id);
    CREATE TABLE conflicts (
        one INTEGER NOT NULL REFERENCES claims (sequence) ON DELETE CASCADE,
        other INTEGER NOT NULL REFERENCES claims (sequence) ON DELETE CASCADE,
        opened INTEGER NOT NULL,
        open INTEGER NOT NULL DEFAULT 1 CHECK (open IN (0, 1)),
        PRIMARY KEY (one, other),
        CHECK (one < other)
    ) STRICT;
    CREATE INDEX conflicts_by_other ON conflicts (other);
    CREATE TABLE answers (
        hash TEXT PRIMARY KEY,
        sequence INTEGER NOT NULL REFERENCES claims (sequence) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        document BLOB NOT NULL,
        received INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX answers_by_claim ON answers (sequence);
    CREATE TABLE events (
        cursor INTEGER PRIMARY KEY AUTOINCREMENT,
        claimant TEXT NOT NULL,
        type TEXT NOT NULL,
        time INTEGER NOT NULL,
        details BLOB NOT NULL
    ) STRICT;
    CREATE INDEX events_by_claimant ON events (claimant, cursor);
    CREATE TABLE payees (
        id INTEGER PRIMARY KEY,
        did TEXT NOT NULL UNIQUE,
        balance_minor INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE pools (
        month TEXT PRIMARY KEY,
        amount TEXT NOT NULL,
        total_weight TEXT NOT NULL
    ) STRICT;
    CREATE TABLE earned (
        sequence INTEGER NOT NULL,
        month TEXT NOT NULL,
        statement TEXT NOT NULL,
        PRIMARY KEY (sequence, month)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE statements (
        number TEXT NOT NULL,
        revision INTEGER NOT NULL,
        payee TEXT NOT NULL,
        month TEXT NOT NULL,
        payable_minor INTEGER NOT NULL,
        document BLOB NOT NULL,
        PRIMARY KEY (number, revision)
    ) STRICT;
    CREATE TABLE remittances (
        id TEXT PRIMARY KEY,
        payee TEXT NOT NULL,
        document BLOB NOT NULL
    ) STRICT;
    CREATE TABLE bank_files (
        account TEXT NOT NULL,
        number INTEGER NOT NULL,
        name TEXT NOT NULL UNIQUE,
        closing_minor INTEGER NOT NULL,
        document BLOB NOT NULL,
        PRIMARY KEY (account, number)
    ) STRICT;
    CREATE TABLE payout_channels (
        hash TEXT PRIMARY KEY,
        payee TEXT NOT NULL,
        kind TEXT NOT NULL,
        value TEXT NOT NULL,
        created INTEGER NOT NULL,
        confirmed INTEGER NOT NULL DEFAULT 0 CHECK (confirmed IN (0, 1))
    ) STRICT;
    CREATE INDEX payout_channels_by_payee ON payout_channels (payee, created);
    """,
    """
    DROP INDEX claims_by_subtype;
    CREATE INDEX claims_by_subtype ON claims (subtype, claimant, status, content);
    """,
    """
    CREATE TABLE key_notices (
        hash TEXT PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('rotation', 'revocation')),
        did TEXT NOT NULL,
        new_did TEXT NOT NULL,
        document BLOB NOT NULL,
        received INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX key_notices_by_did ON key_notices (did, kind);
    CREATE INDEX key_notices_by_new_did ON key_notices (new_did);
    """,
    """
    CREATE TABLE offers (
        cursor INTEGER PRIMARY KEY AUTOINCREMENT,
        claimant TEXT NOT NULL,
        number TEXT NOT NULL,
        revision INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('offer', 'withdrawn')),
        hash TEXT NOT NULL,
        document BLOB NOT NULL,
        open_until INTEGER NOT NULL,
        UNIQUE (number, revision, kind)
    ) STRICT;
    CREATE INDEX offers_by_claimant ON offers (claimant, cursor);
    CREATE TABLE offer_answers (
        hash TEXT PRIMARY KEY,
        number TEXT NOT NULL,
        revision INTEGER NOT NULL,
        claimant TEXT NOT NULL,
        answer TEXT NOT NULL CHECK (answer IN ('accept', 'decline')),
        document BLOB NOT NULL,
        receipt BLOB NOT NULL,
        UNIQUE (number, revision)
    ) STRICT;
    CREATE INDEX offer_answers_by_claimant ON offer_answers (claimant);
    CREATE TABLE licences_paid (
        number TEXT NOT NULL,
        datahash TEXT NOT NULL,
        PRIMARY KEY (number, datahash)
    ) STRICT, WITHOUT ROWID;
    """,
)


class Ledger:
    """One connection behind a lock. Use read() and write(); each is one transaction."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        self._connection = _open(folder / LEDGER_FILE)

    @contextmanager
    def read(self) -> Iterator[Any]:
        """Yield the connection inside one consistent view of the data."""
        yield from self._transaction("BEGIN", "ROLLBACK")

    @contextmanager
    def write(self) -> Iterator[Any]:
        """Yield the connection; what is done is kept whole, or not at all if an error passes."""
        yield from self._transaction("BEGIN IMMEDIATE", "COMMIT")

    def close(self) -> None:
        """Close the file. The ledger cannot be used again."""
        with self._lock:
            self._connection.close()

    def _transaction(self, begin: str, end: str) -> Iterator[Any]:
        with self._lock:
            try:
                self._connection.execute(begin)
                try:
                    yield self._connection
                    self._connection.execute(end)
                finally:
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
            except sqlite3.Error as error:
                raise _in_words(error) from error


def ledger_exists(folder: Path) -> bool:
    """Tell whether folder holds a practice registry."""
    return (folder / LEDGER_FILE).is_file()


def _open(path: Path) -> Any:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = None
    try:
        connection = sqlite3.connect(
            path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
        )
        _prepare(connection, path)
    except (sqlite3.Error, StoreProblem) as error:
        if connection is not None:
            connection.close()
        if isinstance(error, StoreProblem):
            raise
        raise _in_words(error) from error
    return connection


def _prepare(connection: Any, path: Path) -> None:
    """Refuse what is not ours, then bring the tables up to date in one transaction."""
    connection.row_factory = sqlite3.Row
    _checked_version(connection, path)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _checked_version(connection, path)
        for script in MIGRATIONS[version:]:
            for statement in script.split(";\n"):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _checked_version(connection: Any, path: Path) -> int:
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if application_id != APPLICATION_ID and (application_id or version or tables):
        raise StoreProblem(
            f"{path} is a database of something else, not of a practice registry.",
            advice="Choose an empty folder for the practice registry.",
        )
    if version > len(MIGRATIONS):
        raise StoreTooNew(
            "This practice registry was written by a newer version of the app.",
            advice="Update the app, or choose an empty folder.",
        )
    return version


def _in_words(error: Any) -> StoreProblem:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreBusy("The practice registry is busy.", advice="Try again in a moment.")
    if code == sqlite3.SQLITE_FULL:
        return StoreFull("The disk is full.", advice="Free some space and try again.")
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return StoreDamaged(
            "The practice registry's database is damaged, or is not a database.",
            advice="Choose an empty folder for the practice registry.",
        )
    return StoreProblem(f"The practice registry's database did not answer: {error}.")
