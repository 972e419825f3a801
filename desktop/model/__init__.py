"""Values that cross a boundary between rooms: frozen dataclasses, one file a subject."""
