"""A studio for the tests: a library with an identity, imaginary works, and what a registry has.

Imaginary files have real codes (ISO 24138), so that a registry that checks them believes them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import iscc_lib
import requests

from desktop.flows.checking import verify_library
from desktop.flows.claiming import claim
from desktop.flows.hearing import Synced
from desktop.flows.identifying import create_identity, my_key
from desktop.flows.syncing import sync
from desktop.model.claims import ClaimRow, OutboxEntry
from desktop.model.fingerprints import Fingerprint, FoundFile, Kind, Suggestions, Units
from desktop.model.terms import Terms
from desktop.model.times import Clock, utc_now
from desktop.model.works import Kept
from desktop.registries.transport import Limits
from desktop.services import Services, open_services
from desktop.store import claims as claims_store
from desktop.store import intake, outbox, terms_settling
from desktop.store import terms as terms_store
from desktop.store.database import Connection
from desktop.store.terms_rules import Rules
from tests.empty import lay_out
from tests.practice.claimant import Claimant, pixels_of

PASSWORD = "correct horse battery"
REGISTRY = "Practice"
QUICK = Limits(connect_s=2.0, read_s=2.0, call_s=4.0)


def mid_january() -> datetime:
    """Return the real time of the practice registries in the tests."""
    return datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


def imaginary(
    path: Path, content: str, *, title: str = "", inode: int = 0, mtime_ns: int = 1
) -> Fingerprint:
    """Return the fingerprint of a picture at path whose bytes are content."""
    data = content.encode()
    pixels = pixels_of(content)
    instance = iscc_lib.gen_instance_code_v0(data, 256)
    wide = [
        iscc_lib.gen_image_code_v0(pixels, 256)["iscc"],
        iscc_lib.gen_data_code_v0(data, 256)["iscc"],
        instance["iscc"],
    ]
    image, body, whole = (
        iscc_lib.gen_image_code_v0(pixels, 64)["iscc"],
        iscc_lib.gen_data_code_v0(data, 64)["iscc"],
        iscc_lib.gen_instance_code_v0(data, 64)["iscc"],
    )
    return Fingerprint(
        found=FoundFile(path=path, size_bytes=len(data), mtime_ns=mtime_ns, inode=inode),
        kind=Kind.IMAGE,
        mediatype="image/png",
        iscc=iscc_lib.gen_iscc_code_v0([image, body, whole])["iscc"],
        units=Units(content=image, data=body, instance=whole),
        units_256=tuple(wide),
        datahash=instance["datahash"],
        sha256=hashlib.sha256(data).hexdigest(),
        md5=hashlib.md5(data).hexdigest(),
        suggestions=Suggestions(title=title),
    )


def open_studio(
    library: Path,
    *,
    read_only: bool = False,
    limits: Limits | None = None,
    now: Clock = utc_now,
    password: str = PASSWORD,
) -> Services:
    """Open the library in a folder with the studio's password."""
    return open_services(
        library if read_only else lay_out(library),
        read_only=read_only,
        ask_password=lambda _sentence: password,
        jobs=1,
        limits=limits or QUICK,
        now=now,
    )


def keep(
    tx: Connection, fingerprint: Fingerprint, *, gone: Sequence[Path] = (), now_s: int = 100
) -> Kept:
    """Keep a fingerprint as a scan does; gone: paths that are no longer there."""
    return intake.keep(tx, fingerprint, now_s, gone=lambda path: path in gone)


def add_works(services: Services, count: int, *, word: str = "picture") -> list[int]:
    """Keep imaginary works; return their numbers."""
    with services.store.write() as tx:
        kept = [
            keep(tx, imaginary(Path(f"/works/{word}-{number}.png"), f"{word} {number}"))
            for number in range(count)
        ]
    return [item.work_id for item in kept if item.work_id is not None]


def give_terms(tx: Connection, work_ids: Sequence[int], terms: Terms, now_s: int) -> int:
    """Say terms of works themselves; return how many works that changed."""
    version = terms_store.keep(tx, terms, now_s).version
    terms_settling.begin(tx)
    terms_settling.take(tx, work_ids)
    terms_settling.say_own(tx, version)
    terms_settling.settle(tx, Rules(), lambda _terms: 0)
    changed = sum(works for *_, works in terms_settling.steps(tx))
    terms_settling.keep(tx, None, now_s)
    return changed


def settle(services: Services, name: str = "Ana Sousa") -> None:
    """Make the identity."""
    create_identity(name, services)


def queue(services: Services, work_ids: Sequence[int], registry: str = REGISTRY) -> list[int]:
    """Claim works at a registry; return the claims' numbers."""
    queued = claim(work_ids, registry, services)
    assert [item.problem for item in queued] == [None] * len(queued)
    return [item.claim_id for item in queued if item.claim_id is not None]


def sync_until_sent(services: Services, *, rounds: int = 20) -> Synced:
    """Sync until nothing waits; return the last round."""
    for _ in range(rounds):
        done = sync(services)
        if not done.waiting and not done.problems:
            return done
    raise AssertionError(f"still waiting: {done.waiting}, {done.problems}")


def rows(services: Services) -> list[ClaimRow]:
    """Return all claims, by number."""
    with services.store.read() as connection:
        return sorted(claims_store.rows(connection), key=lambda row: row.claim_id)


def entries(services: Services) -> list[OutboxEntry]:
    """Return the outbox, oldest first."""
    with services.store.read() as connection:
        return outbox.entries(connection)


def assert_all_verify(services: Services) -> None:
    """Everything that can be verified verifies."""
    checks = list(verify_library(services))
    assert len(checks) == 17
    assert [check for check in checks if not check.ok] == []


def assert_arrived_once(services: Services, url: str, count: int) -> None:
    """Every claim of the library is at the registry once: it knows just so many, each by hash.

    Asked over the registry's own API, as the same claimant.
    """
    me = Claimant(url, key=my_key(services), session=requests.Session())
    me.session.trust_env = False
    try:
        hashes = [entry.claim_hash for entry in entries(services)]
        states = []
        for claim_hash in hashes:
            response = me.send("GET", f"/claims/{claim_hash}")
            assert response.status_code == 200, response.text
            states.append(response.json())
        assert len(hashes) == len(set(hashes)) == count
        assert sorted(state["sequence"] for state in states) == list(range(1, count + 1))
        assert me.send("GET", f"/claims/PR-{count + 1:06d}").status_code == 404
        accepted = [
            event["claim_hash"] for event in me.events() if event["type"] == "claim.accepted"
        ]
        assert sorted(accepted) == sorted(hashes)
        numbers = {state["hash"]: state["number"] for state in states}
    finally:
        me.session.close()
    found = rows(services)
    assert {row.state.value for row in found} == {"accepted"}
    assert all(row.receipt_verified for row in found)
    with services.store.read() as connection:
        kept = claims_store.receipts(connection)
    assert len(kept) == count
    by_claim = {entry.claim_id: entry.claim_hash for entry in entries(services)}
    assert {row.claim_id: row.number for row in found} == {
        claim_id: numbers[claim_hash] for claim_id, claim_hash in by_claim.items()
    }
