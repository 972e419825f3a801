"""The second schema: unreadable files are known again, folders are watched, moves are cheap."""

SCHEMA_0002 = """
ALTER TABLE file_problems ADD COLUMN size_bytes INTEGER NOT NULL DEFAULT -1;;
ALTER TABLE file_problems ADD COLUMN mtime_ns INTEGER NOT NULL DEFAULT 0;;
ALTER TABLE file_problems ADD COLUMN inode INTEGER NOT NULL DEFAULT 0;;
ALTER TABLE file_problems ADD COLUMN tries INTEGER NOT NULL DEFAULT 1;;
ALTER TABLE file_problems ADD COLUMN read_by TEXT NOT NULL DEFAULT '';;

CREATE TABLE being_read (
    path BLOB PRIMARY KEY,
    tries INTEGER NOT NULL CHECK (tries > 0),
    since_s INTEGER NOT NULL
) STRICT;;

CREATE TABLE watched_folders (
    path BLOB PRIMARY KEY,
    since_s INTEGER NOT NULL
) STRICT;;

CREATE INDEX files_by_inode ON files (inode, size_bytes, mtime_ns) WHERE inode <> 0;;
CREATE INDEX fingerprints_by_size ON fingerprints (size_bytes);;
CREATE INDEX works_by_fingerprint ON works (fingerprint_id);;
CREATE INDEX files_by_fingerprint ON files (fingerprint_id);;
"""
