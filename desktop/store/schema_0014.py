"""The fourteenth schema: searches of the ledger under a name; the newest row of a name counts."""

SCHEMA_0014 = """
CREATE TABLE saved_searches (
    search_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CHECK (trim(name) <> '' AND length(name) <= 80),
    wanted TEXT CHECK (wanted IS NULL OR json_valid(wanted)),
    saved_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX saved_searches_by_name ON saved_searches (name, search_id);;
"""

APPEND_ONLY_0014 = ("saved_searches",)
