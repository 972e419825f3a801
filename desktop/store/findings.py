"""Findings on statements as they were kept, and what was decided about them; all append-only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from desktop.model.findings import (
    Channel,
    Decision,
    Deed,
    FindingState,
    KeptFinding,
    finding_ids,
)
from desktop.model.payments import Finding, Period, SignatureState
from desktop.model.times import from_seconds
from desktop.store.database import Connection, Row, insert

_CLOSED = {FindingState.DISMISSED, FindingState.SETTLED}
_KEPT = """
SELECT findings.*, statements.registry_id, statements.number, statements.revision,
registries.name AS registry,
statement_id IN (SELECT statement_id FROM counted_statements) AS counted
FROM findings JOIN statements USING (statement_id) JOIN registries USING (registry_id)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision with the finding it is about, as that stood on the day."""

    finding_id: str
    registry_id: int
    registry: str
    number: str
    revision: int
    statement_id: int | None
    finding: Finding
    decision: Decision


def kept(
    connection: Connection, statement_id: int | None = None, *, decided_only: bool = False
) -> list[KeptFinding]:
    """Return the findings of all statements, or of one number in all its revisions.

    One that an older revision had and the one that counts has no more is there once, as not found;
    so are those of a statement that was set aside. decided_only: of statements with a decision.
    """
    where, values = "", ()
    if statement_id is not None:
        where = (
            "WHERE (registry_id, number) = "
            "(SELECT registry_id, number FROM statements WHERE statement_id = ?)"
        )
        values = (statement_id,)  # type: ignore[assignment]
    elif decided_only:
        where = "WHERE (registry_id, number) IN (SELECT registry_id, number FROM finding_decisions)"
    rows = connection.execute(
        f"{_KEPT} {where} ORDER BY registry_id, number, counted, revision, finding_id", values
    ).fetchall()
    decided = decisions(connection)
    result: dict[str, KeptFinding] = {}
    for _, group in groupby(rows, key=lambda row: row["statement_id"]):
        of_one = list(group)
        read = [finding_of(row) for row in of_one]
        ids = finding_ids(of_one[0]["registry_id"], of_one[0]["number"], read)
        for row, finding, number in zip(of_one, read, ids, strict=True):
            result.pop(number, None)
            result[number] = KeptFinding(
                finding_id=number,
                finding=finding,
                registry_id=row["registry_id"],
                registry=row["registry"],
                number=row["number"],
                revision=row["revision"],
                statement_id=row["statement_id"],
                found=bool(row["counted"]),
                decisions=tuple(decided.get(number, ())),
            )
    return list(result.values())


def decide(
    connection: Connection,
    about: KeptFinding,
    deed: Deed,
    now_s: int,
    *,
    words: str,
    happened_on: date,
    channel: Channel | None = None,
    answer_id: int | None = None,
    document: bytes | None = None,
) -> tuple[int, str]:
    """Keep a decision; returns its number and the hash of its row for the journal."""
    values: dict[str, Any] = {
        "finding_key": about.finding_id,
        "registry_id": about.registry_id,
        "number": about.number,
        "revision": about.revision,
        "deed": deed.value,
        "words": words,
        "channel": channel.value if channel else "",
        "answer_id": answer_id,
        "document": document,
        "happened_on": happened_on.isoformat(),
        "finding": _finding_json(about.finding),
        "made_s": now_s,
    }
    return insert(connection, "finding_decisions", values), _row_hash(values)


def decisions(connection: Connection) -> dict[str, list[Decision]]:
    """Return finding → what was decided about it, oldest first."""
    found: dict[str, list[Decision]] = {}
    for row in connection.execute("SELECT * FROM finding_decisions ORDER BY decision_id"):
        found.setdefault(row["finding_key"], []).append(_decision(row))
    return found


def decided(connection: Connection) -> list[Decided]:
    """Return every decision with its finding, oldest first."""
    rows = connection.execute(
        "SELECT finding_decisions.*, registries.name AS registry, statement_id "
        "FROM finding_decisions JOIN registries USING (registry_id) "
        "LEFT JOIN statements USING (registry_id, number, revision) ORDER BY decision_id"
    )
    return [
        Decided(
            finding_id=row["finding_key"],
            registry_id=row["registry_id"],
            registry=row["registry"],
            number=row["number"],
            revision=row["revision"],
            statement_id=row["statement_id"],
            finding=_finding_from(row["finding"]),
            decision=_decision(row),
        )
        for row in rows
    ]


def row_hashes(connection: Connection) -> dict[int, str]:
    """Return decision → hash of its row as it stands, to compare with the journal's."""
    rows = connection.execute("SELECT * FROM finding_decisions ORDER BY decision_id")
    return {
        row["decision_id"]: _row_hash(
            {name: row[name] for name in row.keys() if name != "decision_id"}  # noqa: SIM118
        )
        for row in rows
    }


def number_of(connection: Connection, statement_id: int) -> tuple[int, str]:
    """Return (registry_id, number) of a statement; (0, "") if there is none."""
    row = connection.execute(
        "SELECT registry_id, number FROM statements WHERE statement_id = ?", (statement_id,)
    ).fetchone()
    return (row["registry_id"], row["number"]) if row else (0, "")


def closed_counts(connection: Connection) -> dict[int, int]:
    """Return statement → how many of its findings are dismissed or settled; most have none."""
    counts: dict[int, int] = {}
    for one in kept(connection, decided_only=True):
        if one.statement_id is not None and one.state in _CLOSED:
            counts[one.statement_id] = counts.get(one.statement_id, 0) + 1
    return counts


def finding_of(row: Row) -> Finding:
    """Return a finding from its row."""
    return Finding(
        check=row["code"],
        sentence=row["sentence"],
        expected=row["expected"],
        actual=row["actual"],
        lines=tuple(json.loads(row["lines"])),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The statement that a finding is about, as its document says."""

    sha256: str
    issued: date
    period: Period
    signature: SignatureState


def source_of(connection: Connection, statement_id: int) -> Source:
    """Return which document a finding on a statement comes from."""
    row = connection.execute(
        "SELECT sha256, issued, period_start, period_end, signature FROM statements "
        "WHERE statement_id = ?",
        (statement_id,),
    ).fetchone()
    return Source(
        sha256=row["sha256"],
        issued=date.fromisoformat(row["issued"]),
        period=Period(
            start=date.fromisoformat(row["period_start"]),
            end=date.fromisoformat(row["period_end"]),
        ),
        signature=SignatureState(row["signature"]),
    )


def lines_named(connection: Connection, statement_id: int, names: Sequence[str]) -> list[Row]:
    """Return the lines of a statement that a finding names, in the statement's order."""
    rows = connection.execute(
        "SELECT * FROM statement_lines WHERE statement_id = ? "
        "AND external_id IN (SELECT value FROM json_each(?)) ORDER BY position",
        (statement_id, json.dumps(list(names))),
    )
    return rows.fetchall()


def _decision(row: Row) -> Decision:
    return Decision(
        decision_id=row["decision_id"],
        deed=Deed(row["deed"]),
        words=row["words"],
        happened_on=date.fromisoformat(row["happened_on"]),
        made=from_seconds(row["made_s"]),
        channel=Channel(row["channel"]) if row["channel"] else None,
        document=bytes(row["document"] or b""),
    )


def _finding_json(one: Finding) -> str:
    return json.dumps(
        {
            "check": one.check,
            "sentence": one.sentence,
            "expected": one.expected,
            "actual": one.actual,
            "lines": one.lines,
        },
        ensure_ascii=False,
    )


def _finding_from(text: str) -> Finding:
    said = json.loads(text)
    return Finding(**{**said, "lines": tuple(said["lines"])})


def _row_hash(values: dict[str, Any]) -> str:
    """Hash every column by name; of a document its own hash."""
    plain = {
        name: hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else value
        for name, value in values.items()
    }
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
