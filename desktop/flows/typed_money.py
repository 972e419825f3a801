"""Money that no file tells of: typed in by the user, such as cash, and taken back the same way."""

from __future__ import annotations

import json
import secrets
from datetime import date

from desktop.errors import UsageProblem
from desktop.flows.recognising import recognise
from desktop.model.money import Money
from desktop.model.payments import BankEntry
from desktop.services import Services
from desktop.store import bank, journal, matches
from desktop.store.bank import KeptEntry

FILE_NAME = "typed in"
REFERENCE = "typed-"
CASH = "Cash"


def add_entry(
    amount: Money,
    booked_on: date,
    services: Services,
    *,
    account: str = CASH,
    counterparty: str = "",
    reference: str = "",
) -> KeptEntry:
    """Keep money that came, or went (below zero), by the user's word. Raises UsageProblem."""
    if not amount.minor:
        raise UsageProblem("The amount is zero.", advice="Type what came, such as 50.00.")
    if booked_on > services.now().date():
        raise UsageProblem("That day has not come yet.", advice="Type the day the money came.")
    entry = BankEntry(
        account=account.strip() or CASH,
        bank_reference="",
        booked_on=booked_on,
        amount=amount,
        counterparty=counterparty.strip(),
        reference=reference.strip(),
    )
    return _keep(entry, services)


def reverse_entry(entry_id: int, services: Services) -> KeptEntry:
    """Take back an entry that was typed in wrongly, and its matches; both rows stay to be seen.

    Raises UsageProblem for an entry of a bank file: what the bank says stays.
    """
    with services.store.read() as connection:
        kept = bank.by_id(connection, entry_id)
        reversed_by = bank.reversal_of(connection, entry_id)
    if not kept.entry.bank_reference.startswith(REFERENCE) or kept.reverses is not None:
        raise UsageProblem(
            f"Bank entry {entry_id} was not typed in, so it cannot be taken back.",
            advice="Take its matches back, or set it aside: `bank aside`.",
        )
    if reversed_by is not None:
        raise UsageProblem(f"Bank entry {entry_id} was taken back already, by {reversed_by}.")
    back = BankEntry(
        account=kept.entry.account,
        bank_reference="",
        booked_on=kept.entry.booked_on,
        amount=-kept.entry.amount,
        counterparty=kept.entry.counterparty,
        reference=kept.entry.reference,
    )
    return _keep(back, services, reverses=entry_id)


def _keep(entry: BankEntry, services: Services, *, reverses: int | None = None) -> KeptEntry:
    """Keep it with what was typed as its original document: every one is an entry of its own."""
    now_s = services.now_s()
    said = {
        "account": entry.account,
        "amount": str(entry.amount),
        "currency": entry.amount.currency,
        "date": entry.booked_on.isoformat(),
        "from": entry.counterparty,
        "reference": entry.reference,
        "reverses": reverses,
        "typed_s": now_s,
        "once": secrets.token_hex(8),
    }
    document = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
    with services.store.write() as tx:
        file_id = bank.keep_file(tx, FILE_NAME, document, now_s)
        named = BankEntry(
            account=entry.account,
            bank_reference=f"{REFERENCE}{file_id}",
            booked_on=entry.booked_on,
            amount=entry.amount,
            counterparty=entry.counterparty,
            reference=entry.reference,
        )
        for one in matches.live(tx) if reverses is not None else ():
            if one.entry_id == reverses:
                matches.take_back(tx, one, "the entry was taken back", now_s)
        kept = bank.keep_entry(tx, file_id, named, now_s, reverses=reverses)
        action = "bank.typed" if reverses is None else "bank.reversed"
        detail = {"amount_minor": entry.amount.minor, "reverses": reverses}
        journal.add(tx, now_s, action, str(kept.entry_id), detail)
        recognise(tx, now_s)
    return kept
