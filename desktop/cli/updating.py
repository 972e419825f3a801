"""claim --update, claim --dry-run, claims --terms outdated: newer terms, and who is told."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

from desktop.claims.preview import preview
from desktop.cli.session import Session
from desktop.errors import UsageProblem
from desktop.flows.claiming import Prepared, Queued, sign_and_queue
from desktop.flows.updating import (
    Older,
    Way,
    letter,
    older_at,
    outdated,
    outdated_claims,
    prepare_updates,
    told_by_hand,
)
from desktop.model.vocabularies import Loss
from desktop.services import Services

AT_ONCE = 2000
_UP_TO_DATE = "Every claim says what your terms say now."


def losses_json(losses: Sequence[Loss]) -> list[dict[str, Any]]:
    """Return losses as `terms export` has them."""
    return [
        {
            "target": loss.target.value,
            "use": loss.use.value if loss.use else None,
            "sentence": loss.sentence,
        }
        for loss in losses
    ]


def show_prepared(session: Session, prepared: Sequence[Prepared], registry: str) -> None:
    """Show what would be signed and sent; nothing is."""
    for item in prepared:
        if item.problem is not None:
            session.out.problem(item.problem, work_id=item.work_id)
            continue
        document = item.document if item.ready else None
        data = {
            "work_id": item.work_id,
            "title": item.title,
            "registry": registry,
            "already": item.already,
            "document": document,
            "replaces_unsent": item.replaces,
            "losses": losses_json(item.losses),
        }
        lines = [f"{item.work_id:>6}  {item.title}  ·  {registry}"]
        lines[0] += "  ·  claimed before, nothing would be sent" if item.already else ""
        if document is not None:
            lines += [f"        {one.label}: {one.value}" for one in preview(document)]
        lines += [f"        Not told: {loss.sentence}" for loss in item.losses]
        session.out.row(data, "\n".join(lines))


def update_claims(session: Session, services: Services, registry: str, *, dry_run: bool) -> None:
    """Bring claims up to date at one registry, or at all that can be told."""
    found = outdated(services)
    if registry:
        older = older_at(registry, services)
        found = [older] if older is not None else []
    if not found:
        session.out.text(_UP_TO_DATE)
    for older in found:
        if older.way is Way.BY_HAND:
            _by_hand(session, services, older)
            continue
        if dry_run:
            prepared = prepare_updates(older.registry.name, services, session.out.report)
            show_prepared(session, prepared, older.registry.name)
            continue
        done = _update(session, services, older.registry.name)
        if older.way is Way.NOT_POSSIBLE:
            _cannot(session, older, older.claims - done)


def _update(session: Session, services: Services, name: str) -> int:
    """Prepare, sign and queue some works after the other, so that memory stays flat."""
    seen: set[int] = set()
    report = session.out.report
    while True:
        prepared = prepare_updates(name, services, report, most=AT_ONCE, but=seen)
        if not prepared:
            return len(seen)
        seen |= {item.work_id for item in prepared}
        for item in sign_and_queue(prepared, name, services, report):
            _queued(session, item, name)


def _cannot(session: Session, older: Older, rest: int) -> None:
    if not rest:
        return
    data = {"registry": older.registry.name, "claims": rest, "update": None, "why": older.why}
    stay = "1 claim stays as it is" if rest == 1 else f"{rest:,} claims stay as they are"
    session.out.row(data, f"{older.registry.name}: {stay}. {older.why}")


def _by_hand(session: Session, services: Services, older: Older) -> None:
    text = letter(older, services)
    name = shlex.quote(older.registry.name)
    data = {
        "registry": older.registry.name,
        "claims": older.claims,
        "update": "by_hand",
        "write": text,
        "then": f"claim --update --told --registry {name}",
    }
    after = f"When you have written it: `claim --update --told --registry {name}`."
    session.out.row(data, f"{older.registry.name}: {older.why}\n\n{text}\n\n{after}")


def told(session: Session, services: Services, registry: str) -> None:
    """Take the user's word that they told whoever took a form. Raises UsageProblem."""
    if not registry:
        raise UsageProblem("Say which form it was: --registry NAME.")
    count = told_by_hand(registry, services)
    words = f"{registry}: no claim there says older terms, so there was nothing to tell."
    if count:
        number = "1 claim is" if count == 1 else f"{count:,} claims are"
        words = f"{registry}: you say that {number} told."
    session.out.row({"registry": registry, "told": count, "you_say_so": True}, words)


def _queued(session: Session, item: Queued, registry: str) -> None:
    if item.problem is not None:
        session.out.problem(item.problem, work_id=item.work_id)
        return
    data = {
        "claim_id": item.claim_id,
        "work_id": item.work_id,
        "registry": registry,
        "state": "queued" if item.claim_id else "unchanged",
        "already": item.already,
    }
    said = "update signed and queued" if item.claim_id else "says the same again; nothing to send"
    session.out.row(data, f"{item.claim_id or '':>6}  {item.title}  ·  {registry}  ·  {said}")


def show_outdated(session: Session, services: Services) -> None:
    """List the claims that say older terms, and how each registry learns of newer ones."""
    found = outdated(services)
    if not found:
        session.out.text(_UP_TO_DATE)
    for older in found:
        name = older.registry.name
        update = f"claim --update --registry {shlex.quote(name)}"
        for one in outdated_claims(older, services):
            can = older.way is not Way.NOT_POSSIBLE or one.unsent
            data = {
                "claim_id": one.claim_id,
                "work_id": one.work_id,
                "title": one.title,
                "registry": name,
                "terms": {"said": one.said or None, "now": one.now or None},
                "way": older.way.value,
                "unsent": one.unsent,
                "update": update if can else None,
                "why": older.why,
            }
            versions = f"says version {one.said or '–'}, now {one.now or '–'}"
            session.out.row(data, f"{one.claim_id:>6}  {one.title}  ·  {name}  ·  {versions}")
        hint = f" `{update}`" if older.way is not Way.NOT_POSSIBLE else ""
        many = "1 claim says" if older.claims == 1 else f"{older.claims:,} claims say"
        session.out.text(f"{name}: {many} older terms. {older.why}{hint}")
