"""A finding as it lives on: its lasting number, what was decided about it, and its state now."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from desktop.model.payments import Finding


class FindingState(StrEnum):
    """Derived from the decisions and from whether the finding still holds; never typed."""

    OPEN = "open"
    ASKED = "asked"
    ANSWERED = "answered"
    DISMISSED = "dismissed"
    SETTLED = "settled"


class Deed(StrEnum):
    """What can be decided about a finding."""

    DISMISSED = "dismissed"
    ASKED = "asked"
    ANSWERED = "answered"
    SETTLED = "settled"
    REOPENED = "reopened"


class Channel(StrEnum):
    """How a registry was asked."""

    LETTER = "letter"
    DISPUTE = "dispute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One thing decided about a finding. words: the reason, the query, or the answer.

    happened_on: the day the user says it happened. document: the letter, or the answer's file.
    """

    decision_id: int
    deed: Deed
    words: str
    happened_on: date
    made: datetime
    channel: Channel | None = None
    document: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFinding:
    """A finding with all that is known of it.

    finding_id: the same for the same contradiction, however often it is checked again.
    statement_id: None where money came without a statement. found: whether it still holds.
    """

    finding_id: str
    finding: Finding
    registry_id: int
    registry: str
    number: str
    revision: int
    statement_id: int | None
    found: bool
    decisions: tuple[Decision, ...] = ()

    @property
    def state(self) -> FindingState:
        """The newest decision counts; what holds no more is settled."""
        return state_of(self.decisions, found=self.found)

    @property
    def about(self) -> str:
        """What it is about, in words."""
        if not self.number:
            return f"Money from {self.registry}"
        again = f", revision {self.revision}" if self.revision > 1 else ""
        return f"Statement {self.number}{again} of {self.registry}"


_AFTER = {
    Deed.DISMISSED: FindingState.DISMISSED,
    Deed.ASKED: FindingState.ASKED,
    Deed.ANSWERED: FindingState.ANSWERED,
    Deed.SETTLED: FindingState.SETTLED,
    Deed.REOPENED: FindingState.OPEN,
}


def state_of(decisions: tuple[Decision, ...], *, found: bool) -> FindingState:
    """Return the state that follows from decisions, oldest first."""
    if not found:
        return FindingState.SETTLED
    return _AFTER[decisions[-1].deed] if decisions else FindingState.OPEN


def finding_ids(registry_id: int, subject: str, findings: list[Finding]) -> list[str]:
    """Return the lasting number of each finding. subject: the statement's number, or the entry.

    It is made of what contradicts what, and not of the sentence, whose words may get better; nor of
    the revision, so that an error that is repeated in a correction stays the same error. Findings
    that are alike in all of that are told apart by their order.
    """
    seen: dict[str, int] = {}
    result = []
    for one in findings:
        said = [registry_id, subject, one.check, one.expected, one.actual, sorted(one.lines)]
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        seen[text] = seen.get(text, 0) + 1
        digest = hashlib.sha256(f"{text}{seen[text]}".encode()).hexdigest()
        result.append(f"{one.check}-{digest[:10]}")
    return result
