"""What a run of publish tells of each work."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.errors import AppError, FileProblem, FileProblemKind
from desktop.model.publishing import CopyOutcome
from desktop.model.vocabularies import Loss, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyReport:
    """What became of the copy of one work. copy: where it lies; None where there is none.

    before, after: the datahash of the original's bytes before and after the copy was made; ""
    where it was not read.
    """

    work_id: int
    outcome: CopyOutcome
    source: Path | None = None
    copy: Path | None = None
    iscc: str = ""
    datahash: str = ""
    before: str = ""
    after: str = ""
    vocabularies: tuple[Target, ...] = ()
    losses: tuple[Loss, ...] = ()
    sidecars: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()
    problem: AppError | None = None

    @property
    def replaceable(self) -> bool:
        """Whether an own earlier copy is in the way."""
        taken = isinstance(self.problem, FileProblem) and self.problem.reason
        return taken is FileProblemKind.TAKEN
