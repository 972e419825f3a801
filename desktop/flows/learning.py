"""Learn once how a payer's file is to be read: guess, let the user correct, look, keep."""

from __future__ import annotations

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from desktop.errors import StatementProblem
from desktop.flows.mapping import save_mapping
from desktop.model.mappings import Field, Mapping, Span
from desktop.model.statement_files import RefusedRow
from desktop.payments.statement_files.learning import (
    Guess,
    Sheet,
    date_styles,
    guess,
    mapping_from,
    sheet_of,
)
from desktop.payments.statement_files.opening import first_rows, fit_to, read_rows
from desktop.payments.statement_files.rows import Read, Refused
from desktop.services import Services
from desktop.tables.streaming import TableFile, look_at, sheets_of

PREVIEW_ROWS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A file that is to be learned, and what is guessed of it."""

    path: Path
    table: TableFile
    sheet: Sheet
    guess: Guess


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the user says of a file. columns: heading → field. dates: "" for what was guessed."""

    title: str
    payer: str
    columns: Map[str, Field | None]
    decimal: str = "."
    dates: str = ""
    span: Span = Span.MONTH
    constants: Map[Field, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How the first rows read with the answers so far. problem: why none of them can be read."""

    read: tuple[Read, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    problem: str = ""


def look_at_unknown(path: Path) -> Unknown:
    """Return the headings of a file and what they may mean.

    Raises StatementProblem or TableProblem if it is no table.
    """
    table = look_at(path)
    problem: StatementProblem | None = None
    for name in sheets_of(table):
        try:
            sheet = sheet_of(first_rows(table, PREVIEW_ROWS, sheet=name), name)
        except StatementProblem as error:
            problem = error
            continue
        return Unknown(path=path, table=table, sheet=sheet, guess=guess(sheet))
    raise problem or StatementProblem("This file is empty.")


def mapping_of(unknown: Unknown, answers: Answers) -> Mapping:
    """Return the mapping that the answers make.

    Raises StatementProblem that names what still has to be said.
    """
    if not answers.payer.strip():
        raise StatementProblem("Who pays? Say the name of the payer.")
    if not answers.title.strip():
        raise StatementProblem("Give this kind of file a name.")
    chosen = set(answers.columns.values()) | {
        one for one, text in answers.constants.items() if text
    }
    for needed, words in (
        ({Field.NET, Field.GROSS}, "Which column is the amount that is yours?"),
        ({Field.CURRENCY}, "Which currency is it? Choose its column, or write it."),
        (
            {Field.PERIOD, Field.PERIOD_START, Field.STATEMENT_DATE},
            "Which column says when it was used?",
        ),
        (
            {Field.TITLE, Field.PAYER_ID, Field.CLAIM_NUMBER},
            "Which column is the title of the work?",
        ),
    ):
        if not needed & chosen:
            raise StatementProblem(words)
    return mapping_from(
        unknown.sheet,
        answers.columns,
        title=answers.title.strip(),
        payer=answers.payer.strip(),
        decimal=answers.decimal,
        dates=_dates(unknown, answers),
        span=answers.span,
        constants=answers.constants,
    )


def try_out(unknown: Unknown, answers: Answers) -> Trial:
    """Read the first rows as the answers say; nothing is kept."""
    try:
        mapping = mapping_of(unknown, answers)
        fit = fit_to(unknown.table, mapping)
    except StatementProblem as problem:
        return Trial(problem=str(problem))
    read: list[Read] = []
    refused: list[RefusedRow] = []
    for row in read_rows(unknown.table, fit):
        if isinstance(row, Read):
            read.append(row)
        elif isinstance(row, Refused):
            refused.append(RefusedRow(line=row.line, message=row.message))
        if len(read) + len(refused) >= PREVIEW_ROWS:
            break
    return Trial(read=tuple(read), refused=tuple(refused))


def learn(unknown: Unknown, answers: Answers, services: Services) -> Mapping:
    """Keep what the user said as a mapping of the library. Raises StatementProblem."""
    return save_mapping(mapping_of(unknown, answers), services)


def guessed_answers(unknown: Unknown, *, title: str, payer: str) -> Answers:
    """Return the answers as they were guessed."""
    known = unknown.guess
    return Answers(
        title=title,
        payer=payer,
        columns=known.columns,
        decimal=known.decimal,
        dates=known.styles[0] if len(known.styles) == 1 else "",
        constants={Field.CURRENCY: known.currency} if known.currency else {},
    )


def possible_styles(unknown: Unknown, columns: Map[str, Field | None]) -> Sequence[str]:
    """Return how the dates can be written in the columns that are chosen now."""
    return date_styles(unknown.sheet, columns)


def _dates(unknown: Unknown, answers: Answers) -> tuple[str, ...]:
    if answers.dates:
        return (answers.dates,)
    styles = date_styles(unknown.sheet, answers.columns)
    if not styles:
        raise StatementProblem(
            "The dates of this file are written in a way that is not known.",
            advice="Choose another column for the time, or say how they are written.",
        )
    if len(styles) > 1:
        raise StatementProblem(
            f"Its dates can be read in {len(styles)} ways: {', '.join(styles)}.",
            advice="Say which one is right.",
        )
    return (styles[0],)
