"""Reads what is typed of works and shares on the command line into what the flows take."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import Any

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
    )


def _creator(text: str) -> Creator:
    name, _, role = text.partition(":")
    if not name.strip():
        raise UsageProblem("A creator has a name.")
    return Creator(name=name.strip(), role=role.strip() or "author")


def _identifier(text: str) -> Identifier:
    scheme, _, value = text.partition(":")
    if not scheme.strip() or not value.strip():
        raise UsageProblem(f"{text!r} is not SCHEME:VALUE.")
    return Identifier(scheme=scheme.strip().lower(), value=value.strip())


def _share(text: str, said: dict[str, Any]) -> ShareSaid:
    try:
        party, right, fraction = text.rsplit(":", 2)
        right, _, interest = right.partition("/")
        part = None if fraction == UNKNOWN else Fraction(fraction)
        if (part is not None and not 0 < part <= 1) or not party.strip():
            raise ValueError(text)
        return ShareSaid(
            who=party.strip(),
            right=Right(right),
            fraction=part,
            interest=Interest(interest or Interest.WHOLE),
            territories=tuple(said["share_territories"].split(",")),
            starts=said["share_from"],
            ends=said["share_until"],
            basis=Basis(said["share_basis"]),
        )
    except (ValueError, ZeroDivisionError) as error:
        raise UsageProblem(
            f"{text!r} is not PARTY:RIGHT:FRACTION.", advice="Such as me:training:2/3."
        ) from error
