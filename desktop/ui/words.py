"""The interface's words for states, kinds and outcomes, and the tone each is shown in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from desktop.errors import FileProblemKind
from desktop.model.claims import Answer, AnswerKind, ClaimRow, ClaimState, OutboxState
from desktop.model.fingerprints import Kind
from desktop.model.forms import SubmissionState
from desktop.model.payments import PaymentState
from desktop.model.registries import RegistryState
from desktop.model.waiting import Waiting
from desktop.model.works import Interest, Right, Share
from desktop.ui import figures
from desktop.ui.parts import Tone

_LONG_WORD = re.compile(r"\S{20}(?=\S)")
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
    PaymentState.HELD: ("Held", Tone.NEEDS),
    PaymentState.DISPUTED: ("Disputed", Tone.NEEDS),
    PaymentState.VOID: ("Void, you say", Tone.PLAIN),
}

REGISTRIES: dict[RegistryState, tuple[str, Tone]] = {
    RegistryState.UNCHECKED: ("Not checked yet", Tone.PLAIN),
    RegistryState.READY: ("Ready", Tone.CONFIRMED),
    RegistryState.OFFLINE: ("Not reachable", Tone.PLAIN),
    RegistryState.PAUSED: ("Paused, needs you", Tone.NEEDS),
    RegistryState.PROBLEM: ("Problem", Tone.WRONG),
}

_ANSWERS = {
    AnswerKind.RESPONSE: "Answer to the conflict",
    AnswerKind.DISPUTE: "Dispute",
    AnswerKind.WITHDRAWAL: "Withdrawal",
}

# A short word for the strip, and what one or many files are called in a list of problems.
CAUSES: dict[FileProblemKind, tuple[str, str, str]] = {
    FileProblemKind.BROKEN: ("damaged", "damaged file", "damaged files"),
    FileProblemKind.MISSING: ("gone", "file that is gone", "files that are gone"),
    FileProblemKind.NOT_READABLE: (
        "not readable",
        "file that cannot be read",
        "files that cannot be read",
    ),
    FileProblemKind.NOT_A_FILE: ("no file", "thing that is no file", "things that are no files"),
    FileProblemKind.EMPTY: ("empty", "empty file", "empty files"),
    FileProblemKind.TOO_LARGE: (
        "too large",
        "file that is too large",
        "files that are too large",
    ),
    FileProblemKind.TOO_SLOW: ("too slow", "file that took too long", "files that took too long"),
    FileProblemKind.CRASHED: (
        "broke the reader",
        "file that broke the reader",
        "files that broke the reader",
    ),
    FileProblemKind.CHANGED: (
        "changing",
        "file that changed while it was read",
        "files that changed while they were read",
    ),
    FileProblemKind.DISK_FULL: ("no room", "copy without room", "copies without room"),
    FileProblemKind.NOT_WRITABLE: (
        "not writable",
        "copy that cannot be written",
        "copies that cannot be written",
    ),
    FileProblemKind.TAKEN: (
        "there already",
        "copy that is there already",
        "copies that are there already",
    ),
    FileProblemKind.QUARANTINED: (
        "left out",
        "file that ended the app",
        "files that ended the app",
    ),
}


def causes(counted: Iterable[tuple[FileProblemKind, int]]) -> str:
    """Return 12 damaged, 3 empty."""
    return ", ".join(f"{count:,} {CAUSES[cause][0]}" for cause, count in counted)


def files_with(cause: FileProblemKind, count: int) -> str:
    """Return 12 damaged files."""
    _, one, many = CAUSES[cause]
    return f"{count:,} {one if count == 1 else many}"


# Of a form only the user says what became of it.
_BY_HAND: dict[ClaimState, tuple[str, Tone]] = {
    ClaimState.QUEUED: ("For the form", Tone.MINE),
    ClaimState.ACKNOWLEDGED: ("Handed in, you say", Tone.PLAIN),
    ClaimState.ACCEPTED: ("Accepted, you say", Tone.PLAIN),
    ClaimState.REJECTED: ("Rejected, you say", Tone.WRONG),
}

SUBMISSIONS: dict[SubmissionState, tuple[str, Tone]] = {
    SubmissionState.BEGUN: ("Not finished", Tone.PLAIN),
    SubmissionState.MADE: ("Not sent yet", Tone.NEEDS),
    SubmissionState.ABANDONED: ("Not finished", Tone.PLAIN),
    SubmissionState.REPLACED: ("Replaced", Tone.PLAIN),
    SubmissionState.SENT: ("Sent, you say", Tone.PLAIN),
    SubmissionState.ANSWERED: ("Answered, you say", Tone.PLAIN),
}


def claim_state(claim: ClaimRow) -> tuple[str, Tone]:
    """Return word and tone of where a claim stands, by whoever says so."""
    known = _BY_HAND.get(claim.state) if claim.by_hand else None
    return known or CLAIMS[claim.state]


def claim_word(state: str) -> tuple[str, Tone]:
    """Return word and tone of a claim's state; "" is no claim."""
    return CLAIMS[ClaimState(state)] if state else ("No claim", Tone.PLAIN)


def waits(waiting: Waiting) -> str:
    """Return in one short line that something waits to be sent, or that nothing does."""
    if not waiting.total:
        return "The outbox is empty"
    kinds = (waiting.claims, waiting.answers, waiting.accounts, waiting.keys)
    what = queued(waiting) if waiting.total in kinds else figures.count(waiting.total)
    return f"{what} wait{'s' if waiting.total == 1 else ''} in the outbox"


def queued(waiting: Waiting) -> str:
    """Return what waits to be sent: 5 claims, 1 answer and 1 account to pay to."""
    kinds = (
        (waiting.claims, "claim", "claims"),
        (waiting.answers, "answer", "answers"),
        (waiting.accounts, "account to pay to", "accounts to pay to"),
        (waiting.keys, "notice about a key", "notices about keys"),
    )
    parts = [figures.many(number, one, several) for number, one, several in kinds if number]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if parts[1:] else parts)


def answer_words(answer: Answer) -> str:
    """Return what became of something that was said about a claim."""
    what = _ANSWERS[answer.kind]
    if answer.state is OutboxState.ACKNOWLEDGED:
        return f"{what}: sent."
    if answer.state is OutboxState.REFUSED:
        return f"{what}: not taken. {answer.registry} says: {answer.last_problem}"
    if answer.attempts:
        return f"{what}: signed and safe, and tried before. {answer.last_problem}"
    return f"{what}: signed and safe. It is sent with the next sync."


def works_count(count: int) -> str:
    """Return 1 work, 2 works."""
    return f"{count:,} work" if count == 1 else f"{count:,} works"


def printable(text: str) -> str:
    """Return text that any widget can show: no control characters, no bytes that are no text."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(char if char.isprintable() else "�" for char in text)


def breakable(text: str) -> str:
    """Let long words, such as addresses, wrap: a label is as wide as its longest word."""
    return _LONG_WORD.sub(lambda word: f"{word[0]}\u200b", text)


def file_name(path: Path) -> str:
    """Return the name of a file or folder, to show."""
    return printable(path.name) or printable(str(path))


def share_limits(share: Share) -> str:
    """Return where and when a share holds, as far as it is not everywhere and always."""
    parts = [] if share.territories == ("WORLD",) else [", ".join(share.territories)]
    parts += [f"from {share.starts}"] if share.starts else []
    parts += [f"until {share.ends}"] if share.ends else []
    return " · ".join(parts)


def share_rights(rights: Sequence[Right], interest: Interest) -> str:
    """Return of what a share is: all AI uses, or its rights; and the side of a recording."""
    what = "all AI uses" if len(rights) == len(Right) else ", ".join(one.value for one in rights)
    return what if interest is Interest.WHOLE else f"{what} ({interest.value})"
