"""The certificate that signs copies: made when it is needed, kept, followed after a year."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from desktop.errors import KeyProblem
from desktop.flows.certifying import certificate_of, sign_copies
from desktop.flows.checking import verify_library
from desktop.flows.identifying import my_key
from desktop.flows.renewing import revoke, rotate
from desktop.model.times import utc_now
from desktop.services import Services
from tests.studio import open_studio


def test_it_is_made_once_and_followed_by_another_when_it_is_a_year_old(studio: Services) -> None:
    did = my_key(studio).did
    assert certificate_of(did, studio) is None
    first = sign_copies(studio)
    assert sign_copies(studio).certificate == first.certificate == certificate_of(did, studio)
    assert first.signer.key_pem.startswith(b"-----BEGIN PRIVATE KEY")
    later = utc_now() + timedelta(days=366)
    studio.now = lambda: later
    second = sign_copies(studio)
    assert second.certificate.number == 2
    assert second.certificate.ends > first.certificate.ends
    assert all(check.ok for check in verify_library(studio))


def test_no_secret_of_it_is_written_anywhere(studio: Services) -> None:
    secret = sign_copies(studio).signer.key_pem.splitlines()[1]
    kept = [path for path in studio.library.rglob("*") if path.is_file()]
    assert kept
    assert not any(secret in path.read_bytes() for path in kept)


def test_another_key_has_another_and_a_revoked_one_signs_nothing(studio: Services) -> None:
    first = sign_copies(studio)
    rotate("", "", studio)
    assert sign_copies(studio).certificate.did != first.certificate.did
    revoke("", "lost", studio)
    with pytest.raises(KeyProblem, match="revoked"):
        sign_copies(studio)


def test_without_an_identity_it_is_said(tmp_path: Path, cheap_keys: None) -> None:
    with open_studio(tmp_path / "library") as services, pytest.raises(KeyProblem, match="identity"):
        sign_copies(services)
