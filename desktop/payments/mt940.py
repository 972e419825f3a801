"""Reads MT940 (SWIFT), statement after statement and entry after entry, with the package mt-940."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from desktop.errors import BalanceProblem, BankFileProblem
from desktop.model.money import Money, parse_amount
from desktop.model.payments import BankEntry
from desktop.payments.bank_file import BankFile, balance_problem

_TAG = re.compile(r":([0-9]{2}[A-Z]?):")
# 6!n[4!n]2a[1!a]15d1!a3!c: what the package would read past, such as 12..34, is refused here.
_FIRST = re.compile(
    r":61:[0-9]{6}([0-9]{4})?(R?[CD])[A-Z]?([0-9]{1,12}[.,][0-9]{0,3})[A-Z][A-Z0-9]{3}.*"
)
_BALANCE = re.compile(r"([CD])[0-9]{6}([A-Z]{3})([0-9]{1,12}[.,][0-9]{0,3})$")
_CLOSING = ("62F", "62M")
_OPENING = ("60F", "60M")
_MADE_UP_OPENING = ":60F:C000101{}0,00\n"


@dataclass(slots=True)
class _Entry:
    """One :61: with what belongs to it. line: where it begins, from 1."""

    line: int
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Statement:
    """One :20: and what follows it up to the next."""

    account: str = ""
    currency: str = ""
    opening: str = ""
    closing: str = ""
    closing_line: int = 0
    entries: list[_Entry] = field(default_factory=list)


def read_mt940(data: bytes) -> BankFile:
    """Read a file of one or many statements. Raises BankFileProblem if there is none."""
    entries: list[BankEntry] = []
    problems: list[BankFileProblem] = []
    statements = list(_statements(_text(data)))
    if not statements:
        raise BankFileProblem("This MT940 file has no statement (:20:).")
    for statement in statements:
        before = len(entries)
        for entry in statement.entries:
            try:
                entries.append(_read(entry, statement))
            except ValueError as error:
                problems.append(
                    BankFileProblem(f"An entry cannot be read: {error}", line=entry.line)
                )
        if len(entries) - before == len(statement.entries):
            found = _unbalanced(statement, [one.amount for one in entries[before:]])
            problems += [found] if found else []
    return BankFile(entries=tuple(entries), problems=tuple(problems))


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _statements(text: str) -> Iterator[_Statement]:
    """Split at :20: first: packages that read many statements at once mix them up."""
    statement: _Statement | None = None
    entry: _Entry | None = None
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.rstrip()
        found = _TAG.match(line)
        tag = found[1] if found else ""
        if tag == "20":
            if statement is not None:
                yield statement
            statement, entry = _Statement(), None
        if statement is None or not line or line.startswith(("-", "{", "}")):
            continue
        if tag == "25":
            statement.account = _account(line[4:])
        elif tag in _OPENING:
            statement.opening = line[len(tag) + 2 :]
            statement.currency = statement.opening[7:10]
        elif tag in _CLOSING:
            statement.closing, statement.closing_line = line[len(tag) + 2 :], number
        if tag == "61":
            entry = _Entry(number)
            statement.entries.append(entry)
        elif tag not in ("", "86"):
            entry = None
        if entry is not None:
            entry.lines.append(line)
    if statement is not None:
        yield statement


def _unbalanced(statement: _Statement, moved: list[Money]) -> BalanceProblem | None:
    """Compare the entries with the booked balances around them, where both can be read."""
    first, last = _BALANCE.match(statement.opening), _BALANCE.match(statement.closing)
    if first is None or last is None:
        return None
    try:
        opening, closing = _balance(first), _balance(last)
    except ValueError:
        return None
    return balance_problem(opening, closing, moved, line=statement.closing_line)


def _balance(found: re.Match[str]) -> Money:
    amount = parse_amount(found[3].replace(",", ".").rstrip("."))
    return Money.exactly(-amount if found[1] == "D" else amount, found[2])


def _account(text: str) -> str:
    """Return the account, an IBAN without the currency that some banks write behind it."""
    bare = text.replace(" ", "").removeprefix("/")
    return re.sub(r"^([A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}?)[A-Z]{3}$", r"\1", bare)


def _read(entry: _Entry, statement: _Statement) -> BankEntry:
    first = _FIRST.fullmatch(entry.lines[0])
    if first is None:
        raise ValueError("its first line (:61:) breaks the rules of MT940.")
    said = _parsed(entry, statement)
    amount = parse_amount(first[3].replace(",", ".").rstrip("."))
    if said.get("date") is None or said["amount"].amount.copy_abs() != amount:
        raise ValueError("its first line (:61:) has no amount or day that can be read.")
    reference = _one_line(said.get("purpose") or said.get("transaction_details") or "")
    customer = said.get("customer_reference") or ""
    end_to_end = said.get("end_to_end_reference") or _tagged("EREF", reference)
    return BankEntry(
        account=statement.account,
        bank_reference=said.get("bank_reference") or "",
        booked_on=said.get("entry_date") or said["date"],
        amount=Money.exactly(said["amount"].amount, statement.currency),
        counterparty=_one_line(_fields(entry, "32", "33") or said.get("applicant_name") or ""),
        reference=_tagged("SVWZ", reference) or reference,
        end_to_end_id=end_to_end or ("" if customer == "NONREF" else customer),
        line=entry.line,
    )


def _fields(entry: _Entry, *numbers: str) -> str:
    """Return the text of numbered fields (?32) of a structured :86:, joined."""
    text = "".join(entry.lines[1:])
    found = (re.search(rf"\?{number}(.*?)(?=\?[0-9]{{2}}|$)", text) for number in numbers)
    return "".join(one[1] for one in found if one)


def _parsed(entry: _Entry, statement: _Statement) -> dict[str, Any]:
    """Let the package read one entry in a statement of its own, so that a bad one costs itself."""
    import mt940

    logging.getLogger("mt940").setLevel(logging.CRITICAL)
    text = f":20:X\n:25:X\n{_MADE_UP_OPENING.format(statement.currency)}" + "\n".join(entry.lines)
    try:
        found = list(mt940.parse(text))
    except (RuntimeError, ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise ValueError("it breaks the rules of MT940.") from error
    if len(found) != 1:
        raise ValueError("its first line (:61:) breaks the rules of MT940.")
    said: dict[str, Any] = found[0].data
    return said


def _tagged(word: str, text: str) -> str:
    """Return what follows EREF+ or SVWZ+ in a German purpose, up to the next such word."""
    found = re.search(rf"{word}[+:](.*?)(?=\b(?:EREF|KREF|MREF|CRED|SVWZ|ABWA)[+:]|$)", text)
    return found[1].strip() if found else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
