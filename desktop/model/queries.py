"""A question to a registry about what does not add up, and the letter that asks it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.model.findings import KeptFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryLine:
    """A line of the statement, or a bank entry, that a question is about. number: where it stands
    in the statement, from 1."""

    number: int | None
    name: str
    title: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryItem:
    """One finding with the lines behind it. more: lines that are not told one by one."""

    finding: KeptFinding
    lines: tuple[QueryLine, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked of one registry about one statement, or about money without one.

    sha256: of the document as it came, "" if there is none. sender: the name below the letter.
    """

    registry: str
    number: str
    revision: int
    period: str
    sha256: str
    signed: bool
    sender: str
    written_on: date
    items: tuple[QueryItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The same question twice: as text to paste, and as a page to print. findings: their ids."""

    subject: str
    text: str
    page: str
    findings: tuple[str, ...]
