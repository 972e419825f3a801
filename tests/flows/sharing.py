"""A band for the tests: works that are shared, and statements that pay for them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from desktop.model.matches import MatchKind, NewMatch
from desktop.model.money import Money
from desktop.model.payer_works import MatchReason, PayerWorkState
from desktop.model.payments import BankEntry, Period
from desktop.model.works import Interest, Right, Share
from desktop.services import Services
from desktop.store import bank, matches, parties, payer_works, registries, shares, statements
from tests.payments.making import line, statement
from tests.studio import add_works

PAYER = "Lumen"


def shared_work(
    services: Services, parts: Mapping[str, str], *, word: str = "song", **changes: Any
) -> int:
    """Keep a work whose rights are held so; "me" is the user. changes: of every share."""
    (work,) = add_works(services, 1, word=word)
    add_shares(services, work, parts, **changes)
    return work


def add_shares(
    services: Services,
    work: int,
    parts: Mapping[str, str],
    *,
    rights: tuple[Right, ...] = tuple(Right),
    interest: Interest = Interest.WHOLE,
    **changes: Any,
) -> None:
    """Say who else holds a part of a work; changes: starts, ends, territories."""
    with services.store.write() as tx:
        for name, part in parts.items():
            me = parties.me(tx)
            party = me if name == "me" and me else parties.named(tx, name, 1)
            for right in rights:
                fraction = None if part == "unknown" else Fraction(part)
                share = Share(
                    party=party, right=right, fraction=fraction, interest=interest, **changes
                )
                shares.put(tx, work, share)


def pay(
    services: Services,
    nets: Mapping[int, str],
    *,
    number: str = "S-1",
    month: date = date(2026, 1, 1),
    line_changes: Mapping[str, Any] | None = None,
    payer: str = PAYER,
    **changes: Any,
) -> int:
    """Keep a statement that pays works so much; returns the payment's number.

    changes: of the statement; its sums are made right where they are not given. deductions_: as
    they stand there, instead of those by which the sums are made right.
    """
    end = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    period = Period(start=month, end=end)
    sums = {name: Decimal(changes.pop(name)) for name in _SUMS if name in changes}
    deductions = changes.pop("deductions", ())
    if "deductions_" in changes:
        changes["deductions"] = changes.pop("deductions_")
    made = statement([Decimal(net) for net in nets.values()], deductions, **sums)
    said = tuple(
        line(
            position,
            Decimal(net),
            period=period,
            **{"share": "", "title": f"Work {work}", **(line_changes or {})},
        )
        for position, (work, net) in enumerate(nets.items())
    )
    values: dict[str, Any] = {
        "number": number,
        "period": period,
        "issued": end,
        "due": end,
        "lines": said,
    }
    made = dataclasses.replace(made, **values, **changes)
    with services.store.write() as tx:
        registry = registries.payer_named(tx, payer)
        kept = statements.keep(tx, registry.registry_id, made, 1)
        for one in payer_works.everything(tx, state=PayerWorkState.UNMATCHED, registry=payer):
            work = int(one.name.title.removeprefix("Work "))
            if work > 0:
                payer_works.decide(
                    tx, one.payer_work_id, PayerWorkState.MATCHED, work, MatchReason.USER, 1
                )
    return kept


def receive(
    services: Services,
    payment_id: int,
    amount: str,
    *,
    currency: str = "EUR",
    settles: str = "",
    on: date = date(2026, 3, 1),
    kind: MatchKind = MatchKind.PAYMENT,
) -> None:
    """Let money come for a payment; settles: what it pays of it, in the statement's currency.

    A fee is no money of its own: only settles counts.
    """
    came = Money.exactly(Decimal(amount), currency)
    with services.store.write() as tx:
        row = tx.execute("SELECT count(*) AS n FROM bank_entries").fetchone()
        file_id = bank.keep_file(tx, "bank.csv", str(row["n"]).encode(), 1)
        entry = BankEntry(
            account="A",
            bank_reference=f"B-{row['n']}",
            booked_on=on,
            amount=came if came.minor else Money(currency, 1),
        )
        kept = bank.keep_entry(tx, file_id, entry, 1)
        (own,) = tx.execute(
            "SELECT currency FROM statements WHERE statement_id = ?", (payment_id,)
        ).fetchone()
        match = NewMatch(
            entry_id=kept.entry_id,
            kind=kind,
            amount=came,
            settled=Money.exactly(Decimal(settles or amount), own),
            statement_id=payment_id,
            confirmed=True,
        )
        matches.add(tx, match, 1)


def eur(text: str) -> Money:
    """Return so many euros."""
    return Money.exactly(Decimal(text), "EUR")


_SUMS = ("opening", "adjustments", "tax_withheld", "recouped", "reserve", "closing")
