"""Your identities: who signs, what became of keys, and what is still to be done for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.errors import AppError
from desktop.flows.identifying import my_identities
from desktop.identity.did_web import words_of
from desktop.model.identities import Identity, IdentityKind, KeyState, OwnKey, WebResult
from desktop.services import Services
from desktop.ui.changes import Change, Changes
from desktop.ui.dialog import Dialog
from desktop.ui.parts import (
    Elided,
    Tone,
    button,
    card,
    clear,
    column,
    label,
    pill,
    row,
    scrolled,
)
from desktop.ui.problems import explain
from desktop.ui.theme import mono_font


class IdentityJobs(Protocol):
    """What can be done with an identity; each asks what it has to, then changes the library."""

    def add(self) -> None:
        """Make another identity."""

    def bring_phrase(self) -> None:
        """Bring a key back from its words."""

    def bring_file(self) -> None:
        """Bring a key back from its file."""

    def use(self, identity: Identity) -> None:
        """Sign as it from now on."""

    def show_words(self, identity: Identity) -> None:
        """Show its recovery words."""

    def save_file(self, identity: Identity) -> None:
        """Save its encrypted key file."""

    def save_revocation(self, identity: Identity) -> None:
        """Save a revocation to store away."""

    def web(self, identity: Identity) -> None:
        """Write or check the file of its domain."""

    def rotate(self, identity: Identity) -> None:
        """Give it a new key."""

    def revoke(self, identity: Identity) -> None:
        """End its key for good."""


class IdentitiesDialog(Dialog):
    """A card for each identity; stays open while things are done, and shows them."""

    def __init__(
        self,
        services: Services,
        changes: Changes,
        jobs: IdentityJobs,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Who you are", "", "Close", parent)
        self.resize(760, 580)
        self.setMinimumSize(700, 380)
        self._services, self._jobs = services, jobs
        self._cards = QVBoxLayout()
        self._cards.setSpacing(10)
        inner = column(spacing=0)
        inner.addLayout(self._cards)
        inner.addStretch(1)
        content = QWidget()
        content.setLayout(inner)
        self.body.addWidget(scrolled(content), 1)
        self.no.hide()
        self.add = button("Add another…", jobs.add)
        self.bring_phrase = button("Type recovery words…", jobs.bring_phrase)
        self.bring_file = button("Open a key file…", jobs.bring_file)
        self.body.addLayout(row(self.add, self.bring_phrase, self.bring_file, None, spacing=8))
        self.end()
        changes.changed.connect(self._changed)
        self.refresh()

    def refresh(self) -> None:
        """Read the identities again."""
        clear(self._cards)
        known = my_identities(self._services)
        for identity in known:
            self._cards.addWidget(_card(identity, self._jobs))
        if not known:
            words = (
                "You have no key on this computer yet. Make one, or bring one back that you made "
                "elsewhere."
            )
            self._cards.addWidget(label(words, "muted", wrap=True))
        self.add.setText("Add another…" if known else "Make my key…")

    def show_problem(self, error: AppError) -> None:
        """Say what went wrong."""
        explained = explain(error)
        self.say(f"{explained.sentence} {explained.advice}".strip())

    @Slot(object)
    def _changed(self, what: Change) -> None:
        if what & Change.IDENTITY:
            self.say("")
            self.refresh()


def _card(identity: Identity, jobs: IdentityJobs) -> QWidget:
    body = column(spacing=7, margins=(16, 12, 16, 12))
    body.addLayout(_head(identity, jobs))
    did = Elided(identity.party.did, "muted")
    did.setFont(mono_font())
    body.addWidget(did)
    for line in _lines(identity):
        body.addLayout(line)
    if not identity.revoked:
        body.addLayout(_actions(identity, jobs))
    return card(body)


def _head(identity: Identity, jobs: IdentityJobs) -> QHBoxLayout:
    head = row(label(identity.party.name, "strong"), spacing=8)
    if identity.kind is not IdentityKind.PERSON:
        head.addWidget(pill(identity.kind.value.capitalize()))
    if identity.revoked and identity.key.ended is not None:
        head.addWidget(pill(f"Revoked on {identity.key.ended:%d %B %Y}", Tone.WRONG))
    elif identity.current:
        head.addWidget(pill("Signs now", Tone.MINE))
    head.addStretch(1)
    if not identity.current and not identity.revoked:
        head.addWidget(button("Sign as this", partial(jobs.use, identity), look="quiet"))
    return head


def _lines(identity: Identity) -> list[QHBoxLayout]:
    lines = []
    if identity.key.reason:
        lines.append(_line(label(identity.key.reason, "muted", wrap=True)))
    if not identity.revoked and not identity.key.backed_up:
        words = label("If this computer is lost, the key is lost.", "muted", wrap=True)
        lines.append(_line(pill("Only on this computer", Tone.NEEDS), words))
    if identity.web is not None:
        lines.append(_web_line(identity))
    lines += [_line(label(_former(key), "small", wrap=True)) for key in identity.former]
    return lines


def _web_line(identity: Identity) -> QHBoxLayout:
    check = identity.web
    if check is None:
        return _line()
    domain = words_of(check.web_did)
    when = f"{check.checked:%d %B %Y}"
    words = label(f"{domain} · looked at on {when}. {check.problem}".strip(), "muted", wrap=True)
    if check.result is not WebResult.CONFIRMED:
        tone = Tone.PLAIN if check.result is WebResult.UNREACHABLE else Tone.NEEDS
        return _line(pill("Domain not confirmed", tone), words)
    if check.did != identity.party.did:
        return _line(pill("Domain names an older key", Tone.NEEDS), words)
    return _line(pill("Domain names this key", Tone.CONFIRMED), words)


def _former(key: OwnKey) -> str:
    word = "revoked" if key.state is KeyState.REVOKED else "replaced"
    day = f" on {key.ended:%d %B %Y}" if key.ended else ""
    return f"Key …{key.did[-4:]} {word}{day}. What it signed stays valid."


def _line(*widgets: QWidget) -> QHBoxLayout:
    line = row(*widgets, spacing=10)
    if widgets:
        line.setStretch(len(widgets) - 1, 1)
    return line


def _actions(identity: Identity, jobs: IdentityJobs) -> QHBoxLayout:
    offered: list[tuple[str, Callable[[Identity], None]]] = [
        ("Recovery words…", jobs.show_words),
        ("Save a key file…", jobs.save_file),
        ("Save a revocation…", jobs.save_revocation),
        ("Web address…", jobs.web),
        ("New key…", jobs.rotate),
        ("Revoke…", jobs.revoke),
    ]
    made = [button(words, partial(do, identity), look="quiet") for words, do in offered]
    return row(*made, None, spacing=2)
