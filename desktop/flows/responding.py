"""After a claim was sent: answer a conflict, open a dispute, withdraw; each signed and queued.

Needs no network; the next sync sends what waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.claims.answer import Response, Subject, signed_answer
from desktop.errors import BatchTooLarge, Busy, Refused, RegistryProblem, Untrusted, UsageProblem
from desktop.flows.hearing import Heard, Tell
from desktop.flows.identifying import answering_key
from desktop.identity.keys import SigningKey
from desktop.model.claims import Answer, AnswerKind, ClaimState
from desktop.model.progress import Cancelled
from desktop.model.registries import NOT_POSSIBLE, Ability, Registry
from desktop.model.works import Evidence
from desktop.registries.connector import Connector
from desktop.registries.retry import delay_s
from desktop.services import Services
from desktop.store import answers, claims, evidence, journal, key_tellings, outbox, registries
from desktop.store.database import Connection

TAKEN_BACK = "Taken back before it was sent."
_PATHS = {
    AnswerKind.RESPONSE: "responses",
    AnswerKind.DISPUTE: "disputes",
    AnswerKind.WITHDRAWAL: "withdrawal",
}
_ABILITY = {
    AnswerKind.RESPONSE: Ability.RESPOND,
    AnswerKind.DISPUTE: Ability.DISPUTE,
    AnswerKind.WITHDRAWAL: Ability.WITHDRAW,
}
ANSWERS = frozenset(_ABILITY.values())
CAN_BE_DISPUTED = {ClaimState.ACCEPTED, ClaimState.CONFLICT, ClaimState.IN_DISPUTE}
_IN_CONFLICT = {ClaimState.CONFLICT, ClaimState.IN_DISPUTE}
_ENDED = {
    ClaimState.WITHDRAWN,
    ClaimState.SUPERSEDED,
    ClaimState.REJECTED,
    ClaimState.REFUSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What became of it: the claim's state now, and whether something waits to be sent."""

    claim_id: int
    registry: str
    state: ClaimState
    queued: bool


def respond(
    claim_id: int,
    registry_name: str,
    response: Response,
    services: Services,
    *,
    evidence_ids: Sequence[int] = (),
    note: str = "",
) -> Answered:
    """Answer a conflict. Update means that a changed claim will follow, which `claim` makes.

    Raises UsageProblem where there is no conflict, KeyProblem, ClaimProblem.
    """
    return _say(
        claim_id,
        registry_name,
        AnswerKind.RESPONSE,
        services,
        said=response,
        allowed=_IN_CONFLICT,
        refusal="This claim is in no conflict at {registry}.",
        evidence_ids=evidence_ids,
        note=note,
    )


def dispute(
    claim_id: int,
    registry_name: str,
    subject: Subject,
    services: Services,
    *,
    evidence_ids: Sequence[int] = (),
    evidence: Sequence[Evidence] = (),
    note: str = "",
) -> Answered:
    """Open a dispute; the registry holds the money until it is resolved. Raises as respond.

    evidence: what is not kept with the work, such as a statement.
    """
    return _say(
        claim_id,
        registry_name,
        AnswerKind.DISPUTE,
        services,
        said=subject,
        allowed=CAN_BE_DISPUTED,
        refusal="A claim can be disputed once {registry} has accepted it or found a conflict.",
        evidence_ids=evidence_ids,
        more_evidence=evidence,
        note=note,
    )


def withdraw(
    claim_id: int, registry_name: str, services: Services, *, reason: str = ""
) -> Answered:
    """Withdraw a claim; one that never left is taken back at once. Raises as respond."""
    with services.store.write() as tx:
        registry = registries.by_name(tx, registry_name)
        if outbox.take_back(tx, claim_id, registry.registry_id):
            now_s = services.now_s()
            claims.set_state(
                tx, claim_id, registry.registry_id, ClaimState.WITHDRAWN, now_s, reason=TAKEN_BACK
            )
            journal.add(tx, now_s, "claim.taken_back", registry.name, {"claim_id": claim_id})
            return Answered(
                claim_id=claim_id,
                registry=registry.name,
                state=ClaimState.WITHDRAWN,
                queued=False,
            )
    return _say(
        claim_id,
        registry_name,
        AnswerKind.WITHDRAWAL,
        services,
        said=None,
        allowed=set(ClaimState) - _ENDED,
        refusal="This claim has ended already at {registry}.",
        note=reason,
    )


def send_answers(
    services: Services,
    registry: Registry,
    connector: Connector,
    tell: Tell,
    cancelled: Cancelled,
    did: str,
    *,
    eager: bool,
) -> None:
    """Send what was said about claims that the registry has. Raises RegistryProblem at the first
    that stops it; what was not taken is queued again."""
    with services.store.read() as connection:
        due = answers.due(connection, registry.registry_id, services.now_s(), did, eager=eager)
    for answer in due:
        if cancelled():
            return
        _send(services, registry, connector, answer, tell)


def _send(
    services: Services, registry: Registry, connector: Connector, answer: Answer, tell: Tell
) -> None:
    with services.store.write() as tx:
        answers.mark_sending(tx, answer.answer_id)
    try:
        said = connector.respond(answer.claim_hash, _PATHS[answer.kind], answer.document)
        if said["hash"] != answer.claim_hash:
            raise Untrusted("The registry answered for another claim than we asked about.")
    except (Refused, BatchTooLarge) as problem:
        with services.store.write() as tx:
            answers.refuse(tx, answer.answer_id, problem.message)
        tell(_heard("refused", registry, answer, message=problem.message))
        return
    except RegistryProblem as problem:
        asked = problem.retry_after_s if isinstance(problem, Busy) else None
        later = delay_s(answer.attempts + 1, retry_after_s=asked)
        with services.store.write() as tx:
            answers.requeue(tx, answer.answer_id, services.now_s() + later, problem.message)
        raise
    with services.store.write() as tx:
        answers.acknowledge(tx, answer.answer_id)
        state = ClaimState(said["status"])
        if claims.state(tx, answer.claim_id, registry.registry_id) is not state:
            _move(tx, answer.claim_id, registry.registry_id, state, services.now_s())
    tell(_heard(answer.kind.value, registry, answer, state=state.value))


def _move(tx: Connection, claim_id: int, registry_id: int, state: ClaimState, now_s: int) -> None:
    """Take over the registry's state; why it is so comes with the feed."""
    claims.set_state(tx, claim_id, registry_id, state, now_s)


def _say(
    claim_id: int,
    registry_name: str,
    kind: AnswerKind,
    services: Services,
    *,
    said: Response | Subject | None,
    allowed: set[ClaimState],
    refusal: str,
    evidence_ids: Sequence[int] = (),
    more_evidence: Sequence[Evidence] = (),
    note: str = "",
) -> Answered:
    key = _key_for(claim_id, registry_name, services)
    with services.store.write() as tx:
        registry = registries.by_name(tx, registry_name)
        state = claims.state(tx, claim_id, registry.registry_id)
        if state is None:
            raise UsageProblem(f"There is no claim {claim_id} at {registry.name}.")
        if (registry.did or registry.by_hand) and _ABILITY[kind] not in registry.abilities:
            raise UsageProblem(NOT_POSSIBLE[_ABILITY[kind]])
        if state not in allowed:
            raise UsageProblem(
                refusal.format(registry=registry.name),
                advice=f"It is {state.value.replace('_', ' ')}.",
            )
        document = signed_answer(
            kind,
            claims.hash_of(tx, claim_id),
            key,
            created=services.now(),
            said=said,
            evidence=[*(evidence.by_id(tx, one) for one in evidence_ids), *more_evidence],
            note=" ".join(note.split()),
        )
        now_s = services.now_s()
        answers.queue(tx, claim_id, registry.registry_id, kind, document, now_s)
        detail = {"claim_id": claim_id, "said": said.value if said else ""}
        journal.add(tx, now_s, f"claim.{kind.value}", registry.name, detail)
    return Answered(claim_id=claim_id, registry=registry.name, state=state, queued=True)


def _key_for(claim_id: int, registry_name: str, services: Services) -> SigningKey:
    """Return the key to speak about a claim with: the one that signed it, and nobody else may.

    A registry that knows of keys following one another hears the newest of them.
    """
    with services.store.read() as connection:
        registry = registries.by_name(connection, registry_name)
        did = claims.did_of(connection, claim_id)
        if Ability.KEYS in registry.abilities:
            did = key_tellings.will_speak(connection, registry.registry_id, did)
    return answering_key(did, services)


def _heard(event: str, registry: Registry, answer: Answer, **detail: str) -> Heard:
    return Heard(
        event=event,
        registry=registry.name,
        detail={"claim_id": answer.claim_id, "answer": answer.kind.value, **detail},
    )
