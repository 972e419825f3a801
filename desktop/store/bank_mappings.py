"""What the columns of each bank's table say, by the name the user gave it; the newest counts."""

from __future__ import annotations

import json
from typing import Any

from desktop.model.bank_mappings import BankFact, BankMapping
from desktop.store.database import Connection


def keep(connection: Connection, mapping: BankMapping, now_s: int) -> None:
    """Keep a mapping; one of the same name is replaced, and stays in the past."""
    said = {
        "columns": {fact.value: heading for fact, heading in mapping.columns.items()},
        "header": list(mapping.header),
        "currency": mapping.currency,
        "account": mapping.account,
        "day_order": mapping.day_order,
        "comma": mapping.comma,
    }
    connection.execute(
        "INSERT INTO bank_mappings (name, mapping, made_s) VALUES (?, ?, ?)",
        (mapping.name, json.dumps(said, ensure_ascii=False), now_s),
    )


def everything(connection: Connection) -> list[BankMapping]:
    """Return the newest mapping of each name, the last kept first."""
    rows = connection.execute(
        "SELECT name, mapping FROM bank_mappings WHERE mapping_id IN "
        "(SELECT max(mapping_id) FROM bank_mappings GROUP BY name) ORDER BY mapping_id DESC"
    )
    return [_mapping(row["name"], json.loads(row["mapping"])) for row in rows]


def every_version(connection: Connection) -> list[BankMapping]:
    """Return every mapping that was ever kept, the newest first."""
    rows = connection.execute("SELECT name, mapping FROM bank_mappings ORDER BY mapping_id DESC")
    return [_mapping(row["name"], json.loads(row["mapping"])) for row in rows]


def _mapping(name: str, said: dict[str, Any]) -> BankMapping:
    return BankMapping(
        name=name,
        columns={BankFact(fact): str(heading) for fact, heading in said["columns"].items()},
        header=tuple(map(str, said["header"])),
        currency=str(said["currency"]),
        account=str(said["account"]),
        day_order=str(said["day_order"]),
        comma=said["comma"],
    )
