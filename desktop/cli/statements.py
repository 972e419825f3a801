"""statements: what payers say they owe you, by sync and from files."""

from __future__ import annotations

from collections import Counter
from typing import Any

import click

from desktop.cli.findings import finding_json as kept_finding_json
from desktop.cli.originals import original
from desktop.cli.session import Session, command
from desktop.cli.statement_files import COMMANDS
from desktop.cli.statement_words import finding_json, period_json
from desktop.flows.weighing import CLOSED, look_again
from desktop.store import events as events_store
from desktop.store import statements as statements_store
from desktop.store.events import Fetch
from desktop.store.statements import StatementRow


@click.group()
def statements() -> None:
    """What registries and other payers say they owe you."""


for _command in COMMANDS:
    statements.add_command(_command)


statements.add_command(original)


statements.add_command(original)


@statements.command("list")
@command
def list_(session: Session) -> None:
    """List statements, newest first."""
    with session.open(read_only=True) as services, services.store.read() as connection:
        kept = set()
        for row in statements_store.rows(connection):
            kept.add((row.registry, row.number, row.revision))
            session.out.row(_statement_json(row), _statement_text(row))
        for registry, fetch, problem in events_store.refused(connection):
            if fetch.kind == "statement" and (registry, fetch.number, fetch.revision) not in kept:
                _write_refused(session, registry, fetch, problem)


@statements.command("check")
@click.argument("statement_id", type=int)
@command
def check(session: Session, statement_id: int) -> None:
    """Do the sums of a statement again and show what does not hold."""
    with session.open(read_only=True) as services:
        found = look_again(statement_id, services)
        with services.store.read() as connection:
            rows = statements_store.rows(connection)
    row = next(row for row in rows if row.statement_id == statement_id)
    session.out.problems += sum(one.state not in CLOSED for one in found)
    data = _statement_json(row) | {"findings": [kept_finding_json(one) for one in found]}
    words = [
        f"{one.finding_id}  {one.state.value}: {one.finding.sentence} "
        f"Expected {one.finding.expected}, found {one.finding.actual}."
        for one in found
    ]
    session.out.row(data, "\n".join([_statement_text(row), *words]))


def _write_refused(session: Session, registry: str, fetch: Fetch, problem: str) -> None:
    """A statement that was not believed has no figures: only who sent what, and why not (I1)."""
    finding = {
        "check": "I1",
        "sentence": problem,
        "expected": "a valid signature of the registry over the statement",
        "actual": "a document that cannot be believed",
        "lines": [],
    }
    data = {
        "statement_id": None,
        "registry": registry,
        "number": fetch.number,
        "revision": fetch.revision,
        "period": None,
        "currency": None,
        "payable": None,
        "signature": "invalid",
        "findings": [finding],
    }
    session.out.row(data, f"     –  {registry}  {fetch.number}  not believed (I1): {problem}")


def _statement_json(row: StatementRow) -> dict[str, Any]:
    return {
        "statement_id": row.statement_id,
        "registry": row.registry,
        "number": row.number,
        "revision": row.revision,
        "period": period_json(row.period),
        "currency": row.payable.currency,
        "payable": str(row.payable),
        "signature": row.signature.value,
        "lines": row.lines,
        "aside": row.aside,
        "findings": [finding_json(finding) for finding in row.findings],
    }


def _statement_text(row: StatementRow) -> str:
    counts = Counter(f.check for f in row.findings)
    checks = ", ".join(f"{check} ×{n}" if n > 1 else check for check, n in counts.items())
    findings = f"  ·  {checks}" if checks else ""
    aside = "  ·  set aside, does not count" if row.aside else ""
    return (
        f"{row.statement_id:>6}  {row.registry}  {row.number}  {row.period.start:%Y-%m}  "
        f"{row.payable} {row.payable.currency}  signature {row.signature.value}{findings}{aside}"
    )
