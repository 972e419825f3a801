"""What an ISCC-HUB is sent, what of its answers is believed, and what its refusals mean."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import base58
import pytest

from desktop.errors import (
    LoginNeeded,
    Refused,
    RegistryProblem,
    SignatureProblem,
    Untrusted,
    UsageProblem,
)
from desktop.identity.canonical import canonical_bytes, parse_json
from desktop.identity.keys import SigningKey
from desktop.model.iscc_ids import iscc_id, read_iscc_id
from desktop.registries import iscc_notes as notes
from desktop.registries.connector import Envelope, Link, Parcel, Verdict
from desktop.registries.did_web import document_url, names_of, read_did_document
from desktop.registries.iscc_hub import IsccHub, read_gateway, read_hub_id
from desktop.registries.iscc_hub_answers import Said, outcome_of
from desktop.registries.iscc_hub_receipts import check_receipt, read_receipt
from desktop.registries.transport import Reply, Transport
from tests.practice.claimant import Claimant
from tests.registries.hub import Hub, No

VECTORS = Path(__file__).parent / "vectors" / "iscc-hub"
HUB_URL = "http://localhost:8000"
KEY = SigningKey(bytes(range(32)))
NOW = datetime(2026, 1, 31, 12, 34, 56, 789_900, tzinfo=UTC)


def vector(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_bytes())


def vector_key() -> SigningKey:
    return SigningKey(base58.b58decode(vector("keypair")["secret"][1:])[2:])


def claim(seed: str = "a picture", key: SigningKey = KEY) -> bytes:
    return canonical_bytes(Claimant(key=key).claim(seed))


def note_of(document: bytes, **more: Any) -> dict[str, Any]:
    made = notes.make_note(document, hub_id=more.pop("hub_id", 5), moment=NOW, key=KEY, **more)
    result: dict[str, Any] = parse_json(made)
    return result


def test_the_note_of_the_vectors_is_signed_alike() -> None:
    sent = vector("note")
    assert notes.verify_note(sent) == vector("keypair")["public"]
    bare = {name: value for name, value in sent.items() if name != "signature"}
    assert notes.sign_note(bare, vector_key()) == sent
    with pytest.raises(SignatureProblem):
        notes.verify_note({**sent, "nonce": "0" * 32})
    with pytest.raises(SignatureProblem):
        notes.verify_note(bare)


def test_a_note_holds_the_fingerprint_and_nothing_private() -> None:
    document = claim()
    note = note_of(document)
    fingerprint = parse_json(document)["fingerprint"]
    assert set(note) == {
        "iscc_code", "datahash", "nonce", "timestamp", "units", "metahash", "signature",
    }  # fmt: skip
    assert note["iscc_code"] == fingerprint["iscc"]
    assert note["datahash"] == fingerprint["datahash"]
    assert note["units"] == fingerprint["units"][:-1], "all but the Instance-Code"
    assert note["timestamp"] == "2026-01-31T12:34:56.789Z"
    assert notes.hub_id_of(note["nonce"]) == 5
    assert note["metahash"] == notes.metahash(document)
    assert note["signature"]["version"] == "ISCC-SIG v1.0"
    assert len(canonical_bytes(note)) < notes.MAX_NOTE_BYTES


def test_metahash_is_blake3_of_the_whole_signed_claim() -> None:
    """The hash of nothing is published by BLAKE3's authors."""
    nothing = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
    assert notes.metahash(b"") == "1e20" + nothing
    assert notes.metahash(claim()) != notes.metahash(claim() + b" ")


@pytest.mark.parametrize("hub_id", [0, 1, 5, 4095])
def test_nonces_name_their_hub_and_never_repeat(hub_id: int) -> None:
    made = {notes.new_nonce(hub_id) for _ in range(200)}
    assert len(made) == 200
    assert {notes.hub_id_of(nonce) for nonce in made} == {hub_id}
    assert {len(nonce) for nonce in made} == {32}
    assert len({nonce[-1] for nonce in made}) == 16


def test_a_gateway_only_where_the_user_gave_one() -> None:
    gateway = "https://ana.example/{iscc_id}"
    assert note_of(claim(), gateway=gateway)["gateway"] == gateway


def test_units_that_do_not_make_up_the_code_are_left_out() -> None:
    fingerprint = parse_json(claim())["fingerprint"]
    code, datahash, units = (fingerprint[name] for name in ("iscc", "datahash", "units"))
    assert notes.units_for(code, datahash, units) == units[:-1]
    other = parse_json(claim("another"))["fingerprint"]
    for wrong in (
        other["units"],
        [other["units"][0], *units[1:]],
        units[:-1],
        units[-1:],
        [units[0]] * 5 + [units[-1]],
        ["ISCC:EAAA", *units[1:]],
    ):
        assert notes.units_for(code, datahash, wrong) == []


def test_iscc_ids_hold_time_and_hub() -> None:
    found = read_iscc_id(vector("receipt")["credentialSubject"]["declaration"]["iscc_id"])
    assert found is not None
    assert found.time == datetime(2026, 11, 22, 4, 52, 18, 784_963, tzinfo=UTC)
    assert found.hub_id == 0
    assert iscc_id(found.time, 0) == found.text
    latest = datetime(2112, 1, 1, tzinfo=UTC)
    assert read_iscc_id(iscc_id(latest, 4095)) is not None
    assert read_iscc_id(iscc_id(latest, 4095)).hub_id == 4095  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="no hub"):
        iscc_id(latest, 4096)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ISCC:",
        "PR-000001",
        "MAIWMDLD34N6YMAA",
        "ISCC:MAIWMDLD34N6YMA",
        "ISCC:MAIWMDLD34N6YMAAA",
        "ISCC:maiwmdld34n6ymaa",
        "ISCC:MAIWMDLD34N6YMA1",
        "ISCC:MAIWMDLD34N6YMA=",
        "ISCC:MAAWMDLD34N6YMAA",
        "ISCC:IAIWMDLD34N6YMAA",
        "ISCC:MAIWMDLD34N6YMÄA",
    ],
)
def test_what_is_no_iscc_id(text: str) -> None:
    assert read_iscc_id(text) is None


def test_the_hubs_keys_of_the_vectors() -> None:
    did, methods = read_did_document(canonical_bytes(vector("did")), HUB_URL)
    assert did == "did:web:localhost"
    assert list(methods) == vector("did")["assertionMethod"]
    assert document_url("https://hub.example/api/") == "https://hub.example/.well-known/did.json"


def test_names_a_host_may_have() -> None:
    assert names_of("https://hub.example") == {"did:web:hub.example"}
    assert names_of("https://HUB.example:8443/x") == {"did:web:hub.example%3A8443"}
    assert names_of("https://hub.example:443/") == {"did:web:hub.example"}
    assert names_of("http://127.0.0.1:99") == {"did:web:127.0.0.1%3A99", "did:web:127.0.0.1"}


def changed_did(**changes: Any) -> dict[str, Any]:
    document: dict[str, Any] = vector("did")
    method = document["verificationMethod"][0]
    for name, value in changes.items():
        if name in method and name != "id":
            method[name] = value
        else:
            document[name] = value
    return document


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "did:web:elsewhere.example"},
        {"id": "did:web:localhost%3A8001"},
        {"id": "did:web:localhost:path"},
        {"id": "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"},
        {"id": 5},
        {"verificationMethod": []},
        {"verificationMethod": {}},
        {"assertionMethod": []},
        {"assertionMethod": "did:web:localhost"},
        {"controller": "did:web:elsewhere.example"},
        {"type": "JsonWebKey"},
        {"publicKeyMultibase": "z6Mk"},
        {"publicKeyMultibase": None},
    ],
    ids=str,
)
def test_keys_that_are_not_believed(changes: dict[str, Any]) -> None:
    with pytest.raises(Untrusted):
        read_did_document(canonical_bytes(changed_did(**changes)), HUB_URL)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"id":NaN}', b"\xff", b'{"a":1,"a":2}'])
def test_keys_that_are_no_document(body: bytes) -> None:
    with pytest.raises(Untrusted):
        read_did_document(body, HUB_URL)


def read_vector(receipt: Any, **changes: Any) -> Any:
    did, methods = read_did_document(canonical_bytes(vector("did")), HUB_URL)
    given: dict[str, Any] = {
        "note": vector("note"),
        "claim_hash": "a" * 64,
        "issuer": did,
        "methods": methods,
    }
    return read_receipt(json.dumps(receipt).encode(), **{**given, **changes})


def test_the_receipt_of_the_vectors() -> None:
    receipt = read_vector(vector("receipt"))
    assert (receipt.number, receipt.sequence) == ("ISCC:MAIWMDLD34N6YMAA", 3)
    assert receipt.received == datetime(2026, 11, 22, 4, 52, 18, 784_963, tzinfo=UTC)
    assert parse_json(receipt.document) == vector("receipt")


@pytest.mark.parametrize("name", ["type", "issuer", "credentialSubject", "proof", "@context"])
def test_a_receipt_of_the_vectors_without_a_part(name: str) -> None:
    receipt = vector("receipt")
    del receipt[name]
    with pytest.raises(Untrusted):
        read_vector(receipt)


def test_a_receipt_for_another_note_or_from_another_hub() -> None:
    with pytest.raises(Untrusted, match="another declaration"):
        read_vector(vector("receipt"), note={**vector("note"), "metahash": "1e20" + "0" * 64})
    with pytest.raises(Untrusted, match="somebody else"):
        read_vector(vector("receipt"), issuer="did:web:hub.example")
    with pytest.raises(Untrusted, match="not its issuer's"):
        read_vector(vector("receipt"), methods={"did:web:localhost#z6Mk": b"\0" * 32})


@pytest.fixture
def hub_link() -> Any:
    """Make links to a hub; their transport is closed at the end."""
    transport = Transport()

    def link(hub: Hub, **more: Any) -> Link:
        given: dict[str, Any] = {
            "transport": transport,
            "url": hub.url,
            "key": KEY,
            "now": lambda: datetime.now(UTC),
            "options": {"hub_id": hub.hub_id},
        }
        return Link(**{**given, **more})

    yield link
    transport.close()


def send(connector: IsccHub, document: bytes, **more: Any) -> Any:
    description = connector.describe()
    parcel = Parcel(claim_hash="c" * 64, document=document, **more)
    envelope = more.pop("envelope", None) or connector.envelope(parcel)
    from dataclasses import replace

    (outcome,) = connector.submit([replace(parcel, envelope=envelope)], description)
    return outcome


def test_a_declaration_and_its_receipt(hub_link: Any) -> None:
    with Hub(hub_id=77) as hub:
        document = claim()
        connector = IsccHub(hub_link(hub))
        described = connector.describe()
        assert (described.batch, described.did, described.vouched) == (1, hub.did, False)
        outcome = send(connector, document)
        assert (outcome.verdict, outcome.words, outcome.notice) == (Verdict.RECEIVED, "", "")
        (made,) = hub.log
        assert outcome.number == made.iscc_id
        found = read_iscc_id(outcome.number)
        assert found is not None
        assert (found.hub_id, outcome.receipt.received) == (77, found.time)
        kept = parse_json(outcome.receipt.document)
        check_receipt(kept, "", document, described.methods)
        with pytest.raises(SignatureProblem, match="another claim"):
            check_receipt(kept, "", claim("another"), described.methods)
        with pytest.raises(SignatureProblem, match="another person"):
            check_receipt(kept, "", claim(key=SigningKey.generate()), described.methods)
        assert hub.forced == [False]


def subject(receipt: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = receipt["credentialSubject"]
    return found


SPOILED: dict[str, Any] = {
    "another type": lambda r: r.update(type=["VerifiableCredential"]),
    "another issuer": lambda r: r.update(issuer="did:web:hub.example"),
    "another person": lambda r: subject(r).update(id=SigningKey.generate().did),
    "another note": lambda r: subject(r)["declaration"]["iscc_note"].update(gateway="https://x.y"),
    "no note": lambda r: subject(r)["declaration"].pop("iscc_note"),
    "no id": lambda r: subject(r)["declaration"].update(iscc_id="ISCC:MAIW"),
    "id no text": lambda r: subject(r)["declaration"].update(iscc_id=5),
    "another hub": lambda r: subject(r)["declaration"].update(
        iscc_id=iscc_id(datetime.now(UTC), 9)
    ),
    "another time": lambda r: subject(r)["declaration"].update(
        iscc_id=iscc_id(datetime.now(UTC) - timedelta(hours=1), 0)
    ),
    "no number": lambda r: subject(r)["declaration"].update(seq="3"),
    "true as number": lambda r: subject(r)["declaration"].update(seq=True),
    "subject a list": lambda r: r.update(credentialSubject=[1]),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_signed_receipt_that_is_not_believed(hub_link: Any, how: str) -> None:
    with Hub(spoil=SPOILED[how]) as hub:
        outcome = send(IsccHub(hub_link(hub)), claim())
        assert outcome.verdict is Verdict.NOT_BELIEVED
        assert outcome.receipt is None


@pytest.mark.parametrize("how", SPOILED)
def test_a_receipt_that_was_tampered_with(hub_link: Any, how: str) -> None:
    with Hub(tamper=SPOILED[how]) as hub:
        assert send(IsccHub(hub_link(hub)), claim()).verdict is Verdict.NOT_BELIEVED


def test_a_receipt_signed_by_another_key(hub_link: Any) -> None:
    with Hub() as hub:
        connector = IsccHub(hub_link(hub))
        description = connector.describe()
        hub.key = SigningKey.generate()
        parcel = Parcel(claim_hash="c", document=claim())
        sent = Parcel(claim_hash="c", document=parcel.document, envelope=connector.envelope(parcel))
        (outcome,) = connector.submit([sent], description)
        assert outcome.verdict is Verdict.NOT_BELIEVED
        assert "not its issuer's" in outcome.words


def reply(name: str) -> Reply:
    error = vector("errors")[name]
    return Reply(status=error["status"], headers={}, body=json.dumps(error["body"]).encode())


OWN = "z6Mkkrnnj1czsqeBs3Vr19PvivWYJR2tnXw9YKhqKN6KUsVf"
FRESH = Envelope(document=b"{}")


@pytest.mark.parametrize(
    ("name", "own", "verdict", "words"),
    [
        ("own duplicate", OWN, Verdict.RECOVERED, "Declared; receipt lost"),
        ("other's duplicate", "z6Mkother", Verdict.CONFLICT, "Another key"),
        ("same nonce, other content", OWN, Verdict.AGAIN, "random number"),
        ("unknown field", OWN, Verdict.REFUSED, "Unknown fields not allowed: title"),
        ("null field", OWN, Verdict.REFUSED, "'gateway' must not be null"),
    ],
)
def test_what_each_refusal_means_for_a_claim(
    name: str, own: str, verdict: Verdict, words: str
) -> None:
    outcome = outcome_of(Said.of(reply(name)), "c", FRESH, own)
    assert outcome is not None
    assert outcome.verdict is verdict
    assert words in outcome.words
    if "duplicate" in name:
        assert "ISCC:MAIWMDLD34N6YMAA of 22 November 2026, 04:52 UTC" in outcome.words
    if verdict is Verdict.CONFLICT:
        assert outcome.conflict == {
            "existing_key": OWN,
            "existing_iscc_id": "ISCC:MAIWMDLD34N6YMAA",
            "time": "2026-11-22T04:52:18Z",
        }


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("wrong hub", RegistryProblem, "another number than the one you gave"),
        ("tampered", LoginNeeded, "does not accept our signature"),
    ],
)
def test_what_each_refusal_means_for_the_hub(name: str, kind: type, words: str) -> None:
    said = Said.of(reply(name))
    assert outcome_of(said, "c", FRESH, OWN) is None
    problem = said.problem(reply(name))
    assert type(problem) is kind
    assert words in problem.message
    assert problem.advice


def test_every_refusal_of_the_vectors_is_covered() -> None:
    assert set(vector("errors")) == {
        "own duplicate", "other's duplicate", "same nonce, other content", "old timestamp",
        "wrong hub", "tampered", "unknown field", "null field",
    }  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'{"error":5}', b'{"error":{"code":5,"message":null}}', b"\xff"],
)
def test_refusals_that_cannot_be_read(body: bytes) -> None:
    said = Said.of(Reply(status=422, headers={}, body=body))
    assert (said.code, said.words) == ("", "status 422")
    final = type(said.problem(Reply(status=422, headers={}, body=body))) is Refused
    assert final == (b'{"code"' in body), "half a reply, or a proxy's page, is no final word"


def test_the_hub_of_the_tests_refuses_as_the_real_one(hub_link: Any) -> None:
    """Its codes and words are those of the vectors."""
    with Hub() as hub:
        document = claim()
        note = parse_json(notes.make_note(document, hub_id=0, moment=datetime.now(UTC), key=KEY))

        def said(change: dict[str, Any], *, sign: bool = True) -> dict[str, Any]:
            bare = {**note, **change}
            signature = bare.pop("signature")
            made = notes.sign_note(bare, KEY) if sign else {**bare, "signature": signature}
            with pytest.raises(No) as caught:
                hub.take(json.dumps(made).encode(), force=False)
            return {"status": caught.value.status, "body": caught.value.body}

        expected = vector("errors")
        assert said({"title": "x"}) == expected["unknown field"]
        assert said({"gateway": None}) == expected["null field"]
        assert said({"metahash": "1e20" + "0" * 64}, sign=False) == expected["tampered"]
        assert said({"nonce": notes.new_nonce(5)}) == expected["wrong hub"]
        old = said({"timestamp": "2025-01-01T00:00:00.000Z"})["body"]["error"]
        assert old["code"] == expected["old timestamp"]["body"]["error"]["code"]
        assert said({"units": list(reversed(note["units"]))[:1]})["status"] == 422
        hub.take(json.dumps(note).encode(), force=False)
        assert said({"gateway": "https://a.example"}) == expected["same nonce, other content"]
        again = said({"nonce": notes.new_nonce(0)})
        found = again["body"]["error"]
        assert again["status"] == expected["own duplicate"]["status"]
        assert set(found) == set(expected["own duplicate"]["body"]["error"])


def test_an_address_without_a_hub(hub_link: Any) -> None:
    from tests.registries.stub import Stub, problem

    with Stub(lambda *_: problem(404, "No.")) as stub, pytest.raises(Untrusted, match=r"did\.json"):
        IsccHub(hub_link(Hub(), url=stub.url)).describe()


@pytest.mark.parametrize("text", ["-1", "4096", "x", "", "1.5", "٣", "0000009999", "9" * 20])
def test_numbers_that_no_hub_has(text: str) -> None:
    with pytest.raises(UsageProblem):
        read_hub_id(text)


@pytest.mark.parametrize(
    "text",
    [
        "example.org",
        "ftp://example.org",
        "https://",
        "https://example.org/{title}",
        "https://example.org/{iscc_id",
        "https://example.org/iscc_id}",
        "https://example.org/a b",
        "https://example.org/" + "x" * 2000,
    ],
)
def test_gateways_that_a_hub_refuses(text: str) -> None:
    with pytest.raises(UsageProblem):
        read_gateway(text)


def test_options_that_are_taken() -> None:
    assert [read_hub_id("0"), read_hub_id("4095")] == [0, 4095]
    template = "https://example.org/{iscc_id}?key={pubkey}"
    assert read_gateway(template) == template
