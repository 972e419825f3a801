"""Reads every file that statements came in again, and holds the statements and lines against it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path

from desktop.errors import AppError
from desktop.flows.versions import numbers_of
from desktop.model.mappings import Mapping
from desktop.model.money import Money
from desktop.model.payments import Statement, StatementLine
from desktop.payments.statement_files.gathering import FileRead, Gathered, gather, statement_of
from desktop.payments.statement_files.mappings import read_mapping, shipped_mappings
from desktop.payments.statement_files.opening import Fit, fit_to, read_rows
from desktop.payments.statement_files.rows import Group, Read
from desktop.store import documents, originals, statement_lines, statements
from desktop.store.database import Connection
from desktop.store.originals import StatementOriginal
from desktop.tables.streaming import TableFile, look_at

_NOT_IN_THE_FILE = {"lines", "document", "document_id", "number", "revision", "year_to_date"}


def reread_file(
    connection: Connection, document_id: int, some: Sequence[StatementOriginal]
) -> tuple[int, list[str]]:
    """Read one file again; returns how many rows agree, and what differs in sentences."""
    name, sha256 = originals.document(connection, document_id)
    with tempfile.TemporaryDirectory(prefix="residuals-verify-") as folder:
        path = Path(folder) / "statement"
        with path.open("wb") as file:
            for part in documents.parts(connection, document_id):
                file.write(part)
        try:
            table = look_at(path)
        except AppError:
            return 0, [f"The file {name} cannot be read again."]
        if table.sha256 != sha256:
            return 0, [f"The file {name} has other bytes than it came with."]
        try:
            return _compare(connection, table, some)
        except (ValueError, ArithmeticError):
            said = f"A statement of the file {name} is kept with something that cannot be."
            return 0, [said]


def _compare(
    connection: Connection, table: TableFile, some: Sequence[StatementOriginal]
) -> tuple[int, list[str]]:
    rows = 0
    wrong: list[str] = []
    left = {one.statement_id: one for one in some}
    for mapping in _versions(connection, {one.mapping for one in some}):
        try:
            fit = fit_to(table, mapping)
            read = gather(read_rows(table, fit, whole=False))
        except AppError:
            continue
        by_digest = {one.digest: one for one in read.statements}
        hits = [
            (one, by_digest[one.sha256])
            for one in left.values()
            if one.mapping == mapping.name and one.sha256 in by_digest
        ]
        for one, gathered in hits:
            del left[one.statement_id]
            wrong += _head(connection, one, gathered, mapping, read)
        rows += len(hits)
        if hits:
            wrong += _lines(connection, table, fit, hits)
            rows += sum(gathered.lines for _, gathered in hits)
    wrong += [f"{one.name} is kept otherwise than its file says." for one in left.values()]
    return rows, wrong


def _head(
    connection: Connection,
    one: StatementOriginal,
    gathered: Gathered,
    mapping: Mapping,
    read: FileRead,
) -> Iterator[str]:
    kept = statements.get(connection, one.statement_id, lines=False)
    said = statement_of(
        gathered, mapping, number=kept.number, revision=kept.revision, homeless=read.homeless
    )
    if Money.exactly(said.payable, said.currency).minor != one.payable_minor:
        yield f"{one.name} is kept with another amount to be paid."
    for name in (field.name for field in fields(Statement) if field.name not in _NOT_IN_THE_FILE):
        if getattr(kept, name) != getattr(said, name):
            yield f"{one.name} is kept with another {name.replace('_', ' ')} than its file has."
    numbers = {gathered.group.number, numbers_of(read.statements)[read.statements.index(gathered)]}
    if gathered.group.number and kept.number not in numbers:
        yield f"{one.name} has another number in its file."


def _lines(
    connection: Connection,
    table: TableFile,
    fit: Fit,
    hits: Sequence[tuple[StatementOriginal, Gathered]],
) -> Iterator[str]:
    """Pass over the file once more, beside the lines as they are kept."""
    kept: dict[Group, tuple[str, Iterator[StatementLine]]] = {
        gathered.group: (one.name, iter(statement_lines.of(connection, one.statement_id)))
        for one, gathered in hits
    }
    for row in read_rows(table, fit):
        if not isinstance(row, Read) or row.line is None or row.frame.group not in kept:
            continue
        name, lines = kept[row.frame.group]
        mine = next(lines, None)
        if mine is None or _bare(mine) != _bare(row.line):
            yield f"{name} has another line here than in line {row.line.source_line} of its file."
            del kept[row.frame.group]
    for name, lines in kept.values():
        if next(lines, None) is not None:
            yield f"{name} has lines here that its file does not have."


def _bare(line: StatementLine) -> StatementLine:
    """What a payer calls a work, and which claim it is, is kept apart from the line."""
    return replace(line, called=None, claim_hash="")


def _versions(connection: Connection, names: set[str]) -> Iterator[Mapping]:
    for name, text in originals.mapping_versions(connection):
        if name in names:
            yield read_mapping(text.encode(), name, own=True)
    yield from (one for one in shipped_mappings() if one.name in names)
