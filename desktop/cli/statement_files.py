"""statements import, mappings, unmatched, match and what undoes them: statements from files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from desktop.cli.session import Session, command, stoppable
from desktop.cli.statement_words import finding_json, period_json
from desktop.errors import AppError, UsageProblem
from desktop.flows.learning import guessed_answers, learn, look_at_unknown, try_out
from desktop.flows.mapping import all_mappings, remove_mapping
from desktop.flows.naming import (
    Unmatched,
    list_unmatched,
    match_known,
    match_payer_work,
    not_mine,
    undo_match,
)
from desktop.flows.setting_aside import count_again, list_aside, set_aside
from desktop.flows.stating import import_statements, preview_statements
from desktop.model.mappings import Field, Span
from desktop.model.payer_works import PayerWork
from desktop.model.statement_files import StatementFile, StatementInFile

SHOWN = 20


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--mapping", default="", help="How to read it; `statements mappings` lists them.")
@click.option("--payer", default="", help="Who pays, if the file does not say so.")
@click.option("--dry-run", is_flag=True, help="Show what it would do; keep nothing.")
@command
def import_(
    session: Session, files: tuple[Path, ...], mapping: str, payer: str, dry_run: bool
) -> None:
    """Read statements from CSV, TSV, XLSX, ODS, DDEX or signed files; none counts twice."""
    done = 0
    with session.open(read_only=dry_run) as services, stoppable() as cancelled:
        run = preview_statements if dry_run else import_statements
        for path in files:
            try:
                found = run(
                    path,
                    services,
                    session.out.report,
                    cancelled,
                    mapping=mapping,
                    payer=payer,
                )
            except UsageProblem:
                raise
            except AppError as problem:
                if len(files) == 1:
                    raise
                session.out.problem(problem, path=path.name)
                continue
            done += 1
            _write_file(session, found, dry_run=dry_run)
    session.out.nothing_done = not done


@click.command("mappings")
@click.option("--remove", default="", help="Take away one of your own.")
@command
def mappings(session: Session, remove: str) -> None:
    """List the ways files can be read: yours, and those that come with the app."""
    with session.open(read_only=not remove) as services:
        if remove:
            remove_mapping(remove, services)
        for one in all_mappings(services):
            data = {
                "name": one.name,
                "title": one.title,
                "payer": one.payer,
                "about": one.about,
                "own": one.own,
            }
            mine = "  (yours)" if one.own else ""
            session.out.row(data, f"{one.name:<16} {one.title}{mine}")


@click.command("learn")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--save", "title", default="", help="Keep it under this name.")
@click.option("--payer", default="", help="Who pays.")
@click.option("--column", "columns", multiple=True, metavar="FIELD=HEADING")
@click.option("--constant", "constants", multiple=True, metavar="FIELD=VALUE")
@click.option("--decimal", type=click.Choice([".", ","]), help="What stands before the cents.")
@click.option("--dates", default="", help="How dates are written, such as D/M/YYYY.")
@click.option(
    "--statement",
    "span",
    type=click.Choice([one.value for one in Span]),
    default=Span.MONTH.value,
    help="Which rows are one statement.",
)
@command
def learn_(
    session: Session,
    file: Path,
    title: str,
    payer: str,
    columns: tuple[str, ...],
    constants: tuple[str, ...],
    decimal: str | None,
    dates: str,
    span: str,
) -> None:
    """Say what the columns of a file mean; without --save, show what is guessed."""
    unknown = look_at_unknown(file)
    chosen = dict(unknown.guess.columns)
    for one, heading in _pairs(columns):
        if heading and heading not in chosen:
            raise UsageProblem(
                f"This file has no column {heading!r}.", advice=f"It has: {', '.join(chosen)}."
            )
        chosen = {name: None if known is one else known for name, known in chosen.items()}
        if heading:
            chosen[heading] = one
    guessed = guessed_answers(unknown, title=title, payer=payer)
    answers = replace(
        guessed,
        columns=chosen,
        decimal=decimal or guessed.decimal,
        dates=dates,
        span=Span(span),
        constants={**guessed.constants, **dict(_pairs(constants))},
    )
    if title:
        with session.open() as services:
            learned = learn(unknown, answers, services)
        data = {"name": learned.name, "title": learned.title, "payer": learned.payer}
        session.out.row(data, f"{learned.title} is known now: `statements import FILE`.")
        return
    for heading, known in chosen.items():
        samples = unknown.sheet.values(heading)[:3]
        meaning = known.value if known else "–"
        found = {"heading": heading, "field": known.value if known else None, "samples": samples}
        session.out.row(found, f"{heading:<28} {meaning:<18} {', '.join(samples)}")
    trial = try_out(unknown, replace(answers, title="trial", payer=payer or "trial"))
    if trial.problem:
        session.out.text(trial.problem)


@click.command("unmatched")
@click.option("--registry", default="", help="Only of this payer.")
@command
def unmatched(session: Session, registry: str) -> None:
    """List what payers call works that your library does not know yet, and what they may be."""
    with session.open() as services:
        match_known(services)
        for one in list_unmatched(services, registry=registry):
            session.out.row(_unmatched_json(one), _unmatched_text(one))


@click.command("match")
@click.argument("payer_work_id", type=int)
@click.argument("work_id", type=int)
@command
def match(session: Session, payer_work_id: int, work_id: int) -> None:
    """Say which work a payer means: for all its statements, also those to come."""
    with session.open() as services:
        _write_name(session, match_payer_work(payer_work_id, work_id, services))


@click.command("not-mine")
@click.argument("payer_work_id", type=int)
@command
def not_mine_(session: Session, payer_work_id: int) -> None:
    """Say that what a payer names is no work of yours."""
    with session.open() as services:
        _write_name(session, not_mine(payer_work_id, services))


@click.command("unmatch")
@click.argument("payer_work_id", type=int)
@command
def unmatch(session: Session, payer_work_id: int) -> None:
    """Take back the newest decision about a payer's name for a work."""
    with session.open() as services:
        _write_name(session, undo_match(payer_work_id, services))


@click.command("set-aside")
@click.argument("statement_id", type=int, required=False)
@click.option("--reason", default="", help="Why it should not count.")
@click.option("--undo", is_flag=True, help="Let it count again.")
@command
def set_aside_(session: Session, statement_id: int | None, reason: str, undo: bool) -> None:
    """Let a statement that was imported by mistake count no more; it stays visible.

    Without a number: list those that do not count, and why.
    """
    if statement_id is None:
        if reason or undo:
            raise UsageProblem("Say which statement.", advice="`statements list` shows them.")
        _write_aside(session)
        return
    with session.open() as services:
        if undo:
            count_again(statement_id, services)
        else:
            set_aside(statement_id, reason, services)
    state = "counts again" if undo else "is set aside and does not count"
    data = {"statement_id": statement_id, "aside": not undo}
    session.out.row(data, f"Statement {statement_id} {state}.")


def _write_aside(session: Session) -> None:
    with session.open(read_only=True) as services:
        found = list_aside(services)
    for one in found:
        data = {
            "statement_id": one.statement_id,
            "registry": one.registry,
            "number": one.number,
            "revision": one.revision,
            "period_start": one.start.isoformat(),
            "payable": str(one.payable),
            "currency": one.payable.currency,
            "reason": one.reason,
            "aside": True,
        }
        session.out.row(
            data,
            f"{one.statement_id:>6}  {one.registry}  {one.number}  {one.start:%Y-%m}  "
            f"{one.payable} {one.payable.currency}  does not count: {one.reason}  "
            f"(`statements set-aside {one.statement_id} --undo`)",
        )


COMMANDS = (import_, mappings, learn_, unmatched, match, not_mine_, unmatch, set_aside_)


def _pairs(given: tuple[str, ...]) -> list[tuple[Field, str]]:
    found = []
    for text in given:
        name, mark, value = text.partition("=")
        if not mark or name.strip() not in tuple(Field):
            raise UsageProblem(
                f"{text!r} is not FIELD=VALUE.", advice=f"The fields are: {', '.join(Field)}."
            )
        found.append((Field(name.strip()), value.strip()))
    return found


def _write_file(session: Session, found: StatementFile, *, dry_run: bool) -> None:
    out = session.out
    how = f", read as {found.mapping}" if found.mapping else ""
    out.text(f"{found.path.name}: {found.payer}{how}. {found.reason}")
    for one in found.statements:
        out.problems += sum(1 for finding in one.findings if not finding.is_question)
        out.row(_statement_json(found, one), _statement_text(found, one))
    for note in found.notes:
        out.row(
            {"status": "note", "message": note, "path": found.path.name}, f"    note     {note}"
        )
    for problem in found.problems:
        out.problems += 1
        data = {
            "status": "refused",
            "line": problem.line,
            "problem": {"kind": "statement", "message": problem.message, "path": found.path.name},
        }
        out.row(data, f"    refused  {problem.message}")
    more = found.refused - len(found.problems)
    if more > 0:
        out.text(f"    … and {more:,} more rows could not be read")
    if found.unmatched:
        verb = "would be" if dry_run else "are"
        out.text(
            f"    {len(found.unmatched):,} of {found.works:,} works {verb} not known yet: "
            "`statements unmatched` lists them"
        )


def _lines(count: int) -> str:
    return f"{count:,} line{'' if count == 1 else 's'}"


def _statement_json(found: StatementFile, one: StatementInFile) -> dict[str, Any]:
    return {
        "statement_id": one.statement_id,
        "registry": found.payer,
        "number": one.number,
        "revision": one.revision,
        "period": period_json(one.period),
        "currency": one.payable.currency,
        "payable": str(one.payable),
        "signature": one.signature.value,
        "lines": one.lines,
        "status": one.arrival.value,
        "mapping": found.mapping,
        "findings": [finding_json(finding) for finding in one.findings],
    }


def _statement_text(found: StatementFile, one: StatementInFile) -> str:
    number = f"{one.statement_id:>6}" if one.statement_id else "     –"
    checks = ", ".join(dict.fromkeys(finding.check for finding in one.findings))
    return (
        f"{number}  {found.payer}  {one.number}  {_lines(one.lines)}  {one.payable} "
        f"{one.payable.currency}  {one.arrival.value}{'  ·  ' + checks if checks else ''}"
    )


def _unmatched_json(one: Unmatched) -> dict[str, Any]:
    return _name_json(one.work) | {
        "proposals": [
            {
                "work_id": proposal.work_id,
                "title": proposal.title,
                "score": proposal.score,
                "reason": proposal.reason,
            }
            for proposal in one.proposals
        ]
    }


def _unmatched_text(one: Unmatched) -> str:
    maybe = "".join(
        f"\n          maybe {proposal.work_id}: {proposal.title} ({proposal.reason})"
        for proposal in one.proposals
    )
    return _name_text(one.work) + maybe


def _name_json(one: PayerWork) -> dict[str, Any]:
    return {
        "payer_work_id": one.payer_work_id,
        "registry": one.registry,
        "title": one.name.title,
        "creators": one.name.creators,
        "identifiers": [f"{scheme}:{value}" for scheme, value in one.name.identifiers],
        "state": one.state.value,
        "work_id": one.work_id,
        "reason": one.reason.value if one.reason else None,
        "lines": one.lines,
        "amounts": {currency: f"{amount:f}" for currency, amount in one.amounts},
    }


def _name_text(one: PayerWork) -> str:
    amounts = ", ".join(f"{amount:f} {currency}" for currency, amount in one.amounts)
    by = f" – {one.name.creators}" if one.name.creators else ""
    return (
        f"{one.payer_work_id:>6}  {one.registry}  {one.name.title}{by}  {_lines(one.lines)}  "
        f"{amounts}"
    )


def _write_name(session: Session, one: PayerWork) -> None:
    words = {
        "matched": f"is your work {one.work_id}",
        "not_mine": "is not yours",
        "unmatched": "is not matched",
    }
    text = f"{one.name.title} ({one.registry}) {words[one.state.value]}, in all its statements."
    session.out.row(_name_json(one), text)
