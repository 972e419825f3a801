"""Showing others whose key it is: a file on the user's own domain, answers to challenges."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from desktop.errors import Offline, RegistryProblem, SignatureProblem, UsageProblem
from desktop.flows.identifying import find_identity, signing_key, why_not
from desktop.identity import challenges, did_web
from desktop.model.identities import Identity, WebCheck, WebResult
from desktop.services import Services
from desktop.store import identities, journal, registries


def write_web_identity(
    domain: str, folder: Path, services: Services, name_or_did: str = ""
) -> tuple[str, Path]:
    """Write the file that a domain's owner publishes; returns the did:web and the file.

    folder: what will be the root of the web site. Raises UsageProblem, KeyProblem if revoked.
    """
    web_did = did_web.did_of(domain)
    identity = find_identity(name_or_did, services)
    problem = why_not(identity.key)
    if problem is not None:
        raise problem
    target = folder / did_web.file_of(web_did)
    document = did_web.did_document(web_did, identity.party.did)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageProblem(
            f"The file cannot be written: {error.strerror}.", advice="Choose another folder."
        ) from error
    return web_did, target


def check_web_identity(domain: str, services: Services, name_or_did: str = "") -> WebCheck:
    """Read what a domain says and compare; only ever called because the user asked.

    The result is kept with its date, also where the domain cannot be reached. Raises UsageProblem.
    """
    web_did = did_web.did_of(domain)
    identity = find_identity(name_or_did, services)
    result, problem = _look(web_did, identity, services)
    check = WebCheck(
        web_did=web_did,
        did=identity.party.did,
        result=result,
        problem=problem,
        checked=services.now().replace(microsecond=0),
    )
    with services.store.write() as tx:
        identities.keep_web_check(tx, check)
        detail = {"did": check.did, "result": result.value}
        journal.add(tx, services.now_s(), "identity.web_checked", web_did, detail)
    return check


def url_of(domain: str) -> str:
    """Return the address at which a domain's file has to be found. Raises UsageProblem."""
    return did_web.url_of(did_web.did_of(domain))


def challenge_to_sign(
    text: str, registry: str, services: Services, name_or_did: str = ""
) -> dict[str, Any]:
    """Return the object that would be signed, to be shown first. Raises UsageProblem.

    A registry of the library is named by its address: what the user calls it says nothing to
    others, and another registry of that name could pass the answer on.
    """
    did = find_identity(name_or_did, services).party.did
    with services.store.read() as connection:
        known = {one.name: one.url for one in registries.everyone(connection) if not one.by_hand}
    named = known.get(" ".join(registry.split()), registry)
    return challenges.challenge_document(text, named, did, services.now())


def answer_challenge(document: Mapping[str, Any], services: Services) -> dict[str, Any]:
    """Sign what challenge_to_sign returned, and remember that. Raises KeyProblem."""
    key = signing_key(str(document["did"]), services)
    signed = challenges.sign_challenge(document, key, services.now())
    with services.store.write() as tx:
        detail = {"did": key.did}
        journal.add(tx, services.now_s(), "challenge.signed", str(document["registry"]), detail)
    return signed


def _look(web_did: str, identity: Identity, services: Services) -> tuple[WebResult, str]:
    url = did_web.url_of(web_did)
    try:
        reply = services.transport.call("GET", url)
    except Offline:
        return WebResult.UNREACHABLE, f"Nothing answers at {url}. Nothing was decided by that."
    except RegistryProblem as problem:
        said = problem.message.replace("The registry", "The web site").replace(
            "registry's", "web site's"
        )
        return WebResult.WRONG, said
    if reply.status != 200:
        return WebResult.WRONG, f"There is no such file at {url} (status {reply.status})."
    try:
        did_web.check_did_document(reply.body, web_did, identity.party.did)
    except SignatureProblem as problem:
        return WebResult.WRONG, problem.message
    return WebResult.CONFIRMED, ""
