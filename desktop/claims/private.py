"""The part of a claim that never leaves: how to reach others, and what evidence was called.

A claim commits to it by its hash, so that it can be shown later to whom it concerns.
"""

from __future__ import annotations

import secrets

import iscc_lib

from desktop.identity.canonical import canonical_bytes
from desktop.model.works import Work

_SALT_BYTES = 16


def private_part(work: Work) -> bytes | None:
    """Return the private part of a work's claim as canonical bytes, or None if there is nothing.

    A random salt lets nobody guess a contact from the hash.
    """
    contacts = {
        share.party.party_id: {"name": share.party.name, "contact": share.party.contact}
        for share in work.shares
        if share.party.contact
    }
    named = [{"sha256": one.sha256, "name": one.name} for one in work.evidence if one.name]
    if not contacts and not named:
        return None
    return canonical_bytes(
        {
            "type": ["OpenClaimPrivatePart"],
            "version": "1.0",
            "salt": secrets.token_hex(_SALT_BYTES),
            "contacts": list(contacts.values()),
            "evidence": named,
        }
    )


def metahash(private: bytes) -> str:
    """Return the BLAKE3 multihash of a private part, as ISCC metahashes are written."""
    return str(iscc_lib.gen_instance_code_v0(private)["datahash"])
