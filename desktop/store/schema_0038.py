"""Addresses where works are published; the newest row of a work and an address counts."""

SCHEMA_0038 = """
CREATE TABLE work_addresses (
    work_address_id INTEGER PRIMARY KEY,
    work_id INTEGER NOT NULL REFERENCES works (work_id),
    address TEXT NOT NULL CHECK (
        length(address) <= 2000 AND (address GLOB 'https://?*' OR address GLOB 'http://?*')
    ),
    there INTEGER NOT NULL CHECK (there IN (0, 1)),
    said_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX work_addresses_by_work ON work_addresses (work_id, address, work_address_id);;
CREATE INDEX work_addresses_by_address ON work_addresses (address);;
"""

APPEND_ONLY_0038 = ("work_addresses",)
