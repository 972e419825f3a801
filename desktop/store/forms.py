"""Folders made for forms: what went into them, and what the user said became of them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from desktop.errors import UsageProblem
from desktop.model.claims import ClaimState
from desktop.model.forms import (
    FormEvent,
    Happening,
    Submission,
    SubmissionState,
    SubmittedWork,
)
from desktop.model.times import from_seconds
from desktop.store.database import Connection, Row

_OPEN = "('begun', 'made')"
_LAST = """(SELECT event FROM form_events WHERE form_events.submission_id = s.submission_id
    ORDER BY form_event_id DESC LIMIT 1)"""
_OPEN_ONES = f"""SELECT s.submission_id FROM form_submissions AS s
    WHERE s.registry_id = ? AND {_LAST} IN {_OPEN}"""
_LAST_SENT = """(SELECT detail FROM form_events WHERE form_events.submission_id = s.submission_id
    AND event = 'sent' ORDER BY form_event_id DESC LIMIT 1)"""
_SUBMISSIONS = f"""
SELECT s.*, registries.name AS registry, {_LAST} AS event, {_LAST_SENT} AS sent,
    count(claim_states.claim_id) AS works,
    coalesce(sum(claim_states.state = 'accepted'), 0) AS accepted,
    coalesce(sum(claim_states.state = 'rejected'), 0) AS rejected,
    coalesce(sum(claim_states.state IN ('acknowledged', 'under_review')), 0) AS waiting
FROM form_submissions AS s JOIN registries USING (registry_id)
JOIN form_submission_claims USING (submission_id)
JOIN claim_states ON claim_states.claim_id = form_submission_claims.claim_id
    AND claim_states.registry_id = s.registry_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingClaim:
    """A claim that waits for a form. folder: the submission that holds its work, or None."""

    claim_id: int
    work_id: int
    claim_hash: str
    document: bytes
    folder: int | None


def waiting(connection: Connection, registry_id: int) -> list[WaitingClaim]:
    """Return the newest queued claim of each work, oldest first."""
    held = waiting_works(connection, registry_id)
    rows = connection.execute(
        "SELECT claim_id, work_id, claim_hash, document FROM claims WHERE claim_id IN "
        "(SELECT max(claims.claim_id) FROM outbox JOIN claims USING (claim_id) "
        "WHERE outbox.registry_id = ? AND outbox.state = 'queued' GROUP BY claims.work_id) "
        "ORDER BY claim_id",
        (registry_id,),
    )
    return [
        WaitingClaim(
            claim_id=row["claim_id"],
            work_id=row["work_id"],
            claim_hash=row["claim_hash"],
            document=bytes(row["document"]),
            folder=held[row["work_id"]],
        )
        for row in rows
    ]


def outdated(connection: Connection, registry_id: int) -> list[int]:
    """Return queued claims of works of which a newer claim is queued too."""
    rows = connection.execute(
        "SELECT claim_id FROM outbox JOIN claims USING (claim_id) WHERE outbox.registry_id = ?1 "
        "AND outbox.state = 'queued' AND EXISTS (SELECT 1 FROM outbox AS later "
        "JOIN claims AS newer ON newer.claim_id = later.claim_id "
        "WHERE later.registry_id = ?1 AND later.state = 'queued' "
        "AND newer.work_id = claims.work_id AND newer.claim_id > claims.claim_id)",
        (registry_id,),
    )
    return [row["claim_id"] for row in rows]


def waiting_works(connection: Connection, registry_id: int) -> dict[int, int | None]:
    """Return work → the submission that holds it, or None, of all works that wait for a form."""
    held = {
        row["work_id"]: row["submission_id"]
        for row in connection.execute(
            "SELECT work_id, max(submission_id) AS submission_id FROM form_submission_claims "
            f"JOIN claims USING (claim_id) WHERE submission_id IN ({_OPEN_ONES}) GROUP BY work_id",
            (registry_id,),
        )
    }
    queued = connection.execute(
        "SELECT DISTINCT work_id FROM outbox JOIN claims USING (claim_id) "
        "WHERE registry_id = ? AND state = 'queued'",
        (registry_id,),
    )
    return {row["work_id"]: held.get(row["work_id"]) for row in queued}


def held_claims(connection: Connection, registry_id: int) -> dict[int, int]:
    """Return claim → the submission that holds it and was not recorded as sent yet."""
    rows = connection.execute(
        "SELECT claim_id, max(submission_id) AS submission_id FROM form_submission_claims "
        f"WHERE submission_id IN ({_OPEN_ONES}) GROUP BY claim_id",
        (registry_id,),
    )
    return {row["claim_id"]: row["submission_id"] for row in rows}


def lacking(
    connection: Connection, registry_id: int, limit: int = 1000
) -> list[tuple[int, str, str]]:
    """Return (work_id, title, problem) of waiting works that were left out of a folder."""
    rows = connection.execute(
        "SELECT work_id, works.title, last_problem FROM outbox JOIN claims USING (claim_id) "
        "JOIN works USING (work_id) WHERE registry_id = ? AND state = 'queued' "
        "AND last_problem <> '' ORDER BY claim_id LIMIT ?",
        (registry_id, limit),
    )
    return [(row["work_id"], row["title"], row["last_problem"]) for row in rows]


def begin(
    connection: Connection,
    *,
    registry_id: int,
    form: bytes,
    folder: Path,
    part: int,
    parts: int,
    claim_ids: Sequence[int],
    files: Mapping[str, bytes],
    now_s: int,
) -> int:
    """Keep what a folder will hold, before it is written; returns the submission's number."""
    cursor = connection.execute(
        "INSERT INTO form_submissions (registry_id, form_sha256, folder, part, parts, begun_s) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (registry_id, _attach(connection, form, now_s), os.fsencode(folder), part, parts, now_s),
    )
    submission_id = int(cursor.lastrowid or 0)
    connection.executemany(
        "INSERT INTO form_submission_claims (submission_id, position, claim_id) VALUES (?, ?, ?)",
        [(submission_id, position, one) for position, one in enumerate(claim_ids, start=1)],
    )
    connection.executemany(
        "INSERT INTO form_submission_files (submission_id, name, sha256) VALUES (?, ?, ?)",
        [
            (submission_id, name, _attach(connection, data, now_s))
            for name, data in sorted(files.items())
        ],
    )
    add_event(connection, submission_id, FormEvent.BEGUN, now_s)
    return submission_id


def add_event(
    connection: Connection,
    submission_id: int,
    event: FormEvent,
    now_s: int,
    detail: Mapping[str, str] | None = None,
) -> None:
    """Keep that something happened to a submission."""
    connection.execute(
        "INSERT INTO form_events (submission_id, event, detail, time_s) VALUES (?, ?, ?, ?)",
        (submission_id, event.value, json.dumps(dict(detail or {}), ensure_ascii=False), now_s),
    )


def submissions(connection: Connection, registry_id: int | None = None) -> list[Submission]:
    """Return all submissions, or one registry's, newest first."""
    clause, values = ("WHERE s.registry_id = ?", (registry_id,)) if registry_id else ("", ())
    rows = connection.execute(
        f"{_SUBMISSIONS} {clause} GROUP BY s.submission_id ORDER BY s.submission_id DESC", values
    )
    return [_submission(row) for row in rows]


def submission(connection: Connection, submission_id: int) -> Submission:
    """Return a submission. Raises UsageProblem."""
    row = connection.execute(
        f"{_SUBMISSIONS} WHERE s.submission_id = ? GROUP BY s.submission_id", (submission_id,)
    ).fetchone()
    if row is None:
        raise UsageProblem(
            f"There is no submission {submission_id}.", advice="`form list` shows them."
        )
    return _submission(row)


def recover(connection: Connection, now_s: int) -> int:
    """After a crash: a folder that was begun is made if it is there, else given up.

    It stands whole under its name or not at all. Returns how many were settled.
    """
    rows = connection.execute(
        f"SELECT submission_id, folder FROM form_submissions AS s WHERE {_LAST} = 'begun'"
    ).fetchall()
    for row in rows:
        there = Path(os.fsdecode(row["folder"])).is_dir()
        event = FormEvent.MADE if there else FormEvent.ABANDONED
        add_event(connection, row["submission_id"], event, now_s)
    return len(rows)


def works(connection: Connection, submission_id: int) -> list[SubmittedWork]:
    """Return the rows of a submission in their order."""
    rows = connection.execute(
        "SELECT claims.claim_id, claims.work_id, works.title, claim_states.state, "
        "claim_states.reason FROM form_submission_claims AS c JOIN claims USING (claim_id) "
        "JOIN works USING (work_id) JOIN form_submissions AS s USING (submission_id) "
        "JOIN claim_states ON claim_states.claim_id = c.claim_id "
        "AND claim_states.registry_id = s.registry_id WHERE submission_id = ? ORDER BY position",
        (submission_id,),
    )
    return [
        SubmittedWork(
            claim_id=row["claim_id"],
            work_id=row["work_id"],
            title=row["title"],
            state=ClaimState(row["state"]),
            reason=row["reason"],
        )
        for row in rows
    ]


def happenings(connection: Connection, submission_id: int) -> list[Happening]:
    """Return what happened to a submission, oldest first."""
    rows = connection.execute(
        "SELECT * FROM form_events WHERE submission_id = ? ORDER BY form_event_id",
        (submission_id,),
    )
    return [
        Happening(
            event=FormEvent(row["event"]),
            time=from_seconds(row["time_s"]),
            detail=json.loads(row["detail"]),
        )
        for row in rows
    ]


def files(connection: Connection, submission_id: int) -> dict[str, bytes]:
    """Return the sheets of a submission as they were written, by name."""
    rows = connection.execute(
        "SELECT name, data FROM form_submission_files JOIN attachments USING (sha256) "
        "WHERE submission_id = ? ORDER BY name",
        (submission_id,),
    )
    return {row["name"]: bytes(row["data"]) for row in rows}


def _attach(connection: Connection, data: bytes, now_s: int) -> str:
    sha256 = hashlib.sha256(data).hexdigest()
    connection.execute(
        "INSERT OR IGNORE INTO attachments (sha256, data, kept_s) VALUES (?, ?, ?)",
        (sha256, data, now_s),
    )
    return sha256


def _submission(row: Row) -> Submission:
    sent = json.loads(row["sent"]) if row["sent"] else {}
    state = SubmissionState(row["event"])
    if state is SubmissionState.ANSWERED and row["waiting"]:
        state = SubmissionState.SENT
    return Submission(
        submission_id=row["submission_id"],
        registry_id=row["registry_id"],
        registry=row["registry"],
        folder=Path(os.fsdecode(row["folder"])),
        part=row["part"],
        parts=row["parts"],
        state=state,
        made=from_seconds(row["begun_s"]),
        works=row["works"],
        number=sent.get("number", ""),
        sent=date.fromisoformat(sent["date"]) if sent.get("date") else None,
        accepted=row["accepted"],
        rejected=row["rejected"],
        waiting=row["waiting"],
    )
