"""Proofs of time in the window: a card that says what is proved, and who is asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QVBoxLayout, QWidget

from desktop.errors import AppError
from desktop.flows.timestamping import add_public_calendars, add_service, use_service
from desktop.model.timestamps import ServiceKind, TimestampState
from desktop.services import Services
from desktop.store import timestamps as timestamps_store
from desktop.ui.changes import Change, Changes
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.figures import many
from desktop.ui.notice import Notice
from desktop.ui.parts import Elided, Tone, button, clear, column, holder, label, pill, row

_WHAT = (
    "Others can prove that your claims existed on a day. They get one hash for a whole list of "
    "claims, and learn nothing about them. Off until you choose who is asked."
)


_PROMISED = "; the proof follows in some hours"


class TimestampsCard(QFrame):
    """Who is asked for proofs of time, and what came of it."""

    def __init__(self, services: Services, actions: TimestampActions) -> None:
        super().__init__()
        self.setObjectName("card")
        self._services, self._actions = services, actions
        self._state = row(spacing=10)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(4)
        self.public = button("Use public calendars", actions.use_public)
        self.authority = button("Add an authority…", actions.ask_authority)
        body = column(spacing=8, margins=(18, 14, 18, 14))
        body.addLayout(self._state)
        body.addWidget(label(_WHAT, "muted", wrap=True))
        body.addLayout(self._facts)
        body.addLayout(row(self.public, self.authority, None, spacing=10))
        self.setLayout(body)
        self.refresh()

    def refresh(self) -> None:
        """Read again what is proved."""
        with self._services.store.read() as connection:
            used = [one for one in timestamps_store.services(connection) if one.used]
            claims = timestamps_store.claims_by_state(connection)
            waiting = timestamps_store.count_not_listed(connection)
            problems = timestamps_store.problems(connection)
        clear(self._state)
        self._state.addWidget(label("Proof of time", "title"))
        self._state.addWidget(pill("On" if used else "Off"))
        self._state.addStretch(1)
        clear(self._facts)
        waiting += claims.get(TimestampState.QUEUED, 0)
        for word, tone, count, words in (
            ("Proved", Tone.CONFIRMED, claims.get(TimestampState.PROVED, 0), ""),
            ("Promised", Tone.PLAIN, claims.get(TimestampState.PROMISED, 0), _PROMISED),
            ("Waiting", Tone.PLAIN, waiting if used else 0, ", asked for with the next sync"),
        ):
            if count:
                said = label(f"{many(count, 'claim')}{words}")
                self._facts.addWidget(holder(row(pill(word, tone), said, None)))
        for problem in problems:
            self._facts.addWidget(label(problem, "small", wrap=True))
        for one in used:
            line = row(Elided(f"{one.name} · {one.url}", "small"), spacing=8)
            line.setStretch(0, 1)
            line.addWidget(
                button("Ask no more", partial(self._actions.stop, one.name), look="quiet")
            )
            self._facts.addWidget(holder(line))
        self.public.setVisible(not any(one.kind is ServiceKind.OPENTIMESTAMPS for one in used))


class AuthorityDialog(Dialog):
    """Asks for an authority's name, address and root certificate."""

    def __init__(
        self, add: Callable[[str, str, bytes], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(
            "Add a time-stamping authority",
            "It signs the time and one hash of a list of your claims (RFC 3161). Its root "
            "certificate, a PEM file from its own page, is how anybody can check that.",
            "Add",
            parent,
        )
        self.setMinimumWidth(520)
        self._add = add
        self.name = typed_line("Such as: City Notary", "Name")
        self.url = typed_line("https://…", "Address")
        self.roots = typed_line("A file that ends in .pem or .crt", "Root certificate")
        choose = button("Choose…", self._choose)
        for caption, widget in (("Name", self.name), ("Address", self.url)):
            self.body.addWidget(label(caption, "caption"))
            self.body.addWidget(widget)
        self.body.addWidget(label("Root certificate", "caption"))
        self.body.addLayout(row(self.roots, choose, spacing=8))
        self.end()

    def accept(self) -> None:
        """Close only if it was added."""
        try:
            roots = Path(self.roots.text()).read_bytes() if self.roots.text() else b""
            self._add(self.name.text(), self.url.text().strip(), roots)
        except OSError:
            self.say("That file cannot be read. Choose the root certificate again.")
        except AppError as problem:
            self.say(str(problem))
        else:
            super().accept()

    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, "Root certificate", "", "Certificates (*.pem *.crt *.cer);;All files (*)"
        )
        if path:
            self.roots.setText(path)


class TimestampActions:
    """Bound to one window."""

    def __init__(
        self,
        services: Services,
        changes: Changes,
        notice: Notice,
        sync: Callable[[], None],
        window: QWidget,
    ) -> None:
        self._services = services
        self._changes = changes
        self._notice = notice
        self._sync = sync
        self._window = window

    def use_public(self) -> None:
        """Ask the public OpenTimestamps calendars from now on, if the user agrees."""
        dialog = Dialog(
            "Ask the public calendars?",
            "Four calendars of the OpenTimestamps project get one hash a list; it costs nothing, "
            "and says nothing about you or your works. They see your internet address, as every "
            "web page does. Some hours later the hash stands in the Bitcoin chain for good.",
            "Ask them",
            self._window,
        )
        dialog.setMinimumWidth(480)
        dialog.end()
        if dialog.exec() == QDialog.DialogCode.Accepted:
            add_public_calendars(self._services)
            self._added("The public calendars are asked with the next sync.")

    def ask_authority(self) -> None:
        """Ask for an authority, and use it from now on."""

        def add(name: str, url: str, roots: bytes) -> None:
            add_service(name, ServiceKind.RFC3161, url, self._services, roots=roots)

        dialog = AuthorityDialog(add, self._window)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._added(f"{dialog.name.text()} is asked with the next sync.")

    def stop(self, name: str) -> None:
        """Ask a service no more."""
        use_service(name, self._services, used=False)
        self._changes.tell(Change.REGISTRIES)

    def _added(self, said: str) -> None:
        self._changes.tell(Change.REGISTRIES)
        self._notice.say(said, "Sync now", self._sync)
