"""How much waits in the outbox, by what it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Signed, safe, and not yet with its registry.

    claims: for forms, which the user hands in, are not counted. accounts: where to pay. keys:
    notices that a key was replaced or revoked, at registries that take them.
    """

    claims: int
    answers: int
    accounts: int
    keys: int

    @property
    def total(self) -> int:
        """Everything together."""
        return self.claims + self.answers + self.accounts + self.keys
