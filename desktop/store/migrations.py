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
from desktop.store.schema_0006 import APPEND_ONLY_0006, SCHEMA_0006
from desktop.store.schema_0007 import APPEND_ONLY_0007, SCHEMA_0007
from desktop.store.schema_0008 import APPEND_ONLY_0008, SCHEMA_0008
from desktop.store.schema_0009 import SCHEMA_0009
from desktop.store.schema_0010 import APPEND_ONLY_0010, SCHEMA_0010
from desktop.store.schema_0011 import APPEND_ONLY_0011, SCHEMA_0011
from desktop.store.schema_0012 import APPEND_ONLY_0012, SCHEMA_0012
from desktop.store.schema_0013 import APPEND_ONLY_0013, SCHEMA_0013
from desktop.store.schema_0014 import APPEND_ONLY_0014, SCHEMA_0014
from desktop.store.schema_0015 import APPEND_ONLY_0015, SCHEMA_0015
from desktop.store.schema_0016 import APPEND_ONLY_0016, SCHEMA_0016
from desktop.store.schema_0027 import SCHEMA_0027
from desktop.store.schema_0028 import APPEND_ONLY_0028, SCHEMA_0028
from desktop.store.schema_0033 import APPEND_ONLY_0033, SCHEMA_0033
from desktop.store.schema_0034 import SCHEMA_0034
from desktop.store.schema_0035 import APPEND_ONLY_0035, SCHEMA_0035
from desktop.store.schema_0036 import APPEND_ONLY_0036, SCHEMA_0036
from desktop.store.schema_0037 import APPEND_ONLY_0037, SCHEMA_0037
from desktop.store.schema_0038 import APPEND_ONLY_0038, SCHEMA_0038
from desktop.store.schema_0045 import APPEND_ONLY_0045, SCHEMA_0045

library = Migrations("library")

# Name, statements, tables that only grow.
_STEPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("0001_first_library", SCHEMA_0001, APPEND_ONLY_0001),
    ("0002_scanning", SCHEMA_0002, ()),
    ("0003_claims", SCHEMA_0003, APPEND_ONLY_0003),
    ("0004_registries", SCHEMA_0004, APPEND_ONLY_0004),
    ("0005_identities", SCHEMA_0005, APPEND_ONLY_0005),
    ("0006_listings", SCHEMA_0006, APPEND_ONLY_0006),
    ("0007_forms", SCHEMA_0007, APPEND_ONLY_0007),
    ("0008_timestamps", SCHEMA_0008, APPEND_ONLY_0008),
    ("0009_statements", SCHEMA_0009, ()),
    ("0010_statement_files", SCHEMA_0010, APPEND_ONLY_0010),
    ("0011_money", SCHEMA_0011, APPEND_ONLY_0011),
    ("0012_findings", SCHEMA_0012, APPEND_ONLY_0012),
    ("0013_dividing", SCHEMA_0013, APPEND_ONLY_0013),
    ("0014_saved_searches", SCHEMA_0014, APPEND_ONLY_0014),
    ("0015_attachments", SCHEMA_0015, APPEND_ONLY_0015),
    ("0016_keys_told", SCHEMA_0016, APPEND_ONLY_0016),
    ("0027_clock_set_back", SCHEMA_0027, ()),
    ("0028_keys_told_to_whom", SCHEMA_0028, APPEND_ONLY_0028),
    ("0033_tax_numbers", SCHEMA_0033, APPEND_ONLY_0033),
    ("0034_licensees_and_expiry", SCHEMA_0034, ()),
    ("0035_collections", SCHEMA_0035, APPEND_ONLY_0035),
    ("0036_published_copies", SCHEMA_0036, APPEND_ONLY_0036),
    ("0037_offers", SCHEMA_0037, APPEND_ONLY_0037),
    ("0038_work_addresses", SCHEMA_0038, APPEND_ONLY_0038),
    ("0045_held_terms", SCHEMA_0045, APPEND_ONLY_0045),
)


def statements_of(script: str) -> list[str]:
    """Split a schema script at its ";;" marks (triggers have single semicolons inside)."""
    return [part.strip() for part in script.split(";;") if part.strip()]


def _register(name: str, script: str, append_only: tuple[str, ...]) -> None:
    def step(database: Database) -> None:
        for statement in statements_of(script):
            database.execute(statement)
        for table in append_only:
            make_append_only(database, table)

    library(name=name)(step)


def make_append_only(database: Database, table: str) -> None:
    """Let SQLite itself refuse to change or delete rows of table."""
    for verb in ("UPDATE", "DELETE"):
        database.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


for _name, _script, _append_only in _STEPS:
    _register(_name, _script, _append_only)


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
