"""One payment explained, from the statement's sums down to its lines and the money that came."""

from __future__ import annotations

from decimal import Decimal

from desktop.model.payments import Payment, Statement
from desktop.services import Services
from desktop.store import statements as statements_store
from desktop.ui import figures, words
from desktop.ui.parts import Elided, Tone, holder, label, pill, row
from desktop.ui.split import Details
from desktop.ui.theme import font

LINES_SHOWN = 200


class PaymentDetails(Details):
    """The selected payment: sums, deductions, checks and lines of its statement."""

    def __init__(self, services: Services) -> None:
        super().__init__("Payment", 320)
        self._services = services

    def show_payment(self, payment: Payment | None) -> None:
        """Show a payment; None hides the panel."""
        self.empty()
        self.setVisible(payment is not None)
        if payment is None:
            return
        with self._services.store.read() as connection:
            statement = statements_store.get(connection, payment.payment_id)
            findings = statements_store.findings(connection, payment.payment_id)
        word, tone = words.PAYMENTS[payment.state]
        self.add(
            label(f"{payment.registry}, {figures.month(payment.period.start)}", "title", wrap=True)
        )
        self.add(holder(row(pill("Signature verified", Tone.CONFIRMED), pill(word, tone), None)))
        self.add(label(f"Statement {payment.number}", "small", wrap=True, selectable=True))
        for finding in findings:
            self.caption(f"Does not hold: {finding.check}")
            self.add(label(finding.sentence, wrap=True))
            text = f"Expected {finding.expected}, found {finding.actual}."
            self.add(label(text, "small", wrap=True))
        self._sums(statement)
        self.caption("Money")
        self._sum("They say they sent", figures.money(payment.remitted))
        self._sum("On your account", figures.money(payment.received), strong=True)
        self.add(label(f"Due {figures.day(payment.due)}", "small"))
        self._lines(statement)

    def _sums(self, statement: Statement) -> None:
        def text(amount: Decimal) -> str:
            return figures.exact_money(amount, statement.currency, 2)

        self.caption("Statement")
        if statement.opening:
            self._sum("Carried over", text(statement.opening))
        self._sum("Your part of what was earned", text(statement.gross))
        for deduction in statement.deductions:
            self._sum(deduction.kind.replace("_", " ").capitalize(), text(-deduction.amount))
        for name, amount in (
            ("Tax withheld", statement.tax_withheld),
            ("Advance repaid", statement.recouped),
            ("Held in reserve", statement.reserve),
        ):
            if amount:
                self._sum(name, text(-amount))
        if statement.closing:
            self._sum("Carried to the next", text(-statement.closing))
        self._sum("To be paid", text(statement.payable), strong=True)

    def _lines(self, statement: Statement) -> None:
        self.caption(f"{figures.count(len(statement.lines))} lines")
        self.add(
            label("A weight can be checked for consistency, not verified.", "small", wrap=True)
        )
        for line in statement.lines[:LINES_SHOWN]:
            self._sum(line.title, figures.exact_money(line.net, line.currency, 4))
            how = f"{line.use} · {line.model}"
            if line.weight is not None:
                how += f" · weight {line.weight:f}"
            if line.uses is not None and line.rate is not None:
                how += f" · {line.uses:f} × {line.rate:f}"
            self.add(label(how, "small", wrap=True))

    def _sum(self, name: str, amount: str, *, strong: bool = False) -> None:
        shown = label(amount, "strong" if strong else "")
        shown.setFont(font("body", 600 if strong else 400, figures=True))
        pair = row(Elided(name, "" if strong else "muted"), shown, spacing=10)
        pair.setStretch(0, 1)
        self.add(holder(pair))
