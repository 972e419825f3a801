"""The first lines of a payment's statement, and the ways to all of them and to the document."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from desktop.model.payments import Payment, StatementLine
from desktop.store import statement_lines
from desktop.ui import figures
from desktop.ui.original_dialog import show_original
from desktop.ui.parts import button, holder, label, row
from desktop.ui.payment_section import PaymentDesk, PaymentSection

LINES_SHOWN = 30


class PaymentLines(PaymentSection):
    """Each line with its amount and how it was computed."""

    def __init__(self, desk: PaymentDesk, show_lines: Callable[[int], None]) -> None:
        super().__init__()
        self._desk, self._show_lines = desk, show_lines

    def fill(self, payment: Payment) -> None:
        """Show the first lines, and offer the rest."""
        number = payment.payment_id
        with self._desk.services.store.read() as connection:
            count = statement_lines.count(connection, number)
            lines = list(statement_lines.of(connection, number, 0, LINES_SHOWN))
        self.caption(figures.many(count, "line"))
        every = button("See all lines", partial(self._show_lines, number), look="quiet")
        original = button("Original document…", self._original(number), look="quiet")
        self.add(holder(row(every, original, None, spacing=14)))
        if any(line.weight is not None for line in lines):
            weights = "A weight can be checked for consistency, not verified."
            self.add(label(weights, "small", wrap=True))
        for line in lines:
            self.sum(line.title, figures.line_money(line.net, line.currency))
            self.add(label(how_computed(line), "small", wrap=True))
        if count > len(lines):
            self.add(label(f"and {figures.many(count - len(lines), 'line')} more", "small"))

    def _original(self, number: int) -> Callable[[], None]:
        return lambda: show_original(number, self._desk, self.window())


def how_computed(line: StatementLine) -> str:
    """Return use, model and the numbers of a line's sum, where they are told."""
    text = " · ".join(part for part in (line.use, line.model) if part)
    if line.weight is not None:
        text += f" · weight {line.weight:f}"
    if line.uses is not None and line.rate is not None:
        text += f" · {line.uses:f} × {line.rate:f}"
    return text
