"""Who holds how much of a right: within one claim, and of several claims taken together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

WORLD = "WORLD"
WHOLE = Fraction(1)
UNKNOWN = "unknown"
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Holding:
    """One share of one claim. party: the DID where it is known, else the name."""

    claim: int
    party: str
    name: str
    right: str
    interest: str
    territories: frozenset[str]
    start: date
    end: date
    share: Fraction

    def holds(self, territory: str, day: date) -> bool:
        """Tell whether it counts in territory on day."""
        return self.start <= day < self.end and bool(self.territories & {territory, WORLD})


@dataclass(frozen=True, slots=True)
class Excess:
    """Where shares add up to more than the whole, and to how much."""

    right: str
    territory: str
    day: date
    total: Fraction


def holdings_of(claim: Document, number: int) -> list[Holding]:
    """Return the shares that a claim states; number tells claims apart."""
    return [_holding(share, claim["claimant"], number) for share in claim["shares"]]


def claimant_share(
    claim: Document, right: str, territory: str, day: date
) -> tuple[Fraction, str] | None:
    """Return the share that is paid to the claimant, and the territory it is stated for.

    That is the claimant's own; a representative is paid for all it represents. None if zero.
    """
    everyone = claim["claimant"]["capacity"] == "representative"
    mine = [
        one
        for one in holdings_of(claim, 0)
        if (everyone or one.party == claim["claimant"]["did"])
        and one.right == right
        and one.holds(territory, day)
    ]
    total = sum((one.share for one in mine), Fraction(0))
    if not total:
        return None
    worldwide = all(WORLD in one.territories for one in mine)
    return total, WORLD if worldwide else territory


def excesses(holdings: Iterable[Holding]) -> list[Excess]:
    """Return, per right and side, where the most is claimed, if that is more than the whole.

    A party that several claims name counts once, with the most that one of them gives it.
    """
    merged = _merge_names(list(holdings))
    sides = dict.fromkeys((one.right, one.interest) for one in merged)
    found = (
        _greatest([one for one in merged if (one.right, one.interest) == side]) for side in sides
    )
    return [excess for excess in found if excess.total > WHOLE]


def _holding(share: Document, claimant: Document, number: int) -> Holding:
    return Holding(
        claim=number,
        party=_party(share["party"], claimant),
        name=_name(share["party"]),
        right=share["right"],
        interest=share.get("interest", ""),
        territories=frozenset(share["territories"]),
        start=date.fromisoformat(share.get("from", date.min.isoformat())),
        end=date.fromisoformat(share.get("to", date.max.isoformat())),
        share=Fraction(0 if share["share"] == UNKNOWN else share["share"]),
    )


def _party(party: Document, claimant: Document) -> str:
    if "did" in party:
        return str(party["did"])
    if _name(party) == _name(claimant):
        return str(claimant["did"])
    return _name(party)


def _name(party: Document) -> str:
    return " ".join(str(party["name"]).casefold().split())


def _merge_names(holdings: list[Holding]) -> list[Holding]:
    """Take a party that is only named for the one DID that goes by this name, if there is one."""
    dids: dict[str, set[str]] = {}
    for one in holdings:
        if one.party != one.name:
            dids.setdefault(one.name, set()).add(one.party)
    known = {name: found.pop() for name, found in dids.items() if len(found) == 1}
    return [
        replace(one, party=known[one.name]) if one.party == one.name and one.name in known else one
        for one in holdings
    ]


def _greatest(holdings: list[Holding]) -> Excess:
    countries = set().union(*(one.territories for one in holdings)) - {WORLD} or {WORLD}
    days = {one.start for one in holdings}
    return max(
        (
            Excess(holdings[0].right, territory, day, _total(holdings, territory, day))
            for territory in sorted(countries)
            for day in sorted(days)
        ),
        key=lambda excess: excess.total,
    )


def _total(holdings: list[Holding], territory: str, day: date) -> Fraction:
    per_claim: dict[tuple[str, int], Fraction] = {}
    for one in holdings:
        if one.holds(territory, day):
            key = (one.party, one.claim)
            per_claim[key] = per_claim.get(key, Fraction(0)) + one.share
    per_party: dict[str, Fraction] = {}
    for (party, _claim), share in per_claim.items():
        per_party[party] = max(per_party.get(party, Fraction(0)), share)
    return sum(per_party.values(), Fraction(0))
