"""Registries as rows: their keys, their wishes, and claims listed a page at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.identity.canonical import canonical_bytes
from desktop.model.claims import ClaimRow
from desktop.model.registries import Ability, Description
from desktop.registries.open_claims import ABILITIES
from desktop.services import Services
from desktop.store import claims, outbox, registries
from desktop.store.database import Store, open_store
from desktop.store.engine import sqlite3
from desktop.store.migrations import library
from desktop.store.registries import Keys
from desktop.store.schema_0004 import APPEND_ONLY_0004
from tests.registries.stub import Stub
from tests.studio import add_works, queue


def page_after(row: ClaimRow) -> tuple[int, int, int]:
    return int(row.changed.timestamp()), row.claim_id, row.registry_id


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_no_claim_is_skipped_between_pages(studio: Services, size: int) -> None:
    """The same claims at three registries, all changed in the same second."""
    with studio.store.write() as tx:
        for name in ("A", "B", "C"):
            registries.add(tx, name, "open_claims", "http://127.0.0.1:9")
    works = add_works(studio, 4)
    for name in ("A", "B", "C"):
        queue(studio, works, name)
    with studio.store.write() as tx:
        tx.execute("UPDATE claim_states SET changed_s = 1000")
    with studio.store.read() as connection:
        whole = claims.rows(connection)
        paged: list[ClaimRow] = []
        while True:
            before = page_after(paged[-1]) if paged else None
            page = claims.rows(connection, before=before, limit=size)
            if not page:
                break
            paged += page
    assert paged == whole
    assert len({(row.claim_id, row.registry) for row in paged}) == 12


def describe(did: str) -> Description:
    return Description(
        name="R",
        api="https://r.example",
        did=did,
        methods={},
        batch=1,
        body_bytes=1,
        document=b"{}",
        abilities=frozenset({Ability.FORCE}),
    )


def test_keys_and_what_was_decided(store: Store) -> None:
    first = Keys(did="did:web:r.example", keys={"did:web:r.example#a": "z6MkA"})
    other = Keys(did="did:web:r.example", keys={"did:web:r.example#b": "z6MkB"})
    with store.write() as tx:
        registries.add(tx, "R", "iscc_hub", "https://r.example", {"hub_id": 3})
        assert registries.trusted(tx, 1) is None
        registries.keep_keys(tx, 1, first, "first", 1)
        registries.described(tx, 1, describe(first.did), 1)
        assert registries.offered(tx, 1) is None
        registries.keep_keys(tx, 1, other, "offered", 2)
        assert registries.trusted(tx, 1) == first
        assert registries.offered(tx, 1) == other
        assert registries.by_name(tx, "R").offered == ("z6MkB",)
        assert registries.once_trusted(tx, 1) == first.keys
        registries.accept_keys(tx, 1, other, 3)
        assert registries.trusted(tx, 1) == other
        assert registries.once_trusted(tx, 1) == {**first.keys, **other.keys}
        registry = registries.by_name(tx, "R")
    assert (registry.offered, registry.options) == ((), {"hub_id": 3})
    assert registry.abilities == {Ability.FORCE}


def test_an_ability_that_this_app_does_not_know(store: Store) -> None:
    with store.write() as tx:
        registries.add(tx, "R", "pigeon", "https://r.example")
        tx.execute("""UPDATE registries SET abilities = '["force", "teleport"]'""")
        assert registries.by_name(tx, "R").abilities == {Ability.FORCE}


@pytest.mark.parametrize("table", APPEND_ONLY_0004)
def test_keys_and_envelopes_are_never_changed(studio: Services, table: str) -> None:
    with studio.store.write() as tx:
        registries.add(tx, "A", "open_claims", "http://127.0.0.1:9")
        registries.keep_keys(tx, 1, Keys(did="d", keys={}), "first", 1)
    queue(studio, add_works(studio, 1), "A")
    with studio.store.write() as tx:
        outbox.keep_envelope(tx, 1, b"{}", 1, forced=False)
    for sql in (f"DELETE FROM {table}", f"UPDATE {table} SET rowid = rowid + 1"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"), studio.store.write() as tx:
            tx.execute(sql)


def test_registries_known_before_this_schema_stay_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Stub() as stub:
        document = canonical_bytes(stub.description())
    with monkeypatch.context() as patch:
        older = [step for step in library._migrations if step.name < "0003"]
        patch.setattr(library, "_migrations", older)
        with open_store(tmp_path) as store, store.write() as tx:
            for name, did, said in (("A", stub.key.did, document), ("B", "", None)):
                tx.execute(
                    "INSERT INTO registries (name, kind, url, did, description) "
                    "VALUES (?, 'open_claims', 'https://r.example', ?, ?)",
                    (name, did, said),
                )
    with open_store(tmp_path) as store, store.read() as connection:
        known, unknown = registries.everyone(connection)
        trusted = registries.trusted(connection, known.registry_id)
        multikey = stub.key.did.removeprefix("did:key:")
        assert trusted == Keys(did=stub.key.did, keys={stub.key.method: multikey})
        assert (known.offered, known.options, known.quiet_until) == ((), {}, None)
        assert known.abilities == ABILITIES - {Ability.PAYOUT}  # told with the next sync
        assert unknown.abilities == frozenset()
        assert registries.trusted(connection, unknown.registry_id) is None
