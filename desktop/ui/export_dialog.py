"""Asks what is to be exported and how; each choice says in a sentence what the file will hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QComboBox, QWidget

from desktop.model.exports import ExportFormat, ExportTable, ExportWish
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.parts import column, holder, label, row

EVERYBODY = "Everybody"

FORMATS = (
    (
        ExportFormat.XLSX,
        "Spreadsheet (XLSX)",
        "One workbook: payments, lines, deductions, bank entries and matches, a sheet each. "
        "Amounts are numbers, exact.",
    ),
    (
        ExportFormat.CSV,
        "One table (CSV)",
        "One table as text. What a spreadsheet would take for a formula gets an apostrophe.",
    ),
    (
        ExportFormat.PDF,
        "Paper (PDF)",
        "Totals per currency, every payment, what was kept back and what arrived, to print or hand "
        "over. The hash of the journal's newest row stands on every page.",
    ),
    (
        ExportFormat.HLEDGER,
        "hledger",
        "Double entry for hledger: income by payer and use, fees, tax withheld, what is owed to "
        "you, and your account.",
    ),
    (
        ExportFormat.BEANCOUNT,
        "Beancount",
        "Double entry for Beancount: income by payer and use, fees, tax withheld, what is owed to "
        "you, and your account.",
    ),
    (
        ExportFormat.OFX,
        "Bank entries (OFX)",
        "Only the money that came or went, for programs that read bank statements. Read in twice, "
        "it counts once there.",
    ),
)
TABLES = (
    (ExportTable.PAYMENTS, "Payments"),
    (ExportTable.LINES, "Every line of every statement"),
    (ExportTable.DEDUCTIONS, "Deductions"),
    (ExportTable.BANK_ENTRIES, "Bank entries"),
    (ExportTable.MATCHES, "Matches"),
    (ExportTable.SHARES, "Shares of collaborators"),
)
YEAR_FORMATS = (
    (ExportFormat.PDF, "Paper (PDF)"),
    (ExportFormat.XLSX, "Spreadsheet (XLSX)"),
    (ExportFormat.CSV, "One table (CSV)"),
    (ExportFormat.TEXT, "Text"),
)
_EVERYTHING, _THIS_YEAR, _LAST_YEAR, _BETWEEN = range(4)


class ExportDialog(Dialog):
    """Asks for format, period and payer of an export of payments."""

    def __init__(self, payers: Sequence[str], today: date, parent: QWidget | None = None) -> None:
        super().__init__(
            "Export payments",
            "The file is for you: nothing is sent anywhere.",
            "Choose where…",
            parent,
        )
        self.setMinimumWidth(520)
        self._today = today
        self.format = _choice("Format", [(name, kind) for kind, name, _ in FORMATS])
        self.table = _choice("Table", [(name, table) for table, name in TABLES])
        self.period = _choice(
            "Period",
            [
                ("Everything", _EVERYTHING),
                (f"This year, {today.year}", _THIS_YEAR),
                (f"Last year, {today.year - 1}", _LAST_YEAR),
                ("From a day to a day", _BETWEEN),
            ],
        )
        self.payer = _choice("From", [(EVERYBODY, ""), *((name, name) for name in payers)])
        self.first = typed_line(f"{today.year}-01-01", "First day")
        self.last = typed_line(f"{today.year}-12-31", "Last day")
        self.contains = label("", "muted", wrap=True)
        self.contains.setMinimumHeight(38)
        self._tables = holder(column(label("Table", "caption"), self.table, spacing=6))
        self._days = holder(row(self.first, label("to", "muted"), self.last, spacing=10))
        for caption, widget in (
            ("Format", self.format),
            ("", self.contains),
            ("", self._tables),
            ("Period", self.period),
            ("", self._days),
            ("From", self.payer),
        ):
            if caption:
                self.body.addWidget(label(caption, "caption"))
            self.body.addWidget(widget)
        self.format.currentIndexChanged.connect(lambda _at: self._show())
        self.period.currentIndexChanged.connect(lambda _at: self._show())
        self.end()
        self._show()

    @property
    def wish(self) -> ExportWish:
        """What was chosen. Raises ValueError for a day that is none."""
        start, end = self._between()
        return ExportWish(
            format=ExportFormat(self.format.currentData()),
            table=ExportTable(self.table.currentData()),
            start=start,
            end=end,
            registry=str(self.payer.currentData()),
        )

    def accept(self) -> None:
        """Close only if the period is one."""
        try:
            wish = self.wish
        except (ValueError, OverflowError):
            self.say("Write both days as 2026-12-31.")
            return
        if wish.start and wish.end and wish.end <= wish.start:
            self.say("The last day is before the first.")
            return
        super().accept()

    def _between(self) -> tuple[date | None, date | None]:
        chosen, year = self.period.currentData(), self._today.year
        if chosen == _EVERYTHING:
            return None, None
        if chosen == _BETWEEN:
            last = date.fromisoformat(self.last.text().strip())
            following = date.fromordinal(last.toordinal() + 1)
            return date.fromisoformat(self.first.text().strip()), following
        year -= chosen == _LAST_YEAR
        return date(year, 1, 1), date(year + 1, 1, 1)

    def _show(self) -> None:
        self.say("")
        self.contains.setText(FORMATS[self.format.currentIndex()][2])
        self._tables.setVisible(self.format.currentData() == ExportFormat.CSV)
        self._days.setVisible(self.period.currentData() == _BETWEEN)
        self.adjustSize()


class TaxYearDialog(Dialog):
    """Asks for the year and the format."""

    def __init__(self, years: Sequence[int], parent: QWidget | None = None) -> None:
        super().__init__(
            "A year for the tax",
            "What arrived in the year, by payer and by country, each currency by itself: gross, "
            "fees and tax withheld apart. What was stated and did not arrive stands beside it. "
            "It is a summary of what was stated and booked, not tax advice.",
            "Choose where…",
            parent,
        )
        self.setMinimumWidth(480)
        self.year = _choice("Year", [(str(year), year) for year in years])
        self.format = _choice("Format", [(name, kind) for kind, name in YEAR_FORMATS])
        for caption, widget in (("Year", self.year), ("Format", self.format)):
            self.body.addWidget(label(caption, "caption"))
            self.body.addWidget(widget)
        self.end()

    @property
    def chosen(self) -> tuple[int, ExportFormat]:
        """The year, and how it is to be written."""
        return int(self.year.currentData()), ExportFormat(self.format.currentData())


def _choice(name: str, options: Sequence[tuple[str, object]]) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    for text, data in options:
        made.addItem(text, data)
    return made
