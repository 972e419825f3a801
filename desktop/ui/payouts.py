"""Where registries are to pay: a line on each card, and the dialog that asks twice."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QDialog, QWidget

from desktop.errors import UsageProblem
from desktop.flows.payouts import (
    Proposal,
    it_was_me,
    newest_payout,
    payout_kinds,
    propose,
    set_payout,
)
from desktop.model.payouts import (
    NAMES,
    RIGHT,
    Payout,
    PayoutKind,
    PayoutState,
    read_value,
    shown_value,
)
from desktop.model.registries import Ability, Registry, RegistryKind
from desktop.services import Services
from desktop.store import registries as registries_store
from desktop.ui.changes import Change, Changes
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.job import Jobs
from desktop.ui.notice import Notice
from desktop.ui.parts import Tone, button, holder, label, pill, row
from desktop.ui.signing import Signing

_STATES = {
    PayoutState.QUEUED: ("In the outbox", Tone.PLAIN),
    PayoutState.SENDING: ("In the outbox", Tone.PLAIN),
    PayoutState.SENT: ("Not confirmed yet", Tone.PLAIN),
    PayoutState.IN_FORCE: ("Confirmed by the registry", Tone.CONFIRMED),
    PayoutState.REFUSED: ("Refused", Tone.WRONG),
    PayoutState.REPLACED: ("Replaced", Tone.PLAIN),
}


class PayoutDialog(Dialog):
    """Asks where to pay, twice, and shows what will be sent.

    propose: checks what was typed the first time. before: what the registry was told last.
    """

    def __init__(
        self,
        registry: str,
        ways: tuple[PayoutKind, ...],
        check: Callable[[PayoutKind, str], Proposal],
        before: Payout | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            f"Where shall {registry} pay you?",
            "It is signed with your key, and only this registry gets it. Nobody here can see whose "
            "account it is, so it is asked twice: type it from the paper both times.",
            "Sign and send",
            parent,
        )
        self.setMinimumWidth(560)
        self._registry, self._check_first, self._before = registry, check, before
        self.kind = QComboBox()
        self.kind.setAccessibleName("Way of paying")
        for way in ways:
            self.kind.addItem(NAMES[way], way)
        self.value = typed_line("", "Account")
        self.again = typed_line("The same once more", "Account again")
        self.sent = label("", "muted", wrap=True)
        for caption, widget in (
            ("Way of paying", self.kind),
            ("Account", self.value),
            ("Once more", self.again),
        ):
            self.body.addWidget(label(caption, "caption"))
            self.body.addWidget(widget)
        self.body.addSpacing(4)
        self.body.addWidget(label("What will be sent", "caption"))
        self.body.addWidget(self.sent)
        self.kind.currentIndexChanged.connect(self._kind_chosen)
        for line in (self.value, self.again):
            line.textChanged.connect(self._show)
        self.end()
        self._kind_chosen()
        self.proposal: Proposal | None = None

    @property
    def way(self) -> PayoutKind:
        """The chosen way of paying."""
        return PayoutKind(self.kind.currentData())

    def accept(self) -> None:
        """Close only if both were typed, are of the right form, and are the same."""
        try:
            proposal = self._check_first(self.way, self.value.text())
        except UsageProblem as problem:
            self.say(str(problem))
            self.value.setFocus()
            return
        if self._value(self.again.text()) != proposal.value:
            self.say("The second time is not the same as the first. Compare both with the paper.")
            self.again.setFocus()
            return
        self.proposal = proposal
        super().accept()

    def _kind_chosen(self) -> None:
        self.value.setPlaceholderText(RIGHT[self.way].rpartition("looks like ")[2].rstrip("."))
        self._show()

    def _value(self, typed: str) -> str:
        try:
            return read_value(self.way, typed)
        except ValueError:
            return ""

    def _show(self) -> None:
        self.say("")
        value = self._value(self.value.text())
        if not value or self._value(self.again.text()) != value:
            self.sent.setText("Nothing yet: both lines have to be the same.")
            return
        name = NAMES[self.way]
        words = f"{name} {shown_value(self.way, value)}, the time, your key and its signature."
        if self._before is not None:
            words += f" Until {self._registry} confirms it, it pays where it paid before"
            words += f" ({self._before.hint})." if self._before.hint else "."
        self.sent.setText(words)


class PayoutActions:
    """Bound to one window."""

    def __init__(
        self,
        services: Services,
        jobs: Jobs,
        changes: Changes,
        notice: Notice,
        signing: Signing,
        sync: Callable[[], None],
        window: QWidget,
    ) -> None:
        self._services = services
        self._jobs = jobs
        self._changes = changes
        self._notice = notice
        self._signing = signing
        self._sync = sync
        self._window = window

    def ask(self, name: str) -> None:
        """Ask where a registry is to pay, then sign and queue it."""
        with self._services.store.read() as connection:
            registry = registries_store.by_name(connection, name)
        dialog = PayoutDialog(
            name,
            payout_kinds(registry),
            lambda kind, typed: propose(name, kind, typed, self._services),
            newest_payout(registry, self._services),
            self._window,
        )
        if dialog.exec() != QDialog.DialogCode.Accepted or dialog.proposal is None:
            return
        proposal, again = dialog.proposal, dialog.again.text()

        def kept(payout: Payout) -> None:
            self._changes.tell(Change.REGISTRIES)
            said = f"Signed and in the outbox: {name} shall pay to {payout.hint}."
            self._notice.say(said, "Sync now", self._sync)

        def run() -> None:
            self._jobs.run(
                lambda _report, _cancelled: set_payout(proposal, again, self._services),
                succeeded=kept,
                failed=self._notice.problem,
            )

        self._signing.with_key(run)

    def it_was_me(self, name: str) -> None:
        """Keep that the user gave an account on another computer."""
        it_was_me(name, self._services)
        self._changes.tell(Change.REGISTRIES)


def payout_line(
    services: Services, registry: Registry, ask: Callable[[str], None]
) -> QWidget | None:
    """Return where a registry pays and the button to change it; None where it pays nothing."""
    described = bool(registry.description)
    pays = Ability.PAYOUT in registry.abilities
    if not pays and (described or registry.kind != RegistryKind.OPEN_CLAIMS):
        return None
    newest = newest_payout(registry, services)
    line = row(spacing=10)
    if newest is None:
        line.addWidget(label("It does not know yet where to pay you.", "muted", wrap=True), 1)
    else:
        word, tone = _STATES[newest.state]
        line.addWidget(label(f"Pays to: {NAMES[PayoutKind(newest.kind)]} {newest.hint}"))
        line.addWidget(pill(word, tone))
        line.addStretch(1)
    line.addWidget(button("Where to pay…", lambda: ask(registry.name)))
    return holder(line)
