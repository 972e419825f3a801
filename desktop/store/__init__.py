"""The library: one SQLite file, one writer. All SQL of the app lives in this room."""
