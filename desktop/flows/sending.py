"""Sends what is due to one registry; every step is in the store before the next is taken."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from desktop.errors import BatchTooLarge, Busy, LoginNeeded, Refused, RegistryProblem, Untrusted
from desktop.flows.answering import Desk
from desktop.flows.hearing import Tell
from desktop.flows.wire import Wire
from desktop.model.claims import OutboxEntry
from desktop.model.progress import Cancelled
from desktop.model.registries import Description, Registry
from desktop.registries.connector import Connector, Envelope, Outcome, Parcel, Verdict
from desktop.registries.retry import delay_s
from desktop.services import Services
from desktop.store import outbox

MAX_AGAIN = 3
Answered = tuple[list["Packed"], Sequence[Outcome]]
_NOTHING: Answered = ([], ())
_ENVELOPE_BYTES = 64


@dataclass(frozen=True, slots=True)
class Packed:
    """An entry of the outbox and what of it is sent."""

    entry: OutboxEntry
    parcel: Parcel


class Sender:
    """Sends to one registry, once through what is due."""

    def __init__(
        self,
        services: Services,
        registry: Registry,
        connector: Connector,
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
        self._desk = Desk(services, registry, description)
        # Every entry has one try a round, so that eagerness cannot turn into a tight loop.
        self._tried: set[int] = set()
        self._size = description.batch
        self._again: Counter[int] = Counter()
        # What is known of an entry's last envelope after it was asked for a new one.
        self._earlier: dict[int, Envelope | None] = {}

    def send_all(self, cancelled: Cancelled, *, eager: bool) -> None:
        """Send batch after batch until nothing is due.

        While one is on its way, what came back for the one before is verified and kept. Raises
        RegistryProblem at the first that stops it; what was not taken is queued again.
        """
        with Wire(self._services.transport.close) as wire:
            self._size, kept = self._description.batch, _NOTHING
            while True:
                try:
                    batch = [] if cancelled() else self._next_batch(self._size, eager=eager)
                except RegistryProblem:
                    self._take(*kept)
                    raise
                if batch:
                    wire.send(partial(self._submit, batch))
                try:
                    self._take(*kept)
                except RegistryProblem:
                    self._land(wire, batch)
                    raise
                if not batch and not kept[0]:
                    return
                kept = self._answer(wire, batch) if batch else _NOTHING

    def _submit(self, batch: list[Packed]) -> Sequence[Outcome]:
        return self._connector.submit([packed.parcel for packed in batch], self._description)

    def _land(self, wire: Wire, batch: list[Packed]) -> None:
        """Keep what still comes back for a batch that is on its way when another one failed."""
        if batch:
            with contextlib.suppress(RegistryProblem):
                self._take(*self._answer(wire, batch))

    def _answer(self, wire: Wire, batch: list[Packed]) -> Answered:
        """Return a batch with its outcomes, or nothing if it has to be sent in another way."""
        try:
            outcomes = wire.answer()
        except (BatchTooLarge, Refused) as problem:
            if len(batch) == 1:
                self._refuse(batch[0], problem.message)
                return _NOTHING
            # Halve what is too large; send one by one where one of them spoils the batch.
            self._requeue(batch, problem, wait=False)
            self._tried -= {packed.entry.outbox_id for packed in batch}
            self._size = len(batch) // 2 if isinstance(problem, BatchTooLarge) else 1
            return _NOTHING
        except RegistryProblem as problem:
            self._requeue(batch, problem, wait=not isinstance(problem, LoginNeeded))
            raise
        if self._description.batch == 1:  # its envelopes hang together: one at a time
            self._take(batch, outcomes)
            return _NOTHING
        return batch, outcomes

    def _next_batch(self, size: int, *, eager: bool) -> list[Packed]:
        """Take what is due and fits; what will leave is in the store when this returns."""
        batch: list[Packed] = []
        room = self._description.body_bytes - _ENVELOPE_BYTES
        for entry in self._due(size, eager=eager):
            packed = self._pack(entry) if len(batch) < size else None
            if packed is None:
                continue
            if batch and packed.parcel.size_bytes + 1 > room:
                break
            room -= packed.parcel.size_bytes + 1
            batch.append(packed)
        now_s = self._services.now_s()
        with self._services.store.write() as tx:
            outbox.mark_sending(tx, [packed.entry.outbox_id for packed in batch])
            for packed in batch:
                envelope = packed.parcel.envelope
                if envelope is not None and not envelope.again:
                    outbox.keep_envelope(
                        tx,
                        packed.entry.outbox_id,
                        envelope.document,
                        now_s,
                        forced=envelope.forced,
                    )
        self._tried |= {packed.entry.outbox_id for packed in batch}
        return batch

    def _due(self, size: int, *, eager: bool) -> list[OutboxEntry]:
        with self._services.store.read() as connection:
            due = outbox.due(
                connection,
                self._registry.registry_id,
                self._services.now_s(),
                size + len(self._tried),
                eager=eager,
                did=self._claimant,
            )
        return [entry for entry in due if entry.outbox_id not in self._tried]

    def _pack(self, entry: OutboxEntry) -> Packed | None:
        """Return an entry with its envelope; None if it cannot be put into one."""
        parcel = Parcel(
            claim_hash=entry.claim_hash,
            document=entry.document,
            forced=entry.forced,
            earlier=self._earlier_of(entry),
        )
        try:
            envelope = self._connector.envelope(parcel)
        except Refused as problem:
            self._refuse(Packed(entry, parcel), problem.message)
            return None
        return Packed(entry, replace(parcel, envelope=envelope))

    def _earlier_of(self, entry: OutboxEntry) -> Envelope | None:
        if entry.outbox_id in self._earlier:
            return self._earlier[entry.outbox_id]
        if not entry.forced:
            return None
        with self._services.store.read() as connection:
            last = outbox.last_envelope(connection, entry.outbox_id)
        if last is None:
            return None
        return Envelope(document=last.document, forced=last.forced, made_s=last.made_s)

    def _take(self, batch: list[Packed], answers: Sequence[Outcome]) -> None:
        """Keep what a registry answered. Raises Untrusted, with what is not believed queued."""
        try:
            self._keep(batch, list(answers))
        except RegistryProblem as problem:
            self._requeue(batch, problem)
            raise

    def _keep(self, batch: list[Packed], outcomes: list[Outcome]) -> None:
        hashes = [packed.entry.claim_hash for packed in batch]
        if [outcome.claim_hash for outcome in outcomes] != hashes:
            raise Untrusted("The registry answered for other claims than we sent.")
        if not batch:
            return
        answered = list(zip(batch, outcomes, strict=True))
        heard = self._desk.take([(packed.entry, outcome) for packed, outcome in answered])
        self._tried -= {
            packed.entry.outbox_id
            for packed, outcome in answered
            if outcome.verdict is not Verdict.NOT_BELIEVED
        }
        for item in heard:
            self._tell(item)
        self._send_again([pair for pair in answered if pair[1].verdict is Verdict.AGAIN])
        for _, outcome in answered:
            if outcome.verdict is Verdict.NOT_BELIEVED:
                raise Untrusted(outcome.words)

    def _send_again(self, asked: Sequence[tuple[Packed, Outcome]]) -> None:
        """Let entries be packed anew at once, but not for ever."""
        for packed, outcome in asked:
            entry, envelope = packed.entry, packed.parcel.envelope
            self._again[entry.outbox_id] += 1
            if self._again[entry.outbox_id] > MAX_AGAIN:
                raise Untrusted(f"The registry asked for a new try too often. {outcome.words}")
            # A note of unknown fate stays one: made long ago, so that it is asked about instead.
            known = envelope is None or not envelope.again
            self._earlier[entry.outbox_id] = (
                None if known or envelope is None else replace(envelope, made_s=0)
            )
            self._requeue([packed], RegistryProblem(outcome.words), wait=False)

    def _refuse(self, packed: Packed, words: str) -> None:
        self._tell(self._desk.refuse(packed.entry, words))

    def _requeue(
        self, batch: Sequence[Packed], problem: RegistryProblem, *, wait: bool = True
    ) -> None:
        """Put back what is still being sent of a batch; what was answered stays answered."""
        asked = problem.retry_after_s if isinstance(problem, Busy) else None
        now_s = self._services.now_s()
        together = None if asked is None else delay_s(0, retry_after_s=asked)
        with self._services.store.write() as tx:
            for entry in (packed.entry for packed in batch):
                later = (together or delay_s(entry.attempts + 1)) if wait else 0
                outbox.requeue(
                    tx,
                    entry.outbox_id,
                    now_s + later,
                    problem.message,
                    now_s,
                    asked_to_wait=asked is not None,
                )
