"""What is owed and by when, what may come next, and what the user decides about a payment."""

from __future__ import annotations

from desktop.errors import UsageProblem
from desktop.flows.reconciling import list_payments
from desktop.model.matches import Decision, Mark
from desktop.model.money import Money
from desktop.model.owed import ExpectedNext, Owed
from desktop.model.payments import Payment
from desktop.payments.owed import Past, owed_by_age
from desktop.payments.owed import expected_next as estimate
from desktop.payments.terms import DAYS_OPTION, MINIMUM_OPTION, MOST_DAYS, PayoutTerms, payout_terms
from desktop.services import Services
from desktop.store import journal, matches, payments, registries


def owed(services: Services, *, registry: str = "") -> list[Owed]:
    """Return what registries owe, by age, each currency for itself."""
    today = services.now().date()
    return owed_by_age(list_payments(services, registry=registry), today)


def expected_next(services: Services, *, registry: str = "") -> list[ExpectedNext]:
    """Return an estimate for every registry and currency with enough past, soonest first."""
    today = services.now().date()
    past: dict[tuple[str, str], list[Past]] = {}
    with services.store.read() as connection:
        terms = {
            one.name: payout_terms(one.description, one.options)
            for one in registries.with_payers(connection)
        }
        for row in payments.balances(connection):
            if not registry or row.registry == registry:
                past.setdefault((row.registry, row.brought.currency), []).append(
                    Past(
                        issued=row.issued,
                        pay_by=terms[row.registry].pay_by(row.issued, row.due),
                        brought=row.brought,
                        carried=row.carried,
                    )
                )
    found = [estimate(name, known, terms[name].minimum, today) for (name, _), known in past.items()]
    return sorted(
        (one for one in found if one is not None), key=lambda one: (one.earliest, one.registry)
    )


def set_terms(
    registry: str, services: Services, *, days: int | None = None, minimum: Money | None = None
) -> PayoutTerms:
    """Keep when a registry pays and from what amount on, by the user's word; None stays as it is.

    It counts before what the registry says of itself. Raises UsageProblem.
    """
    if days is not None and not 0 < days <= MOST_DAYS:
        raise UsageProblem(f"Say a number of days from 1 to {MOST_DAYS}.")
    said: dict[str, object] = {}
    if days is not None:
        said[DAYS_OPTION] = days
    if minimum is not None:
        said[MINIMUM_OPTION] = f"{minimum} {minimum.currency}"
    with services.store.write() as tx:
        known = registries.by_name(tx, registry)
        options = {**known.options, **said}
        if said:
            registries.set_options(tx, known.registry_id, options)
            journal.add(tx, services.now_s(), "registry.terms", registry, {"said": sorted(said)})
    return payout_terms(known.description, options)


def mark_payment(payment_id: int, mark: Mark, reason: str, services: Services) -> Payment:
    """Keep that a payment is held, disputed or void, and why; Mark.NONE lifts it.

    Raises UsageProblem if there is no such payment, or no reason.
    """
    if mark is not Mark.NONE and not reason.strip():
        raise UsageProblem(
            f"Say why this payment is {mark.value}.", advice="Later you will want to know."
        )
    with services.store.write() as tx:
        known = {one.statement_id: one for one in payments.revisions(tx)}.get(payment_id)
        if known is None:
            raise UsageProblem(
                f"There is no payment {payment_id}.", advice="`payments` shows them."
            )
        decision = Decision(mark=mark, reason=reason.strip())
        matches.mark(tx, known.registry_id, known.number, decision, services.now_s())
        journal.add(
            tx, services.now_s(), f"payment.{mark.value}", str(payment_id), {"reason": bool(reason)}
        )
    return payment_of(payment_id, services)


def payment_of(payment_id: int, services: Services) -> Payment:
    """Return the payment of a statement, or of its newest revision. Raises UsageProblem."""
    with services.store.read() as connection:
        known = {one.statement_id: one for one in payments.revisions(connection)}.get(payment_id)
        name = registries.by_id(connection, known.registry_id).name if known else ""
    for one in list_payments(services, registry=name) if known else ():
        if known and one.number == known.number:
            return one
    raise UsageProblem(f"There is no payment {payment_id}.", advice="`payments` shows them.")
