"""The fourth schema: registries of every kind, the keys they showed, and what was really sent.

registry_keys: first, described (signed for by the key before), offered (waits for the user),
accepted. envelopes: what a registry gets in place of the claim itself, kept before it leaves.
"""

SCHEMA_0004 = """
ALTER TABLE registries ADD COLUMN options TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(options));;
ALTER TABLE registries ADD COLUMN abilities TEXT NOT NULL DEFAULT '[]'
    CHECK (json_valid(abilities));;
ALTER TABLE registries ADD COLUMN quiet_until_s INTEGER NOT NULL DEFAULT 0;;
ALTER TABLE outbox ADD COLUMN forced INTEGER NOT NULL DEFAULT 0 CHECK (forced IN (0, 1));;

CREATE TABLE registry_keys (
    registry_keys_id INTEGER PRIMARY KEY,
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    did TEXT NOT NULL,
    keys TEXT NOT NULL CHECK (json_valid(keys)),
    decision TEXT NOT NULL CHECK (decision IN ('first', 'described', 'offered', 'accepted')),
    seen_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX registry_keys_by_registry ON registry_keys (registry_id, registry_keys_id);;

INSERT INTO registry_keys (registry_id, did, keys, decision, seen_s)
SELECT registry_id, did,
    (SELECT json_group_object(json_extract(value, '$.id'),
                              json_extract(value, '$.publicKeyMultibase'))
     FROM json_each(CAST(description AS TEXT), '$.keys')),
    'first', coalesce(last_contact_s, 0)
FROM registries WHERE did <> '' AND json_valid(CAST(description AS TEXT));;

UPDATE registries SET abilities =
    '["dispute", "events", "look_up", "respond", "review", "statements", "supersede", "withdraw"]'
WHERE did <> '';;

CREATE TABLE envelopes (
    envelope_id INTEGER PRIMARY KEY,
    outbox_id INTEGER NOT NULL REFERENCES outbox (outbox_id),
    forced INTEGER NOT NULL CHECK (forced IN (0, 1)),
    document BLOB NOT NULL,
    made_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX envelopes_by_outbox ON envelopes (outbox_id, envelope_id);;
"""

APPEND_ONLY_0004 = ("registry_keys", "envelopes")
