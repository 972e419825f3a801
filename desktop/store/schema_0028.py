"""What a registry was told of keys counts for the identity it had then; a new one is told anew."""

SCHEMA_0028 = """
CREATE TABLE key_tellings (
    key_telling_id INTEGER PRIMARY KEY,
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    registry_did TEXT NOT NULL,
    notice_id INTEGER NOT NULL REFERENCES key_notices (notice_id),
    taken INTEGER NOT NULL CHECK (taken IN (0, 1)),
    problem TEXT NOT NULL DEFAULT '',
    told_s INTEGER NOT NULL,
    UNIQUE (registry_id, registry_did, notice_id)
) STRICT;;

INSERT INTO key_tellings (registry_id, registry_did, notice_id, taken, problem, told_s)
SELECT registry_id, did, notice_id, taken, problem, told_s
FROM key_notices_told JOIN registries USING (registry_id) ORDER BY told_s, notice_id;;

DROP TABLE key_notices_told;;
"""

APPEND_ONLY_0028 = ("key_tellings",)
