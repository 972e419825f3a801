"""A form among the registries: what waits, until when, what lacks something, what was handed in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout

from desktop.flows.form_desk import Desk, Lacking
from desktop.flows.reminding import NEAR_DAYS
from desktop.model.forms import Fact, Form, Submission, SubmissionState
from desktop.ui import figures, words
from desktop.ui.figures import many
from desktop.ui.parts import (
    Elided,
    Tone,
    button,
    card,
    column,
    label,
    pill,
    row,
    rule,
)

SHOWN = 6
_LACKING_SHOWN = 3
_OF_PEOPLE = {
    Fact.CO_OWNER_CONTACTS,
    Fact.CLAIMANT_IPI,
    Fact.CLAIMANT_ISNI,
    Fact.CLAIMANT_ORCID,
}
_CAN_ANSWER = (SubmissionState.SENT, SubmissionState.ANSWERED)


class FormDoes(Protocol):
    """What can be done about a form; the window's FormActions."""

    def make(self, desk: Desk) -> None:
        """Make the folder."""

    def deadline(self, desk: Desk) -> None:
        """Say the deadline."""

    def people(self) -> None:
        """Say one's own numbers, and how to reach co-owners."""

    def export(self, desk: Desk) -> None:
        """Write the form's description to a file."""

    def describe(self, work_ids: Sequence[int]) -> None:
        """Say what works lack."""

    def claim_again(self, desk: Desk, work_ids: Sequence[int]) -> None:
        """Sign works anew for the form."""

    def sent(self, submission: Submission) -> None:
        """Record that a folder was handed in."""

    def answered(self, submission: Submission) -> None:
        """Record what was answered."""

    def open_folder(self, folder: Path) -> None:
        """Show a folder in the system's own program."""


def form_card(desk: Desk, does: FormDoes) -> QFrame:
    """Return the card of one form."""
    body = column(spacing=6, margins=(18, 14, 18, 14))
    _head(desk, does, body)
    if desk.form is None:
        body.addWidget(label(desk.problem, wrap=True, selectable=True))
        return card(body)
    body.addWidget(Elided(f"A form to fill in · {desk.form.title}", "muted"))
    _until(desk, desk.form, does, body)
    _waits(desk, body)
    _lacks(desk, does, body)
    if desk.submissions:
        body.addSpacing(4)
        body.addWidget(rule())
    for one in desk.submissions[:SHOWN]:
        _submission(one, desk, does, body)
    if len(desk.submissions) > SHOWN:
        rest = len(desk.submissions) - SHOWN
        body.addWidget(label(f"and {many(rest, 'earlier folder')}: `form list`", "small"))
    return card(body)


def _head(desk: Desk, does: FormDoes, body: QVBoxLayout) -> None:
    top = row(Elided(desk.registry.name, "title"), spacing=10)
    top.setStretch(0, 1)
    if desk.form is not None:
        make = button("Make the folder…", partial(does.make, desk))
        make.setEnabled(bool(desk.free or desk.held))
        top.addWidget(make)
    else:
        top.addWidget(pill("Cannot be read", Tone.WRONG))
    body.addLayout(top)


def _until(desk: Desk, form: Form, does: FormDoes, body: QVBoxLayout) -> None:
    line = row(spacing=14)
    word, tone = _deadline(desk, form)
    if word:
        line.addWidget(pill(word, tone))
    if form.asks_deadline or form.deadline:
        asks = "Deadline…" if form.deadline else "Say the deadline…"
        line.addWidget(button(asks, partial(does.deadline, desk), look="quiet"))
    if any(column_.holds in _OF_PEOPLE for column_ in form.columns):
        line.addWidget(button("People…", does.people, look="quiet"))
    line.addWidget(button("Export the form…", partial(does.export, desk), look="quiet"))
    line.addStretch(1)
    body.addLayout(line)


def _deadline(desk: Desk, form: Form) -> tuple[str, Tone]:
    """Return how long there is still time, and how pressing that is."""
    waits = bool(desk.free or desk.held)
    if form.deadline is None:
        asked = form.asks_deadline and waits
        return ("Deadline not known", Tone.NEEDS) if asked else ("", Tone.PLAIN)
    days = desk.days_left or 0
    if days < 0:
        return f"Deadline was {figures.day(form.deadline)}", Tone.WRONG if waits else Tone.PLAIN
    left = "today" if days == 0 else f"{many(days, 'day')} left"
    near = waits and days <= NEAR_DAYS
    return f"Until {figures.day(form.deadline)}, {left}", Tone.NEEDS if near else Tone.PLAIN


def _waits(desk: Desk, body: QVBoxLayout) -> None:
    if desk.free:
        waits = "waits" if desk.free == 1 else "wait"
        said = f"{many(desk.free, 'work')} {waits}, signed, and not in a folder yet."
    elif desk.held:
        said = "All that waits is in the folder below."
    else:
        said = "Nothing waits. Select works, then “Claim”, and choose this form."
    body.addWidget(label(said, wrap=True))


def _lacks(desk: Desk, does: FormDoes, body: QVBoxLayout) -> None:
    if not desk.lacking:
        return
    ids = [one.work_id for one in desk.lacking]
    top = row(pill("Left out", Tone.NEEDS), spacing=10)
    lack = "lacks" if len(ids) == 1 else "lack"
    said = f"{many(len(ids), 'work')} {lack} something that the form wants."
    top.addWidget(label(said, wrap=True), 1)
    top.addWidget(button("Describe…", partial(does.describe, ids), look="quiet"))
    top.addWidget(button("Claim again…", partial(does.claim_again, desk, ids), look="quiet"))
    body.addLayout(top)
    for one in desk.lacking[:_LACKING_SHOWN]:
        body.addWidget(_lacking(one))
    if len(ids) > _LACKING_SHOWN:
        body.addWidget(label(f"and {figures.count(len(ids) - _LACKING_SHOWN)} more", "small"))


def _lacking(one: Lacking) -> Elided:
    return Elided(one.problem, "small")


def _submission(one: Submission, desk: Desk, does: FormDoes, body: QVBoxLayout) -> None:
    part = f", part {one.part} of {one.parts}" if one.parts > 1 else ""
    word, tone = words.SUBMISSIONS[one.state]
    name = f"{figures.day(one.made.astimezone().date())}{part} · {many(one.works, 'work')}"
    body.addSpacing(4)
    body.addLayout(row(Elided(name, "strong"), pill(word, tone), None, spacing=10))
    reminded = [it.sentence for it in desk.reminders if it.submission_id == one.submission_id]
    said = label(" ".join(filter(None, [_said(one), *reminded])), "small", wrap=True)
    line = row(spacing=14)
    line.addWidget(said, 1)
    for made in _actions(one, does):
        line.addWidget(made)
    body.addLayout(line)


def _actions(one: Submission, does: FormDoes) -> Iterator[QPushButton]:
    if one.folder.is_dir():
        yield button("Open", partial(does.open_folder, one.folder), look="quiet")
    if one.state is SubmissionState.MADE:
        yield button("Record as sent…", partial(does.sent, one), look="quiet")
    elif one.state in _CAN_ANSWER:
        yield button("Number…", partial(does.sent, one), look="quiet")
        yield button("Record the answer…", partial(does.answered, one), look="quiet")


def _said(one: Submission) -> str:
    """Return what the user said of it."""
    parts = []
    if one.sent is not None:
        parts.append(f"Handed in on {figures.day(one.sent)}")
        parts.append(f"number {one.number}" if one.number else "no number typed yet")
    if one.accepted:
        parts.append(f"{figures.count(one.accepted)} accepted")
    if one.rejected:
        parts.append(f"{figures.count(one.rejected)} rejected")
    if one.waiting and (one.accepted or one.rejected):
        parts.append(f"{figures.count(one.waiting)} not answered")
    if one.state is SubmissionState.MADE and not one.folder.is_dir():
        parts.append("The folder is not where it was made. Make it anew, or record it as sent")
    return f"{' · '.join(parts)}." if parts else ""
