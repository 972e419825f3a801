"""terms show: what AI may do with works, now or at any moment, since when, why, and its proof."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import click

from desktop.cli.output import path_text
from desktop.cli.session import Session, command
from desktop.cli.terms_words import terms_json, terms_lines
from desktop.errors import UsageProblem
from desktop.flows.collecting import find_collection
from desktop.flows.terms_history import held_at, history_of, why_of
from desktop.model.places import full_date
from desktop.model.terms_history import Carrier, Held, Proof
from desktop.model.times import from_rfc3339, to_rfc3339
from desktop.services import Services
from desktop.store import shelf
from desktop.terms.presets import TITLES, preset_of


@click.command("show")
@click.argument("work_ids", nargs=-1, type=int)
@click.option("--collection", default="", help="The works of a collection.")
@click.option("--at", "moment", help="As it was at the end of that day (2026-03-09), or then.")
@click.option("--history", is_flag=True, help="All terms that it ever had, newest first.")
@command
def show(
    session: Session,
    work_ids: tuple[int, ...],
    collection: str,
    moment: str | None,
    history: bool,
) -> None:
    """Show what AI may do with works; without numbers, with all.

    --at tells which claims told a registry so, and what proves it.
    """
    if moment is not None and history:
        raise UsageProblem("Give --at or --history, not both.")
    asked = _moment(moment) if moment is not None else None
    with session.open(read_only=True) as services:
        for work_id in work_ids or _chosen(collection, services):
            if history:
                for held in history_of(work_id, services):
                    _tell(session, work_id, held, services)
                continue
            held = held_at(work_id, asked or services.now(), services, prove=asked is not None)
            _tell(session, work_id, held, services, now=asked is None, asked=asked)


def _chosen(collection: str, services: Services) -> list[int]:
    within = find_collection(collection, services).collection_id if collection else None
    with services.store.read() as connection:
        return sorted(shelf.ids(connection, collection=within))


def _tell(
    session: Session,
    work_id: int,
    held: Held,
    services: Services,
    *,
    now: bool = False,
    asked: datetime | None = None,
) -> None:
    day = (asked or services.now()).date()
    ended = held.terms.expires is not None and held.terms.expires < day
    data = {
        "work_id": work_id,
        **terms_json(held.terms),
        "ended": ended,
        "since": _when(held.since),
        "until": _when(held.until),
        "why": held.why.value or None,
        "claims": [_claim_json(one) for one in held.carriers],
    }
    if ended:
        data["uses"] = terms_json(held.terms.on(day))["uses"]
    lines = terms_lines(held.terms)
    if now:
        reason = why_of(work_id, services)
        data["why"] = reason.why.value or None
        data["collections"] = list(reason.collections)
        data["folders"] = [path_text(one) for one in reason.folders]
        lines.append(reason.sentence)
    if held.proof is not None:
        data["proof"] = _proof_json(held.proof)
        lines += [_claim_line(one) for one in held.carriers]
        lines.append(held.proof.sentence)
    since = f"  since {held.since:%Y-%m-%d %H:%M}" if held.since else ""
    until = f" until {held.until:%Y-%m-%d %H:%M}" if held.until else ""
    since += f"{until} UTC" if since or until else ""
    over = "  (ended: nothing is permitted any more)" if ended else ""
    session.out.row(data, f"{work_id:>6}  {TITLES[preset_of(held.terms)]}{since}{over}")
    for line in lines:
        session.out.text(f"        {line}")


def _claim_json(one: Carrier) -> dict[str, Any]:
    receipt = {"id": one.receipt, "time": _when(one.received)} if one.receipt else None
    return {
        "claim_id": one.claim_id,
        "hash": one.claim_hash,
        "signed": _when(one.signed),
        "registry": one.registry or None,
        "state": one.state or None,
        "receipt": receipt,
    }


def _claim_line(one: Carrier) -> str:
    where = f" at {one.registry}: {one.state}" if one.registry else ", sent nowhere yet"
    receipt = f", receipt {one.receipt}" if one.receipt else ""
    return f"Claim {one.claim_id} ({one.claim_hash[:16]}…){where}{receipt}"


def _proof_json(proof: Proof) -> dict[str, Any]:
    row, checkpoint = proof.row, proof.checkpoint
    return {
        "ok": not proof.faults and row is not None,
        "sentence": proof.sentence,
        "faults": list(proof.faults),
        "journal": {"row": row.seq, "time": _when(row.time), "hash": row.hash} if row else None,
        "checkpoint": {
            "rows": checkpoint.seq,
            "head": checkpoint.head,
            "made": _when(checkpoint.made),
            "did": checkpoint.did,
        }
        if checkpoint
        else None,
    }


def _when(moment: datetime | None) -> str | None:
    return to_rfc3339(moment) if moment is not None else None


def _moment(text: str) -> datetime:
    """Return the end of a day, or the moment that is told. Raises UsageProblem."""
    try:
        if "T" in text:
            return from_rfc3339(text)
        day = datetime.fromisoformat(full_date(text) or "none").date()
    except ValueError as error:
        raise UsageProblem(
            f"{text[:40]!r} is not a day or a moment.",
            advice="Such as 2026-03-09, or 2026-03-09T12:30:00Z.",
        ) from error
    return datetime.combine(day, time.max, UTC)
