"""What a creator says of many works at once: of which works, what it would change, what it did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from desktop.model.terms import Terms


class Scope(StrEnum):
    """Of what something is said."""

    WORKS = "works"
    ALL = "all"
    COLLECTION = "collection"
    FOLDER = "folder"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Of which works something is said. Made by one of the methods below."""

    scope: Scope
    work_ids: tuple[int, ...] = ()
    collection_id: int = 0
    folder: Path | None = None

    @classmethod
    def works(cls, work_ids: Iterable[int]) -> Choice:
        """These works themselves: such an answer counts before all others."""
        return cls(scope=Scope.WORKS, work_ids=tuple(dict.fromkeys(work_ids)))

    @classmethod
    def everything(cls) -> Choice:
        """All works, now and to come; whatever was said of some of them before is replaced."""
        return cls(scope=Scope.ALL)

    @classmethod
    def collection(cls, collection_id: int) -> Choice:
        """The works of a collection, as long as they are in it."""
        return cls(scope=Scope.COLLECTION, collection_id=collection_id)

    @classmethod
    def below(cls, folder: Path) -> Choice:
        """Every work with a file below a folder, new ones too."""
        return cls(scope=Scope.FOLDER, folder=folder)

    @classmethod
    def default(cls) -> Choice:
        """New works only; those that are here keep what they have."""
        return cls(scope=Scope.DEFAULT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """So many works go from these terms to those. version 0: terms that are not kept yet."""

    before: Terms
    after: Terms
    works: int
    looser: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What saying something would change, or has changed.

    terms None: what was said is taken back. works: how many are meant; changed: how many of these,
    or of others that it reaches, get other terms; looser: how many then permit more than now.
    steps: the most works first. notes, refusals: sentences; with refusals nothing can be kept.
    """

    choice: Choice
    terms: Terms | None
    works: int
    changed: int
    looser: int = 0
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What was kept. change_id: the handle to take it back with, as long as that can be done."""

    change_id: int
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What was taken back. left: how many works keep what was said of them since."""

    change_id: int
    sentence: str
    changed: int
    left: int = 0
