"""Decisions about findings and checkpoints: SQLite itself refuses what must not be."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.model.registries import RegistryKind
from desktop.store import registries
from desktop.store.database import Connection, Store, insert
from desktop.store.engine import sqlite3
from desktop.store.schema_0012 import APPEND_ONLY_0012


def decision(**changes: Any) -> dict[str, Any]:
    made = {
        "finding_key": "A1-0123456789",
        "registry_id": 1,
        "number": "S-1",
        "revision": 1,
        "deed": "dismissed",
        "words": "A bonus.",
        "happened_on": "2026-03-01",
        "finding": "{}",
        "made_s": 1,
    }
    return {**made, **changes}


def ready(tx: Connection) -> None:
    registries.add(tx, "R", RegistryKind.OPEN_CLAIMS, "https://r.example")
    insert(tx, "finding_decisions", decision())
    values = {"seq": 1, "head_hash": "a" * 64, "document": b"{}", "sha256": "b" * 64, "made_s": 1}
    insert(tx, "checkpoints", values)


@pytest.mark.parametrize(
    "wrong",
    [
        {"words": "  "},
        {"deed": "ignored"},
        {"finding_key": "something"},
        {"happened_on": "yesterday"},
        {"finding": "{"},
        {"deed": "asked"},
        {"channel": "letter"},
        {"deed": "asked", "channel": "dispute"},
        {"registry_id": None},
    ],
)
def test_what_is_no_decision_is_refused(store: Store, wrong: dict[str, Any]) -> None:
    with store.write() as tx:
        ready(tx)
        with pytest.raises(sqlite3.IntegrityError):
            insert(tx, "finding_decisions", decision(**wrong))


@pytest.mark.parametrize("table", APPEND_ONLY_0012)
def test_the_past_stays(store: Store, table: str) -> None:
    with store.write() as tx:
        ready(tx)
        for sql in (f"UPDATE {table} SET made_s = 2", f"DELETE FROM {table}"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                tx.execute(sql)
