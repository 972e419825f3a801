"""Requests signed after RFC 9421 verify, and any change is noticed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desktop.errors import SignatureProblem
from desktop.identity.http_signatures import signature_headers, verify_request
from desktop.identity.keys import SigningKey

URL = "http://127.0.0.1:8000/claims?x=1"


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return SigningKey.generate()


def signed(key: SigningKey, body: bytes | None = b"{}", age_s: int = 0) -> dict[str, str]:
    created = datetime.now(UTC) - timedelta(seconds=age_s)
    return signature_headers("POST", URL, body, key, created=created)


def test_the_signer_is_named(key: SigningKey) -> None:
    assert verify_request("POST", URL, signed(key), b"{}") == key.did


def test_a_request_without_a_body(key: SigningKey) -> None:
    headers = signature_headers("GET", URL, None, key, created=datetime.now(UTC))
    assert "Content-Digest" not in headers
    assert verify_request("GET", URL, headers, b"") == key.did


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("PUT", URL, b"{}"),
        ("POST", URL + "2", b"{}"),
        ("POST", URL, b"{ }"),
        ("POST", URL, b""),
    ],
)
def test_any_change_is_noticed(key: SigningKey, method: str, url: str, body: bytes) -> None:
    with pytest.raises(SignatureProblem):
        verify_request(method, url, signed(key), body)


def test_a_body_without_a_signed_digest_is_refused(key: SigningKey) -> None:
    with pytest.raises(SignatureProblem):
        verify_request("POST", URL, signed(key, body=None), b"{}")


@pytest.mark.parametrize("age_s", [1300, -700])
def test_old_and_future_signatures_are_refused(key: SigningKey, age_s: int) -> None:
    with pytest.raises(SignatureProblem):
        verify_request("POST", URL, signed(key, age_s=age_s), b"{}")


def test_an_unsigned_request_is_refused() -> None:
    with pytest.raises(SignatureProblem):
        verify_request("POST", URL, {}, b"{}")
