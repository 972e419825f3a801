"""Keeps a statement that a registry wrote itself, whether it was fetched or came as a file."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.model.payments import Finding, Statement
from desktop.model.statement_files import Arrival
from desktop.store import events, statements
from desktop.store.database import Connection
from desktop.store.events import Fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptStatement:
    """What became of it."""

    statement_id: int
    arrival: Arrival
    findings: list[Finding]


def keep_statement(
    tx: Connection, registry_id: int, statement: Statement, findings: list[Finding], now_s: int
) -> KeptStatement:
    """Keep a statement that is new; of one with the same number and other bytes, both.

    findings: of its checks. The one that was here first goes on to count.
    """
    known = statements.find(tx, registry_id, statement.number, statement.revision)
    if known is None:
        statement_id = statements.keep(tx, registry_id, statement, now_s)
        statements.keep_findings(tx, statement_id, findings)
        return KeptStatement(statement_id=statement_id, arrival=Arrival.NEW, findings=findings)
    statement_id, sha256 = known
    if sha256 == statement.sha256:
        return KeptStatement(statement_id=statement_id, arrival=Arrival.HERE, findings=findings)
    restated = silent_restatement(sha256, statement.sha256)
    statements.keep_findings(tx, statement_id, [restated])
    fetch = Fetch(kind="statement", number=statement.number, revision=statement.revision)
    events.keep_refused(tx, registry_id, fetch, statement.document, restated.sentence, now_s)
    return KeptStatement(statement_id=statement_id, arrival=Arrival.CHANGED, findings=[restated])


def silent_restatement(before: str, now: str) -> Finding:
    """Return what is found of a statement that was changed without a new revision."""
    return Finding(
        check="I3",
        sentence="The registry changed this statement without a new revision; both are kept.",
        expected=before,
        actual=now,
    )
