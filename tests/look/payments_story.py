"""A year of statements of several payers in several currencies, for the pictures of Payments."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from desktop.flows.identifying import create_identity
from desktop.flows.matching_money import match
from desktop.flows.naming import match_payer_work
from desktop.flows.typed_money import add_entry
from desktop.model.money import Money, exact_sum
from desktop.model.payments import Finding, Period, SignatureState, StatementLine
from desktop.services import Services
from desktop.store import payer_works, statements
from tests.flows.sharing import shared_work
from tests.ledgers import keep
from tests.payments.making import line
from tests.studio import add_works

TITLES = (
    "Harbour, Morning", "Low Tide", "Paper Kites", "Night Ferry", "Garden of Circles",
    "Lantern Waltz", "Rain on Slate", "Folded Dunes", "The Lighthouse Ledger",
)  # fmt: skip
# Payer, currency, months between statements, licensees, what a line is worth, cents missing.
PAYERS = (
    ("Painters Registry", "EUR", 1, ("Lumen Learning", "Atlas"), 18, 0),
    ("Sonora Collective", "SEK", 3, ("Fjord AI",), 95, 5_000),
    ("Atlas Learning", "USD", 6, ("Atlas",), 60, 0),
)
UNPAID = {("Atlas Learning", 1), ("Painters Registry", 0)}


def tell_payments(services: Services) -> None:
    """Keep the statements, and most of the money for them."""
    create_identity("Ana Sousa", services)
    add_works(services, 6)
    chance = random.Random(5)
    today = services.now().date()
    for payer, currency, months, licensees, worth, missing in PAYERS:
        for back in range(0, 12, months):
            first = _month_before(today, back + months)
            period = Period(start=first, end=_month_before(today, back))
            lines = [
                some_line(chance, number, licensees, worth, period, currency)
                for number in range(14)
            ]
            number = keep_statement(services, payer, currency, lines, period)
            if (payer, back // months) in UNPAID:
                continue
            cents = int(exact_sum(one.net for one in lines).scaleb(2))
            booked = min(period.end + timedelta(days=20), today)
            late = missing if back == 0 else 0
            entry = add_entry(Money(currency, cents - late), booked, services, counterparty=payer)
            match(entry.entry_id, [number], services)
    share_works(services)
    find_something(services, today)


def find_something(services: Services, today: date) -> None:
    """Let the newest statement of the painters have a line that does not add up."""
    with services.store.write() as tx:
        newest = next(
            one
            for one in statements.rows(tx)
            if one.number == f"PA-{_month_before(today, 1):%Y-%m}"
        )
        finding = Finding(
            check="A2",
            sentence="The uses times the rate do not come to what the line says was earned.",
            expected="12.40 EUR",
            actual="12.04 EUR",
            lines=("L-4",),
        )
        statements.keep_findings(tx, newest.statement_id, [finding])


def share_works(services: Services) -> None:
    """Say that two people share in two of the works, wherever a payer names them."""
    for title, parts in (
        ("Low Tide", {"me": "1/2", "Ben Okafor": "1/2"}),
        ("Paper Kites", {"me": "2/3", "Cleo Marsh": "1/3"}),
    ):
        work = shared_work(services, parts, word=title)
        with services.store.read() as connection:
            named = [w for w in payer_works.everything(connection) if w.name.title == title]
        for one in named:
            match_payer_work(one.payer_work_id, work, services)


def keep_statement(
    services: Services, payer: str, currency: str, lines: list[StatementLine], period: Period
) -> int:
    """Keep a statement that pays all of its lines."""
    total = exact_sum(one.net for one in lines)
    return keep(
        services,
        lines,
        payer=payer,
        number=f"{payer[:2].upper()}-{period.start:%Y-%m}",
        period=period,
        issued=period.end + timedelta(days=3),
        due=period.end + timedelta(days=24),
        currency=currency,
        gross=total,
        payable=total,
        signature=SignatureState.UNSIGNED,
    )


def some_line(
    chance: random.Random,
    number: int,
    licensees: tuple[str, ...],
    worth: int,
    period: Period,
    currency: str,
) -> StatementLine:
    """Return a line of one of the works."""
    licensee = chance.choice(licensees)
    return line(
        number,
        Decimal(chance.randrange(worth * 20, worth * 180)).scaleb(-2),
        title=TITLES[number % len(TITLES)],
        licensee=licensee,
        model=f"{licensee.split()[0]}-{chance.choice((2, 3))}",
        use=chance.choice(("training", "training", "output", "settlement")),
        territory=chance.choice(("DE", "FR", "SE", "US")),
        period=period,
        currency=currency,
    )


def _month_before(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
