"""What two works have to do with each other, as far as their fingerprints tell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop.model.fingerprints import Kind

CODE_BITS = 256


class Relation(StrEnum):
    """How two works are alike, closest first."""

    SAME_BYTES = "same bytes"
    SAME_CONTENT = "same content"
    VERSION = "version"
    SIMILAR = "similar"

    @property
    def rank(self) -> int:
        """0 for the closest."""
        return list(Relation).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarWork:
    """A work that is like another one. bits: how many of CODE_BITS differ."""

    work_id: int
    title: str
    kind: Kind
    datahash: str
    bits: int
    relation: Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMember:
    """A work of a group. bits: how many differ from the group's first work."""

    work_id: int
    title: str
    bits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarGroup:
    """Works that belong together, the first one taken in before the others.

    relation: what holds between the first and every other one.
    """

    relation: Relation
    works: tuple[GroupMember, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """A work whose content is claimed as another work too. claimed: it already is; else it is
    about to be, in the same selection."""

    other: SimilarWork
    claimed: bool
