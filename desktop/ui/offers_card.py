"""Offers under Registries: the newest first, each with where it stands."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.flows.replying import list_offers
from desktop.model.offers import Offer, Standing
from desktop.services import Services
from desktop.ui import figures
from desktop.ui.offer_words import licensee, price_words, standing_words, uses_words
from desktop.ui.parts import Elided, button, clear, column, holder, label, pill, row, rule

SHOWN = 30
READ = 300
_WHAT = (
    "What licensees offer for your works, by way of your registries. Nothing is agreed until you "
    "sign it."
)
_PAST = (Standing.CHANGED,)


class OffersCard(QFrame):
    """Hidden as long as nobody offered anything."""

    def __init__(self, services: Services, look: Callable[[int], None]) -> None:
        super().__init__()
        self.setObjectName("card")
        self._services, self._look = services, look
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        body = column(label("Offers", "title"), spacing=8, margins=(18, 14, 18, 14))
        body.addWidget(label(_WHAT, "muted", wrap=True))
        body.addLayout(self._rows)
        self.setLayout(body)
        self.refresh()

    def refresh(self) -> None:
        """Read again what is offered; of a changed offer only the newest revision is shown."""
        now = self._services.now()
        found = [
            (one, standing)
            for one in list_offers(self._services, limit=READ)
            if (standing := one.standing(now)) not in _PAST
        ]
        clear(self._rows)
        self.setVisible(bool(found))
        for offer, standing in found[:SHOWN]:
            self._rows.addWidget(rule())
            self._rows.addWidget(self._row(offer, standing))
        if len(found) > SHOWN:
            rest = figures.many(len(found) - SHOWN, "older offer")
            self._rows.addWidget(label(f"and {rest}: `residuals offers list`", "small"))

    def _row(self, offer: Offer, standing: Standing) -> QWidget:
        word, tone = standing_words(offer, standing)
        top = row(label(licensee(offer), "strong"), pill(word, tone), None, spacing=10)
        top.addWidget(button("Look at it…", partial(self._look, offer.offer_id), look="quiet"))
        until = ""
        if standing is Standing.OPEN:
            until = f" · answer before {figures.day(offer.said.open_until.date())}"
        words = f"{price_words(offer)} · {uses_words(offer)} · {offer.registry}{until}"
        return holder(column(holder(top), Elided(words, "muted"), spacing=2))
