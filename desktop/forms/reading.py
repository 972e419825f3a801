"""Read the description of a form from TOML; a mistake is named with file, key and what is right.

The keys are explained in resources/forms/README.md.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from desktop.errors import FormProblem
from desktop.forms.keys import Keys
from desktop.model.fingerprints import Kind
from desktop.model.forms import (
    Batches,
    Column,
    Enclosed,
    Fact,
    Form,
    Formulas,
    SheetFormat,
    SheetRules,
)
from desktop.model.works import Right

VERSION = 1
MAX_BYTES = 256 * 1024
MAX_COLUMNS = 200
MAX_CELL_CHARACTERS = 32_767
DATES = frozenset({Fact.CREATED, Fact.PUBLICATION_DATE, Fact.SIGNED})
_SEPARATORS = {",": ",", ";": ";", "tab": "\t"}
_ASKED = "asked"
_DATE_PARTS = re.compile(r"YYYY|MM|DD")


@lru_cache(maxsize=32)
def read_form(data: bytes, name: str) -> Form:
    """Return the form that a description tells of. name: of the file, for what is said of it.

    Raises FormProblem for the first mistake.
    """
    keys = Keys(_parsed(data, name), name)
    if keys.number("form", 1, 99) != VERSION:
        raise keys.wrong("form", f"write form = {VERSION}, or install a newer Residuals")
    deadline, asked = _deadline(keys)
    form = Form(
        form_id=_identifier(keys),
        title=keys.text("title", 120),
        purpose=keys.text("purpose", 400),
        kinds=tuple(keys.choices("kinds", Kind)),
        address=keys.text("address", 1000, default=""),
        deadline=deadline,
        asks_deadline=asked,
        silence_days=keys.number("silence_days", 1, 3650, default=60),
        sheet=_sheet(keys.table("sheet")),
        enclosed=_enclosed(keys.table("folder")),
        columns=_columns(keys),
        steps=tuple(keys.texts("steps", 1000)),
    )
    keys.nothing_else()
    return form


def _parsed(data: bytes, name: str) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        raise FormProblem(f"{name} is far too large for the description of a form.")
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise FormProblem(
            f"{name} is not text in UTF-8 (byte {error.start}).", advice="Save it as UTF-8."
        ) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise FormProblem(
            f"{name} is not TOML: {error or 'it is nested too deeply'}.",
            advice="Look at that line; a quotation mark or bracket may be missing.",
        ) from error


def _identifier(keys: Keys) -> str:
    found = keys.text("id", 40)
    if not re.fullmatch(r"[a-z][a-z0-9-]*", found):
        raise keys.wrong("id", "use small letters, digits and hyphens, such as works-list")
    return found


def _deadline(keys: Keys) -> tuple[date | None, bool]:
    """Return the day, or that the user is asked for it."""
    found = keys.take("deadline", None)
    if found is None:
        return None, False
    if found == _ASKED:
        return None, True
    if isinstance(found, date) and not isinstance(found, datetime):
        return found, False
    raise keys.wrong("deadline", f'write a day without quotation marks, 2026-12-31, or "{_ASKED}"')


def _sheet(keys: Keys) -> SheetRules:
    name = keys.text("name", 60, default="works")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 _-]*", name):
        raise keys.wrong("name", "use letters, digits, spaces and hyphens; it becomes a file name")
    separator = keys.text("csv_separator", 3, default=",")
    if separator not in _SEPARATORS:
        raise keys.wrong("csv_separator", 'write ",", ";" or "tab"')
    rules = SheetRules(
        name=name,
        formats=tuple(keys.choices("formats", SheetFormat)),
        works=keys.number("works", 1, 1_000_000, default=0),
        batches=keys.choice("batches", Batches, Batches.FILES),
        csv_separator=_SEPARATORS[separator],
        csv_bom=keys.flag("csv_bom", default=True),
        csv_formulas=keys.choice("csv_formulas", Formulas, Formulas.APOSTROPHE),
    )
    keys.nothing_else()
    return rules


def _enclosed(keys: Keys) -> Enclosed:
    enclosed = Enclosed(
        claims=keys.flag("claims", default=True),
        evidence=keys.flag("evidence", default=True),
        pictures=keys.flag("pictures", default=False),
        copies=keys.flag("copies", default=False),
    )
    keys.nothing_else()
    return enclosed


def _columns(keys: Keys) -> tuple[Column, ...]:
    tables = keys.tables("columns")
    if not 1 <= len(tables) <= MAX_COLUMNS:
        raise keys.wrong("columns", f"a form has 1 to {MAX_COLUMNS} [[columns]]")
    columns: list[Column] = []
    for table in tables:
        column = _column(table)
        if column.heading in [other.heading for other in columns]:
            raise table.wrong("heading", f"{column.heading!r} stands there twice; give it another")
        columns.append(column)
    return tuple(columns)


def _column(keys: Keys) -> Column:
    heading = keys.text("heading", 200)
    holds = keys.choice("holds", Fact, None)
    always = keys.text("always", MAX_CELL_CHARACTERS, default="")
    if holds is not None and always:
        raise keys.wrong("always", "a column holds a fact or always the same text, not both")
    required = keys.flag("required", default=False)
    if required and holds is None and not always:
        raise keys.wrong("required", "say with holds = … what the column holds")
    allowed = tuple(keys.texts("allowed", 200))
    values = keys.words("values")
    for told in values.values():
        if allowed and told not in allowed:
            raise keys.wrong("values", f"{told!r} is none of the allowed: {', '.join(allowed)}")
    column = Column(
        heading=heading,
        holds=holds,
        always=always,
        required=required,
        max_characters=keys.number("max_characters", 1, MAX_CELL_CHARACTERS, default=0),
        allowed=allowed,
        values=values,
        date_format=_date_format(keys, holds),
        separator=keys.text("separator", 8, default="; ", strip=False),
        right=keys.choice("right", Right, Right.TRAINING),
        if_missing=keys.text("if_missing", 200, default=""),
        note=keys.text("note", 400, default=""),
    )
    keys.nothing_else()
    return column


def _date_format(keys: Keys, holds: Fact | None) -> str:
    """Return how a date is written: any order of YYYY, MM and DD; "": as it is known."""
    found = keys.text("date_format", 20, default="")
    if not found:
        return ""
    if holds not in DATES:
        raise keys.wrong("date_format", "only a column that holds a date has one")
    parts = _DATE_PARTS.findall(found)
    rest = _DATE_PARTS.sub("", found)
    if sorted(parts) not in (["YYYY"], ["MM", "YYYY"], ["DD", "MM", "YYYY"]) or re.search(
        r"\w", rest
    ):
        raise keys.wrong("date_format", "write it like YYYY-MM-DD, DD/MM/YYYY, YYYY-MM or YYYY")
    return found
