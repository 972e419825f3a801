"""What a conflict is about: both sides, what speaks for each, and what would be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from desktop.errors import UsageProblem
from desktop.model.claims import Answer, ClaimRow
from desktop.model.works import Evidence, Party, Share, Work
from desktop.services import Services
from desktop.store import answers, claims, identities, parties, registries, works
from desktop.store.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """Somebody else, by the name the registry tells, and what they claim of each right."""

    name: str
    shares: tuple[tuple[str, Fraction], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A claim of mine that cannot be right together with others'.

    total: what all claims add up to, 1 is the whole. respond_by: None where nothing is said.
    said: what I answered before.
    """

    claim: ClaimRow
    work: Work
    me: Party
    total: Fraction
    respond_by: date | None
    rivals: tuple[Rival, ...]
    said: tuple[Answer, ...]

    @property
    def shares(self) -> Sequence[Share]:
        """My side's shares; none stand for the whole."""
        return self.work.shares

    @property
    def evidence(self) -> Sequence[Evidence]:
        """What is kept and could be named."""
        return self.work.evidence


def conflict_of(claim_id: int, registry_name: str, services: Services) -> Conflict:
    """Return the conflict of a claim at a registry. Raises UsageProblem if there is none."""
    with services.store.read() as connection:
        registry = registries.by_name(connection, registry_name)
        row = claims.row_at(connection, claim_id, registry.registry_id)
        me = _claimant_of(connection, claim_id)
        if row is None or not row.conflict or row.may_be_forced or me is None:
            raise UsageProblem(f"This claim is in no conflict at {registry_name}.")
        said = answers.of_claim(connection, claim_id, registry.registry_id)
        work = works.get(connection, row.work_id)
    told = row.conflict
    return Conflict(
        claim=row,
        work=work,
        me=me,
        total=Fraction(told.get("total", "1")),
        respond_by=date.fromisoformat(told["respond_by"]) if "respond_by" in told else None,
        rivals=_rivals(told.get("others", ())),
        said=tuple(said),
    )


def _claimant_of(connection: Connection, claim_id: int) -> Party | None:
    """Return who signed a claim, also with a key that was replaced since."""
    key = identities.key(connection, claims.did_of(connection, claim_id))
    return parties.by_id(connection, key.party_id) if key else None


def _rivals(others: Sequence[dict[str, str]]) -> tuple[Rival, ...]:
    ordered = sorted(others, key=lambda one: one["name"])
    return tuple(
        Rival(
            name=name,
            shares=tuple((one["right"], Fraction(one["share"])) for one in group),
        )
        for name, group in groupby(ordered, key=lambda one: one["name"])
    )
