"""terms read and terms check: what texts and files say about AI, and where it differs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from desktop.cli.session import Session, command
from desktop.flows import reading_terms
from desktop.flows.comparing_terms import check_terms
from desktop.flows.interpreting import differences, interpret
from desktop.flows.reading_terms import MOST_BYTES, TITLES, Kind, Reading
from desktop.model.suggestions import AiStatement
from desktop.model.terms import Answer, Use
from desktop.terms.contradictions import Contradiction


@click.command("read")
@click.argument("source", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--as", "kind", type=click.Choice([one.value for one in Kind]))
@click.option("--work", "work_ids", multiple=True, type=int, help="Compare with its terms.")
@click.option("--url", "address", default="", help="Where it is from: only what counts there.")
@command
def read(
    session: Session, source: Path, kind: str | None, work_ids: tuple[int, ...], address: str
) -> None:
    """Tell what FILE, or the text on standard input (-), says AI may do. Nothing is fetched.

    With --url, works that are published there are compared as well; a robots.txt, ai.txt,
    tdmrep.json or RSL file is read for the address of each work on its site.
    """
    given = sys.stdin.buffer.read(MOST_BYTES + 1) if str(source) == "-" else None
    what = interpret(source if given is None else given, Kind(kind) if kind else None, address)
    against: dict[int, tuple[Contradiction, ...]] = {}
    if work_ids or what.has_host:
        with session.open(read_only=True) as services:
            against = differences(what, work_ids, services)
    for reading in what.readings:
        row = _json(reading, against, alone=len(what.readings) == 1)
        session.out.row(row, f"This is {TITLES[reading.kind]}.")
        for line in _lines(reading):
            session.out.text(f"    {line}")
    for work_id, found in against.items():
        for one in found:
            session.out.text(f"    {_differs(work_id, one)}")


def _differs(work_id: int, one: Contradiction) -> str:
    return (
        f"Differs from your terms of work {work_id}: {one.use.value} is {one.file_says.value} "
        f"here, {one.terms_say.value} in your terms"
    )


@click.command("check")
@click.argument("work_ids", nargs=-1, type=int)
@command
def check(session: Session, work_ids: tuple[int, ...]) -> None:
    """List works whose files say something else about AI than your terms; of all, or of some."""
    count = 0
    with session.open(read_only=True) as services:
        for one in check_terms(services, work_ids or None):
            count += 1
            row = {
                "work_id": one.work_id,
                "title": one.title,
                "contradictions": [_contradiction(one.work_id, it) for it in one.found],
            }
            session.out.row(row, f"{one.work_id}  {one.title}")
            for it in one.found:
                session.out.text(
                    f"    {it.statement.property}: {it.use.value} is {it.file_says.value} in the "
                    f"file, {it.terms_say.value} in your terms"
                )
    if not count:
        session.out.text("No file says anything else about AI than your terms.")


def _json(
    reading: Reading, against: dict[int, tuple[Contradiction, ...]], *, alone: bool
) -> dict[str, Any]:
    return {
        "kind": reading.kind.value,
        "statements": [_statement(one) for one in reading.statements],
        "means": {use.value: answer.value for use, answer in reading.means.items()},
        "not_understood": [_statement(one) for one in reading.not_understood],
        "contradictions": [
            _contradiction(work_id, one)
            for work_id, found in against.items()
            for one in found
            if alone or one.statement in reading.statements
        ],
    }


def _contradiction(work_id: int, one: Contradiction) -> dict[str, Any]:
    return {
        "work_id": work_id,
        "use": one.use.value,
        "property": one.statement.property,
        "text_says": one.file_says.value,
        "terms_say": one.terms_say.value,
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
