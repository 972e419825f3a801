"""Terms can name licensees, end on a day, and tell where they stand in full."""

SCHEMA_0034 = """
ALTER TABLE terms ADD COLUMN licensees TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(licensees));;
ALTER TABLE terms ADD COLUMN expires TEXT CHECK (expires GLOB '????-??-??');;
ALTER TABLE terms ADD COLUMN address TEXT NOT NULL DEFAULT '' CHECK (length(address) <= 300);;
"""
