"""A form of the user's own, made of the empty spreadsheet that an office gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from desktop.errors import FormProblem
from desktop.flows.form_packs import keep_form
from desktop.forms.guessing import guess_all
from desktop.forms.writing import form_document, identifier_of
from desktop.model.fingerprints import Kind
from desktop.model.forms import Column, Form, SheetFormat, SheetRules
from desktop.model.registries import Registry
from desktop.services import Services
from desktop.tables.reading import read_table

OWN_SHEET = "Copy the rows into the office's own spreadsheet, if it wants that very file."
_LOOK = "Look through the sheet."
_HAND_IN = "Hand it in."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the user says of a form beside its columns. works 0: any number a sheet."""

    name: str
    purpose: str = ""
    address: str = ""
    deadline: date | None = None
    kinds: tuple[Kind, ...] = tuple(Kind)
    works: int = 0
    formats: tuple[SheetFormat, ...] = (SheetFormat.XLSX, SheetFormat.CSV)
    steps: tuple[str, ...] = ()


def read_template(data: bytes) -> list[Column]:
    """Return the columns of an empty spreadsheet with a guess of what each holds.

    Raises TableProblem; FormProblem if there is hardly a heading.
    """
    table = read_table(data)
    headings = [name[:200] for name in table.columns]
    if len(headings) < 2:
        raise FormProblem(
            "This spreadsheet has only one heading in its first line.",
            advice="Delete the lines above the headings of the columns, then try again.",
        )
    return guess_all(headings)


def form_from(columns: Sequence[Column], wishes: Wishes) -> Form:
    """Return the form. Raises FormProblem if no column holds anything."""
    if not any(column.holds or column.always for column in columns):
        raise FormProblem(
            "No column holds anything.", advice="Say of at least one column what goes into it."
        )
    return Form(
        form_id=identifier_of(wishes.name),
        title=wishes.name.strip()[:120],
        purpose=wishes.purpose.strip()
        or f"The form of {wishes.name.strip()}, as you described it.",
        kinds=wishes.kinds,
        columns=tuple(columns),
        address=wishes.address.strip(),
        deadline=wishes.deadline,
        sheet=SheetRules(formats=wishes.formats, works=wishes.works),
        steps=wishes.steps or (_LOOK, OWN_SHEET, _HAND_IN),
    )


def add_own_form(columns: Sequence[Column], wishes: Wishes, services: Services) -> Registry:
    """Keep a form of the user's own as a registry of its name. Raises FormProblem, UsageProblem."""
    data = form_document(form_from(columns, wishes))
    return keep_form(wishes.name.strip(), data, services, own=True, file=wishes.name.strip())
