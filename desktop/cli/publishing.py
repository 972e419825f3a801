"""publish: copies of works that say what AI may do with them, and a list of those there are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from desktop.cli.output import Output, path_text, problem_json
from desktop.cli.paths import NamedPath
from desktop.cli.session import Session, command, stoppable
from desktop.cli.terms_export import loss_json, loss_lines
from desktop.errors import FileProblemKind, UsageProblem
from desktop.flows.collecting import find_collection, works_of
from desktop.flows.copy_report import CopyReport
from desktop.flows.publishing import Published, list_copies
from desktop.flows.publishing import publish as publish_works
from desktop.model.certificates import STANDING
from desktop.model.publishing import CopyOutcome, PublishedCopy
from desktop.model.times import to_rfc3339
from desktop.model.vocabularies import Loss
from desktop.services import Services

LIST = "list"


@click.command()
@click.argument("works", nargs=-1, metavar="[WORK_ID…|list]")
@click.option("--all", "everything", is_flag=True, help="All works.")
@click.option("--collection", default="", help="The works of a collection, by its name.")
@click.option("--out", type=NamedPath(), help="The folder for the copies.")
@click.option("--force", is_flag=True, help="Replace earlier copies of these works; nothing else.")
@click.option("--no-c2pa", is_flag=True, help="Without a signed manifest.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Worker processes.")
@command
def publish(
    session: Session,
    works: tuple[str, ...],
    everything: bool,
    collection: str,
    out: Path | None,
    force: bool,
    no_c2pa: bool,
    jobs: int | None,
) -> None:
    """Write copies that say what AI may do with them; the originals are only read.

    Terms, names and the ISCC go into XMP and a signed manifest (C2PA), or into files beside the
    copy. The manifest is signed with a certificate of your own: valid, not on a trust list.
    `publish list` lists the copies there are.
    """
    if works == (LIST,):
        _list(session)
        return
    ids = [_number(one) for one in works]
    if [bool(ids), everything, bool(collection)].count(True) != 1:
        raise UsageProblem("Name works by their numbers, or give --all or --collection NAME.")
    if out is None:
        raise UsageProblem("Say where the copies go: --out DIR.")
    told_before: set[tuple[Loss, ...]] = set()
    with session.open(jobs=jobs) as services, stoppable() as cancelled:
        chosen = _chosen(ids, collection, services)
        done = publish_works(
            chosen,
            out,
            services,
            session.out.report,
            cancelled,
            force=force,
            signed=not no_c2pa,
            each=lambda told: _tell(session.out, told, told_before),
        )
        made = done.counts.total() - done.counts[CopyOutcome.FAILED]
        session.out.nothing_done = not made and done.causes[FileProblemKind.DISK_FULL.value] > 0
        if not cancelled():
            _sum_up(session.out, done, signed=not no_c2pa)


def _chosen(ids: Sequence[int], collection: str, services: Services) -> list[int] | None:
    if not collection:
        return list(ids) or None
    found = works_of(find_collection(collection, services), services)
    if not found:
        raise UsageProblem(f"There is no work in the collection {collection}.")
    return found


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise UsageProblem(
            f"{text!r} is not the number of a work.", advice="`works` lists them with theirs."
        )
    return int(text)


def _tell(out: Output, told: CopyReport, told_before: set[tuple[Loss, ...]]) -> None:
    """Write what became of one work; to read, the same losses of many works are told once."""
    if told.problem is not None:
        out.problems += 1
    again = told.losses in told_before
    if told.losses and told.outcome is CopyOutcome.PUBLISHED:
        told_before.add(told.losses)
    out.row(_row(told), _text(told, again=again))


def _row(told: CopyReport) -> dict[str, Any]:
    return {
        "source": path_text(told.source) if told.source else None,
        "copy": path_text(told.copy) if told.copy else None,
        "iscc": told.iscc or None,
        "vocabularies": [one.value for one in told.vocabularies],
        "losses": [loss_json(one) for one in told.losses],
        "sidecars": [path_text(one) for one in told.sidecars],
        "notes": list(told.notes),
        "problem": problem_json(told.problem) if told.problem else None,
        "work_id": told.work_id,
        "status": told.outcome.value,
        "datahash": told.datahash or None,
        "original": {"before": told.before, "after": told.after} if told.before else None,
    }


def _text(told: CopyReport, *, again: bool) -> str:
    if told.problem is not None:
        where = f"{path_text(told.source)}\n           " if told.source else ""
        forced = " --force does." if told.replaceable else ""
        return f"{told.outcome.value:>9}  {where}{told.problem}{forced}"
    lines = [f"{told.outcome.value:>9}  {path_text(told.copy) if told.copy else ''}  {told.iscc}"]
    losses = ["What gets lost is told above."] if again else loss_lines(told.losses)
    said = (*losses, *told.notes)
    if told.outcome is CopyOutcome.PUBLISHED:
        lines += [f"           {one}" for one in said]
    return "\n".join(lines)


def _sum_up(out: Output, done: Published, *, signed: bool) -> None:
    summary: dict[str, Any] = {one.value: done.counts[one] for one in CopyOutcome}
    summary |= {
        "seconds": round(done.seconds, 3),
        "bytes": done.size_bytes,
        "problems": dict(done.causes.most_common()),
        "notes": list(done.notes),
        "certificate": STANDING if signed else None,
    }
    words = ", ".join(f"{done.counts[one]} {one.value}" for one in CopyOutcome if done.counts[one])
    lines = [f"{words} in {done.seconds:.1f} s", *done.notes]
    if signed and done.counts[CopyOutcome.PUBLISHED]:
        lines.append(f"Signed with your own certificate: {STANDING}.")
    out.row({"summary": summary}, "\n".join(lines))


def _list(session: Session) -> None:
    with session.open(read_only=True) as services:
        there = False
        for one in list_copies(services):
            there = True
            session.out.row(_copy_row(one), _copy_text(one))
    if not there:
        session.out.text("Nothing was published yet.")


def _copy_row(one: PublishedCopy) -> dict[str, Any]:
    return {
        "copy_id": one.known.copy_id,
        "work_id": one.known.work_id,
        "copy": path_text(one.path),
        "iscc": one.iscc,
        "instance": one.instance,
        "datahash": one.datahash,
        "size_bytes": one.size_bytes,
        "mediatype": one.mediatype,
        "original": {
            "iscc": one.original_iscc,
            "instance": one.original_instance,
            "datahash": one.original_datahash,
        },
        "made": to_rfc3339(one.known.made),
        "terms_version": one.terms_version,
        "current": one.known.current,
        "there": one.placed and one.path.is_file(),
        "signed": one.signed,
        "vocabularies": [target.value for target in one.vocabularies],
        "losses": [loss_json(loss) for loss in one.losses],
        "sidecars": list(one.sidecars),
        "notes": list(one.notes),
    }


def _copy_text(one: PublishedCopy) -> str:
    there = "" if one.placed and one.path.is_file() else " (not there now)"
    head = f"Work {one.known.work_id}  {one.known.made:%Y-%m-%d}  {path_text(one.path)}{there}"
    return head if one.known.current else f"{head}\n    {one.known.sentence}"
