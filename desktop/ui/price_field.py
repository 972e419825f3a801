"""Asks for a price: for what, how much exactly, and in which currency."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QWidget

from desktop.model.money import exponent, parse_amount
from desktop.model.terms import Price, PriceModel
from desktop.ui import figures
from desktop.ui.dialog import typed_line
from desktop.ui.parts import column, row
from desktop.ui.terms_words import MODELS, WITHOUT_AMOUNT

_CURRENCIES = ("EUR", "USD", "GBP", "CHF", "JPY", "SEK", "NOK", "DKK", "PLN", "CAD", "AUD", "BRL")
# A visit or a use may cost less than a cent; anything else is paid in whole ones.
_IN_FRACTIONS = (PriceModel.PER_CRAWL, PriceModel.PER_USE)
_GROUPS = re.compile(r"(?<=\d)[\s'’](?=\d{3})")


class PriceField(QWidget):
    """changed(): something else was chosen or typed."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.model = QComboBox()
        self.model.setAccessibleName("Price")
        for model, words in MODELS.items():
            self.model.addItem(words, model)
        self.amount = typed_line("Amount, or leave it open", "Amount")
        self.currency = typed_line("EUR", "Currency")
        self.currency.setMaxLength(3)
        self.currency.setMaximumWidth(84)
        completer = QCompleter(list(_CURRENCIES), self.currency)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.currency.setCompleter(completer)
        how_much = row(self.amount, self.currency, spacing=8)
        how_much.setStretch(0, 1)
        layout = column(self.model, spacing=8)
        layout.addLayout(how_much)
        self.setLayout(layout)
        self._fit()
        self.model.currentIndexChanged.connect(lambda _at: self._chosen())
        for line in (self.amount, self.currency):
            line.textChanged.connect(lambda _text: self.changed.emit())

    def put(self, price: Price | None) -> None:
        """Show a price."""
        self.model.setCurrentIndex(self._at(price.model if price else None))
        amount = price.amount if price else None
        self.amount.setText("" if amount is None else _typed(f"{amount:f}"))
        self.currency.setText(price.currency if price else "")
        self._fit()

    def price(self) -> Price | None:
        """Return what was typed. Raises ValueError that says what would be right."""
        chosen = self.model.currentData()
        if chosen is None:
            return None
        model = PriceModel(chosen)
        amount, currency = self.amount.text().strip(), self.currency.text().strip().upper()
        if model in WITHOUT_AMOUNT or not amount:
            return Price(model=model)
        if not currency:
            raise ValueError("An amount needs its currency, such as EUR.")
        try:
            decimals = exponent(currency)
        except ValueError as error:
            raise ValueError(f"{currency} is not a currency; EUR, USD and JPY are.") from error
        number = parse_amount(_plain(amount))
        if number < 0:
            raise ValueError("A price is zero or more.")
        if model not in _IN_FRACTIONS and number != round(number, decimals):
            raise ValueError(f"{currency} has {figures.many(decimals, 'decimal')}.")
        return Price(model=model, amount=number, currency=currency)

    def _chosen(self) -> None:
        self._fit()
        self.changed.emit()

    def _fit(self) -> None:
        for line in (self.amount, self.currency):
            line.setVisible(self.model.currentData() not in WITHOUT_AMOUNT)

    def _at(self, model: PriceModel | None) -> int:
        return list(MODELS).index(model)


def _decimal_mark() -> str:
    return str(figures.locale().number_symbols["latn"]["decimal"])


def _typed(amount: str) -> str:
    """Return an exact amount as the user's locale types it."""
    return amount.replace(".", _decimal_mark())


def _plain(amount: str) -> str:
    """Return an amount as it is kept: the mark of decimals may be the user's, or a point.

    Raises ValueError where it cannot be told whether a mark groups digits or begins decimals.
    """
    text = _GROUPS.sub("", amount)
    if "." in text and "," in text:
        raise ValueError("Type the amount with one mark only, before its decimals.")
    if re.fullmatch(r"\d{1,3}[.,]\d{3}", text) and text[-4] != _decimal_mark():
        raise ValueError(f"Type {text[:-4]}{text[-3:]}, without a mark, if you mean that much.")
    if not re.fullmatch(r"-?\d{1,15}([.,]\d{1,18})?", text):
        raise ValueError(f"“{amount[:40]}” is not an amount.")
    return text.replace(",", ".")
