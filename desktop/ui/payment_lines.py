"""The first lines of a payment's statement."""

from __future__ import annotations

from desktop.model.payments import Payment, StatementLine
from desktop.store import statements as statements_store
from desktop.ui import figures
from desktop.ui.parts import label
from desktop.ui.payment_section import PaymentDesk, PaymentSection

LINES_SHOWN = 200


class PaymentLines(PaymentSection):
    """Each line with its amount and how it was computed."""

    def __init__(self, desk: PaymentDesk) -> None:
        super().__init__()
        self._services = desk.services

    def fill(self, payment: Payment) -> None:
        """Show the lines."""
        with self._services.store.read() as connection:
            statement = statements_store.get(connection, payment.payment_id)
        self.caption(figures.many(len(statement.lines), "line"))
        if any(line.weight is not None for line in statement.lines):
            weights = "A weight can be checked for consistency, not verified."
            self.add(label(weights, "small", wrap=True))
        for line in statement.lines[:LINES_SHOWN]:
            self.sum(line.title, figures.exact_money(line.net, line.currency, 4))
            self.add(label(how_computed(line), "small", wrap=True))


def how_computed(line: StatementLine) -> str:
    """Return use, model and the numbers of a line's sum, where they are told."""
    text = f"{line.use} · {line.model}"
    if line.weight is not None:
        text += f" · weight {line.weight:f}"
    if line.uses is not None and line.rate is not None:
        text += f" · {line.uses:f} × {line.rate:f}"
    return text
