"""terms set, terms forget, terms undo: what AI may do, said of works, collections and folders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from desktop.cli.paths import NamedPath
from desktop.cli.session import Session, command, refuse_impossible_numbers
from desktop.cli.terms_export import loss_lines
from desktop.cli.terms_words import (
    CLEARED,
    PRESET_NAMES,
    change_json,
    change_lines,
    losses_json,
    preset_terms,
    terms_json,
    with_answers,
    with_details,
    works_text,
)
from desktop.errors import UsageProblem
from desktop.flows.collecting import find_collection
from desktop.flows.terms_changing import apply_change, preview_change, said_now
from desktop.flows.terms_undoing import undo_last
from desktop.model.terms import Terms
from desktop.model.terms_changes import Choice
from desktop.services import Services
from desktop.terms.presets import TITLES, preset_of
from desktop.terms.spoken import say_everywhere

_MOST_DIGITS = 100
Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def of_which_works(function: Decorated) -> Decorated:
    """Give a command the options that choose works, and --dry-run."""
    for option in reversed(
        (
            click.option("--all", "everything", is_flag=True, help="All works, now and to come."),
            click.option("--collection", default="", help="The works of a collection."),
            click.option(
                "--folder",
                type=NamedPath(),
                help="Works with a file below it, new ones too.",
            ),
            click.option("--default", "default", is_flag=True, help="New works only."),
            click.option("--dry-run", is_flag=True, help="Only tell what would change."),
        )
    ):
        function = option(function)
    return function


@click.command("set")
@click.argument("words", nargs=-1)
@of_which_works
@click.option("--preset", type=click.Choice(PRESET_NAMES, case_sensitive=False))
@click.option("--price", help="MODEL, or MODEL:AMOUNT:CURRENCY, such as per-training:5.00:EUR")
@click.option("--licensee", "licensees", multiple=True, help="NAME:USE=VALUE, once for each use.")
@click.option("--licensee-key", "keys", multiple=True, help="NAME=DID of a licensee.")
@click.option("--expires", help="The last day on which it is permitted (UTC): 2027-12-31")
@click.option("--address", help="Where the full terms stand: https://…")
@click.option("--note", help="A note to whoever reads the terms.")
@click.option("--clear", multiple=True, type=click.Choice([*CLEARED]), help="Take a detail away.")
@command
def set_(
    session: Session,
    words: tuple[str, ...],
    everything: bool,
    collection: str,
    folder: Path | None,
    default: bool,
    dry_run: bool,
    preset: str | None,
    **details: Any,
) -> None:
    """WORK_ID… USE=VALUE…: uses train, train-generative, input, output, search, mining; values
    allow, deny, constrained, unset.

    With uses or --preset the answer begins anew; with details alone, those are changed in it. What
    is said of a work itself counts before its collections and folders; where these differ, the
    strictest answer; else the default.
    """
    numbers = [word for word in words if word.isascii() and word.isdecimal()]
    pairs = [word for word in words if word not in numbers]
    work_ids = [_work_number(word) for word in numbers]
    if not (pairs or preset or any(value not in (None, ()) for value in details.values())):
        raise UsageProblem("Say what AI may do: USE=VALUE, or --preset.")
    with session.open(read_only=dry_run) as services:
        choice = choice_of(work_ids, everything, collection, folder, default, services)
        if preset:
            base = preset_terms(preset)
        else:
            base = Terms(uses={}) if pairs else said_now(choice, services)
        new = with_details(with_answers(base, pairs), **details)
        if dry_run:
            _foresee(session, choice, new, services)
            return
        made = apply_change(choice, new, services)
    change = made.change
    data = {**terms_json(new), **change_json(change), "change": made.change_id}
    session.out.row(data, f"{TITLES[preset_of(new)]}: {works_text(change.changed)} changed")
    for sentence in change.notes:
        session.out.text(f"    {sentence}")


@click.command("forget")
@click.argument("work_ids", nargs=-1, type=int)
@of_which_works
@command
def forget(
    session: Session,
    work_ids: tuple[int, ...],
    everything: bool,
    collection: str,
    folder: Path | None,
    default: bool,
    dry_run: bool,
) -> None:
    """Take back what was said of works themselves, of a collection, a folder, or for new works.

    What is said of their collections and folders, or else the default, holds again.
    """
    with session.open(read_only=dry_run) as services:
        choice = choice_of(work_ids, everything, collection, folder, default, services)
        if dry_run:
            _foresee(session, choice, None, services)
            return
        made = apply_change(choice, None, services)
    data = {**change_json(made.change), "change": made.change_id}
    session.out.row(data, f"Forgotten: {works_text(made.change.changed)} changed")
    for line in change_lines(made.change):
        session.out.text(f"    {line}")


@click.command("undo")
@command
def undo(session: Session) -> None:
    """Take back the last change of terms or collections; what was changed since stays."""
    with session.open() as services:
        undone = undo_last(services)
    data = {
        "change": undone.change_id,
        "works": undone.changed,
        "left": undone.left,
        "sentence": undone.sentence,
    }
    session.out.row(data, undone.sentence)


def choice_of(
    work_ids: Sequence[int],
    everything: bool,
    collection: str,
    folder: Path | None,
    default: bool,
    services: Services,
) -> Choice:
    """Return what is chosen. Raises UsageProblem unless it is exactly one thing."""
    if sum(map(bool, (work_ids, everything, collection, folder, default))) != 1:
        raise UsageProblem(
            "Name works by their numbers, or give one of --all, --collection, --folder, --default."
        )
    if everything:
        return Choice.everything()
    if collection:
        return Choice.collection(find_collection(collection, services).collection_id)
    if folder is not None:
        return Choice.below(folder)
    return Choice.default() if default else Choice.works(work_ids)


def _work_number(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise UsageProblem(f"There is no work {digits[:40]}….", advice="`works` lists them.")
    number = int(digits)
    refuse_impossible_numbers([number])
    return number


def _foresee(session: Session, choice: Choice, new: Terms | None, services: Services) -> None:
    """Tell what would change, and what each vocabulary could not say."""
    change = preview_change(choice, new, services)
    data = {**(terms_json(new) if new else {}), **change_json(change), "dry_run": True}
    if new is not None:
        data["losses"] = losses_json(new)
    session.out.row(data, f"{change.changed:,} of {works_text(change.works)} would change")
    lines = change_lines(change)
    if new is not None:
        lines += loss_lines(loss for one in say_everywhere(new) for loss in one.losses)
    for line in lines:
        session.out.text(f"    {line}")
