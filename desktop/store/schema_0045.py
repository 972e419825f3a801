"""Works that kept their terms when a file of theirs moved to where more would be permitted."""

SCHEMA_0045 = """
CREATE TABLE held_terms (
    held_id INTEGER PRIMARY KEY,
    work_id INTEGER NOT NULL REFERENCES works (work_id),
    terms_id INTEGER NOT NULL REFERENCES terms (terms_id),
    held_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX held_terms_by_work ON held_terms (work_id, held_id);;
"""

APPEND_ONLY_0045 = ("held_terms",)
