"""The interface's words for what a finding is, and the tone each is shown in."""

from __future__ import annotations

from desktop.model.findings import FindingState, KeptFinding
from desktop.ui.parts import Tone

_STATES = {
    FindingState.ASKED: ("Asked", Tone.MINE),
    FindingState.ANSWERED: ("Answered", Tone.MINE),
    FindingState.DISMISSED: ("Dismissed", Tone.PLAIN),
    FindingState.SETTLED: ("Settled", Tone.PLAIN),
}
_KINDS = {
    "P1": "Overdue",
    "P2": "Another amount",
    "P3": "Another account",
    "P4": "Went back",
    "P6": "No statement",
    "I1": "Signature",
    "I2": "Signature",
    "I3": "Changed in secret",
}


def finding_word(one: KeptFinding) -> tuple[str, Tone]:
    """Return what is to be seen first of a finding: its state, or of an open one its kind."""
    if one.state is not FindingState.OPEN:
        return _STATES[one.state]
    check = one.finding.check
    if one.finding.is_question:
        return _KINDS.get(check, "Worth asking"), Tone.NEEDS
    return _KINDS.get(check, "Does not add up"), Tone.WRONG
