"""Three books about the same claims, held against each other; and how a run of faults is told.

The library's, the registry's own, and what a reader of the command line sees.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.model.claims import ClaimRow, OutboxEntry
from tests.faulty_proxy import FaultyProxy


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a registry has of one claim. times: how often it was declared, with effect."""

    number: str
    state: str
    receipt: bytes = b""
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What each says. registry: by the claim's hash. receipts: the library's, by hash."""

    entries: list[OutboxEntry]
    rows: list[ClaimRow]
    receipts: Mapping[str, bytes]
    registry: Mapping[str, Known]
    shown_claims: list[dict[str, Any]]
    shown_outbox: list[dict[str, Any]]

    @property
    def lost(self) -> list[str]:
        """Claims of the library that the registry does not have."""
        return [one.claim_hash for one in self.entries if one.claim_hash not in self.registry]

    @property
    def twice(self) -> list[str]:
        """What the registry has more than once, or under one number, or from nowhere."""
        ours = {one.claim_hash for one in self.entries}
        numbers = Counter(known.number for known in self.registry.values())
        return [
            claim_hash
            for claim_hash, known in self.registry.items()
            if known.times != 1 or numbers[known.number] != 1 or claim_hash not in ours
        ]

    @property
    def wrong(self) -> list[str]:
        """Sentences about what is shown and is not so."""
        hashes = {one.claim_id: one.claim_hash for one in self.entries}
        found = [
            f"outbox shows {one}"
            for one in self.shown_outbox
            if one["state"] != "acknowledged" or one["last_problem"]
        ]
        if sorted(one["claim_id"] for one in self.shown_claims) != sorted(hashes):
            found.append("claims shows other claims than the library has")
        for shown, row in zip(self.shown_claims, self.rows, strict=True):
            claim_hash = hashes[row.claim_id]
            known = self.registry.get(claim_hash)
            receipt = self.receipts.get(claim_hash, b"")
            said = shown["receipt"] or {"id": row.number, "verified": False}
            true = (
                known is not None
                and (shown["claim_id"], shown["state"]) == (row.claim_id, known.state)
                and said["id"] == row.number == known.number
                and said["verified"] == row.receipt_verified == bool(receipt)
                and (not receipt or known.receipt in (b"", receipt))
            )
            if not true:
                found.append(f"claims shows {shown}, the registry has {known}")
        return found


@dataclass
class Tally:
    """What happened on the way. kills and clocks: by name of the step, or how wrong."""

    title: str
    seed: int
    claims: int = 0
    rounds: int = 0
    seconds: float = 0.0
    kills: Counter[str] = field(default_factory=Counter)
    clocks: Counter[str] = field(default_factory=Counter)

    def faults(self, proxy: FaultyProxy) -> int:
        """Return how many faults there were, of every kind."""
        return sum(proxy.faults.values()) + sum(self.kills.values()) + sum(self.clocks.values())

    def text(self, proxy: FaultyProxy, books: Books) -> str:
        """Return all of it, to be read."""
        lost = 100 * proxy.lost_posts / max(1, proxy.posts)
        lines = [
            f"{self.title}: {self.claims} claims, seed {self.seed}, {self.seconds:.1f} s",
            f"  {self.rounds} rounds, {proxy.calls} calls, {proxy.posts} of them declaring; "
            f"{self.faults(proxy)} faults; {proxy.lost_posts} replies lost ({lost:.0f} %)",
        ]
        lines += [f"  {count:5}  {fault.value}" for fault, count in proxy.faults.items()]
        lines += [f"  {count:5}  clock {name}" for name, count in self.clocks.items()]
        lines += [f"  {count:5}  killed {name}" for name, count in self.kills.items()]
        lines.append(
            f"  {len(books.lost)} lost, {len(books.twice)} declared twice, "
            f"{len(books.wrong)} wrongly shown, {len(books.receipts)} receipts"
        )
        return "\n".join(lines)
