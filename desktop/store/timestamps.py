"""Lists of claims that were stamped, by whom, and the proofs; nothing of them is ever changed."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.errors import UsageProblem
from desktop.model.timestamps import ServiceKind, Timestamp, TimestampService, TimestampState
from desktop.store.database import Connection, Row
from desktop.store.engine import sqlite3

_ROWS = """
SELECT timestamps.*, timestamp_lists.sha256, timestamp_lists.document AS list_document,
    timestamp_services.name, timestamp_services.kind, timestamp_services.url,
    timestamp_services.roots, timestamp_services.used,
    (SELECT count(*) FROM timestamp_list_claims AS listed
        WHERE listed.list_id = timestamps.list_id) AS claims,
    newest.document AS proof, newest.said
FROM timestamps JOIN timestamp_lists USING (list_id) JOIN timestamp_services USING (service_id)
LEFT JOIN timestamp_proofs AS newest ON newest.proof_id =
    (SELECT max(proof_id) FROM timestamp_proofs AS p WHERE p.timestamp_id = timestamps.timestamp_id)
"""


def add_service(
    connection: Connection, name: str, kind: ServiceKind, url: str, roots: bytes, now_s: int
) -> None:
    """Keep a service. Raises UsageProblem if the name is taken."""
    try:
        connection.execute(
            "INSERT INTO timestamp_services (name, kind, url, roots, added_s) "
            "VALUES (?, ?, ?, ?, ?)",
            (name, kind.value, url, roots, now_s),
        )
    except sqlite3.IntegrityError as error:
        raise UsageProblem(
            f"There is a timestamp service called {name!r} already.", advice="Choose another name."
        ) from error


def set_used(connection: Connection, name: str, *, used: bool) -> None:
    """Keep whether new lists go to a service. Raises UsageProblem."""
    cursor = connection.execute(
        "UPDATE timestamp_services SET used = ? WHERE name = ?", (int(used), name)
    )
    if not cursor.rowcount:
        raise UsageProblem(
            f"There is no timestamp service called {name!r}.", advice="`timestamps services`"
        )


def services(connection: Connection) -> list[TimestampService]:
    """Return every service in the order in which they were added."""
    rows = connection.execute("SELECT * FROM timestamp_services ORDER BY service_id")
    return [_service(row) for row in rows]


def not_listed(connection: Connection, limit: int) -> dict[int, str]:
    """Return claim_id → hash of signed claims that are on no list yet, oldest first."""
    rows = connection.execute(
        "SELECT claim_id, claim_hash FROM claims WHERE claim_id NOT IN "
        "(SELECT claim_id FROM timestamp_list_claims) ORDER BY claim_id LIMIT ?",
        (limit,),
    )
    return {row["claim_id"]: row["claim_hash"] for row in rows}


def count_not_listed(connection: Connection) -> int:
    """Return how many claims are on no list yet."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM claims) - (SELECT count(*) FROM timestamp_list_claims)"
    ).fetchone()
    return int(row[0])


def keep_list(
    connection: Connection, claims: Mapping[int, str], sha256: str, document: bytes, now_s: int
) -> None:
    """Keep a list of claims (claim_id → hash), to be stamped by every service in use."""
    cursor = connection.execute(
        "INSERT INTO timestamp_lists (sha256, document, made_s) VALUES (?, ?, ?)",
        (sha256, document, now_s),
    )
    connection.executemany(
        "INSERT INTO timestamp_list_claims (claim_id, list_id) VALUES (?, ?)",
        [(claim_id, cursor.lastrowid) for claim_id in claims],
    )


def queue(connection: Connection) -> None:
    """Queue every list at every service in use that has not stamped it."""
    connection.execute(
        "INSERT INTO timestamps (list_id, service_id) "
        "SELECT list_id, service_id FROM timestamp_lists, timestamp_services WHERE used "
        "EXCEPT SELECT list_id, service_id FROM timestamps"
    )


def due(connection: Connection, now_s: int, *, eager: bool = False) -> list[Timestamp]:
    """Return what is to be asked for now: queued first.

    eager: also what waits after a failed try; a promise is never asked about before its time.
    """
    rows = connection.execute(
        f"{_ROWS} WHERE used AND (timestamps.state = 'queued' AND (not_before_s <= ?1 OR ?2) "
        "OR timestamps.state = 'promised' AND not_before_s <= ?1) "
        "ORDER BY timestamps.state DESC, timestamp_id",
        (now_s, int(eager)),
    )
    return [_timestamp(row) for row in rows]


def everything(connection: Connection) -> list[Timestamp]:
    """Return every timestamp, newest first."""
    return [_timestamp(row) for row in connection.execute(f"{_ROWS} ORDER BY timestamp_id DESC")]


def of_work(connection: Connection, work_id: int) -> list[Timestamp]:
    """Return the timestamps of the lists that have a work's claims, oldest first."""
    rows = connection.execute(
        f"{_ROWS} WHERE timestamps.list_id IN (SELECT list_id FROM timestamp_list_claims "
        "JOIN claims USING (claim_id) WHERE work_id = ?) ORDER BY timestamp_id",
        (work_id,),
    )
    return [_timestamp(row) for row in rows]


def claims_by_state(connection: Connection) -> dict[TimestampState, int]:
    """Return how many claims stand where; what one service proved is proved."""
    rows = connection.execute(
        """
        SELECT best, sum(claims) AS claims FROM (
            SELECT CASE WHEN max(state = 'proved') THEN 'proved'
                WHEN max(state = 'promised') THEN 'promised' ELSE 'queued' END AS best,
                (SELECT count(*) FROM timestamp_list_claims AS listed
                    WHERE listed.list_id = timestamps.list_id) AS claims
            FROM timestamps GROUP BY list_id
        ) GROUP BY best
        """
    )
    return {TimestampState(row["best"]): row["claims"] for row in rows}


def problems(connection: Connection) -> list[str]:
    """Return what went wrong last with services that are still asked, each sentence once."""
    rows = connection.execute(
        "SELECT DISTINCT last_problem FROM timestamps JOIN timestamp_services USING (service_id) "
        "WHERE used AND last_problem <> '' ORDER BY 1"
    )
    return [row["last_problem"] for row in rows]


def keep_proof(
    connection: Connection,
    timestamp_id: int,
    document: bytes,
    said: str,
    *,
    state: TimestampState,
    not_before_s: int,
    now_s: int,
) -> None:
    """Keep a proof and where it stands; earlier ones stay."""
    connection.execute(
        "INSERT INTO timestamp_proofs (timestamp_id, document, said, kept_s) VALUES (?, ?, ?, ?)",
        (timestamp_id, document, said, now_s),
    )
    connection.execute(
        "UPDATE timestamps SET state = ?, not_before_s = ?, attempts = 0, last_problem = '' "
        "WHERE timestamp_id = ?",
        (state.value, not_before_s, timestamp_id),
    )


def wait(connection: Connection, timestamp_id: int, not_before_s: int, problem: str) -> None:
    """Let it be asked for later, with what went wrong, if something did."""
    connection.execute(
        "UPDATE timestamps SET not_before_s = ?, attempts = attempts + 1, last_problem = ? "
        "WHERE timestamp_id = ?",
        (not_before_s, problem, timestamp_id),
    )


def refuse(connection: Connection, timestamp_id: int, problem: str) -> None:
    """Record a final no."""
    connection.execute(
        "UPDATE timestamps SET state = 'refused', last_problem = ? WHERE timestamp_id = ?",
        (problem, timestamp_id),
    )


def _timestamp(row: Row) -> Timestamp:
    return Timestamp(
        timestamp_id=row["timestamp_id"],
        list_id=row["list_id"],
        list_hash=row["sha256"],
        service=_service(row),
        state=TimestampState(row["state"]),
        claims=row["claims"],
        document=bytes(row["list_document"]),
        proof=bytes(row["proof"] or b""),
        said=row["said"] or "",
        attempts=row["attempts"],
        last_problem=row["last_problem"],
    )


def _service(row: Row) -> TimestampService:
    return TimestampService(
        service_id=row["service_id"],
        name=row["name"],
        kind=ServiceKind(row["kind"]),
        url=row["url"],
        roots=bytes(row["roots"]),
        used=bool(row["used"]),
    )
