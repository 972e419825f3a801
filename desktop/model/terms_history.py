"""Why a work has its terms, which it had when, who was told so, and what proves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from desktop.model.journal import Checkpoint, JournalRow
from desktop.model.terms import Terms


class Why(StrEnum):
    """Whose word a work's terms are. HELD: its own, kept when a file of it moved."""

    OWN = "own"
    HELD = "held"
    RULE = "rule"
    ALL = "all"
    DEFAULT = "default"
    NOTHING = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a work has the terms it has. collections, folders: those that count, for a rule."""

    why: Why
    collections: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        if self.why is not Why.RULE:
            return _SENTENCES[self.why]
        quoted = [f"“{name}”" for name in self.collections]
        parts = [_several("collection", quoted), _several("folder", [*map(str, self.folders)])]
        said = " and the ".join(part for part in parts if part)
        if len(self.collections) + len(self.folders) > 1:
            return f"Said of the {said}: the strictest answer counts."
        return f"Said of the {said}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """A claim that told a registry of a version of terms. received: when its receipt says."""

    claim_id: int
    claim_hash: str
    signed: datetime
    registry: str = ""
    state: str = ""
    receipt: str = ""
    received: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What proves that a work had terms. row: the journal's; checkpoint: the first that covers it.

    faults: why it is no proof, a sentence each.
    """

    row: JournalRow | None
    checkpoint: Checkpoint | None
    faults: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        if self.faults:
            return "This cannot be proven: " + " ".join(self.faults)
        if self.row is None:
            return "The journal does not tell of it, so nothing proves it."
        told = f"Row {self.row.seq} of the journal tells of it. "
        if self.checkpoint is None:
            return f"{told}No signed checkpoint covers it yet."
        return f"{told}The checkpoint of {self.checkpoint.made:%d %B %Y} covers it, signed."


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Terms that a work had, from one moment until another. since None: from the beginning.

    terms: as they were said; carriers: the claims signed under them.
    """

    terms: Terms
    since: datetime | None
    until: datetime | None
    why: Why
    carriers: tuple[Carrier, ...] = ()
    proof: Proof | None = None


_SENTENCES = {
    Why.OWN: "You said this of the work itself.",
    Why.HELD: (
        "It kept this when its file moved: where the file is now, more would be permitted. Take "
        "its own answer back if that is right."
    ),
    Why.ALL: "You said this of all works.",
    Why.DEFAULT: "This was the default for new works when it came.",
    Why.NOTHING: "You have said nothing of it.",
}


def _several(noun: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    if len(names) == 1:
        return f"{noun} {names[0]}"
    return f"{noun}s {', '.join(names[:-1])} and {names[-1]}"
