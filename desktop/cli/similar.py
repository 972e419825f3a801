"""similar: other versions of one work or file, or the groups of the whole library."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.cli.session import Session, command, stoppable
from desktop.errors import UsageProblem
from desktop.model.similar import CODE_BITS


@click.command()
@click.argument("what", required=False, metavar="WORK_ID|PATH")
@click.option(
    "--max-bits",
    type=click.IntRange(0, CODE_BITS),
    help=f"How many of {CODE_BITS} bits may differ, in place of each kind's own limit.",
)
@click.option("--groups", "grouped", is_flag=True, help="Works of the library that go together.")
@command
def similar(session: Session, what: str | None, max_bits: int | None, grouped: bool) -> None:
    """List works that are like a work or a file; a file is only looked at, not kept."""
    if grouped == (what is not None):
        raise UsageProblem("Name one work by its number or one file, or give --groups.")
    if grouped and max_bits is not None:
        raise UsageProblem("--max-bits goes with one work or file.")
    if what is None:
        _list_groups(session)
    else:
        _list_similar(session, what, max_bits)


def _list_similar(session: Session, what: str, max_bits: int | None) -> None:
    from desktop.flows.comparing import find_similar

    asked = int(what) if what.isdecimal() and len(what) < 19 else Path(what)
    with session.open(read_only=True, jobs=1) as services, stoppable() as cancelled:
        found = find_similar(asked, services, max_bits, session.out.report, cancelled)
    for work in found:
        data = {
            "work_id": work.work_id,
            "title": work.title,
            "bits": work.bits,
            "relation": work.relation.value,
        }
        session.out.row(
            data, f"{work.work_id:>6}  {work.title}  ·  {work.relation.value}  ·  {work.bits} bits"
        )
    if not found:
        session.out.text("Nothing in the library is like it.")


def _list_groups(session: Session) -> None:
    from desktop.flows.comparing import groups

    with session.open(read_only=True) as services, stoppable() as cancelled:
        found = groups(services, session.out.report, cancelled)
    for number, group in enumerate(found, start=1):
        works = [
            {"work_id": work.work_id, "title": work.title, "bits": work.bits}
            for work in group.works
        ]
        data = {"group": number, "relation": group.relation.value, "works": works}
        lines = [f"{number}  ·  {group.relation.value}"]
        lines += [f"{work.work_id:>6}  {work.title}  ·  {work.bits} bits" for work in group.works]
        session.out.row(data, "\n".join(lines))
    if not found:
        session.out.text("No works of the library go together.")
