"""Everything there is to see of one form: what waits, what lacks something, what was handed in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from desktop.errors import FormProblem
from desktop.flows.form_packs import form_of
from desktop.flows.reminding import Reminder, due_today
from desktop.model.forms import Form, Submission, SubmissionState
from desktop.model.registries import Registry
from desktop.registries import form_pack
from desktop.services import Services
from desktop.store import forms, journal, registries

_GONE = frozenset({SubmissionState.BEGUN, SubmissionState.ABANDONED, SubmissionState.REPLACED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """A work that was left out of the folder, and why."""

    work_id: int
    title: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One form today. form None: its description cannot be read (problem).

    free: works that wait and are in no folder; held: those in a folder that was not sent.
    days_left: until the deadline, negative after it, None without one.
    """

    registry: Registry
    form: Form | None
    problem: str = ""
    free: int = 0
    held: int = 0
    days_left: int | None = None
    lacking: tuple[Lacking, ...] = ()
    submissions: tuple[Submission, ...] = ()
    reminders: tuple[Reminder, ...] = ()


def desk_of(registry: Registry, services: Services) -> Desk:
    """Return what there is to see of a form; replaced and unfinished folders are left out."""
    try:
        form = form_of(registry)
    except FormProblem as problem:
        return Desk(registry=registry, form=None, problem=str(problem))
    today = services.now().astimezone().date()
    with services.store.read() as connection:
        waiting = forms.waiting_works(connection, registry.registry_id)
        lacking = forms.lacking(connection, registry.registry_id)
        submissions = forms.submissions(connection, registry.registry_id)
    free = sum(1 for folder in waiting.values() if folder is None)
    return Desk(
        registry=registry,
        form=form,
        free=free,
        held=len(waiting) - free,
        days_left=(form.deadline - today).days if form.deadline else None,
        lacking=tuple(
            Lacking(work_id=work_id, title=title, problem=problem)
            for work_id, title, problem in lacking
        ),
        submissions=tuple(one for one in submissions if one.state not in _GONE),
        reminders=tuple(due_today(registry, form, waiting, submissions, today)),
    )


def set_deadline(name: str, deadline: date | None, services: Services) -> Registry:
    """Keep until when a form has to be handed in; None: as its description says."""
    with services.store.write() as tx:
        registry = registries.by_name(tx, name)
        form_of(registry)
        options = {**registry.options}
        options.pop(form_pack.DEADLINE, None)
        if deadline is not None:
            options[form_pack.DEADLINE] = deadline.isoformat()
        registries.set_options(tx, registry.registry_id, options)
        detail = {"options": [form_pack.DEADLINE]}
        journal.add(tx, services.now_s(), "registry.options", name, detail)
        return replace(registry, options=options)
