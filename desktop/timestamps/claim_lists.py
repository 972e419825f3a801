"""Lists of claims that are stamped together: the hashes of claims, one a line, sorted.

A service sees the hash of such a list and nothing else. Whoever checks a claim looks for its
hash in the list, and checks the proof for the list: `sha256sum`, `grep`, `ots` or `openssl ts`.
"""

from __future__ import annotations

from collections.abc import Iterable

from desktop.identity.canonical import sha256_hex

MOST = 5_000


def make_list(claim_hashes: Iterable[str]) -> bytes:
    """Return a list of claims' SHA-256 hashes (hex), each once."""
    return "".join(f"{one}\n" for one in sorted(set(claim_hashes))).encode()


def hash_of(document: bytes) -> str:
    """Return what is stamped: SHA-256 of the list, as hex."""
    return sha256_hex(document)


def names(document: bytes, claim_hash: str) -> bool:
    """Whether a list has a claim."""
    return claim_hash.encode() in document.split(b"\n")
