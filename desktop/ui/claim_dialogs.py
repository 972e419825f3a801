"""Decisions about a claim that was sent, and what a piece of evidence is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from desktop.claims.answer import Subject
from desktop.errors import UsageProblem
from desktop.flows.describing import evidence_day
from desktop.model.claims import ClaimRow, ClaimState
from desktop.model.times import utc_now
from desktop.model.works import Evidence
from desktop.ui.choice import Choices
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.parts import label
from desktop.ui.words import printable

_SUBJECTS = [
    (Subject.AUTHORSHIP.value, "Who made it", "Somebody else says that they made the work."),
    (Subject.OWNERSHIP.value, "Who owns it", "The rights are held by somebody else."),
    (Subject.SHARE.value, "How it is shared", "The parts of those who share are wrong."),
]
_KINDS = ("contract", "draft", "raw file", "photo", "receipt", "publication", "message", "other")


class DisputeDialog(Dialog):
    """Asks what a dispute is about."""

    def __init__(self, claim: ClaimRow, parent: QWidget | None = None) -> None:
        super().__init__(
            f"Open a dispute about {claim.title}?",
            f"{claim.registry} holds all money for this work until the dispute is resolved. It is "
            "signed with your key and stays on record.",
            "Sign and send",
            parent,
        )
        self.setMinimumWidth(620)
        self._choices: Choices[str] = Choices(_SUBJECTS, lambda _key: None, "Subject")
        self._choices.choose(Subject.OWNERSHIP.value)
        self.body.addWidget(self._choices)
        self.note = typed_line("What the registry should know", "Note")
        self.body.addWidget(self.note)
        self.end()

    @property
    def subject(self) -> str:
        """What it is about."""
        return self._choices.key or Subject.OWNERSHIP.value


class WithdrawDialog(Dialog):
    """Asks before a claim is withdrawn."""

    def __init__(self, claim: ClaimRow, parent: QWidget | None = None) -> None:
        unsent = claim.state is ClaimState.QUEUED and not claim.attempts
        super().__init__(
            f"Take back the claim on {claim.title}?"
            if unsent
            else f"Withdraw the claim on {claim.title}?",
            "It was not sent yet and leaves the outbox. You can claim the work again."
            if unsent
            else f"{claim.registry} is told, and pays nothing more for this claim. The record "
            "stays; it is marked withdrawn. You can claim the work again.",
            "Take back" if unsent else "Sign and withdraw",
            parent,
        )
        self.setMinimumWidth(480)
        self.reason = typed_line("Reason, if you like", "Reason")
        if not unsent:
            self.body.addWidget(self.reason)
        self.end()


class HandOverDialog(Dialog):
    """Asks which files go into an evidence bundle; nothing is chosen beforehand."""

    def __init__(self, evidence: Sequence[Evidence], parent: QWidget | None = None) -> None:
        super().__init__(
            "What goes into it?",
            "Claims, signatures, receipts, keys, proofs of time and a page that tells a stranger "
            "how to check them always do. Of your evidence only the hashes do, unless you hand "
            "over a file here.",
            "Choose where to save…",
            parent,
        )
        self.setMinimumWidth(480)
        self._files = {one.evidence_id: QCheckBox(_named(one)) for one in evidence}
        if self._files:
            self.body.addWidget(label("Hand over", "caption"))
        for box in self._files.values():
            self.body.addWidget(box)
        self._private = QCheckBox("How to reach others, and other private parts of the claims")
        self.body.addWidget(self._private)
        self.end()

    @property
    def attach(self) -> list[int]:
        """The numbers of the evidence whose files are handed over."""
        return [number for number, box in self._files.items() if box.isChecked()]

    @property
    def private(self) -> bool:
        """Whether the private parts go in as well."""
        return self._private.isChecked()


def _named(one: Evidence) -> str:
    said = ", ".join(filter(None, (one.kind, one.dated)))
    return f"{printable(one.name)} ({said})" if one.name else said


class EvidenceDialog(Dialog):
    """Asks what a file is that speaks for a claim."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(
            "What is it?",
            f"{name} is copied into your library. In a claim it is named by its hash, its kind, "
            "its date and your note; the file stays here until you hand it over yourself.",
            "Keep",
            parent,
        )
        self.setMinimumWidth(480)
        self.kind = QComboBox()
        self.kind.setEditable(True)
        self.kind.setAccessibleName("Kind")
        self.kind.addItems(_KINDS)
        self.dated = typed_line("2024-03-09, or nothing", "Date")
        self.note = typed_line("A note that goes out with it, if you like", "Note")
        for caption, field in (("Kind", self.kind), ("Date", self.dated), ("Note", self.note)):
            self.body.addWidget(label(caption, "caption"))
            self.body.addWidget(field)
        self.end()

    def accept(self) -> None:
        """Close only if the date is one, and has come."""
        try:
            evidence_day(self.dated.text(), utc_now().date())
        except UsageProblem as problem:
            self.say(str(problem))
            return
        super().accept()
