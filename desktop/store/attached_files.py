"""Files kept with payments, bank entries and payouts. Append-only: taking one away is a mark."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from desktop.errors import UsageProblem
from desktop.model.attachments import AttachedFile, AttachedTo
from desktop.store.database import Connection, Row, insert

_TAKEN = (
    "coalesce((SELECT taken_away FROM attached_file_marks AS mark "
    "WHERE mark.attached_id = files.attached_id ORDER BY attached_file_mark_id DESC LIMIT 1), 0)"
)
# A payment is the statement that counts now, whichever revision the file was attached to.
_FILES = f"""
SELECT files.*, {_TAKEN} AS taken_away, (SELECT statement_id FROM counted_statements AS newest
    WHERE newest.registry_id = files.registry_id AND newest.number = files.payment_number)
    AS payment_id
FROM attached_files AS files
"""


def add(connection: Connection, file: AttachedFile, data: bytes, now_s: int) -> AttachedFile:
    """Keep a file with its bytes; the same bytes there again add nothing, and bring it back.

    Raises UsageProblem if what it is to be kept with is not here.
    """
    place = _place(connection, file.to, file.number)
    sha256 = hashlib.sha256(data).hexdigest()
    known = [one for one in of(connection, file.to, file.number, all_=True) if one.sha256 == sha256]
    if known:
        if known[0].taken_away:
            mark(connection, known[0].attached_id, False, now_s)
        return replace(known[0], taken_away=False)
    connection.execute(
        "INSERT OR IGNORE INTO attachments (sha256, data, kept_s) VALUES (?, ?, ?)",
        (sha256, data, now_s),
    )
    values = {
        "sha256": sha256,
        "size_bytes": len(data),
        "name": file.name,
        "mediatype": file.mediatype,
        "dated": file.dated,
        "note": file.note,
        "kept_s": now_s,
    }
    attached_id = insert(connection, "attached_files", {**place, **values})
    return by_id(connection, attached_id)


def of(
    connection: Connection, to: AttachedTo, number: int, *, all_: bool = False
) -> list[AttachedFile]:
    """Return the files kept with something, oldest first; all_: also those taken away."""
    place = _place(connection, to, number)
    where = " AND ".join(f"files.{column} = ?" for column in place)
    rows = connection.execute(f"{_FILES} WHERE {where} ORDER BY attached_id", tuple(place.values()))
    return [replace(one, number=number) for one in map(_file, rows) if all_ or not one.taken_away]


def everything(connection: Connection, *, all_: bool = False) -> list[AttachedFile]:
    """Return every file, oldest first; all_: also those taken away."""
    rows = connection.execute(f"{_FILES} ORDER BY attached_id")
    return [one for one in map(_file, rows) if all_ or not one.taken_away]


def by_id(connection: Connection, attached_id: int) -> AttachedFile:
    """Return a file, also one that was taken away. Raises UsageProblem."""
    row = connection.execute(f"{_FILES} WHERE attached_id = ?", (attached_id,)).fetchone()
    if row is None:
        raise UsageProblem(
            f"There is no attachment {attached_id}.", advice="`attachments list` shows them."
        )
    return _file(row)


def data_of(connection: Connection, sha256: str) -> bytes:
    """Return the bytes of a file that is kept."""
    row = connection.execute("SELECT data FROM attachments WHERE sha256 = ?", (sha256,)).fetchone()
    return bytes(row["data"])


def mark(connection: Connection, attached_id: int, taken_away: bool, now_s: int) -> None:
    """Take a file away, or put it back; its bytes stay."""
    values = {"attached_id": attached_id, "taken_away": int(taken_away), "marked_s": now_s}
    insert(connection, "attached_file_marks", values)


def changed_bytes(connection: Connection) -> tuple[int, list[str]]:
    """Return how many files the library keeps of any kind, and the hashes of those changed."""
    count, bad = 0, []
    for row in connection.execute("SELECT sha256, data FROM attachments"):
        count += 1
        if hashlib.sha256(row["data"]).hexdigest() != row["sha256"]:
            bad.append(str(row["sha256"]))
    return count, bad


def _place(connection: Connection, to: AttachedTo, number: int) -> dict[str, object]:
    """Return the columns that say what a file is kept with. Raises UsageProblem."""
    query, words, shown = _PLACES[to]
    row = connection.execute(query, (number,)).fetchone()
    if row is None:
        raise UsageProblem(f"There is no {words} {number}.", advice=f"`{shown}` lists them.")
    return dict(row)


_PLACES = {
    AttachedTo.PAYMENT: (
        "SELECT registry_id, number AS payment_number FROM statements WHERE statement_id = ?",
        "payment",
        "payments",
    ),
    AttachedTo.BANK_ENTRY: (
        "SELECT entry_id FROM bank_entries WHERE entry_id = ?",
        "bank entry",
        "bank entries",
    ),
    AttachedTo.PAYOUT: (
        "SELECT payout_id FROM collaborator_payouts WHERE payout_id = ?",
        "payout",
        "share payouts",
    ),
}


def _file(row: Row) -> AttachedFile:
    if row["registry_id"] is not None:
        to, number = AttachedTo.PAYMENT, row["payment_id"] or 0
    elif row["entry_id"] is not None:
        to, number = AttachedTo.BANK_ENTRY, row["entry_id"]
    else:
        to, number = AttachedTo.PAYOUT, row["payout_id"]
    return AttachedFile(
        attached_id=row["attached_id"],
        to=to,
        number=number,
        name=row["name"],
        mediatype=row["mediatype"],
        size_bytes=row["size_bytes"],
        sha256=row["sha256"],
        kept_s=row["kept_s"],
        dated=row["dated"],
        note=row["note"],
        taken_away=bool(row["taken_away"]),
    )
