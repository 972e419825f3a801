"""form: fill in forms that the user hands in, and record what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from desktop.cli.output import path_text
from desktop.cli.said import answers
from desktop.cli.session import Session, command, stoppable
from desktop.errors import FormProblem, UsageProblem
from desktop.model.fingerprints import Kind
from desktop.model.forms import Column, Fact, Submission

_SUBMISSION = click.argument("submission_id", type=int, metavar="SUBMISSION")


@click.group()
def form() -> None:
    """Forms that you hand in yourself: make the folder, record number, date and answer."""


@form.command("shipped")
@command
def shipped(session: Session) -> None:
    """List the forms that come with the app, and what each is for."""
    from desktop.flows.form_packs import shipped_forms
    from desktop.forms.reading import read_form

    for form_id, data in shipped_forms().items():
        one = read_form(data, form_id)
        row = {
            "form": form_id,
            "title": one.title,
            "purpose": one.purpose,
            "kinds": [kind.value for kind in one.kinds],
            "works_a_sheet": one.sheet.works or None,
        }
        session.out.row(row, f"{form_id}  ·  {one.title}\n    {one.purpose}")


@form.command("new")
@click.argument("name")
@click.argument("template", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--column", "holds", multiple=True, metavar="HEADING=FACT", help="Empty: nothing.")
@click.option("--always", multiple=True, metavar="HEADING=TEXT", help="Always the same text.")
@click.option("--required", multiple=True, metavar="HEADING", help="A work lacking it is left out.")
@click.option("--kind", "kinds", multiple=True, type=answers(Kind), help="Kinds of works it takes.")
@click.option("--works", type=click.IntRange(1), default=None, help="At most so many a sheet.")
@click.option("--deadline", default="", metavar="YYYY-MM-DD")
@click.option("--address", default="", help="Where it is handed in, for you to read.")
@click.option("--purpose", default="", help="What it is for.")
@click.option("--step", "steps", multiple=True, help="A step of the checklist; repeatable.")
@command
def new(session: Session, name: str, template: Path, **said: Any) -> None:
    """Make a form of the empty spreadsheet an office gives; what its columns hold is guessed.

    Facts that a column can hold: `form facts`.
    """
    from desktop.flows.templating import Wishes, add_own_form, read_template

    try:
        data = template.read_bytes()
    except OSError as error:
        raise UsageProblem(f"{template.name} cannot be read: {error.strerror}.") from error
    columns = corrected(read_template(data), said["holds"], said["always"], said["required"])
    wishes = Wishes(
        name=name,
        purpose=said["purpose"],
        address=said["address"],
        deadline=_day(said["deadline"]),
        kinds=tuple(Kind(kind) for kind in said["kinds"]) or tuple(Kind),
        works=said["works"] or 0,
        steps=said["steps"],
    )
    with session.open() as services:
        added = add_own_form(columns, wishes, services)
    shown = [
        {
            "heading": column.heading,
            "holds": column.holds.value if column.holds else None,
            "always": column.always or None,
            "required": column.required,
        }
        for column in columns
    ]
    session.out.row({"registry": added.name, "form": added.url, "columns": shown}, added.name)
    for column in columns:
        what = column.holds.value if column.holds else column.always or "(empty)"
        session.out.text(f"      {column.heading}  ←  {what}")


@form.command("facts")
@command
def facts(session: Session) -> None:
    """List what a column can hold."""
    from desktop.forms.facts import FACTS

    for fact, known in FACTS.items():
        session.out.row(
            {"fact": fact.value, "words": known.words}, f"{fact.value:>22}  {known.words}"
        )


@form.command("make")
@click.argument("registry")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder.")
@click.option("--again", is_flag=True, help="Anew, also what an earlier folder holds.")
@click.option("--copies", is_flag=True, help="Enclose copies of the works, if the form wants them.")
@command
def make(session: Session, registry: str, out: Path, again: bool, copies: bool) -> None:
    """Write what waits for a form into a new folder: sheets, evidence, checklist."""
    from desktop.flows.filling import make_folder

    with session.open() as services, stoppable() as cancelled:
        made = make_folder(
            registry, out, services, session.out.report, cancelled, again=again, copies=copies
        )
        for one in made.left_out:
            about = {"work_id": one.source.work_id, "claim_id": one.source.claim_id}
            session.out.problem(FormProblem(one.reason), **about)
    for submission in made.submissions:
        _show(session, submission)
    if made.held:
        session.out.text(f"{made.held} works are in an earlier folder that was not sent yet.")
    if made.submissions:
        session.out.text(f"Open checklist.html in {path_text(made.submissions[0].folder)} next.")


@form.command("sent")
@_SUBMISSION
@click.option("--number", default="", help="The confirmation number that you were given.")
@click.option("--date", "day", default="", metavar="YYYY-MM-DD", help="Today if left out.")
@command
def sent(session: Session, submission_id: int, number: str, day: str) -> None:
    """Record that you handed a folder in; again, to add or correct the number."""
    from desktop.flows.recording import record_sent

    with session.open() as services:
        done = record_sent(submission_id, services, number=number, on=_day(day))
    _show(session, done)


@form.command("answered")
@_SUBMISSION
@click.argument("answer", type=click.Choice(["accepted", "rejected"]))
@click.option("--work", "work_ids", type=int, multiple=True, help="Only this work; repeatable.")
@click.option("--reason", default="", help="In the office's words.")
@command
def answered(
    session: Session, submission_id: int, answer: str, work_ids: tuple[int, ...], reason: str
) -> None:
    """Record what the office answered: for some works, or for all that wait for an answer."""
    from desktop.flows.recording import Answer, record_answer

    with session.open() as services:
        done = record_answer(
            submission_id, Answer(answer), services, work_ids=work_ids, reason=reason
        )
    _show(session, done)


@form.command("list")
@click.option("--registry", default="", help="Only of this registry.")
@command
def list_(session: Session, registry: str) -> None:
    """List the folders that were made, newest first, and where each stands."""
    from desktop.store import forms, registries

    with session.open(read_only=True) as services, services.store.read() as connection:
        only = registries.by_name(connection, registry).registry_id if registry else None
        found = forms.submissions(connection, only)
    for one in found:
        _show(session, one)


@form.command("show")
@_SUBMISSION
@click.option(
    "--sheets",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the sheets of that time to this folder again.",
)
@command
def show(session: Session, submission_id: int, sheets: Path | None) -> None:
    """Show a submission: its works, where each stands, and what happened when."""
    from desktop.forms.folder import write_folder
    from desktop.model.times import to_rfc3339
    from desktop.store import forms

    with session.open(read_only=True) as services, services.store.read() as connection:
        one = forms.submission(connection, submission_id)
        works = forms.works(connection, submission_id)
        happened = forms.happenings(connection, submission_id)
        files = forms.files(connection, submission_id)
    if sheets is not None:
        write_folder(sheets.absolute(), files)
    events = [
        {"event": it.event.value, "time": to_rfc3339(it.time), **it.detail} for it in happened
    ]
    rows = [
        {
            "work_id": work.work_id,
            "claim_id": work.claim_id,
            "title": work.title,
            "state": work.state.value,
            "reason": work.reason or None,
        }
        for work in works
    ]
    session.out.row(
        {**_json(one), "rows": rows, "events": events, "files": sorted(files)}, _text(one)
    )
    for work in works:
        why = f"  ·  {work.reason}" if work.reason else ""
        session.out.text(f"      {work.work_id:>6}  {work.title}  ·  {work.state.value}{why}")
    for it in happened:
        said = "  ".join(value for value in it.detail.values() if value)
        session.out.text(f"      {it.time:%Y-%m-%d %H:%M} UTC  {it.event.value}  {said}")


@form.command("reminders")
@command
def reminders_command(session: Session) -> None:
    """Say what forms ask of you today: deadlines, folders not handed in, silent offices."""
    from desktop.flows.reminding import reminders

    with session.open(read_only=True) as services:
        found = reminders(services)
    for one in found:
        row = {
            "reminder": one.due.value,
            "registry": one.registry,
            "submission_id": one.submission_id,
            "deadline": one.deadline.isoformat() if one.deadline else None,
            "days": one.days,
            "message": one.sentence,
            "next": one.next_step,
        }
        session.out.row(row, f"{one.sentence}\n    {one.next_step}")
    if not found:
        session.out.text("Nothing to do for any form today.")


@form.command("export")
@click.argument("registry")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
@command
def export(session: Session, registry: str, out: Path) -> None:
    """Write the description of a form to a TOML file, to keep or to hand on."""
    from desktop.flows.form_packs import form_document

    with session.open(read_only=True) as services:
        data = form_document(registry, services)
    try:
        with out.open("xb") as file:
            file.write(data)
    except OSError as error:
        raise UsageProblem(
            f"{path_text(Path(out.name))} cannot be written: {error.strerror}.",
            advice="Name a new file.",
        ) from error
    session.out.row({"file": path_text(out)}, f"{path_text(out)} is written.")


def corrected(
    columns: Sequence[Column], holds: Sequence[str], always: Sequence[str], required: Sequence[str]
) -> list[Column]:
    """Return the columns as the user corrected them. Raises UsageProblem."""
    known = {column.heading: column for column in columns}
    for said in holds:
        heading, fact = _pair(said, known)
        if fact and fact not in set(Fact):
            raise UsageProblem(f"There is no fact {fact!r}.", advice="`form facts` lists them.")
        known[heading] = Column(heading=heading, holds=Fact(fact) if fact else None)
    for said in always:
        heading, text = _pair(said, known)
        known[heading] = Column(heading=heading, always=text)
    for said in required:
        heading, _ = _pair(f"{said}=", known)
        known[heading] = replace(known[heading], required=True)
    return list(known.values())


def _pair(said: str, known: Mapping[str, Column]) -> tuple[str, str]:
    """Return heading and what is said of it; a heading may have = in it."""
    for heading in sorted(known, key=len, reverse=True):
        if said.startswith(f"{heading}="):
            return heading, said[len(heading) + 1 :].strip()
    raise UsageProblem(
        f"{said!r} names no heading of the spreadsheet.", advice=f"There are: {', '.join(known)}."
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageProblem(f"{text!r} is no day.", advice="Write it as 2026-12-31.") from error


def _show(session: Session, one: Submission) -> None:
    session.out.row(_json(one), _text(one))


def _text(one: Submission) -> str:
    part = f" (part {one.part} of {one.parts})" if one.parts > 1 else ""
    number = f"  ·  number {one.number}, you say so" if one.number else ""
    done = f"  ·  {one.accepted} accepted" if one.accepted else ""
    done += f"  ·  {one.rejected} rejected" if one.rejected else ""
    return (
        f"{one.submission_id:>4}  {one.registry}{part}  ·  {one.works} works  ·  "
        f"{one.state.value}{number}{done}  ·  {path_text(one.folder)}"
    )


def _json(one: Submission) -> dict[str, Any]:
    return {
        "submission_id": one.submission_id,
        "registry": one.registry,
        "state": one.state.value,
        "works": one.works,
        "part": one.part,
        "parts": one.parts,
        "folder": path_text(one.folder),
        "there": one.folder.is_dir(),
        "made": one.made.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "number": one.number or None,
        "sent": one.sent.isoformat() if one.sent else None,
        "accepted": one.accepted,
        "rejected": one.rejected,
        "waiting": one.waiting,
        "you_say_so": one.sent is not None,
    }
