"""Read what files say of themselves, by kind: pictures, sounds, films, documents, books."""
