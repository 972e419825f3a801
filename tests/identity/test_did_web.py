"""What a domain publishes is read strictly: its own name, this key, and that it may sign."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from desktop.errors import SignatureProblem, UsageProblem
from desktop.identity.did_web import (
    check_did_document,
    did_document,
    did_of,
    file_of,
    url_of,
    words_of,
)
from desktop.identity.keys import SigningKey

KEY, OTHER = SigningKey(b"\x01" * 32), SigningKey(b"\x02" * 32)
DID = "did:web:ana.example"
Document = dict[str, Any]


@pytest.mark.parametrize(
    ("address", "did", "url"),
    [
        ("ana.example", DID, "https://ana.example/.well-known/did.json"),
        ("ANA.Example/", DID, "https://ana.example/.well-known/did.json"),
        (DID, DID, "https://ana.example/.well-known/did.json"),
        ("https://ana.example/.well-known/did.json", DID, "https://ana.example/.well-known/did.json"),
        ("ana.example/of/Ana", f"{DID}:of:Ana", "https://ana.example/of/Ana/did.json"),
        (f"{DID}:of:Ana", f"{DID}:of:Ana", "https://ana.example/of/Ana/did.json"),
        ("ana.example:8443", f"{DID}%3A8443", "https://ana.example:8443/.well-known/did.json"),
        (f"{DID}%3A8443:x", f"{DID}%3A8443:x", "https://ana.example:8443/x/did.json"),
        ("localhost:80", "did:web:localhost%3A80", "http://localhost:80/.well-known/did.json"),
    ],
)  # fmt: skip
def test_domains(address: str, did: str, url: str) -> None:
    assert did_of(address) == did
    assert url_of(did) == url
    assert did_of(words_of(did)) == did
    assert url.endswith("/" + file_of(did).as_posix())


@pytest.mark.parametrize(
    "address",
    ["", "ana", "http://ana.example", "ana..example", "-a.example", "ana.example/..", "a b.example",
     "ana.example/%2e%2e", "user@ana.example", "ana.example:0", "ana.example:99999", "192.168.0.1",
     "ana.example/x?y", "ana.example/#k", "ána.example", "did:web:", "did:web:ana.example:..",
     "ana.example//x", "x" * 300 + ".example", "localhost.:80", "127.0.0.1.nip.example\n"],
)  # fmt: skip
def test_what_is_no_domain(address: str) -> None:
    if address.endswith("\n"):
        assert did_of(address) == "did:web:127.0.0.1.nip.example"
        return
    with pytest.raises(UsageProblem):
        did_of(address)


def test_what_is_written_is_what_is_looked_for() -> None:
    document = did_document(DID, KEY.did)
    assert document["id"] == DID
    assert document["alsoKnownAs"] == [KEY.did]
    (method,) = document["verificationMethod"]
    multikey = KEY.did.removeprefix("did:key:")
    assert method == {
        "id": f"{DID}#{multikey}",
        "type": "Multikey",
        "controller": DID,
        "publicKeyMultibase": multikey,
    }
    assert document["assertionMethod"] == document["authentication"] == [method["id"]]
    check_did_document(json.dumps(document).encode(), DID, KEY.did)


def _relative(document: Document) -> None:
    document["verificationMethod"][0]["id"] = "#key-1"
    document["assertionMethod"] = ["#key-1"]


def _embedded(document: Document) -> None:
    document["assertionMethod"] = [document.pop("verificationMethod")[0]]


def _more_keys(document: Document) -> None:
    more = did_document(DID, OTHER.did)
    document["verificationMethod"] = more["verificationMethod"] + document["verificationMethod"]


@pytest.mark.parametrize("change", [_relative, _embedded, _more_keys])
def test_other_ways_to_say_the_same(change: Callable[[Document], None]) -> None:
    document = did_document(DID, KEY.did)
    change(document)
    check_did_document(json.dumps(document).encode(), DID, KEY.did)


def _another_name(document: Document) -> None:
    document["id"] = "did:web:mallory.example"


def _another_controller(document: Document) -> None:
    document["verificationMethod"][0]["controller"] = "did:web:mallory.example"


def _another_key(document: Document) -> None:
    document["verificationMethod"][0]["publicKeyMultibase"] = OTHER.did.removeprefix("did:key:")


def _may_not_sign(document: Document) -> None:
    document["assertionMethod"] = []


def _only_logs_in(document: Document) -> None:
    del document["assertionMethod"]


def _strange_lists(document: Document) -> None:
    document["verificationMethod"] = 7


@pytest.mark.parametrize(
    "change",
    [
        _another_name,
        _another_controller,
        _another_key,
        _may_not_sign,
        _only_logs_in,
        _strange_lists,
    ],
)
def test_what_does_not_confirm(change: Callable[[Document], None]) -> None:
    document = did_document(DID, KEY.did)
    change(document)
    with pytest.raises(SignatureProblem):
        check_did_document(json.dumps(document).encode(), DID, KEY.did)


@pytest.mark.parametrize("data", [b"", b"<html>", b"[]", b"7", b'{"id": 1}', b'{"a":1,"a":2}'])
def test_what_is_no_document(data: bytes) -> None:
    with pytest.raises(SignatureProblem):
        check_did_document(data, DID, KEY.did)
