"""Who holds how much of a work's rights, as the user said it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from desktop.model.works import Basis, Interest, Right, Share
from desktop.store import parties
from desktop.store.database import Connection, Row


def of_work(connection: Connection, work_id: int) -> tuple[Share, ...]:
    """Return the shares of a work, by right, in the order they were given."""
    rows = connection.execute(
        "SELECT shares.*, parties.* FROM shares JOIN parties USING (party_id) "
        "WHERE work_id = ? ORDER BY claimed_right, share_id",
        (work_id,),
    )
    return tuple(_share(row) for row in rows)


def put(connection: Connection, work_id: int, share: Share) -> None:
    """Keep a party's part of one right, replacing what stood there for the same side and time."""
    connection.execute(
        "DELETE FROM shares WHERE work_id = ? AND party_id = ? AND claimed_right = ? "
        "AND interest = ? AND starts = ?",
        (work_id, share.party.party_id, share.right.value, share.interest.value, share.starts),
    )
    _insert(connection, work_id, share)


def replace(connection: Connection, work_id: int, shares: Sequence[Share]) -> None:
    """Keep these shares of a work and no others."""
    connection.execute("DELETE FROM shares WHERE work_id = ?", (work_id,))
    for share in shares:
        _insert(connection, work_id, share)


def _insert(connection: Connection, work_id: int, share: Share) -> None:
    part = share.fraction
    connection.execute(
        "INSERT OR REPLACE INTO shares (work_id, party_id, claimed_right, interest, numerator, "
        "denominator, territories, starts, ends, basis) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            work_id,
            share.party.party_id,
            share.right.value,
            share.interest.value,
            part.numerator if part is not None else None,
            part.denominator if part is not None else None,
            " ".join(share.territories),
            share.starts,
            share.ends,
            share.basis.value,
        ),
    )


def _share(row: Row) -> Share:
    known = row["numerator"] is not None
    return Share(
        party=parties.from_row(row),
        right=Right(row["claimed_right"]),
        fraction=Fraction(row["numerator"], row["denominator"]) if known else None,
        territories=tuple(row["territories"].split()),
        interest=Interest(row["interest"]),
        starts=row["starts"],
        ends=row["ends"],
        basis=Basis(row["basis"]),
    )
