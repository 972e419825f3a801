"""What a file of statements holds, before and after it is imported."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from desktop.model.money import Money
from desktop.model.payer_works import PayerWorkName
from desktop.model.payments import Finding, Period, SignatureState


class Arrival(StrEnum):
    """What importing a statement does."""

    NEW = "new"
    HERE = "already here"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementInFile:
    """One statement of a file. statement_id: None before it is kept.

    revision: 2 and more correct one that is here. findings: None before it was checked.
    """

    number: str
    revision: int
    arrival: Arrival
    period: Period
    payable: Money
    lines: int
    signature: SignatureState = SignatureState.UNSIGNED
    statement_id: int | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that could not be read. line: where it stands in the file; 0: about the whole file."""

    line: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFile:
    """A file of statements. mapping: its title, "" for a signed statement; reason: why that one.

    refused: how many rows could not be read; problems: the first of them. notes: what else is to
    be known. unmatched: what the payer calls works that the library does not know yet, at most
    MOST_NAMES; works: how many it names.
    """

    path: Path
    payer: str
    mapping: str
    reason: str
    statements: tuple[StatementInFile, ...]
    problems: tuple[RefusedRow, ...] = ()
    notes: tuple[str, ...] = ()
    refused: int = 0
    works: int = 0
    unmatched: tuple[PayerWorkName, ...] = ()
    matched_now: int = 0
