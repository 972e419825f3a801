"""payments --by party: whose the payments are that a filter means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from desktop.cli.session import Session
from desktop.errors import UsageProblem
from desktop.flows.dividing import allocations
from desktop.flows.ledger import open_books
from desktop.model.allocations import Allocation
from desktop.model.ledger import LineFilter
from desktop.model.line_columns import Dimension
from desktop.model.money import Money
from desktop.services import Services

PARTY = "party"
_FITS = frozenset({Dimension.REGISTRY, Dimension.WORK, Dimension.STATEMENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one party gets in one currency."""

    party: str
    settled: Money
    due: Money
    payments: int


def show_parties(session: Session, services: Services, wanted: LineFilter) -> None:
    """Write each party's part of the payments that a filter means. Raises UsageProblem."""
    others = [dimension for dimension in wanted.where if dimension not in _FITS]
    if others or wanted.text:
        name = others[0].value if others else "text"
        raise UsageProblem(
            f"Payments are divided whole, so --by party does not go with --{name}.",
            advice="Filter by --registry, --work, --statement, --state, --from and --to.",
        )
    works = wanted.where.get(Dimension.WORK, ())
    ledger = open_books(services).ledger
    rows = ledger.rows(wanted.narrowed(Dimension.WORK))
    numbers = {int(total.key) for total in ledger.totals(Dimension.STATEMENT, rows)}
    meant = (
        one
        for one in allocations(services)
        if one.payment_id in numbers and (not works or str(one.work_id) in works)
    )
    for part in parts_of(meant):
        data = {
            PARTY: part.party,
            "amount": str(part.settled),
            "currency": part.settled.currency,
            "due": str(part.due),
            "payments": part.payments,
        }
        came = f"{part.due} of it due so far"
        if part.due.minor < 0:
            came = f"{-part.due} to be given back so far"
        text = f"{part.party}  {part.settled} {part.settled.currency}  {came}"
        session.out.row(data, text)


def parts_of(found: Iterable[Allocation]) -> list[Part]:
    """Return allocations added up by party and currency, the most first."""
    parts: dict[tuple[int, str], Part] = {}
    seen: dict[tuple[int, str], set[int]] = {}
    for one in found:
        currency = one.settled.currency
        key = one.party_id, currency
        nothing = Money(currency, 0)
        before = parts.get(key, Part(party=one.party, settled=nothing, due=nothing, payments=0))
        seen.setdefault(key, set()).add(one.payment_id)
        parts[key] = replace(
            before,
            settled=before.settled + one.settled,
            due=before.due + one.due,
            payments=len(seen[key]),
        )
    return sorted(parts.values(), key=lambda part: (-part.settled.minor, part.party))
