"""Statements from files: looked at first, then kept; the same file again adds nothing.

All statements of a file are kept in one transaction with its bytes, their lines and findings.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.errors import Cancelled as StoppedByUser
from desktop.errors import StatementProblem
from desktop.flows.knowing import known_in, paid_numbers
from desktop.flows.mapping import all_mappings, named_mapping
from desktop.flows.signed_files import import_signed, is_signed_file, preview_signed
from desktop.flows.versions import Plan, plans_for
from desktop.model.money import Money
from desktop.model.payer_works import PayerWorkName
from desktop.model.payments import Finding, Statement, StatementLine
from desktop.model.progress import Cancelled, Progress, Report, never, silent
from desktop.model.registries import Registry
from desktop.model.statement_files import (
    Arrival,
    RefusedRow,
    StatementFile,
    StatementInFile,
)
from desktop.payments.checks import Checker
from desktop.payments.checks.known import Known
from desktop.payments.statement_files.gathering import (
    MOST_NAMES as ALL_NAMES,
)
from desktop.payments.statement_files.gathering import (
    FileRead,
    gather,
    refused_finding,
    statement_of,
)
from desktop.payments.statement_files.opening import Fit, fit_to, fitting, read_rows
from desktop.payments.statement_files.rows import Group, Read, Refused, Total
from desktop.services import Services
from desktop.store import (
    documents,
    journal,
    payer_works,
    registries,
    statement_lines,
    statement_versions,
    statements,
)
from desktop.store.database import Connection
from desktop.tables.streaming import TableFile, look_at

REPORT_EVERY = 5000
MOST_SHOWN = 500
MOST_NAMES = 2000
Heads = dict[Group, tuple[int, Statement]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A file that was read once: what it holds, by which mapping, of which payer."""

    table: TableFile
    fit: Fit
    read: FileRead
    payer: str


def preview_statements(
    path: Path,
    services: Services,
    report: Report = silent,
    cancelled: Cancelled = never,
    *,
    mapping: str = "",
    payer: str = "",
) -> StatementFile:
    """Return what importing a file would do; nothing is kept.

    mapping: its name; "" for the one that fits best. payer: who pays, if the mapping does not say.
    Raises StatementProblem or TableProblem if nothing of it can be read, UsageProblem, Cancelled.
    """
    if is_signed_file(path):
        return preview_signed(path, services, payer=payer)
    opened = _open(path, services, report, cancelled, mapping=mapping, payer=payer)
    with services.store.read() as connection:
        registry = registries.find(connection, opened.payer)
        plans = plans_for(connection, registry, opened.read.statements)
        registry_id = registry.registry_id if registry else None
        names = opened.read.names
        unmatched = payer_works.unknown(connection, registry_id, names[:MOST_NAMES])
    return _result(opened, [_shown(opened, plan) for plan in plans], unmatched)


def import_statements(
    path: Path,
    services: Services,
    report: Report = silent,
    cancelled: Cancelled = never,
    *,
    mapping: str = "",
    payer: str = "",
) -> StatementFile:
    """Keep the statements of a file that are new or changed; what is here already stays.

    Raises as preview_statements; then nothing is kept.
    """
    if is_signed_file(path):
        return import_signed(path, services, payer=payer)
    opened = _open(path, services, report, cancelled, mapping=mapping, payer=payer)
    now_s = services.now_s()
    with services.store.write() as tx:
        registry = registries.payer_named(tx, opened.payer)
        plans = plans_for(tx, registry, opened.read.statements)
        fresh = [plan for plan in plans if plan.arrival is not Arrival.HERE]
        shown = [_shown(opened, plan) for plan in plans]
        matched = 0
        if fresh:
            document_id = documents.keep(tx, path, opened.table.sha256, now_s)
            payer_works.keep_names(tx, registry.registry_id, opened.read.names, now_s)
            matched = payer_works.match_known(tx, registry.registry_id, now_s)
            heads = _keep_heads(tx, registry, opened, fresh, document_id, now_s)
            paid = paid_numbers(registry, services)
            checks = _check_as_they_come(tx, registry, opened, fresh, heads, paid)
            rows = _watched(
                read_rows(opened.table, opened.fit), report, cancelled, f"Keeping {path.name}"
            )
            _keep_lines(tx, registry, rows, fresh, heads, checks, now_s)
            matched += payer_works.match_known(tx, registry.registry_id, now_s)
            for plan in fresh:
                number, head = heads[plan.gathered.group]
                checker = checks or _checked(tx, registry, number, head, paid)
                findings = _findings(checker, plan, head, opened.read.homeless)
                statements.keep_findings(tx, number, findings)
                at = plans.index(plan)
                shown[at] = replace(shown[at], statement_id=number, findings=tuple(findings))
        _count_again(tx, plans, now_s)
        detail = {
            "new": sum(1 for plan in plans if plan.arrival is Arrival.NEW),
            "changed": sum(1 for plan in plans if plan.arrival is Arrival.CHANGED),
            "all": len(plans),
            "refused": opened.read.refused,
            "matched": matched,
        }
        journal.add(tx, now_s, "statements.imported", registry.name, detail)
        names = opened.read.names
        unmatched = payer_works.unknown(tx, registry.registry_id, names[:MOST_NAMES])
    return replace(_result(opened, shown, unmatched), matched_now=matched)


def choose_fit(table: TableFile, services: Services, mapping: str) -> Fit:
    """Return how a file is read: by the named mapping, else the one that fits best.

    Raises StatementProblem if none fits, UsageProblem for a name nobody knows.
    """
    if mapping:
        return fit_to(table, named_mapping(mapping, services))
    fits = fitting(table, all_mappings(services))
    if not fits:
        raise StatementProblem(
            "No mapping fits this file: its headings are not known.",
            advice="Say once what its columns mean: `statements learn FILE`, or "
            "“Import statement…” in the window.",
        )
    return fits[0]


def _open(
    path: Path,
    services: Services,
    report: Report,
    cancelled: Cancelled,
    *,
    mapping: str,
    payer: str,
) -> _Opened:
    table = look_at(path)
    fit = choose_fit(table, services, mapping)
    name = payer.strip() or fit.mapping.payer
    if not name:
        raise StatementProblem(
            f"The mapping {fit.mapping.title!r} does not say who pays.",
            advice="Say it under “Who pays”, or with --payer NAME.",
        )
    rows = read_rows(table, fit, whole=False)
    read = gather(_watched(rows, report, cancelled, f"Reading {path.name}"))
    if not read.statements:
        said = [*(one.message for one in read.problems), *read.notes]
        why = said[0] if said else "It has no rows below its headings."
        raise StatementProblem(f"Nothing of this file can be read. {why}")
    if any(one.too_large for one in read.statements):
        raise StatementProblem(
            "The rows of this file come to more than any amount that can be kept.",
            advice="Look at its largest amounts; ask for the file again.",
        )
    return _Opened(table=table, fit=fit, read=read, payer=name)


def _watched(
    rows: Iterator[Read | Total | Refused], report: Report, cancelled: Cancelled, label: str
) -> Iterator[Read | Total | Refused]:
    for done, row in enumerate(rows):
        if done % REPORT_EVERY == 0:
            report(Progress(done=done, total=0, label=label))
            if cancelled():
                raise StoppedByUser
        yield row


def _keep_heads(
    tx: Connection,
    registry: Registry,
    opened: _Opened,
    fresh: list[Plan],
    document_id: int,
    now_s: int,
) -> Heads:
    """Keep the statements that are fresh, without their lines, and the rows that were refused."""
    heads: Heads = {}
    for plan in fresh:
        head = replace(_head(opened, plan), document_id=document_id)
        number = statements.keep_head(tx, registry.registry_id, head, now_s)
        heads[plan.gathered.group] = (number, head)
    refused = [
        (one.line, one.message, heads[one.group][0] if one.group in heads else None)
        for one in opened.read.problems
    ]
    documents.keep_refused(tx, document_id, opened.fit.mapping.name, refused)
    return heads


def _keep_lines(
    tx: Connection,
    registry: Registry,
    rows: Iterator[Read | Total | Refused],
    fresh: list[Plan],
    heads: Heads,
    checks: _AsTheyCome | None,
    now_s: int,
) -> None:
    """Keep the lines of the statements that are fresh. Raises StatementProblem if they changed."""
    counts: dict[int, int] = {}
    placed = _placed(rows, heads, counts)
    watched = checks.watch(placed) if checks else placed
    statement_lines.keep_placed(tx, registry.registry_id, watched, now_s)
    if any(counts.get(heads[p.gathered.group][0], 0) != p.gathered.lines for p in fresh):
        raise documents.changed()


def _placed(
    rows: Iterator[Read | Total | Refused], heads: Heads, counts: dict[int, int]
) -> Iterator[tuple[int, int, StatementLine]]:
    for row in rows:
        place = heads.get(row.frame.group) if isinstance(row, Read) else None
        if place is not None and isinstance(row, Read) and row.line is not None:
            statement_id = place[0]
            position = counts.get(statement_id, 0)
            counts[statement_id] = position + 1
            yield statement_id, position, row.line


class _AsTheyCome:
    """Checks the lines of the only statement of a file while they are kept: none is read again."""

    def __init__(self, head: Statement, known: Known, settled: Container[str]) -> None:
        """settled: keys of the payer's names of which it is known whose works they are."""
        self._settled = settled
        self._called = ""
        self._checker = Checker(head, replace(known, matched=self._matched()))

    def watch(
        self, lines: Iterator[tuple[int, int, StatementLine]]
    ) -> Iterator[tuple[int, int, StatementLine]]:
        """Check each line as it passes."""
        for placed in lines:
            called = placed[2].called
            self._called = called.key if called else ""
            self._checker.take(placed[2:])
            yield placed

    def findings(self) -> list[Finding]:
        """Return what was found, after the last line."""
        return self._checker.findings()

    def _matched(self) -> Iterator[bool]:
        while True:
            yield self._called in self._settled


def _check_as_they_come(
    tx: Connection,
    registry: Registry,
    opened: _Opened,
    fresh: list[Plan],
    heads: Heads,
    paid: frozenset[str],
) -> _AsTheyCome | None:
    """Return the checks of the only statement of a file, if every name on it is known by now.

    Of several statements each is compared with those before it, so they are checked when all are
    kept.
    """
    names = opened.read.names
    if len(fresh) > 1 or len(names) >= ALL_NAMES:
        return None
    _, head = heads[fresh[0].gathered.group]
    settled = payer_works.settled(tx, registry.registry_id)
    return _AsTheyCome(head, known_in(tx, registry, head, paid), settled)


def _checked(
    tx: Connection,
    registry: Registry,
    statement_id: int,
    head: Statement,
    paid: frozenset[str],
) -> Checker:
    """Check a statement that was kept, in one pass over its lines."""
    checker = Checker(head, known_in(tx, registry, head, paid))
    checker.take(statement_lines.of(tx, statement_id))
    return checker


def _findings(
    checker: Checker | _AsTheyCome, plan: Plan, head: Statement, homeless: int
) -> list[Finding]:
    findings = checker.findings()
    unread = refused_finding(plan.gathered, homeless)
    findings += [unread] if unread is not None else []
    if plan.before is not None:
        findings.append(_restated(plan.before, head.sha256))
    return findings


def _restated(before: str, now: str) -> Finding:
    return Finding(
        check="I3",
        sentence="The payer's file says something else of this statement than the one imported "
        "before; both are kept, and this one counts.",
        expected=before,
        actual=now,
    )


def _count_again(tx: Connection, plans: list[Plan], now_s: int) -> None:
    """A statement that was set aside and is imported again counts again."""
    for plan in plans:
        number = plan.statement_id
        if number is not None and statement_versions.is_aside(tx, number):
            statement_versions.set_aside(tx, number, False, "imported again", now_s)


def _head(opened: _Opened, plan: Plan) -> Statement:
    return statement_of(
        plan.gathered,
        opened.fit.mapping,
        number=plan.number,
        revision=plan.revision,
        homeless=opened.read.homeless,
    )


def _shown(opened: _Opened, plan: Plan) -> StatementInFile:
    head = _head(opened, plan)
    return StatementInFile(
        number=plan.number,
        revision=plan.revision,
        arrival=plan.arrival,
        period=head.period,
        payable=Money.exactly(head.payable, head.currency),
        lines=plan.gathered.lines,
        statement_id=plan.statement_id,
    )


def _result(
    opened: _Opened, shown: list[StatementInFile], unmatched: list[PayerWorkName]
) -> StatementFile:
    problems = opened.read.problems[:MOST_SHOWN]
    return StatementFile(
        path=opened.table.path,
        payer=opened.payer,
        mapping=opened.fit.mapping.title,
        reason=opened.fit.reason,
        statements=tuple(shown),
        problems=tuple(RefusedRow(line=one.line, message=one.message) for one in problems),
        notes=tuple(opened.read.notes),
        refused=opened.read.refused,
        works=len(opened.read.names),
        unmatched=tuple(unmatched),
    )
