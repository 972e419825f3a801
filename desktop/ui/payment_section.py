"""What the sections of a payment's details are made of, and what each of them may use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.model.payments import Payment
from desktop.services import Services
from desktop.ui.changes import Changes
from desktop.ui.job import Jobs
from desktop.ui.notice import Notice
from desktop.ui.parts import Elided, clear, holder, label, row
from desktop.ui.signing import Signing
from desktop.ui.theme import Theme, font


@dataclass(frozen=True, slots=True)
class PaymentDesk:
    """What the Payments page and its sections work with. who_shares: asks it of a work."""

    services: Services
    theme: Theme
    jobs: Jobs
    changes: Changes
    notice: Notice
    signing: Signing
    who_shares: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Jumps:
    """The ways from one thing on the page to another, each by the number of a payment."""

    lines: Callable[[int], None]
    payment: Callable[[int], None]


class PaymentSection(QWidget):
    """One part of the details of a payment, filled anew for each."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("plain")
        self.body = QVBoxLayout()
        self.body.setSpacing(6)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.setLayout(self.body)

    def show_payment(self, payment: Payment | None) -> None:
        """Show what this part knows of a payment; a part with nothing to say takes no room."""
        clear(self.body)
        if payment is not None:
            self.fill(payment)
        self.setVisible(self.body.count() > 0)

    def fill(self, payment: Payment) -> None:
        """Add this part's widgets for a payment; none, as here, and the part hides itself."""

    def caption(self, text: str) -> None:
        """Start a heading within the part."""
        self.body.addSpacing(8)
        self.body.addWidget(label(text, "caption"))

    def add(self, *widgets: QWidget) -> None:
        """Add widgets below each other."""
        for widget in widgets:
            self.body.addWidget(widget)

    def sum(self, name: str, amount: str, *, strong: bool = False) -> None:
        """Add a name at the left and its amount at the right."""
        shown = label(amount, "strong" if strong else "")
        shown.setFont(font("body", 600 if strong else 400, figures=True))
        pair = row(Elided(name, "" if strong else "muted"), shown, spacing=10)
        pair.setStretch(0, 1)
        self.add(holder(pair))
