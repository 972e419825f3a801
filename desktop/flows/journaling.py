"""Where the journal ends, signed each day something happened; and what a checkpoint shows later."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from pathlib import Path

from desktop.errors import KeyProblem, SignatureProblem, UsageProblem
from desktop.flows.identifying import my_key, who_am_i
from desktop.identity.checkpoints import MAX_BYTES, read_checkpoint, signed_checkpoint
from desktop.model.journal import Checkpoint, Fault, FaultKind, JournalHead, JournalRow
from desktop.services import Services
from desktop.store import checkpoints, journal, seals
from desktop.store.database import Connection

_log = logging.getLogger(__name__)


def list_journal(
    services: Services, *, about: str = "", limit: int | None = 200
) -> list[JournalRow]:
    """Return what was done, newest first. about: only rows with that text."""
    with services.store.read() as connection:
        return journal.rows(connection, about=about, limit=limit)


def make_checkpoint(services: Services) -> Checkpoint:
    """Sign where the journal ends now, and keep that; the same end is signed once.

    Raises KeyProblem; UsageProblem for a journal without rows.
    """
    now = journal_head(services)
    if now.checkpoint is not None and (now.checkpoint.seq, now.checkpoint.head) == (
        now.seq,
        now.head,
    ):
        return now.checkpoint
    if not now.seq:
        raise UsageProblem("Nothing was done in this library yet, so there is nothing to sign.")
    key = my_key(services)
    with services.store.write() as tx:
        seq, head = journal.head(tx)
        made = signed_checkpoint(seq, head, key, created=services.now(), seals=seals.seal_all(tx))
        checkpoints.keep(tx, made, services.now_s())
    return made


def checkpoint_if_due(services: Services) -> Checkpoint | None:
    """Sign where the journal ends if something happened and today has no checkpoint yet.

    Only if that needs no question: a key that is locked is left alone, and so is a library that
    has no identity.
    """
    now = journal_head(services)
    last = now.checkpoint
    if not now.seq or (last is not None and last.seq == now.seq):
        return None
    if last is not None and last.made.date() == services.now().date():
        return None
    me = who_am_i(services)
    if me is None or me.revoked or not services.keys.is_open(me.party.did):
        return None
    try:
        return make_checkpoint(services)
    except KeyProblem as problem:
        _log.debug("No checkpoint today: %s", problem)
        return None


def journal_head(services: Services) -> JournalHead:
    """Return where the journal ends and the newest checkpoint, as exports name them."""
    with services.store.read() as connection:
        seq, head = journal.head(connection)
        document = checkpoints.newest(connection)
    try:
        newest = read_checkpoint(document) if document else None
    except SignatureProblem:
        newest = None
    return JournalHead(seq=seq, head=head, checkpoint=newest)


def read_checkpoint_file(path: Path) -> Checkpoint:
    """Read a checkpoint that was kept elsewhere. Raises UsageProblem, SignatureProblem."""
    try:
        with path.open("rb") as file:
            return read_checkpoint(file.read(MAX_BYTES + 1))
    except OSError as error:
        raise UsageProblem(f"The checkpoint cannot be read: {error.strerror}.") from error


def held_against(connection: Connection, one: Checkpoint, own: Collection[str]) -> Iterator[Fault]:
    """Yield what a checkpoint shows to be wrong with the journal as it is now."""
    day = f"{one.made:%d %B %Y}"
    last, _ = journal.head(connection)
    if one.did not in own:
        said = f"The checkpoint of {day} is signed with a key that is not of this library."
        yield Fault(kind=FaultKind.REPLACED, seq=one.seq, sentence=said)
        return
    there = journal.hash_at(connection, one.seq)
    if last < one.seq:
        missing = (
            f"Row {one.seq} is" if last + 1 == one.seq else f"Rows {last + 1} to {one.seq} are"
        )
        said = f"{missing} missing at the end: they were there on {day}."
        yield Fault(kind=FaultKind.CUT_OFF, seq=last + 1, sentence=said)
    elif there != one.head:
        said = f"Row {one.seq} is not the one that was there on {day}: rows were written anew."
        yield Fault(kind=FaultKind.REPLACED, seq=one.seq, sentence=said)
