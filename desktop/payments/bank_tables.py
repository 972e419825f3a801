"""Reads any bank's CSV, TSV or spreadsheet by a mapping of its columns, and guesses the mapping."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from desktop.errors import BankFileProblem, TableProblem
from desktop.model.bank_mappings import BankFact, BankMapping
from desktop.model.money import Money, exponent
from desktop.model.payments import BankEntry
from desktop.payments.bank_file import BankFile, DayReader, day_reader, read_money
from desktop.payments.bank_headings import HEADINGS
from desktop.tables.reading import Row, Table, decoded, read_table

SAMPLE_ROWS = 200
_PREAMBLE_LINES = 40
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_CODE = re.compile(r"\b([A-Z]{3})\b")
_MARKED = re.compile(r"([.,])[0-9]{1,2}$")
_NAMED_DAY = re.compile(r"(?:([0-9]{1,2})[ .-]+([A-Za-z]{3,9})|([A-Za-z]{3,9}) ([0-9]{1,2}),?)"
                        r"[ .,-]+([0-9]{4})")  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SYMBOLS = {"€": "EUR", "£": "GBP", "¥": "JPY"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BankTable:
    """A bank's table: its headings, its rows, and how many lines stand before it."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    skipped: int = 0


def read_columns(data: bytes) -> BankTable:
    """Return the table in a bank's file, without what stands before it. Raises BankFileProblem."""
    try:
        skipped, table = _opened(data)
        rows = tuple(Row(row.line + skipped, row.cells) for row in table.rows)
    except TableProblem as problem:
        raise BankFileProblem(problem.message, advice=problem.advice) from problem
    return BankTable(columns=table.columns, rows=rows, skipped=skipped)


def _opened(data: bytes) -> tuple[int, Table]:
    if data.startswith(_WORKBOOKS):
        return 0, read_table(data)
    text = decoded(data)
    lines = text.splitlines(keepends=True)
    for skipped, line in enumerate(lines[:_PREAMBLE_LINES]):
        cells = re.split(r"[,;\t|]", line.replace('"', ""))
        facts = {fact for cell in cells if (fact := _fact_of(cell)) is not None}
        money = {BankFact.AMOUNT, BankFact.MONEY_IN} & facts
        if BankFact.DATE in facts and money:
            return skipped, read_table("".join(lines[skipped:]).encode())
    return 0, read_table(data)


def guess(table: BankTable) -> BankMapping:
    """Return what the columns seem to say; the user corrects it."""
    columns: dict[BankFact, str] = {}
    for fact, names in HEADINGS.items():
        for name in names:
            found = next((one for one in table.columns if _bare(one) == name), None)
            taken = found is None or found in columns.values()
            if not taken and (fact is not BankFact.CURRENCY or _holds_currency(table, found)):
                columns.setdefault(fact, found or "")
    if BankFact.AMOUNT in columns:
        columns.pop(BankFact.MONEY_IN, None)
        columns.pop(BankFact.MONEY_OUT, None)
    currency = "" if BankFact.CURRENCY in columns else _currency_in(table, columns)
    return BankMapping(name="", columns=columns, header=table.columns, currency=currency)


def _holds_currency(table: BankTable, heading: str | None) -> bool:
    """Whether a column holds currencies; what Germans call Valuta is a day."""
    said = [text for row in table.rows[:SAMPLE_ROWS] if (text := row.cells.get(heading or ""))]
    return not said or any(_is_currency(_SYMBOLS.get(text, text.upper())) for text in said[:5])


def _currency_in(table: BankTable, columns: Mapping[BankFact, str]) -> str:
    """Return the currency that a heading or the first amounts name, such as Amount (EUR)."""
    money = [columns[fact] for fact in (BankFact.AMOUNT, BankFact.MONEY_IN) if fact in columns]
    for heading in money:
        texts = [heading, *(row.cells[heading] for row in table.rows[:20])]
        for text in texts:
            for symbol, code in _SYMBOLS.items():
                if symbol in text:
                    return code
            for code in _CODE.findall(text):
                if _is_currency(code):
                    return str(code)
    return ""


def read_bank_table(table: BankTable, mapping: BankMapping) -> BankFile:
    """Read the rows; a wrong one costs itself, with its line. Raises BankFileProblem."""
    _refuse_incomplete(table, mapping)
    cells = [_Cells(row, mapping) for row in table.rows]
    days = DayReader(mapping.day_order) if mapping.day_order else None
    texts = [one(BankFact.DATE) for one in cells]
    numeric = [text for text in texts if _NAMED_DAY.match(text) is None]
    reader = days or day_reader(numeric)
    amounts = [
        one(fact)
        for one in cells
        for fact in (BankFact.AMOUNT, BankFact.MONEY_IN, BankFact.MONEY_OUT)
    ]
    comma = _comma(amounts) if mapping.comma is None else mapping.comma
    entries: list[BankEntry] = []
    problems: list[BankFileProblem] = []
    for one in cells:
        try:
            entries.append(_entry(one, mapping, reader, comma))
        except ValueError as error:
            message = f"A row cannot be read: {error}"
            problems.append(BankFileProblem(message, line=one.row.line))
    return BankFile(entries=tuple(entries), problems=tuple(problems))


class _Cells:
    """A row, asked by what its columns say."""

    def __init__(self, row: Row, mapping: BankMapping) -> None:
        self.row, self._columns = row, mapping.columns

    def __call__(self, fact: BankFact) -> str:
        heading = self._columns.get(fact)
        return self.row.cells.get(heading, "").strip() if heading else ""


def _refuse_incomplete(table: BankTable, mapping: BankMapping) -> None:
    said = mapping.columns
    if BankFact.DATE not in said:
        raise BankFileProblem("Say which column holds the day.")
    if not {BankFact.AMOUNT, BankFact.MONEY_IN, BankFact.MONEY_OUT} & said.keys():
        raise BankFileProblem("Say which column holds the amount.")
    if BankFact.CURRENCY not in said and not _is_currency(mapping.currency):
        raise BankFileProblem(
            "Say which currency the amounts are in.", advice="Three letters, such as EUR."
        )
    missing = [heading for heading in said.values() if heading not in table.columns]
    if missing:
        raise BankFileProblem(
            f"This table has no column {missing[0]!r}.",
            advice="The bank changed its export; say anew what its columns are.",
        )


def _entry(one: _Cells, mapping: BankMapping, days: DayReader, comma: bool | None) -> BankEntry:
    currency = (one(BankFact.CURRENCY) or mapping.currency).upper()
    currency = _SYMBOLS.get(currency, currency)
    exponent(currency)
    fee = one(BankFact.FEE)
    kept = _money(fee, currency, comma) if fee else None
    return BankEntry(
        account=one(BankFact.ACCOUNT) or mapping.account or mapping.name,
        bank_reference=one(BankFact.BANK_REFERENCE),
        booked_on=_day(one(BankFact.DATE), days),
        amount=_amount(one, currency, comma),
        counterparty=one(BankFact.COUNTERPARTY),
        reference=one(BankFact.REFERENCE),
        fee=Money(currency, abs(kept.minor)) if kept is not None and kept.minor else None,
        line=one.row.line,
    )


def _amount(one: _Cells, currency: str, comma: bool | None) -> Money:
    """Return the amount, or what came less what went where they have columns of their own."""
    if one(BankFact.AMOUNT):
        return _money(one(BankFact.AMOUNT), currency, comma)
    came, went = one(BankFact.MONEY_IN), one(BankFact.MONEY_OUT)
    if not came and not went:
        raise ValueError("it has no amount.")
    in_ = _money(came, currency, comma) if came else Money(currency, 0)
    out = _money(went, currency, comma) if went else Money(currency, 0)
    if in_.minor and out.minor:
        raise ValueError("it has money that came and money that went.")
    return in_ if in_.minor else Money(currency, -abs(out.minor))


def _money(text: str, currency: str, comma: bool | None) -> Money:
    """Read -1.234,50, (12.34), 12,34-, 12.34 EUR or € 12.34. Raises ValueError."""
    bare = re.sub(rf"^({currency}|[€£¥$])|({currency}|[€£¥$])$", "", text.strip()).strip()
    negative = False
    if bare.startswith("(") and bare.endswith(")"):
        bare, negative = bare[1:-1], True
    elif bare.endswith("-") and not bare.startswith("-"):
        bare, negative = bare[:-1].strip(), True
    if comma is not None and not re.search(r"[.,]{2}", bare):
        mark, other = (",", ".") if comma else (".", ",")
        grouped = re.fullmatch(rf"[-+]?[0-9]{{1,3}}(\{other}[0-9]{{3}})+(\{mark}[0-9]+)?", bare)
        bare = bare.replace(other, "") if grouped else bare
        if other in bare:
            raise ValueError(f"{text[:40]!r} is not an amount.")
        whole, _, decimals = bare.partition(mark)
        # Said with all its digits, so that nothing is left to be told thousands from decimals.
        places = exponent(currency)
        if len(decimals) < places and not grouped:
            bare = f"{whole}{mark}{decimals.ljust(places, '0')}"
    amount = read_money(bare, currency)
    return -amount if negative else amount


def _comma(amounts: Sequence[str]) -> bool | None:
    """Whether decimals follow a comma: told by amounts that end in one or two digits after it."""
    marks = {found[1] for text in amounts if (found := _MARKED.search(_digits(text)))}
    return marks == {","} if len(marks) == 1 else None


def _digits(text: str) -> str:
    """Return an amount without what stands after its last digit."""
    return re.sub(r"[^0-9]+$", "", text)


def _day(text: str, days: DayReader) -> date:
    found = _NAMED_DAY.match(text)
    if found is None:
        return days(text)
    name = (found[2] or found[3])[:3].casefold()
    if name not in _MONTHS:
        raise ValueError(f"{text[:40]!r} is not a day.")
    try:
        return date(int(found[5]), _MONTHS.index(name) + 1, int(found[1] or found[4]))
    except ValueError as error:
        raise ValueError(f"{text[:40]!r} is not a day.") from error


def _fact_of(heading: str) -> BankFact | None:
    bare = _bare(heading)
    return next((fact for fact, names in HEADINGS.items() if bare in names), None)


def _bare(heading: str) -> str:
    """Return a heading in small plain letters, without what stands in brackets."""
    text = re.sub(r"\(.*?\)|\[.*?\]", "", heading.casefold())
    plain = unicodedata.normalize("NFKD", text.replace("ø", "o").replace("ß", "ss"))
    return re.sub(r"[^a-z]", "", plain)


def _is_currency(text: str) -> bool:
    try:
        exponent(text)
    except ValueError:
        return False
    return True
