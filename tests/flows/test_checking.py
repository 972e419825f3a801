"""verify: the library as it is passes; whoever changes the file is found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.flows.checking import verify_library
from desktop.flows.syncing import sync
from desktop.practice.advance import advance
from desktop.services import Services
from tests.studio import add_works, assert_all_verify, mid_january, queue, sync_until_sent


@pytest.fixture
def filled(joined: Services, tmp_path: Path) -> Services:
    """A library with claims, receipts, statements and notices of payment."""
    queue(joined, add_works(joined, 2))
    sync_until_sent(joined)
    advance(tmp_path / "registry", 2, clock=mid_january)
    done = sync(joined)
    assert (done.statements, done.remittances) == (2, 1)
    return joined


def wrong(services: Services) -> list[str]:
    return [check.check for check in verify_library(services) if not check.ok]


def test_everything_holds(filled: Services) -> None:
    assert_all_verify(filled)
    details = {check.check: check.detail for check in verify_library(filled)}
    assert details["claims"] == "All 2 signatures verify."
    assert details["receipts"] == "All 2 signatures verify."
    assert details["statements and remittances"] == "All 3 signatures verify."


def test_an_empty_library_holds(studio: Services) -> None:
    assert_all_verify(studio)


TAMPERING = {
    "journal": ("journal", "UPDATE journal SET detail = '{}' WHERE seq = 2", "journal"),
    "journal row removed": ("journal", "DELETE FROM journal WHERE seq = 2", "journal"),
    "claim": (
        "claims",
        "UPDATE claims SET document = replace(CAST(document AS TEXT), 'picture', 'Picture') "
        "WHERE claim_id = 1",
        "claims",
    ),
    "claim emptied": ("claims", "UPDATE claims SET document = x'' WHERE claim_id = 1", "claims"),
    "claim of another": (
        "claims",
        "UPDATE claims SET document = (SELECT document FROM claims WHERE claim_id = 2) "
        "WHERE claim_id = 1",
        "claims",
    ),
    "receipt": (
        "receipts",
        "UPDATE receipts SET document = replace(CAST(document AS TEXT), 'PR-', 'PX-')",
        "receipts",
    ),
    "receipt of another claim": (
        "receipts",
        "UPDATE receipts SET claim_id = 3 - claim_id, sha256 = sha256 || claim_id",
        "receipts",
    ),
    "statement": (
        "statements",
        "UPDATE statements SET document = replace(CAST(document AS TEXT), 'EUR', 'USD')",
        "statements and remittances",
    ),
    "statement that is a number": (
        "statements",
        "UPDATE statements SET document = CAST('7' AS BLOB)",
        "statements and remittances",
    ),
    "remittance": (
        "remittances",
        "UPDATE remittances SET document = replace(CAST(document AS TEXT), 'EUR', 'USD')",
        "statements and remittances",
    ),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found(filled: Services, what: str) -> None:
    table, sql, expected = TAMPERING[what]
    with filled.store.write() as tx:
        for verb in ("update", "delete"):
            tx.execute(f"DROP TRIGGER {table}_no_{verb}")
        tx.execute(sql.replace("replace(CAST", "CAST(replace(CAST").replace("')", "') AS BLOB)"))
    # A row of money that has another document is named beside the signature that fails.
    assert [one for one in wrong(filled) if one != "rows of money"] == [expected]


def test_an_orphan_is_found(filled: Services) -> None:
    with filled.store.write() as tx:
        tx.execute("DROP TRIGGER claims_no_delete")
    with filled.store.write() as tx:
        pass
    connection = filled.store._writer
    assert connection is not None
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("DELETE FROM claims WHERE claim_id = 1")
    assert "store" in wrong(filled)


def test_cancelled_between_checks(filled: Services) -> None:
    assert len(list(verify_library(filled, cancelled=lambda: True))) == 1
