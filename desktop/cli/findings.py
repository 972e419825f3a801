"""findings: what does not add up, and what was done about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from desktop.cli.output import path_text
from desktop.cli.session import Session, command
from desktop.errors import UsageProblem
from desktop.flows.questioning import (
    ask_by_dispute,
    ask_by_letter,
    dispute_offer,
    draft_letter,
)
from desktop.flows.weighing import answered, dismiss, list_findings, recheck, reopen
from desktop.model.findings import Decision, KeptFinding
from desktop.model.queries import Letter

NEXT_STEP = "Ask (`findings ask ID`), or say why it is nothing (`findings dismiss ID --reason …`)."


@click.group(invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="Also what is dismissed or settled.")
@click.option("--statement", "statement_id", type=int, help="Of one statement only.")
@click.pass_context
def findings(context: click.Context, everything: bool, statement_id: int | None) -> None:
    """What does not add up in statements and payments, and what was done about it."""
    if context.invoked_subcommand is None:
        context.invoke(_list, everything=everything, statement_id=statement_id)


@click.command()
@command
def _list(session: Session, everything: bool, statement_id: int | None) -> None:
    with session.open(read_only=True) as services:
        found = list_findings(services, everything=everything, statement_id=statement_id)
    for one in found:
        session.out.row(finding_json(one), _text(one))
    if not found:
        session.out.text("Nothing is open." if not everything else "Nothing was ever found.")
    elif any(one.state.value == "open" for one in found):
        session.out.text(NEXT_STEP)


@findings.command("dismiss")
@click.argument("finding_id")
@click.option("--reason", default="", help="Why it is nothing to act on; required.")
@command
def dismiss_(session: Session, finding_id: str, reason: str) -> None:
    """Say that a finding is nothing to act on, and why. It stays visible with --all."""
    with session.open() as services:
        _write(session, dismiss(finding_id, reason, services))


@findings.command("ask")
@click.argument("finding_ids", nargs=-1, required=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help=".html or .txt")
@click.option("--draft", is_flag=True, help="Only show the letter; keep nothing.")
@click.option("--dispute", is_flag=True, help="Open a dispute, signed, instead of a letter.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day on which you ask.")
@command
def ask(
    session: Session,
    finding_ids: tuple[str, ...],
    out: Path | None,
    draft: bool,
    dispute: bool,
    on: Any,
) -> None:
    """Write the letter that asks the registry, for you to send; or open a dispute there.

    The findings of one statement go into one letter. A dispute is about one finding; it is signed
    and leaves with the next sync, and the registry holds the work's money until it is resolved.
    """
    if dispute and len(finding_ids) != 1:
        raise UsageProblem("A dispute is about one finding.")
    with session.open(read_only=draft) as services:
        if dispute:
            offer = dispute_offer(finding_ids[0], services)
            if not draft:
                ask_by_dispute(finding_ids[0], services)
            data: dict[str, Any] = {
                "asked": not draft,
                "channel": "dispute",
                "claim_id": offer.claim_id,
                "subject": offer.subject.value,
                "text": offer.note,
            }
            text = offer.note if draft else f"{offer.note}\nSigned; it leaves with the next sync."
        else:
            day = on.date() if on is not None else None
            letter = (
                draft_letter(finding_ids, services)
                if draft
                else ask_by_letter(finding_ids, services, on=day)
            )
            data = {
                "asked": not draft,
                "channel": "letter",
                "findings": list(letter.findings),
                "subject": letter.subject,
                "text": letter.text,
            }
            text = letter.text
            if out is not None:
                _write_letter(letter, out)
                data["file"] = path_text(out)
                text = f"Written to {out}. Send it, and keep the answer: `findings answered`."
    session.out.row(data, text)


def _write_letter(letter: Letter, out: Path) -> None:
    page = out.suffix.lower() in (".html", ".htm")
    try:
        out.write_text(letter.page if page else f"{letter.text}\n", encoding="utf-8")
    except OSError as error:
        raise UsageProblem(f"The file cannot be written: {error.strerror}.") from error


@findings.command("reopen")
@click.argument("finding_id")
@click.option("--reason", default="")
@command
def reopen_(session: Session, finding_id: str, reason: str) -> None:
    """Take back what was decided: the finding is open again."""
    with session.open() as services:
        _write(session, reopen(finding_id, services, reason=reason))


@findings.command("answered")
@click.argument("finding_id")
@click.option("--text", default="", help="What the registry answered; required.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day of the answer.")
@click.option("--document", type=click.Path(path_type=Path, dir_okay=False), help="Its letter.")
@command
def answered_(session: Session, finding_id: str, text: str, on: Any, document: Path | None) -> None:
    """Keep what the registry answered."""
    try:
        data = document.read_bytes() if document else None
    except OSError as error:
        raise UsageProblem(f"The document cannot be read: {error.strerror}.") from error
    day = on.date() if on is not None else None
    with session.open() as services:
        _write(session, answered(finding_id, text, services, on=day, document=data))


@findings.command("recheck")
@click.argument("statement_id", type=int)
@command
def recheck_(session: Session, statement_id: int) -> None:
    """Check a statement again with what is known today; no decision is lost."""
    with session.open() as services:
        for one in recheck(statement_id, services):
            _write(session, one)


def finding_json(one: KeptFinding) -> dict[str, Any]:
    """Return a finding with its state, as the contract has it."""
    return {
        "finding_id": one.finding_id,
        "state": one.state.value,
        "check": one.finding.check,
        "question": one.finding.is_question,
        "sentence": one.finding.sentence,
        "expected": one.finding.expected,
        "actual": one.finding.actual,
        "lines": list(one.finding.lines),
        "registry": one.registry,
        "statement": one.number,
        "revision": one.revision,
        "statement_id": one.statement_id,
        "decisions": [_decision_json(decision) for decision in one.decisions],
    }


def _decision_json(one: Decision) -> dict[str, Any]:
    return {
        "decided": one.deed.value,
        "words": one.words,
        "on": one.happened_on.isoformat(),
        "channel": one.channel.value if one.channel else None,
        "document": bool(one.document),
    }


def _write(session: Session, one: KeptFinding) -> None:
    session.out.row(finding_json(one), _text(one))


def _text(one: KeptFinding) -> str:
    said = f"{one.finding.sentence} Expected {one.finding.expected}, found {one.finding.actual}."
    lines = [f"{one.finding_id}  {one.state.value}  {one.about}", f"    {said}"]
    lines += [
        f"    {decision.happened_on}  {decision.deed.value}  {decision.words}".rstrip()
        for decision in one.decisions
    ]
    return "\n".join(lines)
