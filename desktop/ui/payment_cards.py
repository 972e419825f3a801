"""The headline numbers of the Payments page, each with the line that explains it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QWidget

from desktop.model.money import Money
from desktop.model.payments import ENDED, Payment, PaymentState
from desktop.ui import figures
from desktop.ui.figures import many
from desktop.ui.parts import Tone, column, label, row, set_tone
from desktop.ui.theme import font


@dataclass(frozen=True, slots=True, kw_only=True)
class Headlines:
    """What the cards show. received: (registry, money) that came this year."""

    payments: Sequence[Payment] = ()
    received: Sequence[tuple[str, Money]] = ()


class PaymentCards(QWidget):
    """The cards, side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.received = Figure("Received this year")
        self.owed = Figure("Owed to you")
        self.stated = Figure("Stated in all")
        self.setLayout(row(self.received, self.owed, self.stated, spacing=14))

    def put(self, known: Headlines) -> None:
        """Show what is known."""
        self.received.put(by_currency(money for _, money in known.received), _from(known))
        self._show_owed(known.payments)
        self.stated.put(
            by_currency(payment.stated for payment in known.payments),
            f"in {many(len(known.payments), 'statement')}, after deductions",
        )

    def _show_owed(self, payments: Sequence[Payment]) -> None:
        waiting = [payment for payment in payments if payment.state not in ENDED]
        overdue = sum(1 for payment in waiting if payment.state is PaymentState.OVERDUE)
        why = many(len(waiting), "statement") + " not yet on your account"
        if overdue:
            why = f"{figures.count(overdue)} overdue"
        self.owed.put(
            by_currency(payment.open for payment in waiting),
            why if waiting else "nothing is missing",
            Tone.WRONG if overdue else Tone.NEEDS if waiting else Tone.PLAIN,
        )


class Figure(QFrame):
    """A headline number and the line that explains it."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self._figure = label("—", "figure")
        self._figure.setFont(font("figure", 600, figures=True))
        self._why = label("", "small", wrap=True)
        self.setLayout(
            column(label(caption, "muted"), self._figure, self._why, None, spacing=4,
                   margins=(16, 13, 16, 13))
        )  # fmt: skip

    def put(self, amounts: Sequence[Money], why: str, tone: Tone = Tone.PLAIN) -> None:
        """Show amounts, one line a currency: currencies are never added up."""
        shown = [amount for amount in amounts if amount.minor] or list(amounts)[:1]
        self._figure.setText("\n".join(figures.money(amount) for amount in shown) or "—")
        set_tone(self._figure, tone if any(amount.minor for amount in amounts) else Tone.PLAIN)
        self._why.setText(why)


def by_currency(amounts: Iterable[Money]) -> list[Money]:
    """Return the sum of each currency, the largest first."""
    totals: dict[str, Money] = {}
    for amount in amounts:
        totals[amount.currency] = totals.get(amount.currency, Money(amount.currency, 0)) + amount
    return sorted(totals.values(), key=lambda total: -total.minor)


def _from(known: Headlines) -> str:
    registries = len({registry for registry, _ in known.received})
    if not registries:
        return "nothing on your account yet"
    return f"from {many(registries, 'registry', 'registries')}, seen on your account"
