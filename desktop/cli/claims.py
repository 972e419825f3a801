"""claim, claims."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, TypeVar

import click

from desktop.claims.answer import Response, Subject
from desktop.claims.shares import Total, gap_words
from desktop.cli import updating
from desktop.cli.describing import gap_json
from desktop.cli.output import plain
from desktop.cli.session import Session, command
from desktop.errors import UsageProblem
from desktop.flows.claiming import Prepared, prepare_claims
from desktop.flows.claiming import claim as claim_flow
from desktop.flows.forcing import force_claim
from desktop.flows.reminding import next_steps
from desktop.flows.responding import Answered, dispute, respond, withdraw
from desktop.model.claims import ClaimRow, ClaimState
from desktop.model.similar import Relation, Twin
from desktop.model.times import to_rfc3339
from desktop.model.vocabularies import Loss
from desktop.store import claims as claims_store
from desktop.store import registries as registries_store

_TWINS_SHOWN = 3
_BY_HAND = (ClaimState.ACKNOWLEDGED, ClaimState.ACCEPTED, ClaimState.REJECTED)
Said = TypeVar("Said", bound=Callable[..., Any])


class _ClaimOrAnswer(click.Group):
    """`claim` signs; followed by a word, it says something about a claim that was sent."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["works", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_ClaimOrAnswer, no_args_is_help=True)
def claim() -> None:
    """Sign claims: claim --registry NAME (--all | WORK_ID…); or say something about one.

    `claim --update` brings claims up to date whose works have other terms now.
    """


@claim.command("works")
@click.argument("work_ids", nargs=-1, type=int)
@click.option("--registry", default="", help="Name of the registry.")
@click.option("--all", "everything", is_flag=True, help="Every work of the library.")
@click.option("--update", is_flag=True, help="The claims that say older terms than your library.")
@click.option("--told", is_flag=True, help="With --update: you told whoever took the form.")
@click.option("--dry-run", is_flag=True, help="Show what would be sent, and sign nothing.")
@command
def claim_works(
    session: Session,
    work_ids: tuple[int, ...],
    registry: str,
    everything: bool,
    update: bool,
    told: bool,
    dry_run: bool,
) -> None:
    """Sign claims and queue them; this needs no network."""
    if update:
        if everything or work_ids or (told and dry_run):
            raise UsageProblem("--update takes no works: it finds the claims by itself.")
        with session.open() as services:
            if told:
                updating.told(session, services, registry)
            else:
                updating.update_claims(session, services, registry, dry_run=dry_run)
        return
    if not registry or told:
        raise UsageProblem("Name the registry: --registry NAME.")
    if everything == bool(work_ids):
        raise UsageProblem("Name works by their numbers, or give --all.")
    chosen = None if everything else work_ids
    if dry_run:
        with session.open() as services:
            prepared = prepare_claims(chosen, registry, services, session.out.report)
        updating.show_prepared(session, prepared, registry)
        return
    _claim(session, chosen, registry)


def _claim(session: Session, work_ids: Sequence[int] | None, registry: str) -> None:
    losses: dict[int, tuple[Loss, ...]] = {}
    said: set[str] = set()
    twins: dict[int, tuple[Twin, ...]] = {}
    gaps: dict[int, tuple[Total, ...]] = {}

    def warn(item: Prepared) -> None:
        twins[item.work_id], gaps[item.work_id] = item.twins, item.gaps
        losses[item.work_id] = item.losses
        session.out.done()
        for twin in item.twins[:_TWINS_SHOWN]:
            click.echo(plain(f"{item.title}: {_twin_words(twin)}"), err=True)
        for gap in item.gaps:
            click.echo(plain(f"{item.title}: not given to anybody: {gap_words(gap)}"), err=True)
        for sentence in {loss.sentence for loss in item.losses} - said:
            click.echo(plain(sentence), err=True)
            said.add(sentence)

    with session.open() as services:
        queued = claim_flow(work_ids, registry, services, session.out.report, warn=warn)
        for item in queued:
            if item.problem is not None:
                session.out.problem(item.problem, work_id=item.work_id)
                continue
            with services.store.read() as connection:
                registry_id = registries_store.by_name(connection, registry).registry_id
                claim_id = item.claim_id or claims_store.standing_id(
                    connection, item.work_id, registry_id
                )
                state = claims_store.state(connection, claim_id, registry_id)
            word = state.value if state else "unknown"
            data = {
                "claim_id": claim_id,
                "work_id": item.work_id,
                "registry": registry,
                "state": word,
                "already": item.already,
                "same_as": [_twin_json(twin) for twin in twins.get(item.work_id, ())],
                "not_given_away": [gap_json(gap) for gap in gaps.get(item.work_id, ())],
                "losses": updating.losses_json(losses.get(item.work_id, ())),
            }
            text = f"{claim_id:>6}  {item.title}  ·  {registry}  ·  {word}"
            session.out.row(data, text + (" (claimed before)" if item.already else ""))


_ABOUT = click.argument("claim_id", type=int)
_WHERE = click.option("--registry", required=True, help="Name of the registry.")
_EVIDENCE = click.option(
    "--evidence", "evidence_ids", type=int, multiple=True, help="Number; `work show` lists them."
)


def _with_evidence(answers: type[Response] | type[Subject], name: str) -> Callable[[Said], Said]:
    """Return what gives a command its arguments: the claim, what is said of it, and why."""

    def decorate(function: Said) -> Said:
        for option in (
            click.option("--note", default=""),
            _EVIDENCE,
            _WHERE,
            click.argument(name, type=click.Choice([one.value for one in answers])),
            _ABOUT,
        ):
            function = option(function)
        return function

    return decorate


@claim.command("respond")
@_with_evidence(Response, "answer")
@command
def respond_command(
    session: Session, claim_id: int, registry: str, answer: str, **why: Any
) -> None:
    """Answer a conflict: maintain, update (a changed claim follows), or revoke."""
    with session.open() as services:
        done = respond(claim_id, registry, Response(answer), services, **why)
    _answered(session, done)


@claim.command("dispute")
@_with_evidence(Subject, "subject")
@command
def dispute_command(
    session: Session, claim_id: int, registry: str, subject: str, **why: Any
) -> None:
    """Open a dispute; money for the work is held until it is resolved."""
    with session.open() as services:
        done = dispute(claim_id, registry, Subject(subject), services, **why)
    _answered(session, done)


@claim.command("withdraw")
@_ABOUT
@_WHERE
@click.option("--reason", default="")
@command
def withdraw_command(session: Session, claim_id: int, registry: str, reason: str) -> None:
    """Withdraw a claim; one that was never sent is taken back at once."""
    with session.open() as services:
        done = withdraw(claim_id, registry, services, reason=reason)
    _answered(session, done)


@claim.command("force")
@_ABOUT
@_WHERE
@command
def force_command(session: Session, claim_id: int, registry: str) -> None:
    """Declare a claim although another key declared the same file there before."""
    with session.open() as services:
        row = force_claim(claim_id, registry, services)
    data = {
        "claim_id": row.claim_id,
        "work_id": row.work_id,
        "registry": row.registry,
        "state": row.state.value,
    }
    text = f"{row.claim_id:>6}  {row.title}  ·  {row.registry}  ·  {row.state.value}"
    session.out.row(data, text)


def _answered(session: Session, done: Answered) -> None:
    data = {
        "claim_id": done.claim_id,
        "registry": done.registry,
        "state": done.state.value,
        "queued": done.queued,
    }
    later = "  ·  signed; it is sent with the next sync" if done.queued else ""
    session.out.row(data, f"{done.claim_id:>6}  {done.registry}  ·  {done.state.value}{later}")


def _twin_words(twin: Twin) -> str:
    other = twin.other
    what = "another version" if other.relation is Relation.VERSION else f"the {other.relation}"
    known = "which is claimed" if twin.claimed else "which is being claimed too"
    return f"this looks like {what} of work {other.work_id}, {other.title}, {known}"


def _twin_json(twin: Twin) -> dict[str, Any]:
    other = twin.other
    return {
        "work_id": other.work_id,
        "title": other.title,
        "bits": other.bits,
        "relation": other.relation.value,
        "claimed": twin.claimed,
    }


@click.command()
@click.option("--state", type=click.Choice([state.value for state in ClaimState]))
@click.option(
    "--terms", type=click.Choice(["outdated"]), help="Only those that say older terms than now."
)
@command
def claims(session: Session, state: str | None, terms: str | None) -> None:
    """List claims and where they stand."""
    if terms:
        with session.open(read_only=True) as services:
            updating.show_outdated(session, services)
        return
    with session.open(read_only=True) as services, services.store.read() as connection:
        steps = next_steps(services)
        replaced = claims_store.replaced(connection)
        for row in claims_store.rows(connection, state=ClaimState(state) if state else None):
            receipt = None
            if row.receipt_time is not None:
                receipt = {
                    "id": row.number,
                    "time": to_rfc3339(row.receipt_time),
                    "verified": row.receipt_verified,
                }
            at = (row.claim_id, row.registry_id)
            step = steps.get(at) or (_next_step(row) if at not in replaced else None)
            data = {
                "claim_id": row.claim_id,
                "work_id": row.work_id,
                "title": row.title,
                "registry": row.registry,
                "state": row.state.value,
                "receipt": receipt,
                "iscc_id": _iscc_id_json(row),
                "conflict": row.conflict,
                "reason": row.reason or None,
                "number": row.number or None,
                "you_say_so": row.by_hand and row.state in _BY_HAND,
                "next": step,
            }
            said = [step or row.reason] if row.by_hand else [_conflict_words(row), row.reason, step]
            where = f"{row.claim_id:>6}  {row.title}  ·  {row.registry}  ·  {row.state.value}"
            words = (where, _receipt_words(row), *said)
            session.out.row(data, "  ·  ".join(word for word in words if word))


def _next_step(claim: ClaimRow) -> str | None:
    """Return what the user can do for a claim that does not stand, or None."""
    about = f"{claim.claim_id} --registry {shlex.quote(claim.registry)}"
    if claim.may_be_forced:
        return f"Only you decide whether to declare it all the same: `claim force {about}`."
    if claim.state is ClaimState.CONFLICT:
        day = (claim.conflict or {}).get("respond_by")
        until = f" until {day}" if day else ""
        return f"Answer it{until}: `claim respond {about} maintain`, or update, or revoke."
    if claim.state is ClaimState.IN_DISPUTE:
        return f"It can still be answered: `claim respond {about} maintain`, or update, or revoke."
    if claim.state in (ClaimState.REJECTED, ClaimState.REFUSED):
        there = shlex.quote(claim.registry)
        return (
            f"Change what is wrong with `work edit {claim.work_id}`, then claim it again: "
            f"`claim --registry {there} {claim.work_id}`."
        )
    return "It is sent again with the next sync." if claim.state is ClaimState.LOST else None


def _conflict_words(claim: ClaimRow) -> str:
    """Say with whom a claim is in conflict, and how much all claims add up to."""
    told = claim.conflict or {}
    names = ", ".join(dict.fromkeys(str(other["name"]) for other in told.get("others", ())))
    if not names or claim.state not in (ClaimState.CONFLICT, ClaimState.IN_DISPUTE):
        return ""
    whole = float(Fraction(told["total"]) * 100)
    return f"with {names}, together {whole:g} % of the whole"


def _iscc_id_json(row: ClaimRow) -> dict[str, Any] | None:
    found = row.iscc_id
    if found is None:
        return None
    time_text = found.time.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return {"id": found.text, "time": time_text, "hub_id": found.hub_id}


def _receipt_words(row: ClaimRow) -> str:
    if row.by_hand:
        return f"number {row.number}, you say so" if row.number else "only you say so"
    if row.receipt_verified:
        known = "receipt verified"
    else:
        known = "receipt lost" if row.number else "no receipt yet"
    found = row.iscc_id
    return f"{known}  ·  {found.text} of {found.time:%Y-%m-%d %H:%M:%S} UTC" if found else known
