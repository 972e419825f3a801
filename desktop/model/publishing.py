"""Published copies of works: what was kept of one, and how one is known again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from desktop.model.fingerprints import Fingerprint, FoundFile
from desktop.model.vocabularies import Loss, Target

ALL = "all"
"""The use that a loss is kept under when it is about all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCopy:
    """A copy that is whole on the disk, as it is kept before it gets its name.

    found: the copy under the name it will have. original_id: the fingerprint of the original.
    sidecars: the files that go beside it, by what is added to its name, and their datahashes.
    certificate_id: what signed its manifest, if anything did.
    """

    work_id: int
    original_id: int
    terms_version: int
    certificate_id: int | None
    found: FoundFile
    fingerprint: Fingerprint
    vocabularies: tuple[Target, ...]
    losses: tuple[Loss, ...] = ()
    notes: tuple[str, ...] = ()
    sidecars: Mapping[str, tuple[FoundFile, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCopy:
    """Which copy some bytes are. beside: they are a file that lies beside the copy.

    current: it says the work's terms of now; terms_said: since when the work had those it says,
    None where it had none.
    """

    copy_id: int
    work_id: int
    made: datetime
    current: bool
    terms_said: datetime | None = None
    beside: bool = False

    @property
    def sentence(self) -> str:
        """What a person should know of it."""
        what = "This lies beside a published copy" if self.beside else "This is a published copy"
        if self.current:
            return f"{what} of your work."
        if self.terms_said is None:
            return f"{what} that says none of your terms yet. Publish it again."
        day = f"{self.terms_said.day} {self.terms_said:%B %Y}"
        return f"{what} that says your terms of {day}. Publish it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedCopy:
    """A copy as it was made. path: where it was last seen. signed: it has a signed manifest.

    placed False: something else got its name since, such as a newer copy.

    instance, original_instance: the Instance-Codes of the copy and of the original.
    """

    known: KnownCopy
    path: Path
    placed: bool
    size_bytes: int
    mediatype: str
    iscc: str
    instance: str
    datahash: str
    original_iscc: str
    original_instance: str
    original_datahash: str
    terms_version: int
    signed: bool
    vocabularies: tuple[Target, ...]
    losses: tuple[Loss, ...]
    notes: tuple[str, ...]
    sidecars: tuple[str, ...]


class CopyOutcome(StrEnum):
    """What became of a copy that was wanted. UNCHANGED: it is there already, as it should be."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    FAILED = "failed"
