"""What forms ask of the user today: deadlines, folders not handed in, offices that are silent.

Computed at the time of looking from what the store holds; nothing is ever blocked by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from desktop.errors import FormProblem
from desktop.flows.form_packs import form_of
from desktop.model.forms import Form, Submission, SubmissionState
from desktop.model.registries import Registry
from desktop.services import Services
from desktop.store import forms, outbox, registries
from desktop.store.database import Connection

NEAR_DAYS = 30
PRESSING_DAYS = 7
UNSENT_DAYS = 3


class Due(StrEnum):
    """Why the user is reminded."""

    PASSED = "deadline_passed"
    NEAR = "deadline_near"
    UNKNOWN = "deadline_unknown"
    UNSENT = "not_sent"
    SILENT = "silent"
    BROKEN = "form_broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One thing to do for a form. days: until the deadline, negative after it; or of silence."""

    due: Due
    registry: str
    sentence: str
    next_step: str
    submission_id: int | None = None
    deadline: date | None = None
    days: int | None = None


def reminders(services: Services) -> list[Reminder]:
    """Return what is to be done, the most urgent first."""
    today = services.now().astimezone().date()
    with services.store.read() as connection:
        found = [
            one
            for registry in registries.everyone(connection)
            if registry.by_hand
            for one in _of_registry(connection, registry, today)
        ]
    order = list(Due)
    return sorted(found, key=lambda one: (order.index(one.due), one.deadline or date.max))


def _of_registry(connection: Connection, registry: Registry, today: date) -> Iterator[Reminder]:
    try:
        form = form_of(registry)
    except FormProblem as problem:
        yield Reminder(
            due=Due.BROKEN,
            registry=registry.name,
            sentence=f"The form of {registry.name} cannot be read: {problem.message}",
            next_step="Add the form anew; the claims stay where they are.",
        )
        return
    waiting = forms.waiting_works(connection, registry.registry_id)
    submissions = forms.submissions(connection, registry.registry_id)
    yield from due_today(registry, form, waiting, submissions, today)


def due_today(
    registry: Registry,
    form: Form,
    waiting: Mapping[int, int | None],
    submissions: Sequence[Submission],
    today: date,
) -> Iterator[Reminder]:
    """Yield what is to be done for one form. waiting: work → the submission that holds it."""
    free = sum(1 for folder in waiting.values() if folder is None)
    held = set(waiting.values())
    if free:
        yield from _not_made(registry, form, free, today)
    for one in submissions:
        if one.state is SubmissionState.MADE and one.submission_id in held:
            yield from _not_sent(one, form, today)
        elif one.state is SubmissionState.SENT and one.waiting:
            yield from _silent(one, form, today)


def next_steps(services: Services) -> dict[tuple[int, int], str]:
    """Return (claim_id, registry_id) → the next step, for every claim that waits for a form."""
    steps: dict[tuple[int, int], str] = {}
    with services.store.read() as connection:
        mine = {one.registry_id: one for one in registries.everyone(connection) if one.by_hand}
        held = {one: forms.held_claims(connection, one) for one in mine}
        for entry in outbox.entries(connection, waiting_only=True) if mine else []:
            registry = mine.get(entry.registry_id)
            if registry is None:
                continue
            folder = held[registry.registry_id].get(entry.claim_id)
            step = f"Make the folder: `form make {registry.name} --out FOLDER`."
            if folder is not None:
                step = f"Hand in the folder and record it: `form sent {folder} --number NUMBER`."
            elif entry.last_problem:
                step = f"It was left out of the folder. {entry.last_problem}"
            steps[entry.claim_id, entry.registry_id] = step
    return steps


def _not_made(registry: Registry, form: Form, free: int, today: date) -> Iterator[Reminder]:
    works = f"{free:,} work{'' if free == 1 else 's'}"
    wait, are = ("waits", "is") if free == 1 else ("wait", "are")
    step = f"Make the folder: `form make {registry.name} --out FOLDER`."
    if form.deadline is None:
        if form.asks_deadline:
            yield Reminder(
                due=Due.UNKNOWN,
                registry=registry.name,
                sentence=f"The deadline of {registry.name} is not known, and {works} {wait}.",
                next_step=f"Say it: `registries options {registry.name} "
                "--option deadline=2026-12-31`.",
            )
        return
    days = (form.deadline - today).days
    if days < 0:
        yield Reminder(
            due=Due.PASSED,
            registry=registry.name,
            sentence=f"The deadline of {registry.name} was {_day(form.deadline)}, and {works} "
            f"still {wait}. Ask there whether a late claim is taken.",
            next_step=step,
            deadline=form.deadline,
            days=days,
        )
    elif days <= NEAR_DAYS:
        yield Reminder(
            due=Due.NEAR,
            registry=registry.name,
            sentence=f"{works} {wait} for {registry.name} and {are} in no folder. The deadline is "
            f"{_day(form.deadline)}, {_in(days)}.",
            next_step=step,
            deadline=form.deadline,
            days=days,
        )


def _not_sent(one: Submission, form: Form, today: date) -> Iterator[Reminder]:
    made = one.made.astimezone().date()
    days = (form.deadline - today).days if form.deadline else None
    pressing = days is not None and days <= PRESSING_DAYS
    if not pressing and today - made < timedelta(days=UNSENT_DAYS):
        return
    until = ""
    if form.deadline and days is not None:
        until = f" The deadline is {_day(form.deadline)}, {_in(days)}."
        if days < 0:
            until = f" The deadline was {_day(form.deadline)}. Ask whether a late claim is taken."
    yield Reminder(
        due=Due.PASSED if days is not None and days < 0 else Due.UNSENT,
        registry=one.registry,
        submission_id=one.submission_id,
        sentence=f"The folder {_part(one)}for {one.registry} was made on {_day(made)} and is not "
        f"recorded as sent.{until}",
        next_step=f"Hand it in, then record it: `form sent {one.submission_id} --number NUMBER`.",
        deadline=form.deadline,
        days=days,
    )


def _silent(one: Submission, form: Form, today: date) -> Iterator[Reminder]:
    silent = (today - one.sent).days if one.sent else 0
    if one.sent and silent >= form.silence_days:
        yield Reminder(
            due=Due.SILENT,
            registry=one.registry,
            submission_id=one.submission_id,
            sentence=f"{one.registry} has said nothing for {silent} days about what you handed in "
            f"on {_day(one.sent)}" + (f" (number {one.number})." if one.number else "."),
            next_step="Ask there, then record the answer: "
            f"`form answered {one.submission_id} accepted`.",
            days=silent,
        )


def _part(one: Submission) -> str:
    return f"(part {one.part} of {one.parts}) " if one.parts > 1 else ""


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _in(days: int) -> str:
    return "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
