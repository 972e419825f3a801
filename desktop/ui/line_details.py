"""One line of a statement explained: every value that stands on it, and where it stands."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from desktop.model.ledger import LedgerLine
from desktop.model.payments import StatementLine
from desktop.store import ledger as ledger_store
from desktop.ui import figures
from desktop.ui.original_dialog import show_original
from desktop.ui.parts import button, holder, label, row
from desktop.ui.payment_section import PaymentDesk, PaymentSection


class LineDetails(PaymentSection):
    """The selected line; show_payment_of leads to the payment of its statement."""

    def __init__(self, desk: PaymentDesk, show_payment_of: Callable[[int], None]) -> None:
        super().__init__()
        self._desk, self._show_payment_of = desk, show_payment_of
        self.hide()

    def show_line(self, chosen: LedgerLine) -> None:
        """Show a line."""
        self.show_payment(None)
        with self._desk.services.store.read() as connection:
            line = ledger_store.line_at(connection, chosen.statement_id, chosen.position)
        if line is None:
            return
        number = chosen.statement_id
        self.add(label(chosen.work or line.title, "title", wrap=True))
        self.add(label(figures.line_money(line.net, line.currency), "large"))
        where = f"Line {figures.count(chosen.position + 1)} of statement {chosen.number}, "
        self.add(label(f"{where}{chosen.registry}", "small", wrap=True, selectable=True))
        payment = button("The payment", partial(self._show_payment_of, number), look="quiet")
        original = button(
            "Original document…", self._original(number, chosen.position), look="quiet"
        )
        self.add(holder(row(payment, original, None, spacing=14)))
        self.caption("What it is for")
        for name, value in _facts(line, chosen):
            if value:
                self.sum(name, value)
        self.caption("How it was computed")
        for name, value in _sums(line):
            if value:
                self.sum(name, value)
        if line.weight is not None:
            weights = "A weight can be checked for consistency, not verified."
            self.add(label(weights, "small", wrap=True))
        self.show()

    def fill(self, payment: object) -> None:
        """A payment has no line of its own."""

    def _original(self, number: int, position: int) -> Callable[[], None]:
        return lambda: show_original(number, self._desk, self.window(), position)


def _facts(line: StatementLine, chosen: LedgerLine) -> list[tuple[str, str]]:
    called = line.title if line.title != chosen.work else ""
    identifier = line.called.stated if line.called else ""
    return [
        ("They call it", called),
        ("Number they give", identifier or line.claim_number or line.iscc),
        ("Licensee", line.licensee),
        ("Model", line.model),
        ("Use", line.use),
        ("Right", line.right if line.right != line.use else ""),
        ("Territory", line.territory),
        ("Used from", figures.day(line.period.start)),
        ("until before", figures.day(line.period.end)),
        ("Their number of the line", line.external_id),
        ("Corrects line", line.adjusts),
        ("Under offer", line.offer),
        ("Row of the file", str(line.source_line) if line.source_line else ""),
    ]


def _sums(line: StatementLine) -> list[tuple[str, str]]:
    exchange = line.exchange
    found = [
        ("Uses", f"{line.uses:f}" if line.uses is not None else ""),
        ("Rate", f"{line.rate:f}" if line.rate is not None else ""),
        ("Weight", f"{line.weight:f}" if line.weight is not None else ""),
        ("Confidence", f"{line.confidence:f}" if line.confidence is not None else ""),
        ("Gross", f"{line.gross:f} {line.currency}"),
        ("Your share", line.share if line.share != "1/1" else "all of it"),
    ]
    if exchange is not None:
        sold = f"{exchange.amount:f} {exchange.currency}" if exchange.amount is not None else ""
        found.append(("Sold for", sold))
        rate = f"{exchange.rate:f} {exchange.source}".strip() if exchange.rate is not None else ""
        found.append(("Exchange rate", rate))
    return [*found, ("Net", f"{line.net:f} {line.currency}")]
