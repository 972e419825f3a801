"""Fill a row from a claim, cell by cell; what is not fit is named, with what would be right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from desktop.forms.facts import FACTS, Source, read_fact, unreached
from desktop.forms.folder import safe_name
from desktop.forms.reading import DATES, MAX_CELL_CHARACTERS
from desktop.model.fingerprints import Kind
from desktop.model.forms import Column, Fact, Form

# What turns the order of the letters around could show an office another text than the one meant.
_TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_KINDS = {
    Kind.IMAGE: "images",
    Kind.SOUND: "sounds",
    Kind.VIDEO: "videos",
    Kind.TEXT: "texts",
    Kind.DATA: "other files",
}
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One filled row: a cell for each column of the form."""

    source: Source
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A claim that does not go into the form as it stands, and why, in sentences."""

    source: Source
    problems: tuple[str, ...]

    @property
    def reason(self) -> str:
        """All problems in one text."""
        return " ".join(self.problems)


def fill(form: Form, sources: Sequence[Source]) -> tuple[list[Row], list[LeftOut]]:
    """Return the rows, and the claims that lack something, in the order of sources."""
    rows: list[Row] = []
    left_out: list[LeftOut] = []
    for source in sources:
        cells, problems = _fill(form, source)
        if problems:
            left_out.append(LeftOut(source=source, problems=tuple(problems)))
        else:
            rows.append(Row(source=source, cells=cells))
    return rows, left_out


def numbered(form: Form, rows: Sequence[Row]) -> list[tuple[str, ...]]:
    """Return the cells of one sheet; its rows are counted from 1."""
    places = [n for n, column in enumerate(form.columns) if column.holds is Fact.ROW_NUMBER]
    return [
        tuple(str(number) if n in places else cell for n, cell in enumerate(row.cells))
        for number, row in enumerate(rows, start=1)
    ]


def renamed(form: Form, row: Row, taken: set[str]) -> Row:
    """Return a row whose file has a name of its own, fit for every system; taken grows by it.

    Where the form tells file names, two files of one name could not be told apart.
    """
    places = [n for n, column in enumerate(form.columns) if column.holds is Fact.FILE_NAME]
    old = row.source.file_name
    if not places or not old:
        return row
    new = safe_name(old, taken)
    if new == old:
        return row
    cells = [plain_cell(new) if n in places else cell for n, cell in enumerate(row.cells)]
    return Row(source=replace(row.source, file_name=new), cells=tuple(cells))


def refusal_of_kind(form: Form, kind: Kind, title: str) -> str:
    """Return why a work of this kind does not go into the form, or ""."""
    if kind in form.kinds:
        return ""
    taken = ", ".join(_KINDS[one] for one in form.kinds)
    return f"‘{title}’ is not of a kind that this form takes. It takes {taken}."


def plain_cell(text: str) -> str:
    """Return text on one line, without what controls or turns around a line."""
    text = text.encode("utf-8", "replace").decode("utf-8").translate(_TURNS)
    text = "".join(" " if unicodedata.category(char) == "Cc" else char for char in text)
    return " ".join(text.split())


def _fill(form: Form, source: Source) -> tuple[tuple[str, ...], list[str]]:
    refusal = refusal_of_kind(form, Kind(source.document["work"]["kind"]), source.title)
    if refusal:
        return (), [refusal]
    cells, problems = [], []
    for column in form.columns:
        cell, problem = _cell(column, source)
        cells.append(cell)
        problems += [problem] if problem else []
    return tuple(cells), problems


def _cell(column: Column, source: Source) -> tuple[str, str]:
    """Return the text of a cell and, where it is not right, a sentence."""
    if column.holds is None:
        return column.always, ""
    said = read_fact(source, column)
    if said == (_UNKNOWN,) and _UNKNOWN not in column.values:
        said = None
    if said is None:
        missing = column.required and not column.if_missing
        return column.if_missing, _missing(column, source) if missing else ""
    words = [column.values.get(one, one) for one in said]
    if column.holds in DATES and column.date_format:
        dates = [_date(one, column.date_format) for one in words]
        if "" in dates:
            return "", _imprecise(column, source, words[0])
        words = dates
    text = plain_cell(column.separator.join(words))
    return text, _unfit(column, source, text)


def _missing(column: Column, source: Source) -> str:
    known = FACTS[column.holds] if column.holds else None
    advice = known.advice if known else "say it"
    who = unreached(source) if column.holds is Fact.CO_OWNER_CONTACTS else []
    more = f" of {', '.join(who)}" if who else ""
    return f"{_named(column)}{more} is missing for {_quoted(source)}: {advice}."


def _imprecise(column: Column, source: Source, known: str) -> str:
    advice = FACTS[column.holds].advice if column.holds else ""
    return (
        f"{_named(column)} of {_quoted(source)} is only known as {known}, and the form wants "
        f"{column.date_format}: {advice}."
    )


def _unfit(column: Column, source: Source, text: str) -> str:
    longest = column.max_characters or MAX_CELL_CHARACTERS
    if len(text) > longest:
        return (
            f"{_named(column)} of {_quoted(source)} has {len(text)} characters, and the form "
            f"takes {longest}: shorten it (Describe…)."
        )
    if column.allowed and text not in column.allowed:
        if not text and not column.required:
            return ""
        return (
            f"{_named(column)} of {_quoted(source)} is {text[:60]!r}, and the form takes only "
            f"these: {', '.join(column.allowed)}."
        )
    return ""


def _date(known: str, pattern: str) -> str:
    """Return a date of YYYY, YYYY-MM or YYYY-MM-DD in another form, or "" if it is not so exact."""
    parts = dict(zip(("YYYY", "MM", "DD"), known.split("-"), strict=False))
    wanted = re.findall(r"YYYY|MM|DD", pattern)
    if any(part not in parts for part in wanted):
        return ""
    return re.sub(r"YYYY|MM|DD", lambda part: parts[part[0]], pattern)


def _named(column: Column) -> str:
    return f"“{column.heading}”"


def _quoted(source: Source) -> str:
    title = plain_cell(source.title)
    return f"‘{title if len(title) <= 60 else title[:59] + '…'}’"
