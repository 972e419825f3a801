"""The mappings a user made; the newest of a name counts, and an empty one takes it away."""

from __future__ import annotations

from desktop.store.database import Connection, insert


def everything(connection: Connection) -> list[tuple[str, str]]:
    """Return (name, description) of each, by name."""
    rows = connection.execute(
        "SELECT name, description FROM statement_mappings AS one WHERE description <> '' "
        "AND statement_mapping_id = (SELECT max(statement_mapping_id) FROM statement_mappings "
        "AS newest WHERE newest.name = one.name) ORDER BY name"
    )
    return [(row["name"], row["description"]) for row in rows]


def keep(connection: Connection, name: str, description: str, now_s: int) -> None:
    """Keep a mapping; one of the same name before it counts no more."""
    insert(
        connection,
        "statement_mappings",
        {"name": name, "description": description, "kept_s": now_s},
    )
