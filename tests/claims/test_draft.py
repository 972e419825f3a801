"""The claim before and after signing: true to the protocol, to the preview, to the byte."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.claims.draft import claim_document, content_hash
from desktop.claims.preview import preview
from desktop.claims.private import metahash, private_part
from desktop.claims.sign import sign_claim, unsigned, verify_claim
from desktop.errors import ClaimProblem, SignatureProblem
from desktop.identity.canonical import canonical_bytes
from desktop.identity.keys import SigningKey
from desktop.model.claims import ClaimDraft
from desktop.model.fingerprints import Kind
from desktop.model.terms import Answer, Licensee, Price, PriceModel, Terms, Use
from desktop.model.works import (
    Basis,
    Capacity,
    Creator,
    Evidence,
    FingerprintFacts,
    Identifier,
    Interest,
    Known,
    Party,
    Publication,
    Reach,
    Right,
    Share,
    Work,
)
from desktop.protocol import check_document
from tests.studio import imaginary

GOLDEN = Path(__file__).parent / "golden_claim.json"
GOLDEN_EVERYTHING = Path(__file__).parent / "golden_claim_everything.json"
MULTIHASH = "1e20" + "0a" * 32
KEY = SigningKey(bytes(range(32)))
OTHER = SigningKey(bytes(range(1, 33)))
NOON = datetime(2026, 1, 31, 12, 34, 56, 789_000, tzinfo=UTC)
ME = Party(party_id=1, name="Ana Sousa", did=KEY.did, is_self=True)
BEN = Party(party_id=2, name="Ben Okafor", did=OTHER.did)
CLEO = Party(party_id=3, name="Cleo")


MD5 = imaginary(Path("x"), "harbour").md5


def new_id() -> UUID:
    return UUID("12345678-1234-4234-8234-123456789abc")


def work(**changes: Any) -> Work:
    made = imaginary(Path("/home/ana/secret client/harbour.png"), "harbour")
    facts = FingerprintFacts(
        fingerprint_id=7,
        kind=Kind.IMAGE,
        mediatype="image/png",
        iscc=made.iscc,
        units_256=made.units_256,
        datahash=made.datahash,
        sha256=made.sha256,
        md5=made.md5,
        size_bytes=4_711,
        width=640,
        height=480,
    )
    values = {
        "work_id": 987_654,
        "title": "Harbour at dawn",
        "kind": Kind.IMAGE,
        "fingerprint": facts,
        **changes,
    }
    return Work(**values)


def draft(**changes: Any) -> ClaimDraft:
    values = {
        "work": work(),
        "claimant": ME,
        "capacity": Capacity.AUTHOR,
        "terms": Terms(uses={}),
        **changes,
    }
    return ClaimDraft(**values)


def full() -> ClaimDraft:
    """Return a draft that uses everything a claim can say."""
    return draft(
        work=work(
            title="  Ångström's “Harbour” – 朝 🌅 ",
            creators=(Creator(name="Ana Sousa", role="photographer"), Creator(name="Zoë")),
            identifiers=(Identifier(scheme="isrc", value="PTB012600001"),),
            created="2024-03",
            ai_involvement="assisted",
            shares=(
                Share(party=ME, right=Right.TRAINING, fraction=Fraction(2, 3)),
                Share(party=BEN, right=Right.TRAINING, fraction=Fraction(1, 3)),
                Share(
                    party=CLEO,
                    right=Right.OUTPUT,
                    fraction=Fraction(1, 7),
                    territories=("DE", "PT"),
                ),
            ),
        ),
        capacity=Capacity.LEGAL_OWNER,
        terms=Terms(
            uses={Use.TRAIN: Answer.CONSTRAINED, Use.SEARCH: Answer.ALLOW},
            price=Price(
                model=PriceModel.PER_TRAINING, amount=Decimal("5.000000000000000001"),
                currency="EUR",
            ),
            note="Ask me first.",
            version=3,
        ),
        supersedes="ab" * 32,
    )  # fmt: skip


def everything() -> ClaimDraft:
    """Return a draft that uses what a claim can say since the third schema as well."""
    ben = replace(
        BEN, isni="0000000121032683", ipi="00014107338", contact="ben@band.example",
        reach=Reach.REACHABLE,
    )  # fmt: skip
    cleo = replace(CLEO, contact="the bar in Porto", reach=Reach.UNREACHABLE)
    master, publishing = Interest.MASTER, Interest.PUBLISHING
    song = work(
        publication=Publication(answer=Known.YES, on="2024-05", country="PT"),
        sole_owner=Known.NO,
        evidence=(
            Evidence(sha256="cd" * 32, kind="contract", name="secret.pdf", dated="2024-01-02"),
            Evidence(sha256="ef" * 32, kind="draft", note="the second verse"),
        ),
        previous=("ISCC:KACT4EBWK27737D2AYCJRAL5Z36G76RFRMO4554RU26HZ4ORJGIVHDI", MULTIHASH),
        shares=(
            Share(
                party=replace(ME, orcid="0000000218250097"), right=Right.TRAINING,
                fraction=Fraction(1, 2), interest=master, basis=Basis.CONTRACT,
                starts="2024-05-01", ends="2034-05-01",
            ),
            Share(party=ben, right=Right.TRAINING, fraction=Fraction(1, 2), interest=master),
            Share(party=cleo, right=Right.TRAINING, fraction=None, interest=publishing),
        ),
    )  # fmt: skip
    private = canonical_bytes({"salt": "00", "contacts": ["ben@band.example"]})
    return draft(work=song, claimant=replace(ME, orcid="0000000218250097"), private=private)


def in_detail() -> ClaimDraft:
    """Return a draft whose terms name a licensee, a last day and an address."""
    lumen = Licensee(name="Lumen", did="did:web:lumen.example", uses={Use.TRAIN: Answer.ALLOW})
    quiet = Licensee(name="Nobody said", uses={})
    return draft(
        terms=Terms(
            uses={Use.TRAIN: Answer.DENY},
            licensees=(lumen, quiet),
            expires=date(2027, 1, 31),
            address="https://ana.example/terms",
        )
    )


def document(made: ClaimDraft) -> dict[str, Any]:
    return claim_document(made, created=NOON, new_id=new_id)


def signed(made: ClaimDraft) -> bytes:
    return sign_claim(document(made), KEY, created=NOON).document


@pytest.mark.parametrize(
    "made",
    [draft(), full(), everything(), in_detail()],
    ids=["plain", "full", "everything", "in detail"],
)
def test_a_signed_claim_is_what_the_protocol_asks_for(made: ClaimDraft) -> None:
    check_document("Claim", json.loads(signed(made)))
    verify_claim(signed(made))


def test_the_bytes_never_change() -> None:
    """Fixed key, time and number: these bytes, forever. A registry may hold them."""
    assert signed(full()) == GOLDEN.read_bytes()
    assert signed(everything()) == GOLDEN_EVERYTHING.read_bytes()


def test_nothing_leaves_but_what_is_asked_for() -> None:
    """No path, no size, no MD5, no number of this library."""
    text = signed(full()).decode()
    for secret in ("/home", "secret client", "harbour.png", "4711", "987654", MD5):
        assert secret not in text


def test_how_to_reach_others_stays_here() -> None:
    text = signed(everything()).decode()
    for secret in ("ben@band.example", "the bar in Porto", "secret.pdf"):
        assert secret not in text
    part = private_part(everything().work)
    assert part is not None
    kept = json.loads(part)
    assert [one["contact"] for one in kept["contacts"]] == ["ben@band.example", "the bar in Porto"]
    assert kept["evidence"] == [{"sha256": "cd" * 32, "name": "secret.pdf"}]
    assert private_part(everything().work) != part, "a salt, so that nobody can guess a contact"
    assert private_part(work()) is None
    assert metahash(b"abc") == (
        "1e206437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"
    )


def leaves(value: Any) -> Iterator[str]:
    """Yield every value of a document as text."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif isinstance(value, bool):
        yield "yes" if value else "no"
    else:
        yield str(value)


@pytest.mark.parametrize(
    "made",
    [draft(), full(), everything(), in_detail()],
    ids=["plain", "full", "everything", "in detail"],
)
def test_the_preview_shows_every_value(made: ClaimDraft) -> None:
    """What is not shown does not leave: each value of the document stands in some line."""
    claim = document(made)
    lines = preview(claim)
    shown = "\n".join(f"{line.label} {line.value}" for line in lines).casefold()
    said = claim | {"type": [], "version": "", "terms": {**claim["terms"], "version": ""}}
    hidden = [
        leaf
        for leaf in leaves(said)
        if leaf.replace("WORLD", "worldwide").replace("_", " ").casefold() not in shown
        and leaf.casefold() not in shown
    ]
    assert hidden == []
    assert [line.value for line in lines if line.label == "Version of your terms"] == [
        str(claim["terms"]["version"])
    ]


def test_the_preview_answers_plain_questions() -> None:
    lines = {line.label: line.value for line in preview(document(everything()))}
    assert lines["Published"] == "yes on 2024-05 in PT"
    assert lines["You are the only owner"] == "no"
    assert lines["Share of training (publishing)"] == "Cleo: unknown, worldwide, unreachable"


@pytest.mark.parametrize("name", ["title", "kind", "ai_involvement"])
def test_the_preview_is_made_of_the_document(name: str) -> None:
    claim = document(draft())
    claim["work"][name] = "CANARY"
    assert any("CANARY" in line.value for line in preview(claim))


def test_the_document_shown_is_the_one_that_is_signed() -> None:
    claim = document(full())
    assert unsigned(sign_claim(claim, KEY, created=NOON).document) == claim


def test_without_shares_everything_is_mine() -> None:
    shares = document(draft())["shares"]
    assert [(share["right"], share["share"]) for share in shares] == [
        ("training", "1/1"),
        ("reference", "1/1"),
        ("output", "1/1"),
    ]
    assert all(share["party"] == {"name": ME.name, "did": ME.did} for share in shares)


def test_a_right_that_is_shared_is_not_mine_as_well() -> None:
    shares = document(full())["shares"]
    assert {share["right"]: share["share"] for share in shares if share["right"] != "training"} == {
        "output": "1/7",
        "reference": "1/1",
    }


def over(*parts: Share) -> ClaimDraft:
    return draft(work=work(shares=parts))


def training(party: Party, part: str, *places: str) -> Share:
    return Share(
        party=party,
        right=Right.TRAINING,
        fraction=Fraction(part),
        territories=places or ("WORLD",),
    )


def test_shares_over_the_whole_cannot_be_signed() -> None:
    exact = over(training(ME, "1/3"), training(BEN, "1/3"), training(CLEO, "1/3"))
    assert len(document(exact)["shares"]) == 5
    with pytest.raises(ClaimProblem, match=r"training add up to 100 %|more than the whole"):
        document(over(training(ME, "2/3"), training(BEN, "334/1000")))
    with pytest.raises(ClaimProblem, match="150 %"):
        document(over(training(ME, "1"), training(BEN, "1/2")))


def test_shares_of_different_places_do_not_add_up() -> None:
    apart = over(training(ME, "1", "DE"), training(BEN, "1", "PT"))
    assert len(document(apart)["shares"]) == 4
    with pytest.raises(ClaimProblem, match="more than the whole"):
        document(over(training(ME, "1", "DE"), training(BEN, "1/2", "PT", "DE")))


def test_the_whole_world_and_a_part_of_it_add_up() -> None:
    with pytest.raises(ClaimProblem, match="more than the whole"):
        document(over(training(ME, "1"), training(BEN, "1/2", "DE")))
    with pytest.raises(ClaimProblem, match="more than the whole"):
        document(over(training(ME, "1/2", "DE"), training(BEN, "2/3"), training(CLEO, "1/3")))
    apart = (training(BEN, "1/2", "DE"), training(CLEO, "1/2", "PT"))
    assert len(document(over(training(ME, "1/2"), *apart))["shares"]) == 5


@pytest.mark.parametrize("fraction", [Fraction(0), Fraction(-1, 2), Fraction(3, 2)])
def test_impossible_shares(fraction: Fraction) -> None:
    with pytest.raises(ValueError, match="share"):
        Share(party=ME, right=Right.OUTPUT, fraction=fraction)


def test_a_work_needs_a_title() -> None:
    with pytest.raises(ClaimProblem, match="no title"):
        document(draft(work=work(title="  ")))


def test_what_is_said_is_the_same_whenever_it_is_said() -> None:
    first = claim_document(full(), created=NOON)
    later = claim_document(full(), created=datetime(2027, 1, 1, tzinfo=UTC))
    assert first != later
    assert content_hash(first) == content_hash(later)
    other = claim_document(draft(work=work(title="Other")), created=NOON)
    assert content_hash(other) != content_hash(claim_document(draft(), created=NOON))


def test_only_the_claimants_own_key_signs() -> None:
    with pytest.raises(ClaimProblem, match="own key"):
        sign_claim(document(draft()), OTHER, created=NOON)


def test_text_that_cannot_be_written() -> None:
    claim = document(draft())
    claim["work"]["title"] = "half \ud83d"
    with pytest.raises(ClaimProblem, match="cannot be written down exactly"):
        sign_claim(claim, KEY, created=NOON)


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "title": lambda claim: claim["work"].update(title="Other"),
    "share": lambda claim: claim["shares"][0].update(share="1/2"),
    "claimant": lambda claim: claim["claimant"].update(did=OTHER.did),
    "added": lambda claim: claim.update(more="x"),
    "proof time": lambda claim: claim["proof"].update(created="2026-01-31T12:34:57Z"),
    "no proof": lambda claim: claim.pop("proof"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_claim_does_not_verify(what: str) -> None:
    claim = json.loads(signed(full()))
    CHANGES[what](claim)
    with pytest.raises(SignatureProblem):
        verify_claim(json.dumps(claim).encode())


typed = st.text(max_size=12) | st.sampled_from(["isrc", "x" * 70, "x" * 250, "é" * 2000])


@settings(max_examples=80, deadline=None)
@given(title=typed, creator=typed, role=typed, value=typed, scheme=typed)
def test_whatever_is_typed_is_signed_by_the_protocol_or_refused_in_words(
    title: str, creator: str, role: str, value: str, scheme: str
) -> None:
    """Nothing that a registry must refuse for its form is ever signed."""
    made = draft(
        work=work(
            title=title,
            creators=(Creator(name=creator, role=role),),
            identifiers=(Identifier(scheme=scheme, value=value),),
        )
    )
    try:
        bytes_ = signed(made)
    except ClaimProblem:
        return
    check_document("Claim", json.loads(bytes_))
