"""terms read: what a text of a site or a file says about AI, in the app's own vocabulary."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from desktop.cli.session import Session, command
from desktop.flows import reading_terms
from desktop.flows.reading_terms import TITLES, Kind, Reading
from desktop.model.suggestions import AiStatement
from desktop.model.terms import Answer, Use
from desktop.terms.contradictions import Contradiction


@click.command("read")
@click.argument("source", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--as", "kind", type=click.Choice([one.value for one in Kind]))
@click.option("--work", "work_ids", multiple=True, type=int, help="Compare with its terms.")
@command
def read(session: Session, source: Path, kind: str | None, work_ids: tuple[int, ...]) -> None:
    """Tell what FILE, or the text on standard input (-), says AI may do. Nothing is fetched."""
    chosen = Kind(kind) if kind else None
    if str(source) == "-":
        data = sys.stdin.buffer.read(reading_terms.MOST_BYTES + 1)
        readings: tuple[Reading, ...] = (reading_terms.read_data(data, chosen),)
    else:
        readings = reading_terms.read_file(source, chosen)
    against: dict[int, tuple[Contradiction, ...]] = {}
    if work_ids:
        said = [one for reading in readings for one in reading.statements]
        with session.open(read_only=True) as services:
            against = reading_terms.compare(said, work_ids, services)
    for reading in readings:
        session.out.row(_json(reading, against), f"This is {TITLES[reading.kind]}.")
        for line in _lines(reading):
            session.out.text(f"    {line}")
    for work_id, found in against.items():
        for one in found:
            session.out.text(
                f"    Differs from your terms of work {work_id}: {one.use.value} is "
                f"{one.file_says.value} here, {one.terms_say.value} in your terms"
            )


def _json(reading: Reading, against: dict[int, tuple[Contradiction, ...]]) -> dict[str, Any]:
    return {
        "kind": reading.kind.value,
        "statements": [_statement(one) for one in reading.statements],
        "means": {use.value: answer.value for use, answer in reading.means.items()},
        "not_understood": [_statement(one) for one in reading.not_understood],
        "contradictions": [
            {
                "work_id": work_id,
                "use": one.use.value,
                "property": one.statement.property,
                "text_says": one.file_says.value,
                "terms_say": one.terms_say.value,
            }
            for work_id, found in against.items()
            for one in found
            if one.statement in reading.statements
        ],
    }


def _statement(one: AiStatement) -> dict[str, Any]:
    return {
        "vocabulary": one.vocabulary.value,
        "property": one.property,
        "value": one.value,
        "meaning": {use.value: answer.value for use, answer in one.meaning},
        "verified": False,
    }


def _lines(reading: Reading) -> list[str]:
    lines = []
    for one in reading.statements:
        meaning = ", ".join(f"{use.value} {answer.value}" for use, answer in one.meaning)
        silent = "answers nothing itself" if reading_terms.is_beside(one) else "not understood"
        lines.append(f"{one.property} = {one.value}: {meaning or silent}")
    said = {use: answer for use, answer in reading.means.items() if answer is not Answer.UNSET}
    if not said:
        return [*lines, "It says nothing about what AI may do."]
    together = ", ".join(f"{use.value} {said[use].value}" for use in Use if use in said)
    return [*lines, f"Together: {together}"]
