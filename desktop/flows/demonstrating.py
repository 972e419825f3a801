"""The whole circle once, on sample works, with the practice registry: files in, money back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.assets import asset
from desktop.flows.claiming import claim
from desktop.flows.describing import set_terms
from desktop.flows.identifying import create_identity
from desktop.flows.importing import import_paths
from desktop.flows.importing_money import import_bank_file
from desktop.flows.reconciling import list_payments
from desktop.flows.syncing import add_registry, sync
from desktop.model.payments import Payment
from desktop.model.terms import Preset
from desktop.model.works import Outcome
from desktop.practice.advance import advance
from desktop.practice.server import PracticeServer
from desktop.services import Services
from desktop.store import shelf
from desktop.terms.presets import PRESETS

REGISTRY = "Practice registry"
NAME = "Studio Harbour (practice)"
MONTHS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the story: what was done, a sentence, and the figures behind it."""

    step: str
    sentence: str
    figures: dict[str, object]


Say = Callable[[Step], None]


def demonstrate(services: Services, server: PracticeServer, say: Say) -> None:
    """Tell the story in an empty library. server runs already. Raises AppError."""
    _introduce(services, server, say)
    _take_in(services, say)
    _say_terms(services, say)
    _claim(services, server, say)
    _be_paid(services, say)
    for payment in reversed(list_payments(services)):
        say(_told(payment))


def _introduce(services: Services, server: PracticeServer, say: Say) -> None:
    say(
        Step(
            step="registry",
            sentence=f"A practice registry answers at {server.url}. No money and no licensee in "
            "this story is real.",
            figures={"url": server.url, "did": server.did},
        )
    )
    identity = create_identity(NAME, services)
    say(
        Step(
            step="identity",
            sentence=f"A signing key was made for {identity.party.name}; it stays here.",
            figures={"did": identity.party.did},
        )
    )


def _claim(services: Services, server: PracticeServer, say: Say) -> None:
    add_registry(REGISTRY, server.url, services)
    queued = sum(1 for item in claim(None, REGISTRY, services) if item.claim_id)
    say(
        Step(
            step="claim",
            sentence=f"{queued} claims signed and queued; this needed no network.",
            figures={"claims": queued},
        )
    )
    synced = sync(services)
    say(
        Step(
            step="sync",
            sentence=f"{synced.sent} claims sent, {synced.sent} receipts verified.",
            figures={"sent": synced.sent, "events": synced.events},
        )
    )


def _be_paid(services: Services, say: Say) -> None:
    advanced = advance(services.practice_folder, MONTHS)
    synced = sync(services)
    say(
        Step(
            step="statements",
            sentence=f"{MONTHS} months pass: {synced.statements} signed statements and "
            f"{synced.remittances} notices of payment came and were verified.",
            figures={"statements": synced.statements, "remittances": synced.remittances},
        )
    )
    matched = sum(import_bank_file(path, services).matched for path in advanced.bank_files)
    say(
        Step(
            step="bank",
            sentence=f"{len(advanced.bank_files)} bank files read; {matched} payments found on "
            "the account.",
            figures={"bank_files": len(advanced.bank_files), "matched": matched},
        )
    )


def _told(payment: Payment) -> Step:
    currency = payment.stated.currency
    return Step(
        step="payment",
        sentence=f"{payment.period.start:%B %Y}: {payment.stated} {currency} stated, "
        f"{payment.received} received – {payment.state.value.replace('_', ' ')}.",
        figures={
            "period": payment.period.start.isoformat(),
            "expected": str(payment.stated),
            "received": str(payment.received),
            "currency": currency,
            "state": payment.state.value,
        },
    )


def _take_in(services: Services, say: Say) -> None:
    imported = import_paths([asset("samples/works")], services)
    added = imported.counts[Outcome.ADDED]
    say(
        Step(
            step="scan",
            sentence=f"{added} sample works fingerprinted in {imported.seconds:.1f} s; the files "
            "stay where they are.",
            figures={"added": added, "failed": imported.counts[Outcome.FAILED]},
        )
    )


def _say_terms(services: Services, say: Say) -> None:
    """Open for most, Ask me for a third, No AI for one: so that every answer is seen."""
    with services.store.read() as connection:
        work_ids = sorted(shelf.ids(connection))
    set_terms(PRESETS[Preset.OPEN], None, services)
    ask = set_terms(PRESETS[Preset.ASK_ME], work_ids[::3], services)
    deny = set_terms(PRESETS[Preset.NO_AI], work_ids[1:2], services)
    say(
        Step(
            step="terms",
            sentence=f"What AI may do: Ask me for {ask} works, No AI for {deny}, Open for the "
            "rest.",
            figures={"ask_me": ask, "no_ai": deny, "open": len(work_ids) - ask - deny},
        )
    )
