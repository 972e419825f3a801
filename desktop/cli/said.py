"""Reads what is typed of works and shares on the command line into what the flows take."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

import click

from desktop.errors import UsageProblem
from desktop.flows.describing import ShareSaid, WorkChanges
from desktop.model.works import (
    Basis,
    Capacity,
    Creator,
    Identifier,
    Interest,
    Known,
    Publication,
    Right,
)

UNKNOWN = "unknown"
Chosen = TypeVar("Chosen", bound=StrEnum)


def answers(kind: type[StrEnum]) -> click.Choice[str]:
    """Return the choice among the values of an enum."""
    return click.Choice([one.value for one in kind])


def changes_of(said: dict[str, Any]) -> WorkChanges:
    """Return the options of `work edit` as changes. Raises UsageProblem."""
    publication = None
    if said["published"] or said["published_on"] or said["published_in"]:
        publication = Publication(
            answer=Known(said["published"] or Known.YES),
            on=said["published_on"],
            country=said["published_in"],
        )
    return WorkChanges(
        title=said["title"],
        creators=[_creator(text) for text in said["creators"]] or None,
        identifiers=tuple(_identifier(text) for text in said["identifiers"]),
        drop_identifiers=tuple(_identifier(text) for text in said["dropped"]),
        created=said["created"],
        publication=publication,
        ai_involvement=said["ai"],
        capacity=Capacity(said["capacity"]) if said["capacity"] else None,
        sole_owner=Known(said["sole_owner"]) if said["sole_owner"] else None,
        shares=tuple(_share(text, said) for text in said["shares"]),
        only_these_shares=said["only_these_shares"],
        published_at=said["published_at"],
        no_longer_at=said["no_longer_at"],
    )


def _creator(text: str) -> Creator:
    name, _, role = text.partition(":")
    if not name.strip():
        raise UsageProblem("A creator has a name.")
    return Creator(name=name.strip(), role=role.strip() or "author")


def _identifier(text: str) -> Identifier:
    scheme, _, value = text.partition(":")
    if not scheme.strip() or not value.strip():
        raise UsageProblem(
            f"{text!r} is not SCHEME:VALUE.", advice="Such as isbn:978-3-16-148410-0."
        )
    return Identifier(scheme=scheme.strip().lower(), value=value.strip())


def _share(text: str, said: dict[str, Any]) -> ShareSaid:
    parts = text.rsplit(":", 2)
    if len(parts) != 3 or not parts[0].strip():
        raise UsageProblem(
            f"{text!r} is not PARTY:RIGHT:FRACTION.", advice="Such as me:training:2/3."
        )
    party, right, fraction = parts
    right, _, interest = right.partition("/")
    return ShareSaid(
        who=party.strip(),
        right=_one_of(Right, right, "right"),
        fraction=_fraction(fraction),
        interest=_one_of(Interest, interest or Interest.WHOLE, "side of a right"),
        territories=tuple(said["share_territories"].split(",")),
        starts=said["share_from"],
        ends=said["share_until"],
        basis=Basis(said["share_basis"]),
    )


def _fraction(text: str) -> Fraction | None:
    if text == UNKNOWN:
        return None
    try:
        part = Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise UsageProblem(
            f"{text!r} is no share.", advice="Write a fraction such as 2/3, or unknown."
        ) from error
    if not 0 < part <= 1:
        raise UsageProblem(
            f"A share of {text} cannot be: it is more than nothing and at most the whole.",
            advice="Write a fraction such as 2/3, or unknown.",
        )
    return part


def _one_of(kind: type[Chosen], text: str, what: str) -> Chosen:
    try:
        return kind(text)
    except ValueError as error:
        known = ", ".join(one.value for one in kind)
        raise UsageProblem(f"{text!r} is no {what}.", advice=f"There are {known}.") from error
