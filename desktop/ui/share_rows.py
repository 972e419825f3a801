"""Rows to type shares in: who, how much, of what; with what is not given away said below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from PySide6.QtCore import QStringListModel
from PySide6.QtWidgets import QComboBox, QCompleter, QVBoxLayout, QWidget

from desktop.claims.shares import alike
from desktop.flows.describing import ME, ShareSaid
from desktop.model.fingerprints import Kind
from desktop.model.works import Basis, Interest, Right, Share
from desktop.ui import words
from desktop.ui.dialog import typed_line
from desktop.ui.parts import button, clear, column, label, row

ALL_USES = "All AI uses"
_RIGHTS = {
    ALL_USES: tuple(Right),
    "Training": (Right.TRAINING,),
    "Reference": (Right.REFERENCE,),
    "Output": (Right.OUTPUT,),
}
_SIDES = {
    "Both sides": Interest.WHOLE,
    "Recording": Interest.MASTER,
    "Song": Interest.PUBLISHING,
}
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rest:
    """What a row keeps though it is not typed here."""

    territories: tuple[str, ...] = ("WORLD",)
    starts: str = ""
    ends: str = ""
    basis: Basis = Basis.UNKNOWN


class _Row(QWidget):
    def __init__(
        self, names: QStringListModel, *, sides: bool, changed: Callable[[], None]
    ) -> None:
        super().__init__()
        self.rest = _Rest(basis=Basis.AGREED)
        self.who = typed_line("Name, or me", "Who")
        self.who.setCompleter(QCompleter(names, self.who))
        self.part = typed_line("1/2 or unknown", "Share")
        self.part.setFixedWidth(118)
        self.rights = QComboBox()
        self.rights.addItems(list(_RIGHTS))
        self.rights.setAccessibleName("Of what")
        self.side = QComboBox()
        self.side.addItems(list(_SIDES))
        self.side.setAccessibleName("Side")
        self.side.setVisible(sides)
        self.gone = button("Remove", look="quiet")
        self.gone.setAccessibleName("Remove this share")
        self._note = label("", "small")
        line = row(self.who, self.part, self.rights, self.side, self.gone, spacing=8)
        line.setStretch(0, 1)
        self.setLayout(column(spacing=2))
        layout = self.layout()
        if isinstance(layout, QVBoxLayout):
            layout.addLayout(line)
            layout.addWidget(self._note)
        self._note.hide()
        self.who.textChanged.connect(lambda _text: changed())
        self.part.textChanged.connect(lambda _text: changed())
        self.rights.currentIndexChanged.connect(lambda _index: changed())
        self.side.currentIndexChanged.connect(lambda _index: changed())

    def fill(self, share: Share, rights: tuple[Right, ...]) -> None:
        self.who.setText(ME if share.party.is_self else share.party.name)
        self.part.setText(share.part)
        names = [name for name, known in _RIGHTS.items() if known == rights]
        self.rights.setCurrentText(names[0])
        self.side.setCurrentText(
            next(name for name, side in _SIDES.items() if side is share.interest)
        )
        self.side.setVisible(not self.side.isHidden() or share.interest is not Interest.WHOLE)
        self.rest = _Rest(
            territories=share.territories,
            starts=share.starts,
            ends=share.ends,
            basis=share.basis,
        )
        limits = words.share_limits(share)
        self._note.setText(limits)
        self._note.setVisible(bool(limits))

    def said(self) -> list[ShareSaid]:
        """Return what was typed. Raises ValueError that says what would be right."""
        who, text = self.who.text().strip(), self.part.text().strip()
        if not who:
            raise ValueError("Somebody in the list of shares has no name.")
        return [
            ShareSaid(
                who=who,
                right=right,
                fraction=part_of(text),
                interest=_SIDES[self.side.currentText()],
                territories=self.rest.territories,
                starts=self.rest.starts,
                ends=self.rest.ends,
                basis=self.rest.basis,
            )
            for right in _RIGHTS[self.rights.currentText()]
        ]


class ShareRows(QWidget):
    """A list of shares to change. Empty: everything is the user's."""

    def __init__(
        self, kind: Kind | None, names: Sequence[str], people: Callable[[], None] | None = None
    ) -> None:
        super().__init__()
        self._sides = kind is Kind.SOUND
        self._names = QStringListModel([ME, *names], self)
        self._rows: list[_Row] = []
        self._list = column(spacing=8)
        self._sum = label("", "small", wrap=True)
        add = button("Add a person", self.add, look="quiet")
        equal = button("Equal parts", self.make_equal, look="quiet")
        layout = column(spacing=8)
        layout.addLayout(self._list)
        about = button("Numbers and contacts…", people, look="quiet")
        about.setVisible(people is not None)
        layout.addLayout(row(add, equal, about, None, spacing=16))
        layout.addWidget(self._sum)
        self.setLayout(layout)
        self.touched = False
        self._say()

    def fill(self, shares: Sequence[Share]) -> None:
        """Show shares; the same for all three rights is one row."""
        self._rows.clear()
        clear(self._list)
        for share, rights in alike(shares):
            for kind in [rights] if rights == tuple(Right) else [(one,) for one in rights]:
                self._add().fill(share, kind)
        self.touched = False
        self._say()

    def add(self) -> None:
        """Add a row for somebody."""
        self._add()

    def make_equal(self) -> None:
        """Give everyone named the same part."""
        if not self._rows:
            self._add().who.setText(ME)
        for one in self._rows:
            one.part.setText(f"1/{len(self._rows)}")

    def said(self) -> list[ShareSaid]:
        """Return what was typed. Raises ValueError that says what would be right."""
        return [share for one in self._rows for share in one.said()]

    def _add(self) -> _Row:
        made = _Row(self._names, sides=self._sides, changed=self._changed)
        made.gone.clicked.connect(partial(self._remove, made))
        if not self._rows:
            made.who.setText(ME)
        self._rows.append(made)
        self._list.addWidget(made)
        self._changed()
        return made

    def _remove(self, gone: _Row, _checked: bool = False) -> None:
        self._rows.remove(gone)
        self._list.removeWidget(gone)
        gone.hide()
        gone.deleteLater()
        self._changed()

    def _changed(self) -> None:
        self.touched = True
        self._say()

    def _say(self) -> None:
        """Say what the parts add up to while they are typed."""
        if not self._rows:
            self._sum.setText("Nobody else is named: you claim all of it.")
            return
        try:
            said = self.said()
        except ValueError as error:
            self._sum.setText(str(error))
            return
        self._sum.setText(_sum_words(said))


def part_of(text: str) -> Fraction | None:
    """Return a typed part: 1/3, 0.25, 25 %, or None for unknown. Raises ValueError."""
    text = text.strip().casefold().replace(",", ".")
    if text in (UNKNOWN, "?", "I don't know".casefold()):
        return None
    try:
        part = Fraction(text.removesuffix("%").strip()) / (100 if text.endswith("%") else 1)
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError(
            f"“{text}” is no share: write 1/3, 25 %, or unknown."
            if text
            else "Somebody in the list has no share yet: write 1/3, 25 %, or unknown."
        ) from error
    if not 0 < part <= 1:
        raise ValueError("A share is more than nothing and at most the whole.")
    return part


def _sum_words(said: Sequence[ShareSaid]) -> str:
    """Say over, under or exactly the whole, right by right; the claim looks at times and places."""
    sums: dict[tuple[Right, Interest], tuple[Fraction, bool]] = {}
    for one in said:
        total, is_open = sums.get((one.right, one.interest), (Fraction(0), False))
        part = one.fraction or Fraction(0)
        sums[one.right, one.interest] = (total + part, is_open or one.fraction is None)
    over = [f"{key[0].value} {_percent(total)}" for key, (total, _) in sums.items() if total > 1]
    if over:
        return f"More than the whole: {', '.join(over)}. That cannot be signed."
    under = [
        f"{1 - total} of {key[0].value}" for key, (total, is_open) in sums.items() if total < 1
    ]
    if any(is_open for _, is_open in sums.values()):
        return "A share is unknown. The claim says so."
    if under:
        return f"Not given to anybody: {', '.join(under)}. The claim says so."
    return "Together exactly the whole."


def _percent(part: Fraction) -> str:
    return f"{round(part * 100)} %"
