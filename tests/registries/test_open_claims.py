"""The claimant's side of the Open Claims API: what is sent, and what is believed of the answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from desktop.errors import Refused, Untrusted
from desktop.identity.canonical import canonical_bytes
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import sign_document
from desktop.model.times import utc_now
from desktop.practice.server import PracticeServer
from desktop.registries.answers import plain_words
from desktop.registries.connector import Parcel, Verdict
from desktop.registries.open_claims import OpenClaims, read_description, read_signed
from desktop.registries.transport import Transport
from tests.practice.claimant import Claimant, hash_of
from tests.practice.contract import Contract
from tests.registries.stub import Stub

KEY = SigningKey.generate()


@pytest.fixture
def transport() -> Iterator[Transport]:
    """A transport, closed at the end."""
    made = Transport()
    yield made
    made.close()


class Watching(Transport):
    """Checks every request against openclaims.yaml before it leaves."""

    def call(self, method: str, url: str, **more: Any) -> Any:
        """Check, then call."""
        request = requests.Request(
            method, url, headers=dict(more.get("headers") or {}), data=more.get("body")
        )
        Contract.load().check_request(request.prepare())
        return super().call(method, url, **more)


def test_every_request_keeps_the_contract(registry: PracticeServer) -> None:
    claimant = Claimant(key=KEY)
    claim = claimant.claim()
    transport = Watching()
    try:
        description = OpenClaims(transport, registry.url, None).describe()
        connector = OpenClaims(transport, description.api, KEY)
        parcel = Parcel(claim_hash=hash_of(claim), document=canonical_bytes(claim))
        assert connector.envelope(parcel) is None
        (outcome,) = connector.submit([parcel], description)
        assert (outcome.verdict, outcome.words) == (Verdict.RECEIVED, "")
        assert outcome.receipt is not None
        assert outcome.claim_hash == hash_of(claim)
        page = connector.events("")
        assert [event.type for event in page.events] == ["claim.accepted"]
        assert page.events[0].claim_hash == hash_of(claim)
        assert connector.events(page.next).events == ()
        assert connector.claim(hash_of(claim))["status"] == "accepted"
        withdrawal = canonical_bytes(claimant.saying("Withdrawal", claim))
        assert connector.respond(hash_of(claim), "withdrawal", withdrawal)["status"] == "withdrawn"
        for call in (
            lambda: connector.statement("PS-209901-0001", 1),
            lambda: connector.remittance("PM-209901-0001"),
            lambda: connector.claim("0" * 64),
        ):
            with pytest.raises(Refused) as caught:
                call()
            assert caught.value.status == 404
    finally:
        transport.close()
        claimant.session.close()


def described(stub: Stub, **changes: Any) -> bytes:
    return canonical_bytes(stub.description(**changes))


def test_a_description_is_read() -> None:
    stub = Stub()
    with stub:
        found = read_description(described(stub), stub.url)
        assert (found.did, found.api, found.batch) == (stub.key.did, stub.url, 50)
        assert found.methods == {stub.key.method: stub.key.public_key}


@pytest.mark.parametrize(
    "changes",
    [
        {"api": "https://elsewhere.example"},
        {"api": "http://127.0.0.1:1"},
        {"did": KEY.did},
        {"did": "did:web:registry.example"},
        {"protocol": "open-claims-2"},
        {"version": "2.0"},
        {"limits": {"batch": 0, "body_bytes": 65_536}},
        {"limits": {"batch": 10, "body_bytes": 10}},
        {"currencies": ["EURO"]},
        {"name": ""},
        {"name": "x" * 301},
        {"keys": []},
        {"more": "x"},
    ],
    ids=lambda changes: str(changes).replace(KEY.did, "did:key:another"),
)
def test_a_description_that_is_not_believed(changes: dict[str, Any]) -> None:
    with Stub() as stub, pytest.raises(Untrusted):
        read_description(described(stub, **changes), stub.url)


BAD_JSON = [
    b"",
    b"null",
    b"[]",
    b"{",
    b'{"a": NaN}',
    b'{"a": 1, "a": 1}',
    b"[" * 100_000,
    b'{"a": "\xff"}',
    b"\xef\xbb\xbf{}",
    b'{"events":[],"more":false,"next":"000000"}x',
]


@pytest.mark.parametrize("body", BAD_JSON, ids=range(len(BAD_JSON)))
def test_answers_that_are_not_sound_json(transport: Transport, body: bytes) -> None:
    from tests.registries.stub import Answer

    with Stub(lambda *_: Answer(body=body)) as stub:
        connector = OpenClaims(transport, stub.url, KEY)
        description = read_description(described(stub), stub.url)
        with pytest.raises(Untrusted):
            connector.events("")
        with pytest.raises(Untrusted):
            connector.submit([Parcel(claim_hash="", document=b"{}")], description)
        with pytest.raises(Untrusted):
            connector.describe()
        with pytest.raises(Untrusted):
            connector.claim("0" * 64)


def test_words_of_a_stranger_are_one_plain_line() -> None:
    assert plain_words("a\x1b[31mb\r\n\tc\u202e d\x00") == "a [31mb c d"
    assert len(plain_words("x" * 10_000)) == 300


def statement(stub: Stub, **changes: Any) -> dict[str, Any]:
    amounts = dict.fromkeys(
        ("opening", "gross", "adjustments", "tax_withheld", "recouped", "reserve", "payable",
         "closing"), "0.00",
    )  # fmt: skip
    document = {
        "type": ["OpenClaimsStatement"],
        "version": "1.0",
        "registry": stub.key.did,
        "number": "S-1",
        "revision": 1,
        "payee": KEY.did,
        "period": {"start": "2026-01-01", "end": "2026-02-01"},
        "issued": "2026-02-03",
        "due": "2026-02-28",
        "currency": "EUR",
        **amounts,
        "deductions": [],
        "pools": [],
        "declared": {"lines": 0, "works": 0},
        "lines": [],
    }
    return sign_document({**document, **changes}, stub.key, created=utc_now())


def read(stub: Stub, document: Any) -> dict[str, Any]:
    description = read_description(described(stub), stub.url)
    return read_signed("Statement", json.dumps(document).encode(), description, KEY.did)


def test_a_signed_statement_is_read() -> None:
    with Stub() as stub:
        assert read(stub, statement(stub))["number"] == "S-1"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"payee": SigningKey.generate().did}, "another person"),
        ({"registry": SigningKey.generate().did}, "another registry"),
        ({"payable": "12..34"}, "breaks the protocol"),
        ({"payable": 12}, "breaks the protocol"),
        ({"type": ["OpenClaimsRemittance"]}, "breaks the protocol"),
        ({"more": 1}, "breaks the protocol"),
    ],
)
def test_a_signed_statement_that_is_not_believed(changes: dict[str, Any], words: str) -> None:
    with Stub() as stub, pytest.raises(Untrusted, match=words):
        read(stub, statement(stub, **changes))


def test_a_forged_statement() -> None:
    with Stub() as stub:
        made = statement(stub)
        with pytest.raises(Untrusted, match="changed or forged"):
            read(stub, made | {"payable": "1000.00"})
        with pytest.raises(Untrusted, match="no signature"):
            read(stub, {name: value for name, value in made.items() if name != "proof"})
        with pytest.raises(Untrusted, match="not a document"):
            read(stub, [made])
        with pytest.raises(Untrusted, match=r"cannot be read|changed or forged"):
            read(stub, made | {"payable": 2**60})
