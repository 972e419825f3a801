"""Collections of works, terms by collection, by folder and for new works, and how to take it back.

works.own_terms_id: what was said of the work itself; base_terms_id: the default it came with;
terms_id stays what holds of it all. terms_rules: of a collection, of a folder, or of new works
where both are NULL; the newest row of each counts, and terms_id NULL ends it. terms_changes: one
step that can be taken back as a whole, with what it changed of each work beside it.
"""

SCHEMA_0035 = """
CREATE TABLE collections (
    collection_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CHECK (name <> '' AND length(name) <= 100),
    folded TEXT NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
    made_s INTEGER NOT NULL
) STRICT;;
CREATE UNIQUE INDEX collections_by_name ON collections (folded) WHERE deleted = 0;;

CREATE TABLE collection_works (
    collection_id INTEGER NOT NULL REFERENCES collections (collection_id),
    work_id INTEGER NOT NULL REFERENCES works (work_id),
    PRIMARY KEY (collection_id, work_id)
) STRICT, WITHOUT ROWID;;
CREATE INDEX collection_works_by_work ON collection_works (work_id, collection_id);;

CREATE TABLE terms_changes (
    change_id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('works', 'all', 'collection', 'folder', 'default',
        'collection_made', 'collection_joined', 'collection_left', 'collection_renamed',
        'collection_deleted', 'undo')),
    collection_id INTEGER REFERENCES collections (collection_id),
    folder BLOB,
    terms_id INTEGER REFERENCES terms (terms_id),
    name_before TEXT,
    name_after TEXT,
    undoes INTEGER UNIQUE REFERENCES terms_changes (change_id),
    made_s INTEGER NOT NULL,
    CHECK ((kind = 'undo') = (undoes IS NOT NULL))
) STRICT;;

CREATE TABLE terms_rules (
    rule_id INTEGER PRIMARY KEY,
    change_id INTEGER REFERENCES terms_changes (change_id),
    collection_id INTEGER REFERENCES collections (collection_id),
    folder BLOB,
    terms_id INTEGER REFERENCES terms (terms_id),
    CHECK (collection_id IS NULL OR folder IS NULL)
) STRICT;;
CREATE INDEX terms_rules_by_subject ON terms_rules (collection_id, folder);;
CREATE INDEX terms_rules_by_change ON terms_rules (change_id);;

CREATE TABLE terms_change_works (
    change_id INTEGER NOT NULL REFERENCES terms_changes (change_id),
    work_id INTEGER NOT NULL REFERENCES works (work_id),
    own_before INTEGER REFERENCES terms (terms_id),
    own_after INTEGER REFERENCES terms (terms_id),
    base_before INTEGER REFERENCES terms (terms_id),
    base_after INTEGER REFERENCES terms (terms_id),
    PRIMARY KEY (change_id, work_id)
) STRICT, WITHOUT ROWID;;
CREATE INDEX terms_change_works_by_work ON terms_change_works (work_id, change_id);;

CREATE TABLE collection_change_works (
    change_id INTEGER NOT NULL REFERENCES terms_changes (change_id),
    work_id INTEGER NOT NULL REFERENCES works (work_id),
    joined INTEGER NOT NULL CHECK (joined IN (0, 1)),
    PRIMARY KEY (change_id, work_id)
) STRICT, WITHOUT ROWID;;
CREATE INDEX collection_change_works_by_work ON collection_change_works (work_id, change_id);;

ALTER TABLE works ADD COLUMN own_terms_id INTEGER REFERENCES terms (terms_id);;
ALTER TABLE works ADD COLUMN base_terms_id INTEGER REFERENCES terms (terms_id);;
ALTER TABLE work_terms ADD COLUMN change_id INTEGER REFERENCES terms_changes (change_id);;
ALTER TABLE work_terms ADD COLUMN why TEXT NOT NULL DEFAULT ''
    CHECK (why IN ('', 'own', 'rule', 'default'));;
CREATE INDEX work_terms_by_change ON work_terms (change_id) WHERE change_id IS NOT NULL;;

INSERT INTO terms_rules (terms_id)
SELECT CAST(value AS INTEGER) FROM settings WHERE name = 'default_terms_id';;

UPDATE works SET
    base_terms_id = (SELECT terms_id FROM terms_rules),
    own_terms_id = CASE WHEN terms_id IS NOT (SELECT terms_id FROM terms_rules) THEN terms_id END
WHERE terms_id IS NOT NULL;;
"""

APPEND_ONLY_0035 = (
    "terms_changes",
    "terms_rules",
    "terms_change_works",
    "collection_change_works",
)
