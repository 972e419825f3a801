"""Certificates of the user's own: as C2PA wants them, and no secret beside the signing key."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import c2pa
import pytest
from cryptography import x509
from PIL import Image

from desktop.errors import KeyProblem
from desktop.identity.certificates import make_certificate, private_key_of
from desktop.identity.keys import SigningKey
from desktop.model.certificates import Certificate

SEED = bytes(range(32))
SOURCE = {"digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation"}


def now() -> datetime:
    return datetime.now(UTC)


def signed(certificate: Certificate, key: SigningKey) -> dict[str, Any]:
    """Return what a strict reader says of a picture whose manifest the certificate signed."""
    picture, copy = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(picture, "JPEG")
    picture.seek(0)
    manifest = {
        "claim_generator_info": [{"name": "test"}],
        "assertions": [
            {"label": "c2pa.actions", "data": {"actions": [{"action": "c2pa.created", **SOURCE}]}},
        ],
    }
    signer = c2pa.Signer.from_info(
        c2pa.C2paSignerInfo(
            "es256",
            certificate.chain.encode(),
            private_key_of(certificate, key).encode(),
            None,
        )
    )
    with signer, c2pa.Builder(json.dumps(manifest)) as builder:
        builder.sign(signer, "image/jpeg", picture, copy)
    copy.seek(0)
    with c2pa.Reader("image/jpeg", copy) as reader:
        said: dict[str, Any] = json.loads(reader.json())
    return said


@pytest.mark.parametrize(
    "name", ["Ana Sousa", "渡辺 " * 60, "\ud800x"], ids=["plain", "long", "broken"]
)
def test_what_it_signs_is_valid_and_on_no_trust_list(name: str) -> None:
    key = SigningKey(SEED)
    first = make_certificate(key, name, now())
    second = make_certificate(key, name, now(), first)
    for certificate in (first, second):
        said = signed(certificate, key)
        assert said["validation_state"] == "Valid"
        faults = said["validation_results"]["activeManifest"]["failure"]
        assert [one["code"] for one in faults] == ["signingCredential.untrusted"]
    assert (first.number, second.number) == (1, 2)
    leaf, authority = x509.load_pem_x509_certificates(second.chain.encode())
    assert authority == x509.load_pem_x509_certificates(first.chain.encode())[1]
    assert authority.not_valid_after_utc > leaf.not_valid_after_utc > now() + timedelta(days=3650)


def test_the_same_key_signs_again_on_another_computer_and_no_other_does() -> None:
    certificate = make_certificate(SigningKey(SEED), "Ana Sousa", now())
    assert private_key_of(certificate, SigningKey(SEED)) == private_key_of(
        certificate, SigningKey(bytes(range(32)))
    )
    with pytest.raises(KeyProblem):
        private_key_of(certificate, SigningKey.generate())


def test_neither_key_tells_of_the_other_and_none_is_in_the_certificate() -> None:
    key = SigningKey(SEED)
    first = make_certificate(key, "Ana Sousa", now())
    second = make_certificate(key, "Ana Sousa", now(), first)
    assert private_key_of(first, key) != private_key_of(second, key)
    assert "PRIVATE" not in first.chain
