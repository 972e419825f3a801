"""Small facts that belong to the library as a whole."""

from __future__ import annotations

from desktop.store.database import Connection


def get(connection: Connection, name: str, default: str = "") -> str:
    """Return a setting, or default where it was never set."""
    row = connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
    return str(row["value"]) if row else default


def put(connection: Connection, name: str, value: str) -> None:
    """Keep a setting."""
    connection.execute(
        "INSERT INTO settings (name, value) VALUES (?, ?) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )
