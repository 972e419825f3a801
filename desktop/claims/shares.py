"""Adds up shares exactly: over the whole cannot be signed, under it is said.

Every right and side is added up for each country and each stretch of time that shares name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from desktop.model.works import Basis, Interest, Party, Right, Share

WORLD = "WORLD"
WHOLE = Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What the shares of one right come to at one place and time.

    since: the first day of it, "" is always. open: a share in it is unknown, so the sum is less
    than the truth.
    """

    right: Right
    interest: Interest
    territory: str
    since: str
    total: Fraction
    open: bool


def totals(shares: Sequence[Share]) -> list[Total]:
    """Return every total there is, right by right."""
    ordered = sorted(shares, key=_side)
    return [
        Total(
            right=right,
            interest=interest,
            territory=territory,
            since=since,
            total=sum((one.fraction or Fraction(0) for one in here), Fraction(0)),
            open=any(one.fraction is None for one in here),
        )
        for (right, interest), group in groupby(ordered, key=_side)
        for territory, since, here in _places_and_times(list(group))
    ]


def excess(shares: Sequence[Share]) -> Total | None:
    """Return the greatest total that is more than the whole, or None."""
    over = [one for one in totals(shares) if one.total > WHOLE]
    return max(over, key=lambda one: one.total, default=None)


def gaps(shares: Sequence[Share]) -> list[Total]:
    """Return the totals below the whole, the smallest of each right and side."""
    under = sorted(
        (one for one in totals(shares) if one.total < WHOLE or one.open),
        key=lambda one: (one.right, one.interest, one.total),
    )
    return [next(group) for _, group in groupby(under, key=lambda one: (one.right, one.interest))]


def where(total: Total) -> str:
    """Say which side, place and time a total is of, as far as it matters."""
    words = [
        f"of the {total.interest.value}" if total.interest is not Interest.WHOLE else "",
        f"in {total.territory}" if total.territory != WORLD else "",
        f"from {total.since}" if total.since else "",
    ]
    return "".join(f" {word}" for word in words if word)


def gap_words(gap: Total) -> str:
    """Say what of a right is not given to anybody: 1/2 of output in PT, or how much is unknown."""
    if gap.total >= WHOLE:
        return f"{gap.right.value}{where(gap)}: a share in it is unknown"
    some = f"{WHOLE - gap.total} of {gap.right.value}{where(gap)}"
    return f"{some}, less a share that is unknown" if gap.open else some


def alike(shares: Sequence[Share]) -> list[tuple[Share, tuple[Right, ...]]]:
    """Return shares that differ in their right alone as one, with their rights, in order."""
    groups: dict[Share, list[Right]] = {}
    for share in shares:
        groups.setdefault(replace(share, right=Right.TRAINING), []).append(share.right)
    return [
        (share, tuple(sorted(rights, key=list(Right).index))) for share, rights in groups.items()
    ]


def equal_split(
    parties: Sequence[Party],
    *,
    rights: Sequence[Right] = tuple(Right),
    interest: Interest = Interest.WHOLE,
    territories: tuple[str, ...] = (WORLD,),
    basis: Basis = Basis.AGREED,
) -> tuple[Share, ...]:
    """Return the template of equal parts: of each right the same to everyone, exactly the whole."""
    return tuple(
        Share(
            party=party,
            right=right,
            fraction=Fraction(1, len(parties)),
            territories=territories,
            interest=interest,
            basis=basis,
        )
        for right in rights
        for party in parties
    )


def _side(share: Share) -> tuple[Right, Interest]:
    return share.right, share.interest


def _places_and_times(shares: list[Share]) -> Iterator[tuple[str, str, list[Share]]]:
    """Yield each country and time at which another set of shares holds, and that set."""
    countries = {place for one in shares for place in one.territories} - {WORLD}
    for territory in sorted(countries):
        yield from _times(territory, shares)
    if any(WORLD in one.territories for one in shares):
        yield from _times(WORLD, [one for one in shares if WORLD in one.territories])


def _times(territory: str, shares: list[Share]) -> Iterator[tuple[str, str, list[Share]]]:
    here = [one for one in shares if {territory, WORLD} & set(one.territories)]
    for day in sorted({one.starts for one in here} | {one.ends for one in here if one.ends}):
        valid = [one for one in here if one.starts <= day and (not one.ends or day < one.ends)]
        if valid:
            yield territory, day, valid
