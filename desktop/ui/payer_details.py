"""The selected registry: what is left of advances, held in reserve, withheld and carried over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from desktop.flows.advancing import payer_balances
from desktop.flows.taxing import known_numbers, missing_numbers
from desktop.model.advances import Advance, PayerBalance, Withholding
from desktop.model.money import exponent
from desktop.model.tax_numbers import SelfBilling, TaxNumbers
from desktop.services import Services
from desktop.store import advances, registries
from desktop.ui import figures, words
from desktop.ui.advance_actions import AdvanceActions
from desktop.ui.parts import Tone, button, clear, holder, label, pill, row
from desktop.ui.payment_section import PaymentDesk, PaymentSection
from desktop.ui.tax_dialogs import WHO, TaxNumberActions


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """What is known of one registry beside its payments."""

    name: str
    balances: Sequence[PayerBalance]
    advances: Sequence[Advance]
    withholdings: Sequence[Withholding]
    numbers: TaxNumbers
    missing: Sequence[str]
    reserve_months: int


class PayerDetails(PaymentSection):
    """Shown beside the totals by registry."""

    def __init__(self, desk: PaymentDesk) -> None:
        super().__init__()
        self._desk = desk
        self._name = ""
        self.hide()

    def show_payer(self, name: str) -> None:
        """Show where the user stands with a registry, when it is known."""
        self._name = name
        clear(self.body)
        self.add(label(words.printable(name), "title", wrap=True))
        self.show()
        services = self._desk.services
        self._desk.jobs.run(
            lambda _report, _cancelled: read_payer(name, services),
            succeeded=self._put,
            failed=self._desk.notice.problem,
        )

    def _put(self, payer: Payer) -> None:
        if payer.name != self._name:
            return
        for balance in payer.balances:
            self._balance(balance)
        self._tax(payer)
        self._invoices(payer)
        actions = AdvanceActions(self._desk, self.window())
        advance = button("An advance…", partial(actions.add_advance, payer.name))
        tax = button("Expected tax…", partial(actions.set_tax, payer.name))
        asked = TaxNumberActions(self._desk, self.window())
        numbers = button("VAT and invoices…", partial(asked.set_numbers, payer.name, payer.numbers))
        months = partial(asked.set_reserve, payer.name, payer.reserve_months)
        self.add(holder(row(advance, tax, None)))
        self.add(holder(row(numbers, button("Reserves…", months), None)))
        if payer.advances:
            self.caption("Advances")
        for one in payer.advances:
            self._advance(one, actions)

    def _balance(self, one: PayerBalance) -> None:
        def money(amount: Decimal) -> str:
            return figures.exact_money(amount, one.currency, exponent(one.currency))

        self.caption(f"In {one.currency}")
        before = self.body.count()
        if one.advanced:
            self._left(one, money(one.advance_left), money(one.advanced))
        if one.held:
            self.sum("Held in reserve", money(one.reserve), strong=True)
            if one.released:
                self.add(label(f"{money(one.released)} was released", "small"))
        if one.carried:
            self.sum("Carried to the next statement", money(one.carried))
        if one.withheld:
            self.sum("Tax withheld so far", money(one.withheld))
        if one.vat:
            self.sum("VAT paid on top", money(one.vat))
            self.add(label("No income: it is for the tax office.", "small", wrap=True))
        if self.body.count() == before:
            self.add(label("Nothing is advanced, held back or carried over.", "small", wrap=True))

    def _left(self, one: PayerBalance, left: str, advanced: str) -> None:
        if one.advance_left < 0:
            self.add(holder(row(pill("More was kept than advanced", Tone.WRONG), None)))
        self.sum("Advance still to be earned", left, strong=True)
        self.add(label(f"of {advanced}", "small"))

    def _tax(self, payer: Payer) -> None:
        said: dict[str, Withholding] = {}
        for one in payer.withholdings:
            said.setdefault(one.country, one)
        if said:
            self.caption("Tax you expect")
        for one in said.values():
            rate = "none" if one.rate is None else f"{(one.rate * 100).normalize():f} %"
            self.sum(one.country or "Any other country", rate)
            self.add(label(f"since {figures.day(one.since)}", "small"))

    def _invoices(self, payer: Payer) -> None:
        said = payer.numbers.payer(payer.name)
        own = payer.numbers.own_vat(payer.name)
        billing = said.self_billing is not SelfBilling.UNKNOWN
        if said.vat_number or billing or payer.missing:
            self.caption("VAT and invoices")
        if said.vat_number:
            self.sum("Their VAT number", said.vat_number)
        if own and (said.vat_number or billing):
            self.sum("Your VAT number", own)
        if billing and said.since:
            self.sum("Who issues the invoices", WHO[said.self_billing])
            self.add(label(f"since {figures.day(said.since)}", "small"))
        for sentence in payer.missing:
            self.add(label(sentence, "small", wrap=True))

    def _advance(self, one: Advance, actions: AdvanceActions) -> None:
        self.sum(figures.day(one.granted_on), figures.money(one.amount))
        terms = words.printable(one.terms)
        if one.reverses or one.reversed_by:
            said = "taken back" if one.reversed_by else f"takes back advance {one.reverses}"
            self.add(label(said, "small", wrap=True))
            return
        back = button("Take back", partial(actions.take_back, one.advance_id), look="quiet")
        back.setAccessibleName(f"Take back the advance of {figures.day(one.granted_on)}")
        line = row(label(terms, "small", wrap=True), back, spacing=8)
        line.setStretch(0, 1)
        self.add(holder(line))


def read_payer(name: str, services: Services) -> Payer:
    """Read what is known of a registry beside its payments."""
    found = [one for one in payer_balances(services) if one.registry == name]
    with services.store.read() as connection:
        granted = [one for one in advances.everything(connection) if one.registry == name]
        said = [one for one in advances.withholdings(connection) if one.registry == name]
        known = registries.find(connection, name)
        months = advances.reserve_months(connection, known.registry_id if known else 0)
    return Payer(
        name=name,
        balances=found,
        advances=granted[::-1],
        withholdings=said,
        numbers=known_numbers(services),
        missing=missing_numbers(name, services) if any(one.vat for one in found) else (),
        reserve_months=months,
    )
