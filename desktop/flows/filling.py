"""Makes the folder for a form out of what is queued for it: rows checked, kept, then written.

The store says that a folder is begun before it is there, and that it is made after; whatever ends
the app between the two is settled the next time.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from desktop.errors import Cancelled as Stopped
from desktop.errors import FormProblem, KeyProblem, UsageProblem
from desktop.flows.claiming import changed_since_claimed
from desktop.flows.enclosing import Enclosures, Parts, source_of
from desktop.flows.form_packs import form_of
from desktop.forms.checklist import Checklist, as_html, as_text
from desktop.forms.facts import Source
from desktop.forms.filling import LeftOut, Row, fill, numbered, renamed
from desktop.forms.folder import CopyOf, Entries, refuse_existing, write_folder
from desktop.forms.sheets import Written, write_sheets
from desktop.model.claims import ClaimState
from desktop.model.forms import Batches, Form, FormEvent, Submission, SubmissionState
from desktop.model.progress import Cancelled, Progress, Report, never, silent
from desktop.model.registries import Registry
from desktop.services import Services
from desktop.store import claims, forms, journal, outbox, registries
from desktop.store.database import Connection
from desktop.store.forms import WaitingClaim

_REPORT_EVERY = 50
_SAID_AGAIN = 500
MOST_ROWS = 1_000_000  # a workbook takes 1,048,576, with the headings
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What became of it. submissions: none if no row was fit. left_out: stays queued, and why.

    held: works that are in an earlier folder already, which was not recorded as sent.
    """

    registry: str
    folder: Path
    submissions: tuple[Submission, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    held: int = 0


@dataclass(slots=True, kw_only=True)
class _Batch:
    """One part on its way into the folder. inside: its folder in the whole, or ""."""

    rows: list[list[Row]]
    sheets: list[Written] = field(default_factory=list)
    inside: str = ""
    submission_id: int = 0
    renamed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def all_rows(self) -> list[Row]:
        return [row for rows in self.rows for row in rows]


def make_folder(
    registry_name: str,
    folder: Path,
    services: Services,
    report: Report = silent,
    cancelled: Cancelled = never,
    *,
    again: bool = False,
    copies: bool = False,
) -> Made:
    """Write what waits for a form into a new folder, and keep what went in.

    again: also what an earlier folder holds that was not recorded as sent; that one is replaced.
    copies: enclose copies of the works where the form wants them. Raises UsageProblem, FormProblem
    (nothing was made), Cancelled.
    """
    folder = Path(os.path.abspath(folder))
    with _one_at_a_time:
        registry, form = _settled(registry_name, services)
        refuse_existing(folder)
        chosen, held = _chosen(registry, services, again=again)
        sources = _sources(chosen, registry, services, report, cancelled)
        rows, left_out = fill(form, sources)
        left_out = _with_news(left_out, registry, services)
        _note(registry, rows, left_out, services)
        made = Made(registry=registry.name, folder=folder, left_out=tuple(left_out), held=held)
        if not rows:
            return made
        batches = _batches(form, rows, services)
        enclosures = Enclosures(services, form, copies=copies)
        _begin(batches, registry, folder, services)
        try:
            entries = _entries(batches, form, registry, left_out, enclosures, services)
            write_folder(folder, entries, cancelled)
        except (FormProblem, Stopped):
            _abandon(batches, services)
            raise
        submissions = _finish(batches, registry, services, again=again)
    return Made(
        registry=registry.name,
        folder=folder,
        submissions=submissions,
        left_out=tuple(left_out),
        held=held,
    )


def _settled(name: str, services: Services) -> tuple[Registry, Form]:
    """Return a form's registry, after settling what was left half done."""
    with services.store.write() as tx:
        forms.recover(tx, services.now_s())
        registry = registries.by_name(tx, name)
    return registry, form_of(registry)


def _chosen(
    registry: Registry, services: Services, *, again: bool
) -> tuple[list[WaitingClaim], int]:
    """Return the claims to put in, and how many works an earlier folder holds."""
    with services.store.read() as connection:
        waiting = forms.waiting(connection, registry.registry_id)
        open_ones = {one.folder for one in waiting if one.folder is not None}
        earlier = [forms.submission(connection, one) for one in sorted(open_ones)]
    if not waiting:
        raise UsageProblem(
            f"Nothing waits for {registry.name}.",
            advice=f"Claim works there first: `claim --registry {registry.name}`.",
        )
    if again:
        return waiting, 0
    free = [one for one in waiting if one.folder is None]
    if not free:
        last = earlier[-1]
        raise UsageProblem(
            f"All {len(waiting)} works that wait for {registry.name} are in the folder "
            f"{last.folder} already, made on {last.made:%d %B %Y}.",
            advice=f"Hand it in and record it: `form sent {last.submission_id}`. Or make it anew "
            "with --again; then it replaces the earlier one.",
        )
    return free, len(waiting) - len(free)


def _sources(
    chosen: Sequence[WaitingClaim],
    registry: Registry,
    services: Services,
    report: Report,
    cancelled: Cancelled,
) -> list[Source]:
    sources = []
    with services.store.read() as connection:
        for done, one in enumerate(chosen):
            if cancelled():
                raise Stopped
            if done % _REPORT_EVERY == 0:
                report(Progress(done=done, total=len(chosen), label=registry.name))
            sources.append(source_of(connection, one))
    return sources


def _with_news(left_out: list[LeftOut], registry: Registry, services: Services) -> list[LeftOut]:
    """Say of works which the library knows more of than their claim that they are to be claimed."""
    asked = [one.source.work_id for one in left_out[:_SAID_AGAIN]]
    try:
        changed = changed_since_claimed(asked, registry.name, services) if asked else set()
    except KeyProblem:
        return left_out
    news = (
        f"You changed it since it was signed: claim it at {registry.name} again, then make the "
        "folder.",
    )
    return [
        LeftOut(source=one.source, problems=one.problems + news)
        if one.source.work_id in changed
        else one
        for one in left_out
    ]


def _note(
    registry: Registry, rows: Sequence[Row], left_out: Sequence[LeftOut], services: Services
) -> None:
    """Keep with each claim what it lacks; one that a newer claim replaces waits no more."""
    now_s = services.now_s()
    with services.store.write() as tx:
        for claim_id in forms.outdated(tx, registry.registry_id):
            if outbox.take_back(tx, claim_id, registry.registry_id):
                claims.set_state(
                    tx,
                    claim_id,
                    registry.registry_id,
                    ClaimState.SUPERSEDED,
                    now_s,
                    reason="You claimed the work anew before this was handed in.",
                )
        for row in rows:
            outbox.note(tx, row.source.claim_id, registry.registry_id, "")
        for one in left_out:
            outbox.note(tx, one.source.claim_id, registry.registry_id, one.reason)


def _batches(form: Form, rows: list[Row], services: Services) -> list[_Batch]:
    """Return the parts: one, or as many as the form's limit asks for, with their sheets written."""
    limit = form.sheet.works or MOST_ROWS
    pieces = [rows[start : start + limit] for start in range(0, len(rows), limit)]
    if form.sheet.batches is Batches.FILES:
        batches = [_Batch(rows=pieces)]
    else:
        batches = [_Batch(rows=[piece]) for piece in pieces]
    for number, batch in enumerate(batches, start=1):
        if len(batches) > 1:
            batch.inside = f"part {number} of {len(batches)}/"
        _name_files(form, batch)
        for sheet, piece in enumerate(batch.rows, start=1):
            many = len(batch.rows) > 1
            name = f"{form.sheet.name} {sheet} of {len(batch.rows)}" if many else form.sheet.name
            batch.sheets += write_sheets(form, numbered(form, piece), name, services.now())
    return batches


def _name_files(form: Form, batch: _Batch) -> None:
    """Give the files of one part names that are fit for every system, each its own."""
    taken: set[str] = set()
    for number, piece in enumerate(batch.rows):
        named = [renamed(form, row, taken) for row in piece]
        batch.rows[number] = named
        batch.renamed += [
            (old.source.file_name, new.source.file_name)
            for old, new in zip(piece, named, strict=True)
            if old is not new
        ]


def _begin(batches: Sequence[_Batch], registry: Registry, folder: Path, services: Services) -> None:
    with services.store.write() as tx:
        for number, batch in enumerate(batches, start=1):
            batch.submission_id = forms.begin(
                tx,
                registry_id=registry.registry_id,
                form=registry.description,
                folder=folder / batch.inside,
                part=number,
                parts=len(batches),
                claim_ids=[row.source.claim_id for row in batch.all_rows],
                files={sheet.name: sheet.data for sheet in batch.sheets},
                now_s=services.now_s(),
            )


def _abandon(batches: Sequence[_Batch], services: Services) -> None:
    with services.store.write() as tx:
        for batch in batches:
            forms.add_event(tx, batch.submission_id, FormEvent.ABANDONED, services.now_s())


def _entries(
    batches: Sequence[_Batch],
    form: Form,
    registry: Registry,
    left_out: Sequence[LeftOut],
    enclosures: Enclosures,
    services: Services,
) -> Entries:
    """Return everything that goes into the folder, by its place there."""
    entries: dict[str, bytes | CopyOf] = {}
    for number, batch in enumerate(batches, start=1):
        parts = Parts()
        with services.store.read() as connection:
            for row in batch.all_rows:
                enclosures.add(connection, row.source, parts)
        page = Checklist(
            form=form,
            registry=registry.name,
            submission_id=batch.submission_id,
            claimant="; ".join(_claimants(batch.all_rows)),
            made=services.now().astimezone().date(),
            deadline=form.deadline,
            works=len(batch.all_rows),
            part=number,
            parts=len(batches),
            files=list(_listed(batch, parts)),
            left_out=[one.reason for one in left_out],
            guarded=sum(sheet.guarded for sheet in batch.sheets),
            renamed=batch.renamed,
            copies_left=form.enclosed.copies and not enclosures.copies,
        )
        files: dict[str, bytes] = {sheet.name: sheet.data for sheet in batch.sheets}
        files |= {"checklist.html": as_html(page), "checklist.txt": as_text(page)}
        inside = {**files, **parts.files}
        entries |= {f"{batch.inside}{name}": held for name, held in inside.items()}
    return entries


def _claimants(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(str(row.source.document["claimant"]["name"]) for row in rows))


def _listed(batch: _Batch, parts: Parts) -> Iterator[tuple[str, str]]:
    counts = [len(rows) for rows in batch.rows]
    per_sheet = len(batch.sheets) // len(counts)
    for number, sheet in enumerate(batch.sheets):
        count = counts[number // per_sheet]
        yield sheet.name, f"{count} row{'' if count == 1 else 's'}"
    yield from parts.listed


def _finish(
    batches: Sequence[_Batch], registry: Registry, services: Services, *, again: bool
) -> tuple[Submission, ...]:
    """Keep that the folder is there, and that those before it count no more where it is anew."""
    now_s = services.now_s()
    made = [batch.submission_id for batch in batches]
    with services.store.write() as tx:
        if again:
            _replace(tx, registry, made, now_s)
        for submission_id in made:
            forms.add_event(tx, submission_id, FormEvent.MADE, now_s)
        detail = {"submissions": made, "works": sum(len(batch.all_rows) for batch in batches)}
        journal.add(tx, now_s, "form.made", registry.name, detail)
        return tuple(forms.submission(tx, one) for one in made)


def _replace(tx: Connection, registry: Registry, made: Sequence[int], now_s: int) -> None:
    for one in forms.submissions(tx, registry.registry_id):
        if one.state is SubmissionState.MADE and one.submission_id not in made:
            by = {"by": str(made[0])}
            forms.add_event(tx, one.submission_id, FormEvent.REPLACED, now_s, by)
