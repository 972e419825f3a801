"""The certificate that signs published copies: made on this computer when it is first needed.

It is valid, and on no trust list: nobody but the user vouches for the name in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from desktop.flows.identifying import my_key, who_am_i
from desktop.flows.whole_files import write_whole
from desktop.identity.certificates import (
    RENEWED_AFTER,
    authority_pem,
    make_certificate,
    private_key_of,
)
from desktop.model.certificates import Certificate
from desktop.model.copies import Signer
from desktop.services import Services
from desktop.store import certificates, journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """What signs manifests now. certificate_id: its number in the store. new: made just now."""

    certificate_id: int
    certificate: Certificate
    new: bool = False
    signer: Signer = field(repr=False)


def certificate_of(did: str, services: Services) -> Certificate | None:
    """Return the certificate of a key of the user's, as it is; None before one was needed."""
    with services.store.read() as connection:
        found = certificates.newest(connection, did)
    return found[1] if found else None


def sign_copies(services: Services) -> Signing:
    """Return what signs manifests, with a new certificate if there is none or it is a year old.

    A new one as well if the name changed, or the clock says that the old one does not hold.
    Raises KeyProblem: no identity, a revoked one, wrong or missing password.
    """
    key = my_key(services)
    me = who_am_i(services)
    name = me.party.name if me else ""
    with services.store.read() as connection:
        found = certificates.newest(connection, key.did)
    new = found is None or not _still_good(found[1], name, services)
    if found is None or new:
        made = make_certificate(key, name, services.now(), found[1] if found else None)
        now_s = services.now_s()
        with services.store.write() as tx:
            certificate_id = certificates.keep(tx, made, now_s)
            journal.add(tx, now_s, "certificate.made", key.did, {"number": made.number})
        found = (certificate_id, made)
    certificate_id, certificate = found
    signer = Signer(
        certificates_pem=certificate.chain.encode(),
        key_pem=private_key_of(certificate, key).encode(),
    )
    return Signing(certificate_id=certificate_id, certificate=certificate, new=new, signer=signer)


def write_authority(target: Path, services: Services, *, force: bool = False) -> Certificate:
    """Write the certificate by which others can check who signed copies; nothing in it is secret.

    Whoever puts it on a trust list of theirs sees the user's copies as trusted, and nobody else
    does. Raises KeyProblem as sign_copies does; UsageProblem, DiskFull.
    """
    certificate = sign_copies(services).certificate
    data = authority_pem(certificate)
    write_whole(target, lambda file: file.write(data), force=force)
    return certificate


def _still_good(certificate: Certificate, name: str, services: Services) -> bool:
    now = services.now()
    young = certificate.starts <= now < certificate.starts + RENEWED_AFTER
    return young and certificate.name == name
