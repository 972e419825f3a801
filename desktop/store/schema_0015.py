"""The fifteenth schema: files kept with payments, bank entries and payouts.

Their bytes are in attachments, once. A file is taken away by a mark and can be put back: nothing
is deleted. payment_number: with statement's registry, so that a correction keeps what was attached.
"""

SCHEMA_0015 = """
CREATE TABLE attached_files (
    attached_id INTEGER PRIMARY KEY,
    registry_id INTEGER REFERENCES registries (registry_id),
    payment_number TEXT,
    entry_id INTEGER REFERENCES bank_entries (entry_id),
    payout_id INTEGER REFERENCES collaborator_payouts (payout_id),
    sha256 TEXT NOT NULL REFERENCES attachments (sha256),
    size_bytes INTEGER NOT NULL CHECK (size_bytes > 0),
    name TEXT NOT NULL CHECK (name <> ''),
    mediatype TEXT NOT NULL CHECK (mediatype <> ''),
    dated TEXT NOT NULL DEFAULT '' CHECK (dated = '' OR dated GLOB '????-??-??'),
    note TEXT NOT NULL DEFAULT '',
    kept_s INTEGER NOT NULL,
    CHECK ((registry_id IS NULL) = (payment_number IS NULL)),
    CHECK ((registry_id IS NOT NULL) + (entry_id IS NOT NULL) + (payout_id IS NOT NULL) = 1)
) STRICT;;
CREATE INDEX attached_files_by_payment ON attached_files (registry_id, payment_number);;
CREATE INDEX attached_files_by_entry ON attached_files (entry_id);;
CREATE INDEX attached_files_by_payout ON attached_files (payout_id);;

CREATE TABLE attached_file_marks (
    attached_file_mark_id INTEGER PRIMARY KEY,
    attached_id INTEGER NOT NULL REFERENCES attached_files (attached_id),
    taken_away INTEGER NOT NULL CHECK (taken_away IN (0, 1)),
    marked_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX attached_file_marks_by_file
    ON attached_file_marks (attached_id, attached_file_mark_id);;
"""

APPEND_ONLY_0015 = ("attached_files", "attached_file_marks")
