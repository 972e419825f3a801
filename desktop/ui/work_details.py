"""What is known of the selected work, at the right; changes to what AI may do are made here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QGuiApplication,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.claims.shares import alike
from desktop.flows.suggesting import said_by_file
from desktop.model.claims import ClaimRow
from desktop.model.fingerprints import Kind
from desktop.model.payments import GroupTotal
from desktop.model.similar import SimilarWork
from desktop.model.works import FileState, Reach, Work
from desktop.services import Services
from desktop.store import addresses as addresses_store
from desktop.store import claims as claims_store
from desktop.store import copies as copies_store
from desktop.store import payments as payments_store
from desktop.store import works as works_store
from desktop.store.payments import Grouping
from desktop.ui import figures, words
from desktop.ui.other_versions import Lookup, section
from desktop.ui.parts import (
    Elided,
    Tone,
    button,
    clear,
    column,
    holder,
    label,
    pill,
    row,
)
from desktop.ui.pictures import Pictures, paint_picture
from desktop.ui.split import Details
from desktop.ui.suggestions_panel import SuggestionsPanel, UseOffers, use_all_button
from desktop.ui.theme import font, mono_font
from desktop.ui.work_collections import FillMenu, WorkCollections
from desktop.ui.work_copies import WorkCopies
from desktop.ui.work_terms import AskTerms, ProveTerms, WorkTerms

WIDTH = 312
ShowWork = Callable[[int], None]
Describe = Callable[[Sequence[int]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkJobs:
    """What the user can do about works from here."""

    ask_terms: AskTerms
    prove_terms: ProveTerms
    fill_adding: FillMenu
    use_offers: UseOffers
    describe: Describe
    publish: Describe
    split_sheet: ShowWork
    add_evidence: ShowWork


class WorkDetails(Details):
    """Shows one work, or how many are selected."""

    def __init__(
        self,
        services: Services,
        pictures: Pictures,
        about: WorkJobs,
        show_work: ShowWork,
    ) -> None:
        super().__init__("Details", WIDTH)
        self.setFixedWidth(WIDTH)
        self._services = services
        self._about = about
        self._show_work = show_work
        self._pictures = pictures
        self._lookup = Lookup(services, self._found_others, self)
        self._others = QVBoxLayout()
        self._known: tuple[int, list[SimilarWork]] = (0, [])
        self._due = False
        self._picture = _Picture(pictures)
        self.inner.insertWidget(1, self._picture)
        self.inner.insertSpacing(2, 12)
        self._work_ids: tuple[int, ...] = ()

    @property
    def work_ids(self) -> tuple[int, ...]:
        """The works that are shown."""
        return self._work_ids

    def show_works(self, work_ids: Sequence[int]) -> None:
        """Show a work, or several at once; none hides the panel."""
        self._work_ids = tuple(work_ids)
        self._due = False
        self.empty()
        self.setVisible(bool(work_ids))
        if len(work_ids) == 1:
            self._show_one(work_ids[0])
        elif work_ids:
            self._show_many()

    def showEvent(self, event: QShowEvent) -> None:
        """Look for other versions now if that could not be done while hidden."""
        super().showEvent(event)
        if self._due and len(self._work_ids) == 1:
            self._ask_for_others(self._work_ids[0])

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop looking: nobody sees it, and perhaps the window closes."""
        super().hideEvent(event)
        self._due = self._lookup.stop() or self._due

    def _show_one(self, work_id: int) -> None:
        with self._services.store.read() as connection:
            work = works_store.get(connection, work_id)
            claims = claims_store.rows(connection, work_id=work_id)
            earned = payments_store.totals(connection, Grouping.WORK, work_id=work_id)
            found = copies_store.of_work(connection, work_id)
            places = addresses_store.of_work(connection, work_id)
            history = len(works_store.versions(connection, work_id))
        self._picture.set_work(work)
        self._picture.show()
        title = label(work.title, "title", wrap=True, selectable=True)
        self.add(title, label(_facts(work), "muted", wrap=True))
        if work.fingerprint.note:
            self.add(label(work.fingerprint.note, "small", wrap=True))
        self._terms()
        self.add(SuggestionsPanel(said_by_file(work_id, self._services), self._about.use_offers))
        self._claims(claims)
        self._shares(work)
        split = button("Split sheet…", lambda: self._about.split_sheet(work_id))
        split.setToolTip("Let those who share in it sign that it is so")
        split.setVisible(bool(work.shares))
        self.add(holder(row(self._describe_button(), split, None)))
        self._evidence(work)
        self._earned(earned)
        self._other_versions(work_id)
        self._fingerprint(work, history)
        self._files(work)
        if places:
            self.caption("On the web")
            self.add(
                *(label(_breakable(one), "small", wrap=True, selectable=True) for one in places)
            )
        self.caption("Published copies")
        self.add(WorkCopies(found, partial(self._about.publish, (work_id,))))

    def _show_many(self) -> None:
        self._picture.hide()
        count = len(self._work_ids)
        self.add(label(f"{figures.count(count)} works selected", "title"))
        self._terms()
        self.add(holder(row(use_all_button(self._work_ids, self._about.use_offers), None)))
        publish = button("Publish copies…", lambda: self._about.publish(self._work_ids))
        self.add(holder(row(self._describe_button(), publish, None)))

    def _describe_button(self) -> QWidget:
        made = button("Describe…", lambda: self._about.describe(self._work_ids))
        made.setToolTip("Who made it, who shares in it, its numbers: what a claim says")
        return made

    def _terms(self) -> None:
        self.caption("What AI may do")
        about = self._about
        self.add(WorkTerms(self._work_ids, self._services, about.ask_terms, about.prove_terms))
        self.caption("Collections")
        self.add(WorkCollections(self._work_ids, self._services, about.fill_adding))

    def _claims(self, claims: Sequence[ClaimRow]) -> None:
        self.caption("Claims")
        if not claims:
            self.add(label("Not claimed anywhere yet.", "muted", wrap=True))
        for claim in claims:
            word, tone = words.claim_state(claim)
            self.add(_pair(Elided(claim.registry), pill(word, tone)))
            if claim.receipt_time is not None:
                when = figures.moment(claim.receipt_time)
                verified = label(f"Receipt verified · {claim.number} · {when}", "small", wrap=True)
                self.add(verified)
            if claim.reason:
                who = "" if claim.by_hand else "The registry says: "
                self.add(label(f"{who}{claim.reason}", "small", wrap=True))

    def _shares(self, work: Work) -> None:
        self.caption("Shares")
        if not work.shares:
            self.add(_pair(label("You"), label("all of it", "muted")))
        for share, rights in alike(work.shares):
            who = f"{share.party.name} · {words.share_rights(rights, share.interest)}"
            self.add(_pair(Elided(who), label(share.part)))
            notes = [words.share_limits(share)]
            if not share.party.is_self and share.party.reach is Reach.UNREACHABLE:
                notes.append("cannot be reached")
            if any(notes):
                self.add(label(" · ".join(filter(None, notes)), "small", wrap=True))

    def _evidence(self, work: Work) -> None:
        self.caption("Evidence")
        for one in work.evidence:
            what = label(words.printable(one.kind))
            self.add(_pair(what, label(one.dated, "muted")))
            if one.name or one.note:
                said = " · ".join(filter(None, (one.name, one.note)))
                self.add(Elided(words.printable(said), "small"))
        add = button("Add evidence…", partial(self._about.add_evidence, work.work_id), look="quiet")
        add.setToolTip("A contract, a draft, a photo of the sketch: what speaks for a claim")
        self.add(holder(row(add, None)))

    def _earned(self, totals: Sequence[GroupTotal]) -> None:
        self.caption("Earned")
        if not totals:
            self.add(label("Nothing stated yet.", "muted"))
        for total in totals:
            amount = label(figures.exact_money(total.net, total.currency, 2), "strong")
            amount.setFont(font("body", 600, figures=True))
            lines = "1 line" if total.lines == 1 else f"{figures.count(total.lines)} lines"
            self.add(_pair(label(f"In {lines} of statements", "muted"), amount))

    def _other_versions(self, work_id: int) -> None:
        """Make room for them; what was known of the same work stands there until they come."""
        self._others = column(spacing=6)
        self.body.addLayout(self._others)
        if self._known[0] == work_id:
            self._found_others(*self._known)
        self._ask_for_others(work_id)

    def _ask_for_others(self, work_id: int) -> None:
        self._due = not self.isVisible()
        if not self._due:
            self._lookup.ask(work_id)

    def _found_others(self, work_id: int, found: list[SimilarWork]) -> None:
        if self._work_ids != (work_id,):
            return
        self._known = (work_id, found)
        clear(self._others)
        if found:
            self._others.addSpacing(8)
            self._others.addWidget(label("Other versions", "caption"))
            for line in section(found, self._pictures, self._show_work):
                self._others.addWidget(line)

    def _fingerprint(self, work: Work, history: int) -> None:
        iscc = work.fingerprint.iscc
        copy = button("Copy", lambda: QGuiApplication.clipboard().setText(iscc), look="quiet")
        copy.setAccessibleName("Copy the fingerprint")
        self.body.addSpacing(4)
        self.add(_pair(label("Fingerprint", "caption"), copy))
        code = label(_breakable(work.fingerprint.iscc), wrap=True, selectable=True)
        code.setFont(mono_font())
        code.setAccessibleName(work.fingerprint.iscc)
        self.add(code)
        if history > 1:
            self.add(label(f"{history} versions of this work are kept.", "small", wrap=True))

    def _files(self, work: Work) -> None:
        self.caption("Files")
        for file in work.files:
            name = Elided(_shown(file.path.name))
            name.setToolTip(_shown(str(file.path)))
            if file.state is FileState.MISSING:
                self.add(_pair(name, pill("Missing", Tone.NEEDS)))
                continue
            show = button("Show", partial(_open_folder, file.path.parent), look="quiet")
            show.setAccessibleName(f"Show {file.path.name} in its folder")
            self.add(_pair(name, show))


class _Picture(QWidget):
    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self._pictures = pictures
        self._datahash, self._kind = "", Kind.DATA
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        pictures.arrived.connect(self._arrived)

    def set_work(self, work: Work) -> None:
        self._datahash, self._kind = work.fingerprint.datahash, work.kind
        self.setAccessibleName(f"Picture of {work.title}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH - 36, 158)

    def paintEvent(self, event: QPaintEvent) -> None:
        picture = self._pictures.get(self._datahash) if self._datahash else None
        painter = QPainter(self)
        paint_picture(painter, QRectF(self.rect()), picture, self._kind, self._datahash)

    def _arrived(self, datahash: str) -> None:
        if datahash == self._datahash:
            self.update()


def _pair(left: QWidget, right: QWidget) -> QWidget:
    made = row(left, right, spacing=10)
    made.setStretch(0, 1)
    made.setSizeConstraint(QLayout.SizeConstraint.SetDefaultConstraint)
    made.setAlignment(right, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return holder(made)


def _facts(work: Work) -> str:
    found = work.fingerprint
    parts = [words.KINDS[work.kind]]
    if found.width and found.height:
        parts.append(f"{found.width} × {found.height}")
    if found.duration_ms:
        parts.append(figures.duration(found.duration_ms))
    if found.characters:
        parts.append(f"{figures.count(found.characters)} characters")
    parts.append(figures.size(found.size_bytes))
    return " · ".join(parts)


def _open_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _breakable(code: str) -> str:
    """Let a long code wrap anywhere: zero-width spaces are shown, copying has its own button."""
    return "\u200b".join(code[start : start + 8] for start in range(0, len(code), 8))


def _shown(text: str) -> str:
    """Return a file name safe to show: undecodable bytes and direction marks made visible."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(char if char.isprintable() else "�" for char in clean)
