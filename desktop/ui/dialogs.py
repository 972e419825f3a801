"""Dialogs for decisions only: what will be sent, a new registry, a new key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from desktop.claims.preview import TERMS_LABEL, PreviewLine, preview
from desktop.claims.shares import Total, gap_words
from desktop.flows.claiming import Prepared
from desktop.model.registries import RegistryKind
from desktop.model.similar import Relation, Twin
from desktop.model.vocabularies import Loss
from desktop.registries import kinds
from desktop.ui import figures
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.form_choice import FormChoice
from desktop.ui.parts import (
    Elided,
    Tone,
    card,
    column,
    holder,
    label,
    pill,
    row,
    rule,
    scrolled,
)
from desktop.ui.theme import mono_font

LIST_LIMIT = 300
TWINS_SHOWN = 3
NOT_TOLD = "Not told there"


class ClaimDialog(Dialog):
    """Shows exactly what will be sent, work by work, before anything is signed.

    by_hand: it goes into a form's folder. signers: (DID, name) of who may sign, the one that does
    first. update: each takes the place of a claim that says older terms. Ends with OTHER_SIGNER,
    and the chosen DID in signer, if another is to sign: the claims have to be prepared anew.
    """

    OTHER_SIGNER = 2

    def __init__(
        self,
        prepared: Sequence[Prepared],
        registry: str,
        parent: QWidget | None = None,
        *,
        signers: Sequence[tuple[str, str]] = (),
        by_hand: bool = False,
        update: bool = False,
    ) -> None:
        ready = [
            item for item in prepared if item.document and not item.already and not item.problem
        ]
        super().__init__(
            f"Send {figures.many(len(ready), 'update')}"
            if update
            else f"Claim {figures.many(len(ready), 'work')}",
            "",
            "Sign and keep" if by_hand else "Sign and send",
            parent,
        )
        self.resize(820, 620)
        self.setMinimumSize(560, 420)
        self.yes.setEnabled(bool(ready))
        self._ready = ready
        where = row(label("To", "muted"), label(registry, "strong"), None, spacing=8)
        self.body.addLayout(where)
        self._who_signs(signers)
        what = "What you sign for the form" if by_hand else "What will be sent"
        self.body.addWidget(label(what, "strong"))
        self._works = QComboBox()
        self._works.setAccessibleName("Work to look at")
        self._works.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._works.setMinimumContentsLength(20)
        for item in ready[:LIST_LIMIT]:
            self._works.addItem(item.title)
        self._pages = QStackedWidget()
        self._works.currentIndexChanged.connect(self._show)
        if len(ready) > 1:
            self.body.addWidget(self._works)
        self.body.addWidget(self._pages, 1)
        if len(ready) > LIST_LIMIT:
            rest = figures.count(len(ready) - LIST_LIMIT)
            self.body.addWidget(label(f"{rest} more works are sent in the same way.", "small"))
        if ready:
            self._show(0)
        silent = sum(1 for item in ready if item.losses)
        if silent and len(ready) > 1:
            words = f"Of {figures.many(silent, 'work')}, {registry} is not told all of your terms."
            self.body.addWidget(label(f"{words} Above, it is under “{NOT_TOLD}”.", "small"))
        self._twins(ready)
        self._left_out(prepared)
        nothing_else = (
            "Nothing else leaves this computer: no file, no folder name, no other work. "
            "It is kept in the outbox until the registry has it."
        )
        nothing_now = (
            "Nothing leaves this computer. What you sign waits for the folder that you make and "
            "hand in yourself; what the form asks for besides, you see there first."
        )
        self.body.addWidget(label(nothing_now if by_hand else nothing_else, "small", wrap=True))
        self.end()

    def _who_signs(self, signers: Sequence[tuple[str, str]]) -> None:
        """Show who signs, to be chosen where there is more than one."""
        self.signer = signers[0][0] if signers else ""
        self.signers = QComboBox()
        self.signers.setAccessibleName("Signed by")
        for did, name in signers:
            self.signers.addItem(f"{name}  ·  …{did[-4:]}", did)
        self.signers.activated.connect(self._other_signer)
        if len(signers) > 1:
            self.body.addLayout(row(label("Signed by", "muted"), self.signers, None, spacing=8))
        elif signers:
            alone = label(signers[0][1], "strong")
            self.body.addLayout(row(label("Signed by", "muted"), alone, None, spacing=8))

    def _other_signer(self, number: int) -> None:
        chosen = str(self.signers.itemData(number))
        if chosen != self.signer:
            self.signer = chosen
            self.done(self.OTHER_SIGNER)

    def _show(self, number: int) -> None:
        document = self._ready[number].document
        if document is None:
            return
        lines = column(spacing=7, margins=(16, 12, 16, 12))
        item = self._ready[number]
        for line in _with_losses(_with_gaps(preview(document), item.gaps), item.losses):
            value = label(line.value, wrap=True, selectable=True)
            if len(line.value) > 40 and " " not in line.value:
                value = Elided(line.value, "muted")
                value.setFont(mono_font())
            name = label(line.label, "muted")
            name.setFixedWidth(190)
            name.setAlignment(Qt.AlignmentFlag.AlignTop)
            pair = row(name, value, spacing=12)
            pair.setStretch(1, 1)
            lines.addLayout(pair)
        lines.addStretch(1)
        page = card(column(scrolled(holder(lines)), spacing=0))
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)

    def _twins(self, ready: Sequence[Prepared]) -> None:
        """Warn of content that would be claimed twice; two works of a pair are named once."""
        said: set[frozenset[int]] = set()
        lines = []
        for item in ready:
            fresh = [
                twin
                for twin in item.twins
                if frozenset((item.work_id, twin.other.work_id)) not in said
            ]
            said.update(frozenset((item.work_id, twin.other.work_id)) for twin in fresh)
            if fresh:
                lines.append(_twin_sentence(item.title, fresh))
        for text in lines[:TWINS_SHOWN]:
            words = label(text, wrap=True)
            line = row(pill("Claimed twice?", Tone.NEEDS), words, spacing=10)
            line.setStretch(1, 1)
            self.body.addLayout(line)
        if len(lines) > TWINS_SHOWN:
            more = f"and {figures.count(len(lines) - TWINS_SHOWN)} more works like that"
            self.body.addWidget(label(more, "small"))

    def _left_out(self, prepared: Sequence[Prepared]) -> None:
        already = sum(1 for item in prepared if item.already)
        problems = [item for item in prepared if item.problem]
        if already:
            words = f"{figures.count(already)} already claimed there and unchanged"
            self.body.addLayout(row(pill(words), None))
        for item in problems[:5]:
            text = f"{item.title or item.work_id}: {item.problem}"
            self.body.addLayout(row(pill("Left out", Tone.NEEDS), label(text, wrap=True), None))
        if len(problems) > 5:
            self.body.addWidget(label(f"and {len(problems) - 5} more", "small"))


def _with_gaps(lines: Sequence[PreviewLine], gaps: Sequence[Total]) -> list[PreviewLine]:
    """Return the lines of a claim with what is given to nobody, after the last share."""
    said = [PreviewLine(label="Not given to anybody", value=gap_words(gap)) for gap in gaps]
    shares = [at for at, line in enumerate(lines) if line.label.startswith("Share of")]
    end = shares[-1] + 1 if shares else len(lines)
    return [*lines[:end], *said, *lines[end:]]


def _with_losses(lines: Sequence[PreviewLine], losses: Sequence[Loss]) -> list[PreviewLine]:
    """Return the lines of a claim with what of its terms is not told, after what is."""
    said = [
        PreviewLine(label="" if at else NOT_TOLD, value=loss.sentence)
        for at, loss in enumerate(losses)
    ]
    places = [at for at, line in enumerate(lines) if line.label == TERMS_LABEL]
    end = places[-1] + 1 if places else len(lines)
    return [*lines[:end], *said, *lines[end:]]


def _twin_sentence(title: str, twins: Sequence[Twin]) -> str:
    nearest = twins[0]
    what = {
        Relation.SAME_BYTES: "is the same file as",
        Relation.SAME_CONTENT: "has the same content as",
    }.get(nearest.other.relation, "looks like another version of")
    known = "which is claimed already" if nearest.claimed else "which is in this list too"
    rest = f" (and {figures.count(len(twins) - 1)} more)" if len(twins) > 1 else ""
    return f"“{title}” {what} “{nearest.other.title}”, {known}{rest}."


class RegistryDialog(Dialog):
    """Asks for a registry's kind, name and address, and what its kind wants to know."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "Add a registry",
            "A registry takes your claims, and perhaps pays. Where there is only a form to fill "
            "in, the app fills it, and you hand it in.",
            "Add",
            parent,
        )
        self.setMinimumWidth(440)
        self.kind = QComboBox()
        self.kind.setAccessibleName("Kind of registry")
        self.name = typed_line("Painters Registry", "Name of the registry")
        self.url = typed_line("https://…", "Address of the registry")
        self._address = _captioned("Address", self.url)
        self.body.addWidget(_captioned("Kind", self.kind))
        self.body.addWidget(_captioned("Name", self.name))
        self.body.addWidget(self._address)
        self.form = FormChoice()
        self._fields: dict[str, dict[str, QLineEdit]] = {}
        self._pages: dict[str, QWidget] = {}
        for row_ in kinds.rows():
            self._add_kind(row_)
        self.kind.currentIndexChanged.connect(lambda _index: self._show_options())
        self._show_options()
        self.body.addWidget(rule())
        self.end()

    @property
    def chosen_kind(self) -> str:
        """The name of the kind."""
        return str(self.kind.currentData())

    @property
    def options(self) -> dict[str, str]:
        """What was typed for the kind, by name."""
        return {name: line.text() for name, line in self._fields[self.chosen_kind].items()}

    @property
    def is_form(self) -> bool:
        """Whether it is a form that the user hands in."""
        return self.chosen_kind == RegistryKind.FORM_PACK

    def accept(self) -> None:
        """Close only if both were typed; a form has no address."""
        if not self.name.text().strip():
            self.say(
                "Type the name first." if self.is_form else "Type the name and the address first."
            )
        elif not self.is_form and not self.url.text().strip():
            self.say("Type the name and the address first.")
        else:
            super().accept()

    def _add_kind(self, known: kinds.KindRow) -> None:
        if known.problem:
            self.body.addWidget(label(f"{known.origin}: {known.problem}", "small", wrap=True))
            return
        ours = known.origin == kinds.ORIGIN
        origin = "" if ours else f"  (by {known.origin} {known.version})"
        self.kind.addItem(f"{known.title}{origin}", known.name)
        lines = column(spacing=6)
        if known.name == RegistryKind.FORM_PACK:
            lines.addWidget(self.form)
        self._fields[known.name] = {}
        for option in kinds.options_of(known.name):
            line = typed_line(option.hint, option.label)
            lines.addWidget(label(option.label, "caption"))
            lines.addWidget(line)
            self._fields[known.name][option.name] = line
        if not ours:
            words = f"The package {known.origin} is not part of Residuals. Add it if you trust it."
            lines.addWidget(label(words, "small", wrap=True))
        page = self._pages[known.name] = holder(lines)
        self.body.addWidget(page)

    def _show_options(self) -> None:
        for name, page in self._pages.items():
            page.setVisible(name == self.chosen_kind)
        self._address.setVisible(not self.is_form)
        self.adjustSize()


def _captioned(caption: str, field: QWidget) -> QWidget:
    return holder(column(label(caption, "caption"), field, spacing=6))


class TrustDialog(Dialog):
    """Asks whether a registry's new key is to be trusted."""

    def __init__(self, registry: str, keys: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(
            f"Trust the new key of {registry}?",
            "It shows another key than before. That happens when a registry changes its key, and "
            "also when somebody else answers in its place. Ask the registry in another way, and "
            "compare. Until you decide, nothing is sent; your claims are safe.",
            "It is the right key",
            parent,
        )
        self.setMinimumWidth(520)
        self.body.addWidget(label("The key it shows now", "caption"))
        for key in keys:
            line = label(key, wrap=True, selectable=True)
            line.setFont(mono_font())
            self.body.addWidget(line)
        self.yes.setDefault(False)
        self.no.setDefault(True)
        self.end()


class ForceDialog(Dialog):
    """Asks whether to declare what another key declared before."""

    def __init__(self, title: str, reason: str, parent: QWidget | None = None) -> None:
        super().__init__(f"Declare “{title}” all the same?", reason, "Declare it", parent)
        self.setMinimumWidth(480)
        words = (
            "If the other key is yours or a colleague's, nothing is gained by a second "
            "declaration. If it is a stranger's, yours will stand beside it. What is declared at "
            "a hub cannot be taken back."
        )
        self.body.addWidget(label(words, wrap=True))
        self.yes.setDefault(False)
        self.no.setDefault(True)
        self.end()
