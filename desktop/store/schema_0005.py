"""The fifth schema: several identities, the keys each had, what was said of them, and where seen.

parties.did is the key an identity signs with now; own_keys has every key it ever had.
feeds: a registry has a feed for each claimant; mark tells apart cursors that may be the same.
"""

SCHEMA_0005 = """
CREATE TABLE identities (
    party_id INTEGER PRIMARY KEY REFERENCES parties (party_id),
    kind TEXT NOT NULL CHECK (kind IN ('person', 'band', 'company')),
    current INTEGER NOT NULL DEFAULT 0 CHECK (current IN (0, 1))
) STRICT;;
CREATE UNIQUE INDEX one_current_identity ON identities (current) WHERE current = 1;;

CREATE TABLE own_keys (
    did TEXT PRIMARY KEY,
    party_id INTEGER NOT NULL REFERENCES identities (party_id),
    origin TEXT NOT NULL CHECK (origin IN ('made', 'imported', 'rotated')),
    made_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX own_keys_by_party ON own_keys (party_id);;

CREATE TABLE key_notices (
    notice_id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('rotation', 'revocation')),
    did TEXT NOT NULL REFERENCES own_keys (did),
    new_did TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL,
    document BLOB NOT NULL,
    sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
    created_s INTEGER NOT NULL,
    kept_s INTEGER NOT NULL
) STRICT;;
CREATE UNIQUE INDEX one_rotation_a_key ON key_notices (did) WHERE kind = 'rotation';;
CREATE INDEX key_notices_by_did ON key_notices (did);;

CREATE TABLE key_backups (
    backup_id INTEGER PRIMARY KEY,
    did TEXT NOT NULL REFERENCES own_keys (did),
    kind TEXT NOT NULL CHECK (kind IN ('phrase', 'file')),
    made_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX key_backups_by_did ON key_backups (did);;

CREATE TABLE web_checks (
    check_id INTEGER PRIMARY KEY,
    did TEXT NOT NULL REFERENCES own_keys (did),
    web_did TEXT NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('confirmed', 'wrong', 'unreachable')),
    problem TEXT NOT NULL DEFAULT '',
    checked_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX web_checks_by_did ON web_checks (did);;

CREATE TABLE feeds (
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    did TEXT NOT NULL REFERENCES own_keys (did),
    mark TEXT NOT NULL,
    cursor TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (registry_id, did),
    UNIQUE (registry_id, mark)
) STRICT, WITHOUT ROWID;;
ALTER TABLE fetches ADD COLUMN did TEXT NOT NULL DEFAULT '';;
CREATE INDEX claims_by_did ON claims (did);;

INSERT INTO identities (party_id, kind, current)
SELECT party_id, 'person', party_id = (SELECT max(party_id) FROM parties WHERE is_self = 1)
FROM parties WHERE is_self = 1 AND did IS NOT NULL;;

INSERT INTO own_keys (did, party_id, origin, made_s)
SELECT did, party_id, 'made', created_s FROM parties WHERE is_self = 1 AND did IS NOT NULL;;

INSERT INTO feeds (registry_id, did, mark, cursor)
SELECT registry_id, parties.did, '', cursor FROM registries JOIN identities ON current = 1
JOIN parties USING (party_id);;

UPDATE fetches SET did = coalesce(
    (SELECT did FROM parties JOIN identities USING (party_id) WHERE current = 1), '');;
"""

APPEND_ONLY_0005 = ("own_keys", "key_notices", "key_backups", "web_checks")
