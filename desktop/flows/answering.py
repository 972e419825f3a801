"""Keeps what a registry answered for each claim, in one transaction a batch."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.flows.hearing import Heard
from desktop.model.claims import ClaimState, OutboxEntry, Receipt
from desktop.model.registries import NOT_POSSIBLE, Ability, Description, Registry
from desktop.registries.connector import Outcome, Verdict
from desktop.services import Services
from desktop.store import claims, journal, outbox, registries
from desktop.store.database import Connection

_ON_ITS_WAY = (ClaimState.QUEUED, ClaimState.SENDING, ClaimState.LOST)


class Desk:
    """Where the answers of one registry arrive."""

    def __init__(self, services: Services, registry: Registry, description: Description) -> None:
        self._services = services
        self._registry = registry
        self._abilities = description.abilities

    def take(self, answered: Sequence[tuple[OutboxEntry, Outcome]]) -> list[Heard]:
        """Keep all that is final; what is to be sent again or not believed is left as it is."""
        now_s = self._services.now_s()
        heard: list[Heard] = []
        with self._services.store.write() as tx:
            for entry, outcome in answered:
                kept = self._take_one(tx, entry, outcome, now_s)
                heard += [kept] if kept is not None else []
            if heard:
                detail = {"claims": len(heard)}
                journal.add(tx, now_s, "claims.sent", self._registry.name, detail)
            for notice in {outcome.notice for _, outcome in answered if outcome.notice}:
                state = registries.by_id(tx, self._registry.registry_id).state
                registries.note(tx, self._registry.registry_id, state, notice, now_s)
                heard.append(
                    Heard(event="notice", registry=self._registry.name, detail={"message": notice})
                )
        return heard

    def refuse(self, entry: OutboxEntry, words: str) -> Heard:
        """Keep a final no to one claim."""
        with self._services.store.write() as tx:
            return self._refuse(tx, entry, words, self._services.now_s())

    def _take_one(
        self, tx: Connection, entry: OutboxEntry, outcome: Outcome, now_s: int
    ) -> Heard | None:
        match outcome.verdict:
            case Verdict.RECEIVED if outcome.receipt is not None:
                return self._acknowledge(tx, entry, outcome.receipt, now_s)
            case Verdict.RECOVERED:
                return self._recover(tx, entry, outcome, now_s)
            case Verdict.CONFLICT:
                return self._conflict(tx, entry, outcome, now_s)
            case Verdict.REFUSED:
                return self._refuse(tx, entry, outcome.words, now_s)
        return None

    def _acknowledge(
        self, tx: Connection, entry: OutboxEntry, receipt: Receipt, now_s: int
    ) -> Heard:
        claims.keep_receipt(tx, entry.claim_id, entry.registry_id, receipt, now_s)
        outbox.acknowledge(tx, entry.outbox_id)
        # After a lost reply the feed may have told of the claim before its receipt came.
        if claims.state(tx, entry.claim_id, entry.registry_id) in _ON_ITS_WAY:
            reviewed = Ability.REVIEW in self._abilities
            claims.set_state(
                tx,
                entry.claim_id,
                entry.registry_id,
                ClaimState.UNDER_REVIEW if reviewed else ClaimState.ACKNOWLEDGED,
                now_s,
                number=receipt.number,
            )
        return self._heard("receipt", entry, number=receipt.number)

    def _recover(self, tx: Connection, entry: OutboxEntry, outcome: Outcome, now_s: int) -> Heard:
        """The registry has a declaration by this key: of this claim, or of an older one of ours."""
        known = claims.by_number(tx, entry.registry_id, outcome.number)
        if known is not None and known[0] != entry.claim_id:
            words = (
                f"The same file stands there already as your claim {known[0]}, {outcome.number}. "
                f"{NOT_POSSIBLE[Ability.SUPERSEDE]} This claim is signed and safe in your library."
            )
            return self._refuse(tx, entry, words, now_s)
        outbox.acknowledge(tx, entry.outbox_id)
        claims.set_state(
            tx,
            entry.claim_id,
            entry.registry_id,
            ClaimState.ACKNOWLEDGED,
            now_s,
            number=outcome.number,
            reason=outcome.words,
        )
        return self._heard("recovered", entry, number=outcome.number, message=outcome.words)

    def _conflict(self, tx: Connection, entry: OutboxEntry, outcome: Outcome, now_s: int) -> Heard:
        outbox.refuse(tx, entry.outbox_id, outcome.words)
        claims.set_state(
            tx,
            entry.claim_id,
            entry.registry_id,
            ClaimState.CONFLICT,
            now_s,
            reason=outcome.words,
            conflict=outcome.conflict,
        )
        return self._heard("claim.conflict", entry, message=outcome.words)

    def _refuse(self, tx: Connection, entry: OutboxEntry, words: str, now_s: int) -> Heard:
        outbox.refuse(tx, entry.outbox_id, words)
        claims.set_state(
            tx, entry.claim_id, entry.registry_id, ClaimState.REFUSED, now_s, reason=words
        )
        return self._heard("refused", entry, message=words)

    def _heard(self, event: str, entry: OutboxEntry, **detail: str) -> Heard:
        return Heard(
            event=event,
            registry=self._registry.name,
            detail={"claim_id": entry.claim_id, **detail},
        )
