"""Sends what is due to one registry; every step is in the store before the next is taken."""

from __future__ import annotations

from desktop.claims.sign import read_receipt
from desktop.errors import BatchTooLarge, Busy, LoginNeeded, Refused, RegistryProblem, Untrusted
from desktop.flows.hearing import Heard, Tell
from desktop.model.claims import ClaimState, OutboxEntry, Receipt
from desktop.model.progress import Cancelled
from desktop.model.registries import Description, Registry
from desktop.registries.open_claims import OpenClaims, Outcome
from desktop.registries.retry import delay_s
from desktop.services import Services
from desktop.store import claims, journal, outbox
from desktop.store.database import Connection

_ENVELOPE_BYTES = 64
Answer = Receipt | Untrusted | None


class Sender:
    """Sends to one registry, once through what is due."""

    def __init__(
        self,
        services: Services,
        registry: Registry,
        connector: OpenClaims,
        description: Description,
        claimant: str,
        tell: Tell,
    ) -> None:
        self._services = services
        self._registry = registry
        self._connector = connector
        self._description = description
        self._claimant = claimant
        self._tell = tell
        # Every entry has one try a round, so that eagerness cannot turn into a tight loop.
        self._tried: set[int] = set()

    def send_all(self, cancelled: Cancelled, *, eager: bool) -> None:
        """Send batch after batch until nothing is due.

        Raises RegistryProblem at the first that stops it; what was not taken is queued again.
        """
        size = self._description.batch
        while not cancelled():
            batch = self._next_batch(size, eager=eager)
            if not batch:
                return
            try:
                self._send(batch)
            except (BatchTooLarge, Refused) as problem:
                if len(batch) == 1:
                    self._refuse(batch[0], problem.message)
                    continue
                # Halve what is too large; send one by one where one of them spoils the batch.
                self._requeue(batch, problem, wait=False)
                self._tried -= {entry.outbox_id for entry in batch}
                size = len(batch) // 2 if isinstance(problem, BatchTooLarge) else 1
            except LoginNeeded as problem:
                self._requeue(batch, problem, wait=False)
                raise
            except RegistryProblem as problem:
                self._requeue(batch, problem)
                raise

    def _next_batch(self, size: int, *, eager: bool) -> list[OutboxEntry]:
        with self._services.store.write() as tx:
            due = outbox.due(
                tx,
                self._registry.registry_id,
                self._services.now_s(),
                size + len(self._tried),
                eager=eager,
                did=self._claimant,
            )
            batch: list[OutboxEntry] = []
            room = self._description.body_bytes - _ENVELOPE_BYTES
            for entry in (entry for entry in due if entry.outbox_id not in self._tried):
                if len(batch) == size or (batch and len(entry.document) + 1 > room):
                    break
                room -= len(entry.document) + 1
                batch.append(entry)
            outbox.mark_sending(tx, [entry.outbox_id for entry in batch])
        self._tried |= {entry.outbox_id for entry in batch}
        return batch

    def _send(self, batch: list[OutboxEntry]) -> None:
        outcomes = self._connector.submit([entry.document for entry in batch])
        if [outcome.claim_hash for outcome in outcomes] != [entry.claim_hash for entry in batch]:
            raise Untrusted("The registry answered for other claims than we sent.")
        answered = [
            (entry, outcome, self._read(entry, outcome))
            for entry, outcome in zip(batch, outcomes, strict=True)
        ]
        now_s = self._services.now_s()
        heard: list[Heard] = []
        with self._services.store.write() as tx:
            for entry, outcome, answer in answered:
                if isinstance(answer, Receipt):
                    heard.append(self._acknowledge(tx, entry, answer, now_s))
                elif answer is None:
                    heard.append(self._refuse_in(tx, entry, outcome.refusal, now_s))
            journal.add(tx, now_s, "claims.sent", self._registry.name, {"claims": len(heard)})
        self._tried -= {
            entry.outbox_id for entry, _, answer in answered if not isinstance(answer, Untrusted)
        }
        for item in heard:
            self._tell(item)
        for _, _, answer in answered:
            if isinstance(answer, Untrusted):
                raise answer

    def _read(self, entry: OutboxEntry, outcome: Outcome) -> Answer:
        if outcome.receipt is None:
            return None
        try:
            return read_receipt(
                outcome.receipt,
                claim_hash=entry.claim_hash,
                claimant=self._claimant,
                issuer=self._description.did,
                methods=self._description.methods,
            )
        except Untrusted as problem:
            return problem

    def _acknowledge(
        self, tx: Connection, entry: OutboxEntry, receipt: Receipt, now_s: int
    ) -> Heard:
        claims.keep_receipt(tx, entry.claim_id, entry.registry_id, receipt, now_s)
        outbox.acknowledge(tx, entry.outbox_id)
        # After a lost reply the feed may have told of the claim before its receipt came.
        if claims.state(tx, entry.claim_id, entry.registry_id) in (
            ClaimState.QUEUED,
            ClaimState.SENDING,
        ):
            claims.set_state(
                tx,
                entry.claim_id,
                entry.registry_id,
                ClaimState.UNDER_REVIEW,
                now_s,
                number=receipt.number,
            )
        return self._heard("receipt", entry, number=receipt.number)

    def _refuse(self, entry: OutboxEntry, words: str) -> None:
        with self._services.store.write() as tx:
            heard = self._refuse_in(tx, entry, words, self._services.now_s())
        self._tell(heard)

    def _refuse_in(self, tx: Connection, entry: OutboxEntry, words: str, now_s: int) -> Heard:
        outbox.refuse(tx, entry.outbox_id, words)
        claims.set_state(
            tx, entry.claim_id, entry.registry_id, ClaimState.REFUSED, now_s, reason=words
        )
        return self._heard("refused", entry, message=words)

    def _requeue(
        self, batch: list[OutboxEntry], problem: RegistryProblem, *, wait: bool = True
    ) -> None:
        """Put back what is still being sent of a batch; what was answered stays answered."""
        asked = problem.retry_after_s if isinstance(problem, Busy) else None
        now_s = self._services.now_s()
        together = None if asked is None else delay_s(0, retry_after_s=asked)
        with self._services.store.write() as tx:
            for entry in batch:
                later = (together or delay_s(entry.attempts + 1)) if wait else 0
                outbox.requeue(
                    tx,
                    entry.outbox_id,
                    now_s + later,
                    problem.message,
                    asked_to_wait=asked is not None,
                )

    def _heard(self, event: str, entry: OutboxEntry, **detail: str) -> Heard:
        return Heard(
            event=event,
            registry=self._registry.name,
            detail={"claim_id": entry.claim_id, **detail},
        )
