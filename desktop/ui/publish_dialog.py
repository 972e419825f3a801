"""Publish copies: what will be written into them, where they go; and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QFileDialog, QWidget

from desktop.flows.copy_report import CopyReport
from desktop.flows.planning_copies import CopyPlan, SameTerms
from desktop.model.certificates import STANDING
from desktop.model.vocabularies import Target
from desktop.ui import figures
from desktop.ui.dialog import Dialog
from desktop.ui.figures import many
from desktop.ui.parts import Elided, button, column, holder, label, row, rule, scrolled
from desktop.ui.vocabulary_list import VocabularyRow
from desktop.ui.words import printable

_MOST_GROUPS = 6
_MOST_PROBLEMS = 200


class PublishDialog(Dialog):
    """Asks where copies go, and shows what they will say. folder: what was chosen."""

    def __init__(self, plan: CopyPlan, folder: Path | None, parent: QWidget | None) -> None:
        works = len(plan.work_ids)
        super().__init__(
            "Publish copies",
            f"{many(works, 'copy', 'copies')} that {'says' if works == 1 else 'say'} what AI may "
            "do. Your originals are only read.",
            "Publish",
            parent,
        )
        self.setMinimumSize(560, 520)
        self.resize(620, 720)
        self.folder: Path | None = None
        self.sign = QCheckBox("Sign a manifest (C2PA), so that changes show")
        self.sign.setChecked(True)
        self.standing = label(_standing(plan), "small", wrap=True)
        self.replace = QCheckBox("Replace earlier copies of these works")
        self.replace.setChecked(plan.outdated > 0)
        self.place = Elided("", "")
        self.sign.toggled.connect(self._show_signing)
        self.rows: list[VocabularyRow] = []
        self._said = column(spacing=8, margins=(0, 0, 12, 0))
        self._lay_out(plan)
        self._choose_folder(folder)

    def _lay_out(self, plan: CopyPlan) -> None:
        self.body.addWidget(label("Goes into each copy", "caption"))
        whole = "Title, creator, copyright line, web address, fingerprint, and your terms:"
        self.body.addWidget(label(whole, wrap=True))
        for group in plan.groups[:_MOST_GROUPS]:
            self._add_group(group, several=len(plan.groups) > 1)
        if len(plan.groups) > _MOST_GROUPS:
            rest = sum(group.works for group in plan.groups[_MOST_GROUPS:])
            self._said.addWidget(label(f"{many(rest, 'more work')} with other terms.", "small"))
        self._said.addStretch(1)
        self.body.addWidget(scrolled(holder(self._said)), 1)
        self.body.addWidget(rule())
        self.body.addWidget(self.sign)
        self.body.addWidget(self.standing)
        if plan.earlier:
            self.body.addWidget(self.replace)
            self.body.addWidget(label(_earlier(plan), "small", wrap=True))
        choose = button("Folder…", self._ask_folder)
        choose.setAccessibleName("Choose the folder for the copies")
        self.body.addWidget(rule())
        self.body.addWidget(label("Where they go", "caption"))
        line = row(self.place, choose, spacing=10)
        line.setStretch(0, 1)
        self.body.addLayout(line)
        size = f"They need about {figures.size(plan.size_bytes)} of room."
        self.body.addWidget(label(size, "small"))
        self.end()

    def _add_group(self, group: SameTerms, *, several: bool) -> None:
        if several:
            self._said.addWidget(label(many(group.works, "work"), "strong"))
        if group.unsaid:
            nothing = "You have said nothing about AI here, so the copies say nothing about it."
            self._said.addWidget(label(nothing, "muted", wrap=True))
            return
        for said in group.says:
            made = VocabularyRow(said.target)
            made.put(said)
            made.setProperty("c2pa", said.target is Target.C2PA)
            self.rows.append(made)
            self._said.addWidget(made)

    def _show_signing(self, signed: bool) -> None:
        self.standing.setVisible(signed)
        for one in self.rows:
            if one.property("c2pa"):
                one.setVisible(signed)

    def _ask_folder(self) -> None:
        start = str(self.folder) if self.folder else ""
        chosen = QFileDialog.getExistingDirectory(self, "Folder for the copies", start)
        if chosen:
            self._choose_folder(Path(chosen))

    def _choose_folder(self, folder: Path | None) -> None:
        self.folder = folder
        self.place.set_whole(printable(str(folder)) if folder else "No folder chosen yet.")
        self.yes.setEnabled(folder is not None)


class NotPublishedDialog(Dialog):
    """What could not be published, each with its reason; the rest is there."""

    def __init__(self, failed: Sequence[CopyReport], made: int, parent: QWidget | None) -> None:
        super().__init__(
            f"{many(len(failed), 'copy', 'copies')} could not be made",
            f"{many(made, 'copy is', 'copies are')} there. Your originals are as they were.",
            "Close",
            parent,
        )
        self.setMinimumSize(560, 420)
        self.no.hide()
        listed = column(spacing=12, margins=(0, 0, 12, 0))
        for one in failed[:_MOST_PROBLEMS]:
            name = printable(one.source.name) if one.source else ""
            listed.addWidget(Elided(name, "strong"))
            listed.addWidget(label(str(one.problem), "small", wrap=True, selectable=True))
        if len(failed) > _MOST_PROBLEMS:
            listed.addWidget(label(f"and {len(failed) - _MOST_PROBLEMS:,} more", "muted"))
        listed.addStretch(1)
        self.body.addWidget(scrolled(holder(listed)), 1)
        self.end()


def _standing(plan: CopyPlan) -> str:
    until = f" It holds until {figures.day(plan.holds_until.date())}." if plan.holds_until else ""
    return (
        f"Signed with a certificate of your own: {STANDING}. Readers can check that nothing was "
        f"changed since; that the name is yours, only you say.{until}"
    )


def _earlier(plan: CopyPlan) -> str:
    told = f"{many(plan.earlier, 'work has a copy', 'works have copies')} already"
    if plan.outdated:
        told += f"; {many(plan.outdated, 'says', 'say')} your terms of before"
    return f"{told}. Whatever else lies in the folder stays as it is."
