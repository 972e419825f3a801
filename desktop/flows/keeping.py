"""Backups: a consistent copy while the app runs, and back again, never over something unasked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from desktop.errors import StoreBusy, StoreProblem, UsageProblem
from desktop.services import Services
from desktop.store.database import (
    DATABASE_NAME,
    back_up,
    connect_read_only,
    open_store,
    refuse_other_files,
)


def backup(target: Path, services: Services) -> Path:
    """Write a checked, consistent copy of the library's database. Raises StoreProblem.

    Keys are not in it: they stay in the keyring or the key file.
    """
    if target.exists():
        raise UsageProblem(
            f"{target.name} exists already.", advice="Choose a name that is not taken."
        )
    with services.store.read() as connection:
        back_up(connection, target)
    return target


def restore(source: Path, library: Path, *, force: bool = False) -> Path:
    """Put a backup in the place of a library's database; the one there is kept beside it.

    Raises UsageProblem if there is a library and force is not given, StoreDamaged if the backup
    is not sound, StoreTooNew, StoreBusy if the library is open; then the library is as it was.
    """
    if not source.is_file():
        raise UsageProblem(f"There is no backup {source}.")
    target = library / DATABASE_NAME
    if target.exists() and not force:
        raise UsageProblem(
            "There is a library in that folder already.",
            advice="Give --force to replace it; the present one is kept beside it.",
        )
    new = library / (DATABASE_NAME + ".restored")
    connection = connect_read_only(source)
    try:
        refuse_other_files(connection)
        back_up(connection, new)
    finally:
        connection.close()
    try:
        _set_aside(library)
        new.replace(target)
    except OSError as error:
        raise StoreProblem(
            f"The backup cannot be put back: {error.strerror}.",
            advice="The former library is kept beside it.",
        ) from error
    finally:
        new.unlink(missing_ok=True)
    open_store(library).close()
    return target


def _set_aside(library: Path) -> None:
    """Move the present database away, whole with its log; nothing is ever overwritten."""
    target = library / DATABASE_NAME
    if not target.exists():
        return
    try:
        open_store(library).close()
    except StoreBusy:
        raise
    except StoreProblem:
        # A damaged or newer library is just what a restore is for; it is kept as it is.
        pass
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    for suffix in ("", "-wal", "-shm"):
        present = library / (DATABASE_NAME + suffix)
        if present.exists():
            present.replace(library / f"replaced-{stamp}-{DATABASE_NAME}{suffix}")
