"""The interface's words for states, kinds and outcomes, and the tone each is shown in."""

from __future__ import annotations

from pathlib import Path

from desktop.model.claims import ClaimState
from desktop.model.fingerprints import Kind
from desktop.model.payments import PaymentState
from desktop.model.registries import RegistryState
from desktop.ui.parts import Tone

KINDS = {
    Kind.IMAGE: "Image",
    Kind.SOUND: "Sound",
    Kind.VIDEO: "Video",
    Kind.TEXT: "Text",
    Kind.DATA: "File",
}

# "You say so" is plain or mine; green only where somebody else confirmed it.
CLAIMS: dict[ClaimState, tuple[str, Tone]] = {
    ClaimState.QUEUED: ("Queued", Tone.MINE),
    ClaimState.SENDING: ("Sending", Tone.MINE),
    ClaimState.ACKNOWLEDGED: ("Received by registry", Tone.PLAIN),
    ClaimState.UNDER_REVIEW: ("Under review", Tone.PLAIN),
    ClaimState.ACCEPTED: ("Accepted", Tone.CONFIRMED),
    ClaimState.REJECTED: ("Rejected", Tone.WRONG),
    ClaimState.REFUSED: ("Refused", Tone.WRONG),
    ClaimState.CONFLICT: ("Conflict", Tone.NEEDS),
    ClaimState.IN_DISPUTE: ("In dispute", Tone.NEEDS),
    ClaimState.SUPERSEDED: ("Replaced", Tone.PLAIN),
    ClaimState.WITHDRAWN: ("Withdrawn", Tone.PLAIN),
    ClaimState.LOST: ("Lost by registry", Tone.WRONG),
}

PAYMENTS: dict[PaymentState, tuple[str, Tone]] = {
    PaymentState.EXPECTED: ("Expected", Tone.PLAIN),
    PaymentState.STATED: ("Stated", Tone.PLAIN),
    PaymentState.PART_PAID: ("Part paid", Tone.NEEDS),
    PaymentState.PAID: ("Sent, they say", Tone.PLAIN),
    PaymentState.RECONCILED: ("Reconciled", Tone.CONFIRMED),
    PaymentState.NOTHING_DUE: ("Nothing due", Tone.PLAIN),
    PaymentState.OVERDUE: ("Overdue", Tone.WRONG),
    PaymentState.RETURNED: ("Returned", Tone.WRONG),
}

REGISTRIES: dict[RegistryState, tuple[str, Tone]] = {
    RegistryState.UNCHECKED: ("Not checked yet", Tone.PLAIN),
    RegistryState.READY: ("Ready", Tone.CONFIRMED),
    RegistryState.OFFLINE: ("Not reachable", Tone.PLAIN),
    RegistryState.PAUSED: ("Paused, needs you", Tone.NEEDS),
    RegistryState.PROBLEM: ("Problem", Tone.WRONG),
}


def claim_word(state: str) -> tuple[str, Tone]:
    """Return word and tone of a claim's state; "" is no claim."""
    return CLAIMS[ClaimState(state)] if state else ("No claim", Tone.PLAIN)


def works_count(count: int) -> str:
    """Return 1 work, 2 works."""
    return f"{count:,} work" if count == 1 else f"{count:,} works"


def printable(text: str) -> str:
    """Return text that any widget can show: no control characters, no bytes that are no text."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(char if char.isprintable() else "�" for char in text)


def file_name(path: Path) -> str:
    """Return the name of a file or folder, to show."""
    return printable(path.name) or printable(str(path))
