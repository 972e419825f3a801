"""The journal's rows, what can be wrong with them, and signed words about where it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """One thing that was done. detail: ids and counts."""

    seq: int
    time: datetime
    action: str
    subject: str
    detail: Mapping[str, Any]
    hash: str


class FaultKind(StrEnum):
    """How a row can betray that somebody was at the journal."""

    CHANGED = "changed"
    MISSING = "missing"
    MOVED = "moved"
    REPLACED = "replaced"
    CUT_OFF = "cut_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong, at which row, in a sentence."""

    kind: FaultKind
    seq: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A hash of the first columns of all rows of a table up to the one numbered last."""

    table: str
    rows: int
    last: int
    columns: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A signed word that the journal had so many rows and ended in this hash.

    document: its canonical bytes. did: whose key signed it. seals: over other tables.
    """

    seq: int
    head: str
    made: datetime
    did: str
    document: bytes
    seals: tuple[Seal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalHead:
    """Where the journal ends now. checkpoint: the newest one, which may be of fewer rows."""

    seq: int
    head: str
    checkpoint: Checkpoint | None
