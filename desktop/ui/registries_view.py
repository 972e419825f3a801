"""Registries: who takes claims, how the app gets on with each, and one to practise with."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.flows.demonstrating import REGISTRY as PRACTICE
from desktop.flows.form_desk import desk_of
from desktop.model.registries import NOT_POSSIBLE, Ability, Registry, RegistryState
from desktop.registries import kinds
from desktop.services import Services
from desktop.store import registries as registries_store
from desktop.ui import figures, words
from desktop.ui.changes import Change
from desktop.ui.form_card import FormDoes, form_card
from desktop.ui.offers_card import OffersCard
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
from desktop.ui.payouts import payout_line
from desktop.ui.timestamps import TimestampsCard

SHOWS = Change.REGISTRIES | Change.IDENTITY | Change.CLAIMS
_WORTH_SAYING = (Ability.STATEMENTS, Ability.WITHDRAW, Ability.SUPERSEDE)


class RegistriesView(QWidget):
    """A card for each registry, and the practice registry with its controls."""

    def __init__(
        self,
        services: Services,
        *,
        add: Callable[[], None],
        check: Callable[[str], None],
        trust: Callable[[Registry], None],
        forms: FormDoes,
        pay: Callable[[str], None],
        practice: PracticeCard,
        timestamps: TimestampsCard,
        offers: OffersCard,
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._forms = forms
        self._services = services
        self._check = check
        self._trust = trust
        self._pay = pay
        self.head = Head("Registries")
        self.add = button("Add registry…", add)
        self.head.add(self.add)
        self.practice = practice
        self.timestamps, self.offers = timestamps, offers
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        content = QWidget()
        inner = column(offers, practice, spacing=12, margins=(24, 4, 24, 24))
        inner.addLayout(self._cards)
        inner.addWidget(timestamps)
        inner.addStretch(1)
        content.setLayout(inner)
        layout = column(spacing=8)
        layout.addLayout(column(self.head, margins=(24, 16, 24, 0)))
        layout.addWidget(scrolled(content), 1)
        self.setLayout(layout)

    def refresh(self, what: Change = SHOWS) -> None:
        """Read again what changed."""
        self.timestamps.refresh()
        self.offers.refresh()
        with self._services.store.read() as connection:
            known = registries_store.everyone(connection)
        clear(self._cards)
        for registry in known:
            if registry.name == PRACTICE:
                self.practice.show_registry(registry, self._payout(registry))
            elif registry.by_hand:
                self._cards.addWidget(form_card(desk_of(registry, self._services), self._forms))
            else:
                self._cards.addWidget(self._card(registry))
        if not any(registry.name != PRACTICE for registry in known):
            empty = label(
                "No other registry yet. Practise first, add the address of one that you trust, or "
                "a form to fill in.",
                "muted",
                wrap=True,
            )
            self._cards.addWidget(empty)

    def _card(self, registry: Registry) -> QFrame:
        word, tone = words.REGISTRIES[registry.state]
        check = button("Check now", partial(self._check, registry.name))
        top = row(label(registry.name, "title"), pill(word, tone), None, check, spacing=10)
        body = column(spacing=6, margins=(18, 14, 18, 14))
        body.addLayout(top)
        for widget in facts_of(registry):
            body.addWidget(widget)
        payout = self._payout(registry)
        if payout is not None:
            body.addWidget(payout)
        if registry.offered:
            ask = button("Look at its new key…", partial(self._trust, registry), look="primary")
            body.addLayout(row(ask, None))
        return card(body)

    def _payout(self, registry: Registry) -> QWidget | None:
        return payout_line(self._services, registry, self._pay)


class PracticeCard(QFrame):
    """Learn the whole circle: start it, let months pass, see statements and money."""

    def __init__(
        self,
        *,
        start: Callable[[], None],
        stop: Callable[[], None],
        pass_months: Callable[[], None],
        import_bank: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setObjectName("card")
        self.state = pill("Stopped")
        self.start = button("Start", start)
        self.stop = button("Stop", stop)
        self.months = button("Let 3 months pass", pass_months)
        self.bank = button("Read its bank file", import_bank)
        top = row(label("Practice registry", "title"), self.state, None, spacing=10)
        top.addWidget(self.start)
        top.addWidget(self.stop)
        sentence = label(
            "A registry on this very computer to learn with. Its licensee, its model and its "
            "money are made up; the signatures and the sums are real.",
            "muted",
            wrap=True,
        )
        self._facts = QVBoxLayout()
        self._facts.setSpacing(4)
        body = column(spacing=8, margins=(18, 14, 18, 14))
        body.addLayout(top)
        body.addWidget(sentence)
        body.addLayout(self._facts)
        self._controls = holder(row(self.months, self.bank, None, spacing=10))
        body.addWidget(self._controls)
        self.setLayout(body)
        self.set_running(False)

    def set_running(self, running: bool) -> None:
        """Show whether it answers."""
        self.state.setText("Running" if running else "Stopped")
        self.start.setVisible(not running)
        self.stop.setVisible(running)
        self._controls.setVisible(running)

    def show_registry(self, registry: Registry, payout: QWidget | None = None) -> None:
        """Show how the last exchange with it went, and where it pays."""
        clear(self._facts)
        for widget in facts_of(registry):
            self._facts.addWidget(widget)
        if payout is not None:
            self._facts.addWidget(payout)


def facts_of(registry: Registry) -> list[QWidget]:
    """Return address, key, last contact and last problem of a registry, to show."""
    shown: list[QWidget] = [Elided(f"{_kind_words(registry)} · {registry.url}", "muted")]
    if registry.did:
        shown.append(Elided(f"Key {registry.did.removeprefix('did:key:')}", "small"))
    lacking = [NOT_POSSIBLE[one] for one in _WORTH_SAYING if one not in registry.abilities]
    if registry.abilities and lacking:
        shown.append(label(" ".join(lacking), "small", wrap=True))
    if registry.last_contact is not None:
        text = f"Last heard of {figures.moment(registry.last_contact)}"
        shown.append(label(text, "small"))
    if registry.last_problem:
        calm = (RegistryState.OFFLINE, RegistryState.READY)
        tone = Tone.PLAIN if registry.state in calm else Tone.NEEDS
        word = "Note" if registry.state is RegistryState.READY else "Waiting"
        problem = row(pill("Problem" if tone is Tone.NEEDS else word, tone), spacing=8)
        problem.addWidget(label(registry.last_problem, wrap=True, selectable=True), 1)
        shown.append(holder(problem))
    return shown


def _kind_words(registry: Registry) -> str:
    own = {kind.value: title for kind, title in kinds.TITLES.items()}
    return own.get(registry.kind, registry.kind)
