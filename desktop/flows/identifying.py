"""Who I am: my identities, which of them signs, and the key that goes with what was signed."""

from __future__ import annotations

from dataclasses import replace

from desktop.errors import AppError, KeyProblem, UsageProblem
from desktop.identity.key_notices import revocation_notice
from desktop.identity.keys import SigningKey
from desktop.identity.private_files import make_private_folder, write_private
from desktop.model.identities import Identity, IdentityKind, KeyOrigin, KeyState, OwnKey
from desktop.model.works import Party
from desktop.services import Services
from desktop.store import identities, journal, parties

MAX_NAME_CHARACTERS = 200


def create_identity(
    name: str, services: Services, kind: IdentityKind = IdentityKind.PERSON
) -> Identity:
    """Make a key and keep it safe before the library names it.

    It signs from now on if it is the first, or the one that signed is revoked.

    Raises UsageProblem if the name is empty or taken; KeyProblem if the key could not be kept, and
    then nothing was changed.
    """
    name = checked_name(name)
    _refuse_twice(name, services)
    before = who_am_i(services)
    key = SigningKey.generate()
    kept_in = services.keys.keep(key)
    prepare_revocation(key, services)
    now_s = services.now_s()
    with services.store.write() as tx:
        party = parties.add(tx, Party(name=name, did=key.did, is_self=True), now_s)
        identities.add(tx, party.party_id, kind, key.did, KeyOrigin.MADE, now_s)
        if before is not None and before.revoked:
            identities.make_current(tx, party.party_id)
        journal.add(tx, now_s, "identity.created", key.did, {"party_id": party.party_id})
    return replace(find_identity(key.did, services), kept_in=kept_in)


def who_am_i(services: Services) -> Identity | None:
    """Return the identity that signs, or None before there is one."""
    with services.store.read() as connection:
        return identities.current(connection)


def my_identities(services: Services) -> list[Identity]:
    """Return all identities of this library, oldest first."""
    with services.store.read() as connection:
        return identities.everyone(connection)


def find_identity(name_or_did: str, services: Services) -> Identity:
    """Return the identity of that name or key; "": the one that signs. Raises UsageProblem."""
    with services.store.read() as connection:
        if name_or_did:
            return identities.find(connection, name_or_did)
        known = identities.current(connection)
    if known is None:
        raise UsageProblem("There is no identity yet.", advice="`identity init --name NAME`")
    return known


def use_identity(name_or_did: str, services: Services) -> Identity:
    """Let an identity sign from now on; claims that were signed stay as they are.

    Raises UsageProblem if there is none of that name, KeyProblem if it was revoked.
    """
    chosen = find_identity(name_or_did, services)
    _refuse_ended(chosen.key)
    if not chosen.current:
        with services.store.write() as tx:
            identities.make_current(tx, chosen.party.party_id)
            journal.add(tx, services.now_s(), "identity.used", chosen.party.did, {})
    return replace(chosen, current=True)


def my_key(services: Services) -> SigningKey:
    """Return the open key of the identity that signs.

    Raises KeyProblem: no identity, a revoked one, wrong or missing password.
    """
    return signing_key(_me(services).party.did, services)


def my_key_for_requests(services: Services) -> SigningKey:
    """Return the open key of who signs, to ask what became of claims; a revoked one still may.

    Raises KeyProblem: no identity, wrong or missing password.
    """
    return request_key(_me(services).party.did, services)


def signing_key(did: str, services: Services) -> SigningKey:
    """Return the open key of did, to sign something new with.

    Raises KeyProblem: not ours, replaced, revoked, wrong or missing password.
    """
    _refuse_ended(_own_key(did, services))
    return services.keys.load(did)


def answering_key(did: str, services: Services) -> SigningKey:
    """Return the open key of did, to speak about a claim that was signed with it.

    Nobody else may, so a replaced key still does; a revoked one does not. Raises as signing_key.
    """
    key = _own_key(did, services)
    if key.state is KeyState.REVOKED:
        _refuse_ended(key)
    return services.keys.load(did)


def request_key(did: str, services: Services) -> SigningKey:
    """Return the open key of did for requests about what was signed with it.

    A registry knows a claim by its claimant's key: a replaced or revoked key still sends what was
    signed before, and reads what became of it. Raises KeyProblem as signing_key does.
    """
    _own_key(did, services)
    return services.keys.load(did)


def prepare_revocation(key: SigningKey, services: Services) -> None:
    """Write down a revocation in advance, for the day the key is lost. Raises KeyProblem."""
    notice = revocation_notice(key, reason="", created=services.now(), prepared=True)
    folder = services.library / "revocations"
    make_private_folder(folder)
    write_private(folder / f"{key.did.rpartition(':')[2]}.json", notice.document)


def checked_name(name: str) -> str:
    """Return a name in one line. Raises UsageProblem."""
    plain = " ".join(name.split())
    if not plain or len(plain) > MAX_NAME_CHARACTERS:
        raise UsageProblem("Your name is missing or far too long.", advice="Type it again.")
    return plain


def why_not(key: OwnKey) -> AppError | None:
    """Return why a key signs nothing new, or None if it does."""
    if key.state is KeyState.ACTIVE or key.ended is None:
        return None
    day = f"{key.ended:%d %B %Y}"
    if key.state is KeyState.REVOKED:
        return KeyProblem(
            f"This key was revoked on {day}, so nothing can be signed with it. What was signed "
            "before stays.",
            advice="Use another identity, or make a new one.",
        )
    return KeyProblem(
        f"This key was replaced by a newer one on {day}, and signs nothing new.",
        advice="The newer key signs now.",
    )


def _me(services: Services) -> Identity:
    identity = who_am_i(services)
    if identity is None:
        raise KeyProblem(
            "There is no identity yet, so nothing can be signed.",
            advice="Tell your name first: `identity init --name NAME`.",
        )
    return identity


def _own_key(did: str, services: Services) -> OwnKey:
    with services.store.read() as connection:
        key = identities.key(connection, did)
    if key is None:
        raise KeyProblem(
            "That key is not one of yours.", advice="Import it with `identity import` first."
        )
    return key


def _refuse_ended(key: OwnKey) -> None:
    problem = why_not(key)
    if problem is not None:
        raise problem


def _refuse_twice(name: str, services: Services) -> None:
    for known in my_identities(services):
        if known.party.name.casefold() == name.casefold() and not known.revoked:
            raise UsageProblem(
                f"There is an identity called {known.party.name} in this library already.",
                advice="Use it, or give the other one a name of its own.",
            )
