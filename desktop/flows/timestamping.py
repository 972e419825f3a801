"""Proofs that claims existed at a time: queued offline, asked for when there is a network.

A service gets the hash of a list of claims' hashes, and nothing else. Off until a service is added.
"""

from __future__ import annotations

from desktop.errors import Busy, Offline, RegistryProblem, Untrusted, UsageProblem
from desktop.flows.hearing import Heard, Tell
from desktop.model.progress import Cancelled
from desktop.model.timestamps import ServiceKind, Timestamp, TimestampService, TimestampState
from desktop.registries.retry import delay_s
from desktop.registries.transport import Reply, check_address
from desktop.services import Services
from desktop.store import journal, timestamps
from desktop.timestamps import claim_lists, opentimestamps_proof, rfc3161_proof
from desktop.timestamps.opentimestamps_proof import PUBLIC_CALENDARS, Block, Proof

ASK_AGAIN_S = 3600
GIVE_UP_ASKING_OFTEN = 48
SELDOM_S = 24 * 3600
_BUSY = (429, 503)
_NOT_YET = 404


def add_service(
    name: str, kind: ServiceKind, url: str, services: Services, *, roots: bytes = b""
) -> None:
    """Keep a timestamp service; works offline. roots: PEM, needed for RFC 3161.

    Raises UsageProblem or, for its address, RegistryProblem.
    """
    name = " ".join(name.split())
    if not name:
        raise UsageProblem("The timestamp service has no name.", advice="Give it one.")
    try:
        check_address(url)
    except RegistryProblem as problem:
        raise UsageProblem(
            "A timestamp service's address starts with https://.", advice="Check the address."
        ) from problem
    if kind is ServiceKind.RFC3161:
        if not roots:
            raise UsageProblem(
                "Without the authority's root certificate nobody can check its timestamps.",
                advice="Take it from the authority's page, as a PEM file.",
            )
        roots = rfc3161_proof.read_roots(roots)
    with services.store.write() as tx:
        timestamps.add_service(tx, name, kind, url.rstrip("/"), roots, services.now_s())
        journal.add(tx, services.now_s(), "timestamps.service", name, {"kind": kind.value})


def add_public_calendars(services: Services) -> list[str]:
    """Use the public OpenTimestamps calendars, which cost nothing; returns the new ones' names."""
    with services.store.read() as connection:
        known = {one.url for one in timestamps.services(connection)}
    new = {name: url for name, url in PUBLIC_CALENDARS.items() if url not in known}
    for name, url in new.items():
        add_service(name, ServiceKind.OPENTIMESTAMPS, url, services)
    return list(new)


def use_service(name: str, services: Services, *, used: bool) -> None:
    """Let new lists go to a service, or no more; its proofs stay. Raises UsageProblem."""
    with services.store.write() as tx:
        timestamps.set_used(tx, name, used=used)
        journal.add(tx, services.now_s(), "timestamps.used", name, {"used": used})


def ask_for_timestamps(
    services: Services, tell: Tell, cancelled: Cancelled, *, eager: bool
) -> list[tuple[str, RegistryProblem]]:
    """Put new claims on a list, and ask every service for what is due.

    Returns what went wrong, by service; one that fails is left alone until the next time.
    """
    _make_lists(services)
    with services.store.read() as connection:
        due = timestamps.due(connection, services.now_s(), eager=eager)
    problems: dict[str, RegistryProblem] = {}
    for one in due:
        if cancelled():
            break
        if one.service.name in problems:
            continue
        try:
            _ask(one, services, tell)
        except RegistryProblem as problem:
            problems[one.service.name] = _in_words(one.service, problem)
            _wait(one, problem, services)
    return list(problems.items())


def check_proof(one: Timestamp) -> str:
    """Return what a kept proof tells about its list. Raises Untrusted if it proves nothing."""
    digest = bytes.fromhex(claim_lists.hash_of(one.document))
    if one.list_hash != digest.hex():
        raise Untrusted("The list of claims was changed.")
    if one.service.kind is ServiceKind.RFC3161:
        return _said_by(rfc3161_proof.read_stamp(one.proof, one.document, one.service.roots))
    return _said_in(opentimestamps_proof.read_proof(one.proof, digest))


def _make_lists(services: Services) -> None:
    with services.store.write() as tx:
        if not any(one.used for one in timestamps.services(tx)):
            return
        while new := timestamps.not_listed(tx, claim_lists.MOST):
            document = claim_lists.make_list(new.values())
            timestamps.keep_list(tx, new, claim_lists.hash_of(document), document, services.now_s())
        timestamps.queue(tx)


def _ask(one: Timestamp, services: Services, tell: Tell) -> None:
    if one.service.kind is ServiceKind.RFC3161:
        _ask_authority(one, services, tell)
    elif one.state is TimestampState.QUEUED:
        _ask_calendar(one, services, tell)
    else:
        _ask_for_more(one, services, tell)


def _ask_authority(one: Timestamp, services: Services, tell: Tell) -> None:
    request, nonce = rfc3161_proof.request_for(one.document)
    reply = services.transport.call(
        "POST",
        one.service.url,
        headers={
            "Content-Type": rfc3161_proof.REQUEST_TYPE,
            "Accept": rfc3161_proof.ANSWER_TYPE,
        },
        body=request,
    )
    answer = _taken(reply)
    stamp = rfc3161_proof.read_stamp(answer, one.document, one.service.roots, nonce)
    _keep(one, stamp.document, _said_by(stamp), TimestampState.PROVED, services, tell)


def _ask_calendar(one: Timestamp, services: Services, tell: Tell) -> None:
    digest = bytes.fromhex(one.list_hash)
    reply = services.transport.call(
        "POST",
        f"{one.service.url}/digest",
        headers={"Content-Type": "application/octet-stream", "Accept": _ots()},
        body=digest,
    )
    _keep_proof(one, opentimestamps_proof.read_promise(digest, _taken(reply)), services, tell)


def _ask_for_more(one: Timestamp, services: Services, tell: Tell) -> None:
    """Ask the calendar, and nobody that its promise may name, whether the block is there."""
    proof = opentimestamps_proof.read_proof(one.proof, bytes.fromhex(one.list_hash))
    for commitment in proof.pending:
        reply = services.transport.call(
            "GET", f"{one.service.url}/timestamp/{commitment}", headers={"Accept": _ots()}
        )
        if reply.status == _NOT_YET:
            _wait(one, None, services)
            return
        proof = opentimestamps_proof.upgraded(proof.document, commitment, _taken(reply))
    _keep_proof(one, proof, services, tell)


def _keep_proof(one: Timestamp, proof: Proof, services: Services, tell: Tell) -> None:
    state = TimestampState.PROVED if proof.blocks else TimestampState.PROMISED
    _keep(one, proof.document, _said_in(proof), state, services, tell)


def _keep(
    one: Timestamp,
    document: bytes,
    said: str,
    state: TimestampState,
    services: Services,
    tell: Tell,
) -> None:
    now_s = services.now_s()
    with services.store.write() as tx:
        timestamps.keep_proof(
            tx,
            one.timestamp_id,
            document,
            said,
            state=state,
            not_before_s=now_s + ASK_AGAIN_S,
            now_s=now_s,
        )
        detail = {"list": one.list_hash, "claims": one.claims, "state": state.value}
        journal.add(tx, now_s, "timestamps.proof", one.service.name, detail)
    tell(
        Heard(
            event="timestamp",
            registry=one.service.name,
            detail={"state": state.value, "claims": one.claims, "said": said},
        )
    )


def _wait(one: Timestamp, problem: RegistryProblem | None, services: Services) -> None:
    """Ask again later; a promise that is not kept yet is asked about ever more seldom."""
    if problem is None:
        later = ASK_AGAIN_S if one.attempts < GIVE_UP_ASKING_OFTEN else SELDOM_S
    else:
        asked = problem.retry_after_s if isinstance(problem, Busy) else None
        later = delay_s(one.attempts + 1, retry_after_s=asked)
    words = _in_words(one.service, problem).message if problem else ""
    with services.store.write() as tx:
        timestamps.wait(tx, one.timestamp_id, services.now_s() + later, words)


def _taken(reply: Reply) -> bytes:
    """Return the body of a good answer. Raises RegistryProblem."""
    if reply.status in _BUSY:
        raise Busy("It is busy.", retry_after_s=reply.retry_after_s)
    if reply.status != 200:
        raise RegistryProblem(f"It answered with status {reply.status}.")
    return reply.body


def _in_words(service: TimestampService, problem: RegistryProblem) -> RegistryProblem:
    """Say a problem of the way to a service as one of that service."""
    if isinstance(problem, Offline):
        words = f"{service.name} cannot be reached, or the connection broke."
    elif isinstance(problem, Busy):
        words = f"{service.name} is busy."
    elif isinstance(problem, Untrusted):
        words = f"What {service.name} answered cannot be used. {_its(problem)}"
    else:
        words = f"{service.name}: {problem.message}"
    return RegistryProblem(words, advice="Your claims are safe; it is asked again later.")


def _its(problem: Untrusted) -> str:
    return problem.message.replace("The registry", "The service")


def _said_in(proof: Proof) -> str:
    if not proof.blocks:
        return "promised; the proof follows in some hours"
    return "; ".join(_block_words(block) for block in proof.blocks[:1])


def _block_words(block: Block) -> str:
    return f"Bitcoin block {block.height}, if its Merkle root is {block.merkle_root}"


def _said_by(stamp: rfc3161_proof.Stamp) -> str:
    return f"{stamp.time:%Y-%m-%d %H:%M:%S} UTC, signed by {stamp.authority}"


def _ots() -> str:
    return opentimestamps_proof.CONTENT_TYPE
