"""The headline numbers of the Payments page, each with the line that explains it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop.model.allocations import NOBODY, Balance
from desktop.model.matches import MOVED
from desktop.model.money import Money
from desktop.model.owed import ExpectedNext, Owed
from desktop.model.payments import Payment, PaymentState
from desktop.ui import figures
from desktop.ui.figures import many
from desktop.ui.parts import Elided, Tone, column, label, row, set_tone
from desktop.ui.theme import font, metrics

_THREE_FROM, _FOUR_FROM = 560, 860


@dataclass(frozen=True, slots=True, kw_only=True)
class Headlines:
    """What the cards are made from. year: what counts as this year."""

    year: int = 0
    payments: Sequence[Payment] = ()
    owed: Sequence[Owed] = ()
    expected: Sequence[ExpectedNext] = ()


class PaymentCards(QWidget):
    """The cards, side by side; where there is little room, the first of them."""

    def __init__(self) -> None:
        super().__init__()
        self.received = Figure("Received this year")
        self.owed = Figure("Owed to you")
        self.expected = Figure("Next expected")
        self.collaborators = Figure("To collaborators")
        whole = row(
            *(self.received, self.owed, self.expected, self.collaborators),
            spacing=14,
        )
        for number in range(whole.count()):
            whole.setStretch(number, 1)
        self.setLayout(whole)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what does not fit."""
        self.expected.setVisible(self.width() >= _THREE_FROM)
        self.collaborators.setVisible(self.width() >= _FOUR_FROM)
        super().resizeEvent(event)

    def put(self, known: Headlines) -> None:
        """Show what is known."""
        self._show_received(known)
        self._show_owed(known)
        self._show_expected(known.expected)

    def _show_received(self, known: Headlines) -> None:
        came = [
            (payment.registry, match.settled)
            for payment in known.payments
            for match in payment.money
            if match.kind in MOVED and match.booked_on.year == known.year
        ]
        registries = len({registry for registry, _ in came})
        why = f"from {many(registries, 'payer')}, seen on your account"
        self.received.put(
            by_currency(money for _, money in came),
            why if came else "nothing on your account yet",
        )

    def _show_owed(self, known: Headlines) -> None:
        waiting = sum(len(one.payments) for one in known.owed)
        overdue = sum(1 for one in known.payments if one.state is PaymentState.OVERDUE)
        short = sum(1 for one in known.payments if one.state is PaymentState.PART_PAID)
        parts = [
            f"{figures.count(number)} {word}"
            for number, word in ((overdue, "overdue"), (short, "short"))
            if number
        ]
        why = ", ".join(parts) or f"{many(waiting, 'statement')} not yet on your account"
        self.owed.put(
            by_currency(one.total for one in known.owed),
            why if waiting else "nothing is missing",
            Tone.WRONG if overdue else Tone.NEEDS if waiting else Tone.PLAIN,
        )
        self.owed.explain(_by_age(known.owed))

    def _show_expected(self, expected: Sequence[ExpectedNext]) -> None:
        if not expected:
            self.expected.say("—", "An estimate needs three statements of one payer")
            return
        first = expected[0]
        currency = first.low.currency
        low, high = (
            figures.exact_money(amount.decimal, currency, 0) for amount in (first.low, first.high)
        )
        when = figures.day(first.earliest)
        why = f"{first.registry}, from {when}, an estimate"
        if first.carried:
            why = f"{first.registry}, an estimate; it may be carried forward"
        self.expected.say(low if low == high else f"{low} – {high}", why)

    def put_collaborators(self, balances: Sequence[Balance]) -> None:
        """Show what is to be handed on now."""
        theirs = [one for one in balances if not one.is_me and one.party_id != NOBODY]
        due = [one for one in theirs if one.open.minor > 0]
        why = f"{many(len({one.party_id for one in due}), 'person', 'people')}, due now"
        if not due:
            why = "nothing is due now" if theirs else "nobody shares in what came"
        self.collaborators.put(by_currency(one.open for one in due), why)


class Figure(QFrame):
    """A headline number and the line that explains it."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName(caption)
        self._figure = label("—", "figure")
        self._figure.setFont(font("figure", 600, figures=True))
        self._figure.setMinimumWidth(20)
        self._more = Elided("", "muted")
        self._more.hide()
        self._why = label("", "small", wrap=True)
        self.setLayout(
            column(label(caption, "muted"), self._figure, self._more, self._why, None, spacing=4,
                   margins=(16, 13, 16, 13))
        )  # fmt: skip

    def put(self, amounts: Sequence[Money], why: str, tone: Tone = Tone.PLAIN) -> None:
        """Show amounts, the first of them large: currencies are never added up."""
        shown = [amount for amount in amounts if amount.minor] or list(amounts)[:1]
        texts = [figures.money(amount) for amount in shown] or ["—"]
        self.say(texts[0], why, tone if any(amount.minor for amount in shown) else Tone.PLAIN)
        self._more.set_whole(f"and {', '.join(texts[1:])}")
        self._more.setVisible(len(texts) > 1)

    def explain(self, more: str) -> None:
        """Say more to who points at it, or has it read out."""
        self.setToolTip(more)
        if more:
            self.setAccessibleDescription(f"{self.accessibleDescription()}; {more}")

    def say(self, figure: str, why: str, tone: Tone = Tone.PLAIN) -> None:
        """Show a figure in words."""
        self._more.hide()
        self._figure.setText(figure)
        set_tone(self._figure, tone)
        self._why.setText(why)
        self.setAccessibleDescription(f"{figure}, {why}")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write smaller where there is no room for large figures."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - 34
        size = next(
            (
                one
                for one in ("figure", "heading", "large")
                if metrics(one, 600, figures=True).horizontalAdvance(self._figure.text()) <= room
            ),
            "body",
        )
        if self._figure.property("size") != size:
            self._figure.setProperty("size", size)
            self._figure.setStyleSheet("" if size == "figure" else f"font-size: {_pixels(size)}px;")


def _pixels(size: str) -> int:
    return font(size).pixelSize()


def _by_age(owed: Sequence[Owed]) -> str:
    """Return a line for each payer: what it owes, by how many days ago it was stated."""
    lines = []
    for one in owed:
        ages = [
            f"{figures.money(part)} ({age.value.replace('-', '–')} days)"
            for age, part in one.by_age
            if part.minor
        ]
        if one.held.minor:
            ages.append(f"{figures.money(one.held)} held or disputed")
        if ages:
            lines.append(f"{one.registry}: {', '.join(ages)}")
    return "\n".join(lines)


def by_currency(amounts: Iterable[Money]) -> list[Money]:
    """Return the sum of each currency, the one that is used most first."""
    totals: dict[str, Money] = {}
    uses: Counter[str] = Counter()
    for amount in amounts:
        totals[amount.currency] = totals.get(amount.currency, Money(amount.currency, 0)) + amount
        uses[amount.currency] += 1
    return [totals[currency] for currency, _ in uses.most_common()]
