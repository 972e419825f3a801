"""Published copies: which bytes are a copy of which work, where copies lie, what signed them."""

SCHEMA_0036 = """
CREATE TABLE certificates (
    certificate_id INTEGER PRIMARY KEY,
    did TEXT NOT NULL REFERENCES own_keys (did),
    number INTEGER NOT NULL CHECK (number > 0),
    name TEXT NOT NULL CHECK (name <> ''),
    chain TEXT NOT NULL CHECK (chain <> ''),
    starts_s INTEGER NOT NULL,
    ends_s INTEGER NOT NULL,
    made_s INTEGER NOT NULL,
    UNIQUE (did, number),
    CHECK (ends_s > starts_s)
) STRICT;;

CREATE TABLE copies (
    copy_id INTEGER PRIMARY KEY,
    work_id INTEGER NOT NULL REFERENCES works (work_id),
    fingerprint_id INTEGER NOT NULL REFERENCES fingerprints (fingerprint_id),
    terms_id INTEGER REFERENCES terms (terms_id),
    certificate_id INTEGER REFERENCES certificates (certificate_id),
    path BLOB NOT NULL,
    mediatype TEXT NOT NULL,
    size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
    iscc TEXT NOT NULL CHECK (iscc <> ''),
    unit_instance TEXT NOT NULL CHECK (unit_instance <> ''),
    units_256 TEXT NOT NULL CHECK (json_valid(units_256)),
    datahash TEXT NOT NULL CHECK (length(datahash) = 68),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    vocabularies TEXT NOT NULL CHECK (json_valid(vocabularies)),
    losses TEXT NOT NULL CHECK (json_valid(losses)),
    notes TEXT NOT NULL CHECK (json_valid(notes)),
    made_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX copies_by_datahash ON copies (datahash);;
CREATE INDEX copies_by_work ON copies (work_id, copy_id);;

CREATE TABLE copy_sidecars (
    copy_sidecar_id INTEGER PRIMARY KEY,
    copy_id INTEGER NOT NULL REFERENCES copies (copy_id),
    suffix TEXT NOT NULL CHECK (suffix <> ''),
    datahash TEXT NOT NULL CHECK (length(datahash) = 68)
) STRICT;;
CREATE INDEX copy_sidecars_by_datahash ON copy_sidecars (datahash);;
CREATE INDEX copy_sidecars_by_copy ON copy_sidecars (copy_id);;

CREATE TABLE copy_places (
    path BLOB PRIMARY KEY,
    copy_id INTEGER NOT NULL REFERENCES copies (copy_id),
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    inode INTEGER NOT NULL DEFAULT 0,
    seen_s INTEGER NOT NULL
) STRICT, WITHOUT ROWID;;
CREATE INDEX copy_places_by_copy ON copy_places (copy_id);;
"""

APPEND_ONLY_0036 = ("certificates", "copies", "copy_sidecars")
