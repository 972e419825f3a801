"""What is asked of a payer for the tax office: numbers, who issues the invoices, and reserves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.errors import AppError, UsageProblem
from desktop.flows.holding_back import check_reserves
from desktop.flows.taxing import set_own_numbers, set_payer_tax, set_reserve_months
from desktop.model.tax_numbers import OwnNumbers, PayerTax, SelfBilling, TaxNumbers
from desktop.services import Services
from desktop.ui import figures
from desktop.ui.changes import Change
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.parts import column, label, row
from desktop.ui.payment_section import PaymentDesk

WHO = {
    SelfBilling.UNKNOWN: "Not said",
    SelfBilling.YES: "They do, in your name",
    SelfBilling.NO: "You do",
}
_COUNTRY_WIDTH = 90


class TaxNumbersDialog(Dialog):
    """A payer's VAT number and who issues the invoices; and the user's own numbers."""

    def __init__(self, payer: str, known: TaxNumbers, today: date, parent: QWidget | None) -> None:
        super().__init__(
            "VAT and invoices",
            "Numbers are checked on this computer. One that looks wrong is kept as you wrote it.",
            "Keep it",
            parent,
        )
        self.setMinimumWidth(480)
        self._known = known
        said = known.payer(payer)
        self.theirs = typed_line("DE136695976", f"VAT number of {payer}")
        self.theirs.setText(said.vat_number)
        self.issuer = QComboBox()
        self.issuer.setAccessibleName("Who issues the invoices")
        for key, name in WHO.items():
            self.issuer.addItem(name, key)
        self.issuer.setCurrentIndex(list(WHO).index(said.self_billing))
        self.since = typed_line("2026-01-01", "Since")
        self.since.setText((said.since or date(today.year, 1, 1)).isoformat())
        self.issuer.currentIndexChanged.connect(self._who_changed)
        self.country = typed_line("DE", "Your country")
        self.country.setMaxLength(2)
        self.country.setMaximumWidth(_COUNTRY_WIDTH)
        self.mine = typed_line("None", "Your VAT number there")
        self.tax = typed_line("None", "Your tax number there")
        self.country.textChanged.connect(self._country_changed)
        self.country.setText(known.own[0].country if known.own else "")
        self._lay_out(payer)
        self._who_changed()
        self.day: date | None = None

    @property
    def billing(self) -> SelfBilling:
        """Who issues the invoices, as chosen."""
        return SelfBilling(self.issuer.currentData())

    def accept(self) -> None:
        """Close only if the day can be read."""
        self.day = None
        if self.billing is not SelfBilling.UNKNOWN:
            try:
                self.day = date.fromisoformat(self.since.text().strip())
            except ValueError:
                self.say("Write the day as 2026-12-31.")
                return
        super().accept()

    def own(self) -> OwnNumbers | None:
        """Return what was typed of the user's numbers, or None where nothing of it is new."""
        typed = OwnNumbers(
            country=self.country.text().strip().upper(),
            vat_number=self.mine.text().strip(),
            tax_number=self.tax.text().strip(),
        )
        empty = not (typed.country or typed.vat_number or typed.tax_number)
        return None if empty or typed == self._own_in(typed.country) else typed

    def _lay_out(self, payer: str) -> None:
        issuing = row(spacing=10)
        issuing.addLayout(_field("Who issues the invoices", self.issuer), 3)
        issuing.addLayout(_field("Since", self.since), 2)
        yours = row(spacing=10)
        yours.addLayout(_field("Your country", self.country))
        yours.addLayout(_field("Your VAT number there", self.mine), 1)
        self.body.addLayout(_field(f"VAT number of {payer}", self.theirs))
        self.body.addLayout(issuing)
        self.body.addSpacing(8)
        self.body.addLayout(yours)
        self.body.addLayout(_field("Your tax number there", self.tax))
        self.end()

    def _own_in(self, country: str) -> OwnNumbers:
        found = (one for one in self._known.own if one.country == country)
        return next(found, OwnNumbers(country=country))

    def _who_changed(self) -> None:
        self.since.setEnabled(self.billing is not SelfBilling.UNKNOWN)

    def _country_changed(self, text: str) -> None:
        """Show the numbers that are known of a country once it is named."""
        known = self._own_in(text.strip().upper())
        if known.vat_number or known.tax_number:
            self.mine.setText(known.vat_number)
            self.tax.setText(known.tax_number)


class ReserveDialog(Dialog):
    """After how many months a payer must release what it holds back."""

    def __init__(self, payer: str, months: int, parent: QWidget | None) -> None:
        super().__init__(
            "Reserves",
            f"After how long {payer} must release what it holds back. If it holds anything longer, "
            "you are told.",
            "Keep it",
            parent,
        )
        self.setMinimumWidth(420)
        self.months = typed_line("24", "Months")
        self.months.setText(str(months))
        self.body.addLayout(_field("Released after, in months", self.months))
        self.end()


class TaxNumberActions:
    """The dialogs, and the flows behind them; what cannot be is asked again."""

    def __init__(self, desk: PaymentDesk, window: QWidget) -> None:
        self._desk, self._window = desk, window

    def set_numbers(self, payer: str, known: TaxNumbers) -> None:
        """Ask for numbers and who issues the invoices, and keep them."""
        today = self._desk.services.now().astimezone().date()
        self._ask_numbers(payer, TaxNumbersDialog(payer, known, today, self._window))

    def set_reserve(self, payer: str, months: int) -> None:
        """Ask how long a reserve may be held, and keep it."""
        self._ask_reserve(payer, ReserveDialog(payer, months, self._window))

    def _ask_numbers(self, payer: str, dialog: TaxNumbersDialog) -> None:
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        services, day, own = self._desk.services, dialog.day, dialog.own()
        said = PayerTax(
            registry=payer,
            vat_number=dialog.theirs.text(),
            self_billing=dialog.billing,
            since=day,
        )

        def failed(problem: AppError) -> None:
            dialog.say(str(problem))
            self._ask_numbers(payer, dialog)

        def kept(doubts: list[str]) -> None:
            self._said(" ".join([f"Numbers and invoices of {payer} are kept.", *doubts]))

        self._run(lambda: _keep_numbers(said, own, services), kept, failed)

    def _ask_reserve(self, payer: str, dialog: ReserveDialog) -> None:
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        services, typed = self._desk.services, dialog.months.text().strip()

        def failed(problem: AppError) -> None:
            dialog.say(str(problem))
            self._ask_reserve(payer, dialog)

        def keep() -> int:
            if not (typed.isascii() and typed.isdigit()):
                raise UsageProblem("Write how many months, such as 24.")
            set_reserve_months(payer, int(typed[:6]), services)
            return len(check_reserves(payer, services))

        def kept(found: int) -> None:
            more = f" {figures.many(found, 'statement')} held one longer: see the findings."
            self._said(f"Reserves of {payer}: kept.{more if found else ''}")

        self._run(keep, kept, failed)

    def _run(
        self,
        do: Callable[[], Any],
        succeeded: Callable[[Any], None],
        failed: Callable[[AppError], None],
    ) -> None:
        self._desk.jobs.run(lambda _report, _cancelled: do(), succeeded=succeeded, failed=failed)

    def _said(self, sentence: str) -> None:
        self._desk.changes.tell(Change.PAYMENTS)
        self._desk.notice.say(sentence)


def _keep_numbers(said: PayerTax, own: OwnNumbers | None, services: Services) -> list[str]:
    """Keep both; the user's first, for a country that is none stops both."""
    doubts: list[str] = []
    if own is not None:
        numbers = (own.vat_number, own.tax_number)
        _, doubts = set_own_numbers(
            own.country, services, vat_number=numbers[0], tax_number=numbers[1]
        )
    _, doubt = set_payer_tax(
        said.registry,
        services,
        vat_number=said.vat_number,
        self_billing=said.self_billing,
        since=said.since,
    )
    return [*doubts, doubt] if doubt else doubts


def _field(caption: str, field: QWidget) -> QVBoxLayout | QHBoxLayout:
    return column(label(caption, "caption"), field, spacing=4)
