"""Read a mapping from TOML, write one, and find those that come with the app.

The keys are explained in resources/mappings/README.md and checked by its schema.json.
"""

from __future__ import annotations

import functools
import json
import re
import tomllib
from collections.abc import Iterable
from typing import Any

from desktop.assets import asset
from desktop.errors import StatementProblem
from desktop.model.mappings import Field, Mapping, Records, Span
from desktop.payments.statement_files.values import Days

FOLDER = "mappings"
MAX_BYTES = 256 * 1024
_ENOUGH = ({Field.NET}, {Field.GROSS})


def read_mapping(data: bytes, name: str, *, own: bool = False) -> Mapping:
    """Return the mapping that a description tells of. name: of the file, for what is said of it.

    Raises StatementProblem for the first mistake.
    """
    if len(data) > MAX_BYTES:
        raise StatementProblem(f"{name} is far too large for a mapping.")
    try:
        said = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise StatementProblem(
            f"{name} is not TOML in UTF-8: {error}.", advice="Look at that line."
        ) from error
    for fault in _schema().iter_errors(said):
        where = ".".join(str(part) for part in fault.absolute_path) or "the whole"
        raise StatementProblem(
            f"{name}: {where} is not right: {fault.message[:200]}.",
            advice="resources/mappings/README.md explains every key.",
        )
    return _checked(_mapping(said, own), name)


def write_mapping(mapping: Mapping) -> bytes:
    """Return the description of a mapping without records, to keep it."""
    said: list[str] = [
        "mapping = 1",
        f"name = {_quoted(mapping.name)}",
        f"title = {_quoted(mapping.title)}",
        f"about = {_quoted(mapping.about)}",
        f"payer = {_quoted(mapping.payer)}",
        f"statement = {_quoted(mapping.span.value)}",
        f"due_days = {mapping.due_days}",
        f"decimal = {_quoted(mapping.decimal)}",
        f"dates = {_list(mapping.dates)}",
        f"negative = {_list(sorted(mapping.negative))}",
        f"needs = [{', '.join(_list(names) for names in mapping.needs)}]",
        "\n[columns]",
        *(f"{one.value} = {_list(names)}" for one, names in mapping.columns.items()),
        "\n[deductions]",
        *(f"{_quoted(kind)} = {_list(names)}" for kind, names in mapping.deductions.items()),
        "\n[constants]",
        *(f"{one.value} = {_quoted(value)}" for one, value in mapping.constants.items()),
    ]
    for one, words in mapping.values.items():
        said.append(f"\n[values.{one.value}]")
        said += [f"{_quoted(word)} = {_quoted(meaning)}" for word, meaning in words.items()]
    return ("\n".join(said) + "\n").encode()


@functools.cache
def shipped_mappings() -> tuple[Mapping, ...]:
    """Return the mappings that come with the app, in the order of their names."""
    return tuple(
        read_mapping(path.read_bytes(), path.name) for path in sorted(asset(FOLDER).glob("*.toml"))
    )


def name_for(title: str) -> str:
    """Return a name for a mapping out of what the user calls it. Raises StatementProblem."""
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60]
    if not name:
        raise StatementProblem("A mapping needs a name with letters or digits.")
    return name


def _mapping(said: dict[str, Any], own: bool) -> Mapping:
    records = said.get("records")
    return Mapping(
        name=said["name"],
        title=said["title"],
        about=said.get("about", ""),
        payer=said.get("payer", ""),
        needs=tuple(tuple(names) for names in said.get("needs", ())),
        columns={_field(one): tuple(names) for one, names in said["columns"].items()},
        constants={_field(one): value for one, value in said.get("constants", {}).items()},
        span=Span(said.get("statement", "month")),
        due_days=said.get("due_days", 90),
        decimal=said.get("decimal", "."),
        dates=tuple(said.get("dates", ("YYYY-MM-DD", "YYYY-MM"))),
        values={
            _field(one): {word.casefold(): meaning for word, meaning in words.items()}
            for one, words in said.get("values", {}).items()
        },
        deductions={kind: tuple(names) for kind, names in said.get("deductions", {}).items()},
        negative=frozenset(said.get("negative", ())),
        records=_records(records) if records else None,
        own=own,
    )


def _records(said: dict[str, Any]) -> Records:
    return Records(
        cells={kind: tuple(cells) for kind, cells in said["cells"].items()},
        once=said["once"],
        money=said["money"],
        summaries=said.get("summaries", {}),
        summaries_without=frozenset(said.get("summaries_without", ())),
        sales=frozenset(said.get("sales", ())),
        uses=frozenset(said.get("uses", ())),
        described=said.get("described", {}),
        passed=frozenset(said.get("passed", ())),
        first={name: tuple(cells) for name, cells in said.get("first", {}).items()},
        named=said.get("named", {}),
        footers=said.get("footers", {}),
    )


def _field(name: str) -> Field:
    try:
        return Field(name)
    except ValueError as error:
        known = ", ".join(Field)
        raise StatementProblem(
            f"{name!r} is nothing that a statement says.", advice=f"There are: {known}."
        ) from error


def _checked(mapping: Mapping, name: str) -> Mapping:
    known = mapping.columns.keys() | mapping.constants.keys()
    for fields, words in (
        (_ENOUGH, "the amount (net or gross)"),
        (({Field.PERIOD}, {Field.PERIOD_START}, {Field.STATEMENT_DATE}), "the period"),
        (({Field.TITLE}, {Field.PAYER_ID}, {Field.CLAIM_NUMBER}), "the title of the work"),
    ):
        if not any(one <= known for one in fields):
            raise StatementProblem(f"{name} does not say where {words} stands.")
    try:
        Days(mapping.dates)
    except re.error as error:
        raise StatementProblem(
            f"{name}: its dates cannot be written like that.",
            advice="Write them as YYYY-MM-DD, D.M.YYYY, MON YYYY or YYYY-Q.",
        ) from error
    _currency_said(mapping, name)
    return mapping


def _currency_said(mapping: Mapping, name: str) -> None:
    amounts = (*mapping.columns.get(Field.NET, ()), *mapping.columns.get(Field.GROSS, ()))
    known = Field.CURRENCY in mapping.columns.keys() | mapping.constants.keys()
    if not known and not any("{currency}" in heading for heading in amounts):
        raise StatementProblem(f"{name} does not say where the currency stands.")


@functools.cache
def _schema() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads((asset(FOLDER) / "schema.json").read_bytes()))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(_quoted(text) for text in texts)}]"
