"""Files in: found on disk, fingerprinted in worker processes. Knows no store and no interface."""
