"""Who shares in a line on the day of use: by the claim that it names, or else by its work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from desktop.identity.canonical import parse_json
from desktop.model.allocations import NOBODY, WhyNobody
from desktop.model.works import Interest, Party, Right, Share
from desktop.payments.splits import Holder, parts_of_line
from desktop.store import divisions, parties
from desktop.store import shares as shares_store
from desktop.store.database import Connection
from desktop.store.divisions import ClaimOfLines, LineGroup

NO_IDENTITY = -1
_WORLD = "WORLD"
_WHOLE = Fraction(1)
Parts = tuple[tuple[int, Fraction], ...]
_RIGHTS = frozenset(right.value for right in Right)


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everyone the library knows. me: the user, NO_IDENTITY before there is one."""

    me: int
    own: frozenset[int]
    names: Mapping[int, str]
    by_did: Mapping[str, int]
    by_name: Mapping[str, int]

    def of(self, party: Mapping[str, Any], claimant: Mapping[str, Any]) -> int:
        """Return who a claim means: by key, else by name; the claimant is the user."""
        did, name = str(party.get("did", "")), _folded(str(party["name"]))
        if did and did == claimant["did"]:
            return self.me
        if not did and name == _folded(str(claimant["name"])):
            return self.me
        found = self.by_did.get(did) or self.by_name.get(name, NOBODY)
        return self.me if found in self.own else found


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A part of a right that a party holds in some places for some time."""

    party: int
    right: str
    part: Fraction | None
    territories: tuple[str, ...]
    interest: str = Interest.WHOLE.value
    starts: str = ""
    ends: str = ""

    def holds(self, territory: str, on: date) -> bool:
        """Whether it is so there on that day."""
        day = on.isoformat()
        there = territory in self.territories or _WORLD in self.territories
        return there and self.starts <= day and (not self.ends or day < self.ends)


@dataclass(slots=True, kw_only=True)
class Shares:
    """All shares that lines may be divided by. claims, works: where somebody else shares."""

    people: People
    of_claim: dict[int, list[Held]]
    of_work: dict[int, list[Held]]
    claims: set[int] = field(default_factory=set)
    works: set[int] = field(default_factory=set)
    _known: dict[tuple[tuple[Held, ...], str], Parts] = field(default_factory=dict)

    def parts(self, group: LineGroup) -> Parts:
        """Return (party, part) of these lines; empty: all of it is the user's."""
        found = [self._of_right(right, group) for right in _rights_of(group)]
        if any(one != found[0] for one in found):
            # The line names no right, and they are not shared alike: nobody can say whose it is.
            return ((NOBODY, _WHOLE),)
        return found[0]

    def why_nobody(self, group: LineGroup) -> WhyNobody | None:
        """Return why a part of these lines is nobody's; None where none is."""
        rights = _rights_of(group)
        found = [self._of_right(right, group) for right in rights]
        if any(one != found[0] for one in found):
            return WhyNobody.NO_RIGHT
        if NOBODY not in dict(found[0]):
            return None
        too_much = _too_much(self._here(rights[0], group))
        return WhyNobody.TOO_MUCH if too_much else WhyNobody.LEFT_OPEN

    def by_claim(self, group: LineGroup) -> bool:
        """Whether a claim decides whose these lines are."""
        return group.claim_id in self.of_claim

    def _held(self, group: LineGroup) -> Sequence[Held]:
        if group.claim_id in self.of_claim:
            return self.of_claim[group.claim_id]
        return self.of_work.get(group.work_id, [])

    def _here(self, right: str, group: LineGroup) -> tuple[Held, ...]:
        territory = group.territory or _WORLD
        return tuple(
            one
            for one in self._held(group)
            if one.right == right and one.holds(territory, group.day)
        )

    def _of_right(self, right: str, group: LineGroup) -> Parts:
        if not any(one.right == right for one in self._held(group)):
            return ()
        here = self._here(right, group)
        key = (here, group.share)
        if key not in self._known:
            self._known[key] = self._divided(here, _read_share(group.share))
        return self._known[key]

    def _divided(self, here: Sequence[Held], paid: Fraction | None) -> Parts:
        # Of money for a recording and its song together, each side is half.
        sides = len({one.interest for one in here}) or 1
        if _too_much(here):
            # More is promised than there is: nobody can say whose it is.
            return ((NOBODY, _WHOLE),)
        scale = Fraction(1, sides) if paid is None else _WHOLE
        me = self.people.me
        holders = [Holder(party=me, part=Fraction(0), is_payee=True)]
        for one in here:
            part = None if one.part is None else one.part * scale
            holders.append(Holder(party=one.party, part=part, is_payee=one.party == me))
        return tuple(sorted(parts_of_line(paid, holders).items()))


def _rights_of(group: LineGroup) -> list[str]:
    """Return the right that lines name, or else all of them."""
    named = [one for one in (group.right, group.use) if one in _RIGHTS]
    return named[:1] or sorted(_RIGHTS)


def _too_much(here: Iterable[Held]) -> bool:
    found: dict[str, Fraction] = {}
    for one in here:
        found[one.interest] = found.get(one.interest, Fraction(0)) + (one.part or Fraction(0))
    return any(said > _WHOLE for said in found.values())


def read_shares(connection: Connection) -> Shares:
    """Read whose the claims and works are that lines are about."""
    people = read_people(connection)
    of_claim = {
        one.claim_id: list(_of_claim(one, people)) for one in divisions.claims_of_lines(connection)
    }
    of_work = {
        work: list(_of_work(shares_store.of_work(connection, work), people))
        for work in divisions.works_with_shares(connection)
    }
    return Shares(
        people=people,
        of_claim=of_claim,
        of_work=of_work,
        claims={claim for claim, held in of_claim.items() if _is_shared(held, people)},
        works={work for work, held in of_work.items() if _is_shared(held, people)},
    )


def read_people(connection: Connection) -> People:
    """Read everyone the library knows."""
    return _people(parties.everyone(connection), parties.me(connection))


def _is_shared(held: Iterable[Held], people: People) -> bool:
    """Whether anything of it may be another's, or nobody's."""
    return any(one.party != people.me or one.part != _WHOLE for one in held)


def _people(everyone: Sequence[Party], me: Party | None) -> People:
    own = frozenset(one.party_id for one in everyone if one.is_self)
    number = me.party_id if me else min(own, default=NO_IDENTITY)
    names = {one.party_id: one.name for one in everyone}
    names.setdefault(NO_IDENTITY, "You")
    return People(
        me=number,
        own=own,
        names=names,
        by_did={one.did: one.party_id for one in reversed(everyone) if one.did},
        by_name={_folded(one.name): one.party_id for one in reversed(everyone)},
    )


def _of_claim(claim: ClaimOfLines, people: People) -> Iterable[Held]:
    document = parse_json(claim.document)
    for share in document.get("shares", ()):
        known = share["share"] != "unknown"
        yield Held(
            party=people.of(share["party"], document["claimant"]),
            right=share["right"],
            part=Fraction(share["share"]) if known else None,
            territories=tuple(share["territories"]) or (_WORLD,),
            interest=share.get("interest", Interest.WHOLE.value),
            starts=share.get("from", ""),
            ends=share.get("to", ""),
        )


def _of_work(shares: Iterable[Share], people: People) -> Iterable[Held]:
    for share in shares:
        yield Held(
            party=people.me if share.party.party_id in people.own else share.party.party_id,
            right=share.right.value,
            part=share.fraction,
            territories=share.territories,
            interest=share.interest.value,
            starts=share.starts,
            ends=share.ends,
        )


def _read_share(text: str) -> Fraction | None:
    """Return the share of the right that was paid; None where the statement says nothing of it."""
    try:
        return Fraction(text) if text else None
    except (ValueError, ZeroDivisionError):
        return None


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
