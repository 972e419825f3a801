"""The composition root: builds what flows and the window need, once, and closes it again."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import platformdirs

from desktop.errors import KeyProblem
from desktop.identity.keystore import AskPassword, KeyStore
from desktop.model.times import Clock, utc_now
from desktop.portfolio.bundles import Pool
from desktop.portfolio.reading_notes import ReadingNotes
from desktop.portfolio.turns import ScanTurns
from desktop.registries.transport import Limits, Transport
from desktop.store import answers, forms, offers, outbox, payouts
from desktop.store.database import Store, open_store
from desktop.store.thumbnails import Thumbnails

if TYPE_CHECKING:
    from desktop.portfolio.pool import WorkerPool

Done = TypeVar("Done")
PASSWORD_VARIABLE = "RESIDUALS_PASSWORD"  # noqa: S105 - the name, not the password
LIBRARY_VARIABLE = "RESIDUALS_LIBRARY"


@dataclass(slots=True)
class Services:
    """Everything a flow may use. A context manager."""

    library: Path
    store: Store
    thumbnails: Thumbnails
    keys: KeyStore
    transport: Transport
    new_pool: Callable[[], Pool]
    reading_notes: ReadingNotes
    now: Clock = field(default=utc_now)
    turns: ScanTurns = field(default_factory=ScanTurns)
    jobs: int | None = None

    def __enter__(self) -> Services:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the library and every connection."""
        self.transport.close()
        self.thumbnails.close()
        self.store.close()

    def now_s(self) -> int:
        """The time now, in UTC seconds, as the store keeps it."""
        return int(self.now().timestamp())

    def new_workers(
        self, task: Callable[[Any], Done], outbox: Path, largest_file_bytes: int
    ) -> WorkerPool[Done]:
        """Return a pool that does a task which writes files, of at most that size, in outbox."""
        from desktop.portfolio.pool import WorkerPool

        return WorkerPool(
            task,
            jobs=self.jobs or os.cpu_count() or 1,
            outbox=outbox,
            largest_file_bytes=largest_file_bytes,
        )

    @property
    def practice_folder(self) -> Path:
        """Where the practice registry of this library keeps its own things."""
        return self.library / "practice"


def default_library() -> Path:
    """Return the library folder of this user: RESIDUALS_LIBRARY, else the platform's place."""
    named = os.environ.get(LIBRARY_VARIABLE)
    return Path(named) if named else Path(platformdirs.user_data_dir("Residuals", appauthor=False))


def open_services(
    library: Path,
    *,
    read_only: bool = False,
    ask_password: AskPassword | None = None,
    jobs: int | None = None,
    scheduler: str = "",
    limits: Limits | None = None,
    now: Clock = utc_now,
    use_keyring: bool = True,
) -> Services:
    """Open the library in a folder and everything around it. Raises StoreProblem.

    read_only: only look; works while another process writes. jobs: worker processes of a scan.
    scheduler: address of the Dask cluster that scans instead of this computer.
    use_keyring False: the key of this library goes into a key file, whatever the system offers.
    """
    store = open_store(library, read_only=read_only)
    with contextlib.ExitStack() as undo:
        undo.callback(store.close)
        if not read_only:
            with store.write() as tx:
                outbox.recover(tx)
                answers.recover(tx)
                offers.recover(tx)
                forms.recover(tx, int(now().timestamp()))
                payouts.recover(tx)
        undo.pop_all()

    notes = ReadingNotes(library / "cache" / "reading")

    def new_pool() -> Pool:
        if scheduler:
            from desktop.portfolio.cluster import ClusterPool

            return ClusterPool(scheduler)
        from desktop.portfolio.pool import FingerprintPool

        if jobs:
            return FingerprintPool(jobs=jobs, notes=notes.folder)
        return FingerprintPool(notes=notes.folder)

    return Services(
        library=library,
        store=store,
        thumbnails=Thumbnails(library),
        keys=KeyStore(
            library / "keys",
            ask_password or password_from_environment,
            use_keyring=use_keyring,
        ),
        transport=Transport(limits),
        new_pool=new_pool,
        reading_notes=notes,
        now=now,
        jobs=jobs,
    )


def password_from_environment(_sentence: str) -> str:
    """Return the password in RESIDUALS_PASSWORD. Raises KeyProblem where there is none."""
    password = os.environ.get(PASSWORD_VARIABLE)
    if not password:
        raise KeyProblem(
            "This computer has no system keyring, so the key needs a password.",
            advice=f"Set {PASSWORD_VARIABLE}, or run the command in a terminal.",
        )
    return password
