"""Write a form as the TOML that forms/reading.py reads; what is as usual is left out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import MISSING, fields
from enum import Enum
from typing import Any

from desktop.errors import FormProblem
from desktop.forms.reading import VERSION, read_form
from desktop.model.forms import Column, Enclosed, Form, SheetRules

_SEPARATORS = {"\t": "tab"}


def form_document(form: Form) -> bytes:
    """Return the description of a form. Raises FormProblem if it could not be read again."""
    import tomli_w

    deadline: Any = form.deadline or ("asked" if form.asks_deadline else None)
    sheet = _table(form.sheet)
    if "csv_separator" in sheet:
        sheet["csv_separator"] = _SEPARATORS.get(form.sheet.csv_separator, form.sheet.csv_separator)
    document: dict[str, Any] = {
        "form": VERSION,
        "id": form.form_id,
        "title": form.title,
        "purpose": form.purpose,
        "kinds": [kind.value for kind in form.kinds],
        **({"address": form.address} if form.address else {}),
        **({"deadline": deadline} if deadline else {}),
        "silence_days": form.silence_days,
        **({"steps": list(form.steps)} if form.steps else {}),
        "sheet": sheet | {"formats": [kind.value for kind in form.sheet.formats]},
        "folder": _table(form.enclosed),
        "columns": [_table(column) for column in form.columns],
    }
    data = tomli_w.dumps(document).encode("utf-8", "replace")
    if read_form(data, "the form") != form:
        raise FormProblem(
            "The form cannot be kept as it stands.",
            advice="Take unusual signs out of its texts, and try again.",
        )
    return data


def identifier_of(title: str) -> str:
    """Return a form's id made of its title."""
    bare = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    made = re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:40].strip("-")
    return made if made[:1].isalpha() else f"form-{made}".strip("-")[:40]


def _table(value: Column | SheetRules | Enclosed) -> dict[str, Any]:
    """Return the fields that are not as usual."""
    table: dict[str, Any] = {}
    for field in fields(value):
        said = getattr(value, field.name)
        usual = field.default if field.default is not MISSING else None
        if said == usual or said in ((), {}):
            continue
        table[field.name] = said.value if isinstance(said, Enum) else said
        if isinstance(said, tuple):
            table[field.name] = [one.value if isinstance(one, Enum) else one for one in said]
    return table
