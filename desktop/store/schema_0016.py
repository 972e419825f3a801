"""Which registry was told of a key's end, and what it answered; each is told once.

taken: whether the registry believes it, so that the newer key speaks for the older one there.
"""

SCHEMA_0016 = """
CREATE TABLE key_notices_told (
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    notice_id INTEGER NOT NULL REFERENCES key_notices (notice_id),
    taken INTEGER NOT NULL CHECK (taken IN (0, 1)),
    problem TEXT NOT NULL DEFAULT '',
    told_s INTEGER NOT NULL,
    PRIMARY KEY (registry_id, notice_id)
) STRICT, WITHOUT ROWID;;
"""

APPEND_ONLY_0016 = ("key_notices_told",)
