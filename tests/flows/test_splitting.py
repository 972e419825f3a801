"""A band agrees: a sheet goes out, is signed in other libraries, and comes back onto a claim."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from desktop.claims.split_sheet import as_text, content_of
from desktop.errors import ClaimProblem, UsageProblem
from desktop.flows.claiming import prepare
from desktop.flows.describing import ShareSaid, WorkChanges, edit_works, split_equally
from desktop.flows.splitting import make_sheet, name_signer, sheets_of, sign_sheet, take_sheet
from desktop.flows.syncing import add_registry
from desktop.identity.canonical import canonical_bytes
from desktop.model.works import Right
from desktop.protocol import check_document
from desktop.services import Services
from desktop.store import parties, works
from tests.studio import add_works, open_studio, settle


@pytest.fixture
def ana(tmp_path: Path) -> Iterator[Services]:
    with open_studio(tmp_path / "ana") as services:
        settle(services)
        add_registry("Practice", "https://painters.example", services)
        yield services


@pytest.fixture
def ben(tmp_path: Path) -> Iterator[Services]:
    """Ben has an app of his own, and not the work."""
    with open_studio(tmp_path / "ben") as services:
        settle(services, "Ben Okafor")
        yield services


@pytest.fixture
def song(ana: Services) -> int:
    (work_id,) = add_works(ana, 1, word="song")
    split_equally([work_id], ["me", "Ben Okafor", "Cleo"], ana)
    return work_id


def test_an_equal_split(ana: Services, song: int) -> None:
    with ana.store.read() as connection:
        shares = works.get(connection, song).shares
    assert len(shares) == 9
    assert {share.fraction for share in shares} == {Fraction(1, 3)}
    assert {share.party.name for share in shares} == {"Ana Sousa", "Ben Okafor", "Cleo"}


@pytest.mark.parametrize("way", ["text", "file"])
def test_out_and_back_again(ana: Services, ben: Services, song: int, way: str) -> None:
    made = make_sheet(song, ana, note="as agreed in the van")
    assert [one.party.name for one in made.signers if one.party] == ["Ana Sousa"]
    sent = as_text(made.document).encode() if way == "text" else canonical_bytes(made.document)
    signed = sign_sheet(b"  " + sent + b"\n", ben)
    assert (signed.work_id, len(signed.signers)) == (None, 2)
    back = take_sheet(as_text(signed.document).encode(), ana)
    assert back.work_id == song
    assert back.current
    (_, unknown) = back.signers
    assert unknown.party is None
    with ana.store.read() as connection:
        party = next(one for one in parties.everyone(connection) if one.name == "Ben Okafor")
    assert name_signer(unknown.did, party.party_id, ana).did == unknown.did
    (kept,) = sheets_of(song, ana)
    assert [one.party.name for one in kept.signers if one.party] == ["Ana Sousa", "Ben Okafor"]
    assert kept.current, "a key learnt later changes nothing that was agreed"
    (prepared,) = prepare([song], "Practice", ana)
    assert prepared.document is not None
    (agreement,) = prepared.document["agreements"]
    assert len(agreement["proof"]) == 2
    check_document("SplitSheet", agreement)


def test_it_is_short_enough_for_a_qr_code(ana: Services, song: int) -> None:
    """A QR code of version 40 holds 2,953 bytes; five members, three rights."""
    split_equally([song], ["me", "Ben Okafor", "Cleo Marchetti", "Dan Wu", "Eve Nyström"], ana)
    assert len(as_text(make_sheet(song, ana).document)) < 2_953


def test_two_who_sign_at_the_same_time(
    ana: Services, ben: Services, song: int, tmp_path: Path
) -> None:
    sent = as_text(make_sheet(song, ana).document).encode()
    with open_studio(tmp_path / "cleo") as cleo:
        settle(cleo, "Cleo")
        from_cleo = as_text(sign_sheet(sent, cleo).document).encode()
    take_sheet(as_text(sign_sheet(sent, ben).document).encode(), ana)
    assert len(take_sheet(from_cleo, ana).signers) == 3
    assert len(take_sheet(from_cleo, ana).signers) == 3
    assert len(take_sheet(sent, ana).signers) == 3, "an older copy takes no signature away"


def test_shares_that_change_leave_the_sheet_behind(ana: Services, song: int) -> None:
    make_sheet(song, ana)
    said = ShareSaid(who="Cleo", right=Right.OUTPUT, fraction=Fraction(1, 4))
    edit_works([song], WorkChanges(shares=[said]), ana)
    (sheet,) = sheets_of(song, ana)
    assert not sheet.current
    (prepared,) = prepare([song], "Practice", ana)
    assert prepared.document is not None
    assert "agreements" not in prepared.document


def test_a_changed_sheet_is_refused(ana: Services, ben: Services, song: int) -> None:
    document = make_sheet(song, ana).document
    greedy = json.loads(canonical_bytes(document))
    greedy["shares"][0]["share"] = "1/2"
    with pytest.raises(ClaimProblem, match="does not fit"):
        sign_sheet(canonical_bytes(greedy), ben)
    own = sign_sheet(canonical_bytes(document), ben).document
    other = {**content_of(own), "note": "something else"}
    with pytest.raises(ClaimProblem):
        take_sheet(canonical_bytes({**other, "proof": own["proof"]}), ana)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"RSPLIT1:", b"RSPLIT1:!!", b"RSPLIT1:eJyrVg", b"[" * 5000, b"\xff\xfe"]
)
def test_what_is_no_sheet(ana: Services, data: bytes) -> None:
    with pytest.raises(ClaimProblem, match="no split sheet"):
        take_sheet(data, ana)


def test_a_text_that_unpacks_without_end(ana: Services) -> None:
    import base64
    import zlib

    bomb = base64.urlsafe_b64encode(zlib.compress(b" " * 50_000_000, 9))
    with pytest.raises(ClaimProblem, match="no split sheet"):
        take_sheet(b"RSPLIT1:" + bomb, ana)


def test_a_sheet_of_a_work_that_is_not_here(ana: Services, ben: Services, song: int) -> None:
    sheet = canonical_bytes(make_sheet(song, ana).document)
    with pytest.raises(UsageProblem, match="not in this library"):
        take_sheet(sheet, ben)


def test_a_key_belongs_to_one_party(ana: Services, ben: Services, song: int) -> None:
    signed = sign_sheet(canonical_bytes(make_sheet(song, ana).document), ben)
    did = signed.signers[1].did
    with ana.store.read() as connection:
        me = parties.me(connection)
    assert me is not None
    with pytest.raises(UsageProblem, match="another key"):
        name_signer(did, me.party_id, ana)
    with pytest.raises(UsageProblem, match="no party"):
        name_signer(did, 999, ana)
