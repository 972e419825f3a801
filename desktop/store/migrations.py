"""The library's schema, one released step after the other. A released step is never edited."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from desktop.errors import StoreTooNew
from desktop.store.engine import Database, Migrations
from desktop.store.schema_0001 import APPEND_ONLY_0001, SCHEMA_0001
from desktop.store.schema_0002 import SCHEMA_0002
from desktop.store.schema_0003 import APPEND_ONLY_0003, SCHEMA_0003
from desktop.store.schema_0004 import APPEND_ONLY_0004, SCHEMA_0004
from desktop.store.schema_0005 import APPEND_ONLY_0005, SCHEMA_0005

library = Migrations("library")


def statements_of(script: str) -> list[str]:
    """Split a schema script at its ";;" marks (triggers have single semicolons inside)."""
    return [part.strip() for part in script.split(";;") if part.strip()]


@library(name="0001_first_library")
def first_library(database: Database) -> None:
    """Works, claims, outbox, registries, statements, bank entries, journal."""
    for statement in statements_of(SCHEMA_0001):
        database.execute(statement)
    for table in APPEND_ONLY_0001:
        make_append_only(database, table)


@library(name="0002_scanning")
def scanning(database: Database) -> None:
    """Problems that are known again, files being read, watched folders."""
    for statement in statements_of(SCHEMA_0002):
        database.execute(statement)


@library(name="0003_claims")
def claims(database: Database) -> None:
    """All that a claim may say, split sheets, evidence, answers to registries."""
    for statement in statements_of(SCHEMA_0003):
        database.execute(statement)
    for table in APPEND_ONLY_0003:
        make_append_only(database, table)


@library(name="0004_registries")
def registries(database: Database) -> None:
    """Kinds of registries and their options, the keys they showed, what was sent to them."""
    for statement in statements_of(SCHEMA_0004):
        database.execute(statement)
    for table in APPEND_ONLY_0004:
        make_append_only(database, table)


@library(name="0005_identities")
def identities(database: Database) -> None:
    """Several identities, their keys, rotations and revocations, backups and web addresses."""
    for statement in statements_of(SCHEMA_0005):
        database.execute(statement)
    for table in APPEND_ONLY_0005:
        make_append_only(database, table)


def make_append_only(database: Database, table: str) -> None:
    """Let SQLite itself refuse to change or delete rows of table."""
    for verb in ("UPDATE", "DELETE"):
        database.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def pending(database: Database) -> list[str]:
    """Names of steps that the file still lacks."""
    return [step.name for step in library.pending(database)]


def applied(database: Database) -> list[str]:
    """Names of steps that the file has, oldest first."""
    return [step.name for step in library.applied(database)]


def apply(database: Database) -> None:
    """Apply what is pending, inside the caller's transaction."""
    library.apply(database)


def refuse_newer(database: Database) -> None:
    """Raise StoreTooNew if the file has steps that this app does not know."""
    known = {step.name for step in library._migrations}
    unknown = [name for name in applied(database) if name not in known]
    if unknown:
        raise StoreTooNew(
            "This library was written by a newer version of Residuals.",
            advice="Install the newest version to open it. Nothing was changed.",
        )


def backup_path(folder: Path, database: Database) -> Path:
    """Where the copy made before migrating goes."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    return folder / "backups" / f"before-{pending(database)[0]}-{stamp}.sqlite"
