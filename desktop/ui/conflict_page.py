"""A conflict: both sides beside each other, my answer, and exactly what it will send."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QFrame,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.claims.answer import Response
from desktop.flows.conflicts import Conflict, Rival
from desktop.model.works import Right, Share
from desktop.ui import figures
from desktop.ui.choice import Choices
from desktop.ui.parts import (
    Elided,
    Head,
    Tone,
    button,
    card,
    clear,
    column,
    holder,
    label,
    pill,
    row,
    scrolled,
)
from desktop.ui.pictures import Pictures, paint_picture
from desktop.ui.theme import mono_font

NARROW = 760
ALL_RIGHTS = "All rights"
RIVALS_SHOWN = 3
_CHOICES = [
    (
        Response.MAINTAIN,
        "I maintain my claim",
        "Sends your evidence by its hashes, signed. Both sides see that you stand by it.",
    ),
    (
        Response.UPDATE,
        "I update my shares",
        "Change who holds what; a new version of the claim supersedes this one.",
    ),
    (Response.REVOKE, "I withdraw", "The record stays; it is marked withdrawn."),
]
Answer = Callable[[Conflict, Response, list[int], str], None]


class ConflictPage(QWidget):
    """Filled by show_conflict; says its answer through answer, or leaves through back."""

    def __init__(
        self,
        pictures: Pictures,
        *,
        answer: Answer,
        back: Callable[[], None],
        add_evidence: Callable[[int], None],
        save_evidence: Callable[[int], None],
        today: Callable[[], date],
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._pictures = pictures
        self._answer = answer
        self._add_evidence = add_evidence
        self._save_evidence = save_evidence
        self._today = today
        self._conflict: Conflict | None = None
        self._boxes: dict[int, QCheckBox] = {}
        self.head = Head("Claims")
        self.back = button("Back to claims", back)
        self.save = button("Save evidence…", self._save)
        self.head.add(self.save)
        self.head.add(self.back)
        self.choices: Choices[Response] = Choices(_CHOICES, self._chosen, "Your answer")
        self.note = QLineEdit()
        self.note.setPlaceholderText("A sentence for the registry and the other side, if you like")
        self.note.setAccessibleName("Note")
        self.note.textChanged.connect(lambda _text: self._show_sent())
        self.later = button("Decide later", back)
        self.send = button("Sign and send", self._send, look="primary")
        self._sides = column(spacing=0)
        self._beside = row(spacing=14)
        self._evidence = column(spacing=6)
        self._sent = column(spacing=8)
        inside = column(spacing=10, margins=(24, 4, 24, 20))
        inside.addLayout(self._sides)
        inside.addSpacing(8)
        for part in (label("Your answer", "strong"), self.choices, self.note):
            inside.addWidget(part)
        inside.addLayout(self._evidence)
        inside.addSpacing(8)
        inside.addWidget(label("What will be sent", "strong"))
        inside.addWidget(card(column(holder(self._sent), spacing=0, margins=(16, 12, 16, 12))))
        inside.addSpacing(4)
        inside.addLayout(row(None, self.later, self.send, spacing=10))
        inside.addStretch(1)
        top = column(self.head, spacing=0, margins=(24, 16, 24, 8))
        self.setLayout(column(holder(top), scrolled(holder(inside)), spacing=0))

    def show_conflict(self, conflict: Conflict) -> None:
        """Show a conflict; an answer that was begun for the same claim stays."""
        same = self._conflict is not None and self._conflict.claim == conflict.claim
        kept = {number for number, box in self._boxes.items() if box.isChecked()} if same else None
        self._conflict = conflict
        self.head.title.set_whole(f"Claims › {conflict.claim.title}")
        if not same:
            self.note.clear()
            self.choices.choose(Response.MAINTAIN)
        self._show_sides(conflict)
        self._show_evidence(conflict, kept)
        self._show_sent()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the sides below each other where there is no room."""
        self._arrange()
        super().resizeEvent(event)

    def _arrange(self) -> None:
        narrow = self.width() < NARROW
        ways = QBoxLayout.Direction
        self._beside.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)
        self.choices.set_narrow(narrow)

    def _chosen(self, _response: Response) -> None:
        self._show_sent()

    def _send(self) -> None:
        response = self.choices.key
        if self._conflict is not None and response is not None:
            self._answer(self._conflict, response, self._named(), self.note.text())

    def _save(self) -> None:
        if self._conflict is not None:
            self._save_evidence(self._conflict.work.work_id)

    def _named(self) -> list[int]:
        if self.choices.key is not Response.MAINTAIN:
            return []
        return [number for number, box in self._boxes.items() if box.isChecked()]

    def _show_sides(self, conflict: Conflict) -> None:
        clear(self._sides)
        banner = QFrame()
        banner.setObjectName("banner")
        words = label(_banner(conflict, self._today()), wrap=True)
        banner.setLayout(column(words, margins=(16, 12, 16, 12)))
        self._sides.addWidget(banner)
        self._sides.addSpacing(14)
        line = self._beside = row(spacing=14)
        line.addWidget(_Picture(self._pictures, conflict), 2)
        line.addWidget(_my_side(conflict), 3)
        for rival in conflict.rivals[:RIVALS_SHOWN]:
            line.addWidget(_their_side(rival), 3)
        self._sides.addLayout(line)
        self._arrange()
        more = len(conflict.rivals) - RIVALS_SHOWN
        if more > 0:
            self._sides.addWidget(label(f"and {figures.count(more)} more parties", "small"))

    def _show_evidence(self, conflict: Conflict, kept: set[int] | None) -> None:
        clear(self._evidence)
        self._boxes = {}
        for one in conflict.evidence:
            when = f", {one.dated}" if one.dated else ""
            box = QCheckBox(f"{one.kind.replace('-', ' ').capitalize()}{when}: {one.name}")
            box.setChecked(kept is None or one.evidence_id in kept)
            box.toggled.connect(lambda _on: self._show_sent())
            self._boxes[one.evidence_id] = box
            self._evidence.addWidget(box)
        add = button(
            "Add evidence…", partial(self._add_evidence, conflict.work.work_id), look="quiet"
        )
        self._evidence.addLayout(row(add, None))

    def _show_sent(self) -> None:
        """List what leaves, item by item."""
        clear(self._sent)
        conflict, response = self._conflict, self.choices.key
        if conflict is None or response is None:
            return
        named = self._named()
        for box in self._boxes.values():
            box.setEnabled(response is Response.MAINTAIN)
        self._line("Your public key and name", conflict.me.did, mono=True)
        self._line("The claim it is about, by its hash", f"Number {conflict.claim.number}")
        self._line("Your answer", response.value)
        if named:
            pieces = "1 piece" if len(named) == 1 else f"{len(named)} pieces"
            self._line(
                f"{pieces} of evidence, by hash, kind and date",
                "files stay here until the registry asks and you agree",
            )
        if self.note.text().strip():
            self._line("Your note", self.note.text().strip())
        if response is Response.UPDATE:
            self._line("Then", "change the shares of the work and claim it again")

    def _line(self, name: str, value: str, *, mono: bool = False) -> None:
        shown = Elided(value, "muted")
        if mono:
            shown.setFont(mono_font())
        shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        pair = row(label(name), shown, spacing=16)
        pair.setStretch(1, 1)
        self._sent.addLayout(pair)


class _Picture(QWidget):
    def __init__(self, pictures: Pictures, conflict: Conflict) -> None:
        super().__init__()
        self._pictures, self._work = pictures, conflict.work
        self.setAccessibleName(f"Picture of {conflict.work.title}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 150)
        pictures.arrived.connect(self._arrived)

    def sizeHint(self) -> QSize:
        return QSize(220, 190)

    def paintEvent(self, event: QPaintEvent) -> None:
        datahash = self._work.fingerprint.datahash
        picture = self._pictures.get(datahash)
        paint_picture(QPainter(self), QRectF(self.rect()), picture, self._work.kind, datahash)

    def _arrived(self, datahash: str) -> None:
        if datahash == self._work.fingerprint.datahash:
            self.update()


def _my_side(conflict: Conflict) -> QFrame:
    others = [share for share in conflict.shares if not share.party.is_self]
    names = {share.party.name for share in others}
    title = "You" if not names else f"You and {next(iter(names))}" if len(names) == 1 else (
        f"You and {len(names)} others"
    )  # fmt: skip
    body = _side(title, pill("You", Tone.MINE), _mine(conflict.shares))
    if conflict.claim.receipt_time is not None:
        _pair(body, "Receipt verified", figures.moment(conflict.claim.receipt_time))
    for one in conflict.evidence:
        _pair(body, one.kind.replace("-", " ").capitalize(), one.dated or "kept here")
    for answer in conflict.said:
        _pair(body, "You answered", figures.moment(answer.made))
    body.addStretch(1)
    return card(body)


def _their_side(rival: Rival) -> QFrame:
    greatest = max((share for _, share in rival.shares), default=Fraction(0))
    body = _side(rival.name, pill("Other party"), (percent(greatest), of_what(rival.shares)))
    body.addStretch(1)
    return card(body)


def _side(title: str, word: QWidget, said: tuple[str, str]) -> QVBoxLayout:
    name = Elided(title, "strong")
    head = row(name, word, spacing=8)
    head.setStretch(0, 1)
    body = column(spacing=6, margins=(16, 14, 16, 14))
    body.addLayout(head)
    body.addWidget(label(said[0], "heading"))
    body.addWidget(label(said[1], "muted", wrap=True))
    return body


def _pair(body: QVBoxLayout, left: str, right: str) -> None:
    when = label(right, "muted")
    line = row(Elided(left), when, spacing=10)
    line.setStretch(0, 1)
    body.addLayout(line)


def _mine(given: Sequence[Share]) -> tuple[str, str]:
    """Return how much my side claims at most, and of what."""
    if not given:
        return percent(Fraction(1)), "All rights, worldwide"
    sums: dict[str, Fraction] = {}
    for share in given:
        sums[share.right.value] = sums.get(share.right.value, Fraction(0)) + (
            share.fraction or Fraction(0)
        )
    return percent(max(sums.values())), of_what(tuple(sums.items()))


def of_what(shares: Sequence[tuple[str, Fraction]]) -> str:
    """Return the rights with their parts; those that are shared alike are said once."""
    parts = dict(shares)
    if set(parts) == set(Right) and len(set(parts.values())) == 1:
        return ALL_RIGHTS
    return ", ".join(f"{right}: {percent(part)}" for right, part in shares)


def percent(part: Fraction) -> str:
    """Return an exact part as people read it: 33 %, or ⅓ of a percent as < 1 %."""
    if 0 < part < Fraction(1, 100):
        return "< 1 %"
    return f"{round(part * 100)} %"


def _banner(conflict: Conflict, today: date) -> str:
    said = (
        f"Together the claims add up to {percent(conflict.total)}. {conflict.claim.registry} holds "
        "the money until this is answered."
    )
    if conflict.respond_by is None:
        return said
    days = (conflict.respond_by - today).days
    left = (
        "today" if days == 0 else "tomorrow" if days == 1 else f"{days} days from now"
    ) if days >= 0 else "which has passed"  # fmt: skip
    return f"{said} Answer by {figures.day(conflict.respond_by)}, {left}."
