"""From works to signed, queued claims. Needs no network at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from desktop.claims import draft, sign
from desktop.claims.private import private_part
from desktop.claims.shares import Total, gaps
from desktop.errors import AppError, ClaimProblem, KeyProblem
from desktop.flows.form_packs import refusal
from desktop.flows.former_keys import by_another_key, follows, said_by
from desktop.flows.identifying import signing_key, who_am_i, why_not
from desktop.flows.splitting import agreements
from desktop.flows.terms_there import losses_at, told
from desktop.model.claims import ClaimDraft, ClaimState, SignedClaim
from desktop.model.progress import Cancelled, Progress, Report, never, silent
from desktop.model.registries import Registry
from desktop.model.similar import Twin
from desktop.model.vocabularies import Loss
from desktop.model.works import Party
from desktop.services import Services
from desktop.store import (
    claims,
    journal,
    outbox,
    registries,
    shelf,
    terms,
    works,
)
from desktop.store.database import Connection

BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A claim as it would be signed now. document: exactly what leaves the machine, less the proof.

    private: what the document commits to and stays here.
    problem: why it cannot be claimed as it stands, or that nothing has changed since it was.
    reusable: the same was signed before and only has to be sent to one more registry.
    twins: other works with the same content, claimed already or in the same selection: a warning.
    gaps: what of its rights is given to nobody, which is legal and stated. losses: what of its
    terms the registry cannot be told. replaces: a claim that was never sent and is taken back.
    """

    work_id: int
    title: str
    document: dict[str, Any] | None = None
    content_hash: str = ""
    private: bytes | None = None
    problem: AppError | None = None
    already: bool = False
    reusable: int | None = None
    twins: tuple[Twin, ...] = ()
    gaps: tuple[Total, ...] = ()
    losses: tuple[Loss, ...] = ()
    terms_version: int = 0
    replaces: int | None = None

    @property
    def ready(self) -> bool:
        """Whether there is something to sign or send."""
        return self.document is not None and not self.already and self.problem is None


def _ignore(_item: Prepared) -> None:
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """What became of one work: a claim in the outbox, or a problem."""

    work_id: int
    title: str
    claim_id: int | None = None
    problem: AppError | None = None
    already: bool = False


def prepare(
    work_ids: Sequence[int],
    registry_name: str,
    services: Services,
    report: Report = silent,
    cancelled: Cancelled = never,
) -> list[Prepared]:
    """Return for each work what would be sent, for the preview. Changes nothing.

    Raises KeyProblem before there is an identity; UsageProblem for an unknown registry; Cancelled,
    since a preview without its warnings would be a wrong one.
    """
    claimant = claimant_now(services)
    with services.store.read() as connection:
        registry = registries.taking_claims(connection, registry_name)
        prepared = []
        for done, work_id in enumerate(work_ids, start=1):
            if cancelled():
                break
            prepared.append(prepare_one(connection, work_id, registry, claimant, services))
            if done % BATCH == 0:
                report(Progress(done=done, total=len(work_ids), label="Preparing claims"))
    return _with_twins(prepared, services, report, cancelled)


def changed_since_claimed(
    work_ids: Sequence[int], registry_name: str, services: Services
) -> set[int]:
    """Return the works of which the library says other things than their claim at a registry.

    Raises KeyProblem if nothing can be signed now.
    """
    claimant = claimant_now(services)
    with services.store.read() as connection:
        registry = registries.taking_claims(connection, registry_name)
        return {
            work_id
            for work_id in work_ids
            if prepare_one(connection, work_id, registry, claimant, services).ready
        }


def sign_and_queue(
    prepared: Iterable[Prepared],
    registry_name: str,
    services: Services,
    report: Report = silent,
    cancelled: Cancelled = never,
) -> list[Queued]:
    """Sign what was prepared, and queue each claim in the transaction that keeps it.

    The document signed is the one that was shown, with the key of the claimant it names. One work
    with a problem never stops the rest.
    """
    todo = list(prepared)
    keys = {
        did: signing_key(did, services) for did in {_signer(item) for item in todo if _new(item)}
    }
    result: list[Queued] = []
    with services.store.read() as connection:
        registry = registries.taking_claims(connection, registry_name)
    for batch in _batches(todo):
        if cancelled():
            break
        signed = [
            sign.sign_claim(item.document, keys[_signer(item)], created=services.now())
            if item.document is not None and _new(item)
            else None
            for item in batch
        ]
        with services.store.write() as tx:
            for item, claim in zip(batch, signed, strict=True):
                result.append(_queue(tx, item, claim, registry, services))
            queued = sum(
                1 for queue in result[-len(batch) :] if queue.claim_id and not queue.already
            )
            if queued:
                journal.add(
                    tx, services.now_s(), "claims.queued", registry.name, {"claims": queued}
                )
        report(Progress(done=len(result), total=len(todo), label="Signing"))
    return result


def claim(
    work_ids: Sequence[int] | None,
    registry_name: str,
    services: Services,
    report: Report = silent,
    cancelled: Cancelled = never,
    *,
    warn: Callable[[Prepared], None] = _ignore,
) -> list[Queued]:
    """Prepare, sign and queue in one go; None: every work of the library.

    warn is told of every work with twins, gaps or losses before anything is signed.
    """
    prepared = prepare_claims(work_ids, registry_name, services, report, cancelled)
    for item in prepared:
        if item.twins or (item.ready and (item.gaps or item.losses)):
            warn(item)
    return sign_and_queue(prepared, registry_name, services, report, cancelled)


def prepare_claims(
    work_ids: Sequence[int] | None,
    registry_name: str,
    services: Services,
    report: Report = silent,
    cancelled: Cancelled = never,
) -> list[Prepared]:
    """Prepare works, or with None every work of the library; raises as prepare."""
    if work_ids is None:
        with services.store.read() as connection:
            work_ids = sorted(shelf.ids(connection))
    return prepare(work_ids, registry_name, services, report, cancelled)


def _with_twins(
    prepared: list[Prepared], services: Services, report: Report, cancelled: Cancelled
) -> list[Prepared]:
    """Add to what is ready which other works have the same content and are claimed too."""
    from desktop.flows.comparing import find_twins

    ready = [item.work_id for item in prepared if item.ready]
    if not ready:
        return prepared
    twins = find_twins(ready, services, report, cancelled)
    return [replace(item, twins=twins.get(item.work_id, ())) for item in prepared]


def prepare_one(
    connection: Connection,
    work_id: int,
    registry: Registry,
    claimant: Party,
    services: Services,
    *,
    unsent: int | None = None,
) -> Prepared:
    """Return what would be signed of one work. unsent: its claim in the outbox, to be replaced."""
    try:
        work = works.get(connection, work_id)
    except AppError as problem:
        return Prepared(work_id=work_id, title="", problem=problem)
    today = services.now().date()
    said_terms = terms.of_work(connection, work_id)
    try:
        refused = refusal(registry, work)
        if refused:
            raise ClaimProblem(
                refused, advice="Claim works of that kind there, or use another form."
            )
        standing = claims.standing_at(connection, work_id, registry.registry_id, but=unsent)
        former, locked = by_another_key(connection, standing, claimant, registry)
        replaceable = standing is not None and follows(
            connection, claimant.did, standing[1], registry
        )
        made = ClaimDraft(
            work=work,
            claimant=claimant,
            capacity=work.capacity,
            terms=told(registry, said_terms, today),
            supersedes=standing[1].claim_hash if standing and replaceable else "",
            agreements=agreements(connection, work_id),
            private=private_part(work),
        )
        document = draft.claim_document(made, created=services.now())
        said = draft.content_hash(document)
        before = said_by(former, document) if former else said
        already = standing is not None and standing[1].content_hash == before
        if locked is not None and not already:
            raise locked
    except AppError as error:
        return Prepared(work_id=work_id, title=work.title, problem=error)
    except ValueError as error:
        return Prepared(work_id=work_id, title=work.title, problem=ClaimProblem(str(error)))
    reusable, document = _signed_before(connection, work_id, registry, said, document)
    return Prepared(
        work_id=work_id,
        title=work.title,
        document=document,
        content_hash=said,
        private=made.private,
        already=already,
        reusable=reusable,
        gaps=tuple(gaps(work.shares)),
        losses=losses_at(registry, said_terms, today),
        terms_version=said_terms.version,
        replaces=unsent,
    )


def _signed_before(
    connection: Connection,
    work_id: int,
    registry: Registry,
    said: str,
    document: dict[str, Any],
) -> tuple[int | None, dict[str, Any]]:
    """Return the newest claim of a work, if it says the same and was never at the registry."""
    newest = claims.newest(connection, work_id)
    never = claims.newest_at(connection, work_id, registry.registry_id) is None
    if newest and newest[1].content_hash == said and never:
        return newest[0], sign.unsigned(newest[1].document)
    return None, document


def _stands(connection: Connection, work_id: int, registry: Registry, content_hash: str) -> bool:
    """Tell whether a claim that says the same stands, or is on its way, at the registry."""
    standing = claims.standing_at(connection, work_id, registry.registry_id)
    return standing is not None and standing[1].content_hash == content_hash


def _queue(
    tx: Connection,
    item: Prepared,
    signed: SignedClaim | None,
    registry: Registry,
    services: Services,
) -> Queued:
    if item.problem is not None or item.document is None:
        return Queued(work_id=item.work_id, title=item.title, problem=item.problem)
    if item.replaces is not None and not _take_back(tx, item.replaces, registry, services):
        return Queued(work_id=item.work_id, title=item.title, problem=_LEFT)
    if item.already or _stands(tx, item.work_id, registry, item.content_hash):
        return Queued(work_id=item.work_id, title=item.title, already=True)
    now_s = services.now_s()
    claim_id = item.reusable
    if claim_id is None:
        if signed is None:
            raise KeyProblem("The claim was not signed.")
        work = works.get(tx, item.work_id)
        claim_id = claims.keep(
            tx,
            signed,
            work_id=item.work_id,
            fingerprint_id=work.fingerprint.fingerprint_id,
            terms_version=item.terms_version,
            now_s=now_s,
        )
        if item.private is not None:
            claims.keep_private_part(tx, claim_id, item.private)
    claims.start(tx, claim_id, registry.registry_id, now_s)
    outbox.queue(tx, claim_id, registry.registry_id, now_s)
    return Queued(work_id=item.work_id, title=item.title, claim_id=claim_id)


_LEFT = ClaimProblem(
    "The claim that waited left the outbox meanwhile.",
    advice="Look again what is to be sent.",
)
REPLACED = "Replaced before it was sent."


def _take_back(tx: Connection, claim_id: int, registry: Registry, services: Services) -> bool:
    """Take a claim that was never on its way out of the outbox; tell whether it still was there."""
    if not outbox.take_back(tx, claim_id, registry.registry_id):
        return False
    now_s = services.now_s()
    withdrawn = ClaimState.WITHDRAWN
    claims.set_state(tx, claim_id, registry.registry_id, withdrawn, now_s, reason=REPLACED)
    journal.add(tx, now_s, "claim.taken_back", registry.name, {"claim_id": claim_id})
    return True


def claimant_now(services: Services) -> Party:
    """Return who signs now. Raises KeyProblem if nothing can be signed."""
    identity = who_am_i(services)
    if identity is None:
        raise KeyProblem(
            "There is no identity yet, so nothing can be signed.",
            advice="Tell your name first: `identity init --name NAME`.",
        )
    problem = why_not(identity.key)
    if problem is not None:
        raise problem
    return identity.party


def _new(item: Prepared) -> bool:
    """Tell whether there is something to sign."""
    return item.document is not None and item.reusable is None and item.problem is None


def _signer(item: Prepared) -> str:
    """Return the DID of the claimant that a prepared claim names."""
    return str(item.document["claimant"]["did"]) if item.document else ""


def _batches(items: list[Prepared]) -> Iterator[list[Prepared]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
