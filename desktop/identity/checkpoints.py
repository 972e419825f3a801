"""Signed checkpoints of the journal: so many rows, ending in this hash (eddsa-jcs-2022).

Kept somewhere else, a checkpoint shows later whether rows were cut off or written anew; the seals
in it show the same of the tables in which the user's decisions about money are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from desktop.errors import SignatureProblem
from desktop.identity.canonical import canonical_bytes, parse_json
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import methods_of_did_key, sign_document, verify_document
from desktop.model.journal import Checkpoint, Seal
from desktop.model.times import from_rfc3339, to_rfc3339

TYPE = "ResidualsJournalCheckpoint"
VERSION = "1.0"
MAX_BYTES = 65_536
_FIELDS = {"type", "version", "rows", "head", "created", "tables", "proof"}
_SEAL = {"rows", "last", "columns", "sha256"}
_MOST_TABLES = 200
_HEX = frozenset("0123456789abcdef")


def signed_checkpoint(
    seq: int, head: str, key: SigningKey, *, created: datetime, seals: Sequence[Seal] = ()
) -> Checkpoint:
    """Return the checkpoint of a journal of seq rows whose newest row has the hash head."""
    said = {
        "type": TYPE,
        "version": VERSION,
        "rows": seq,
        "head": head,
        "created": to_rfc3339(created),
        "tables": {
            one.table: {
                "rows": one.rows,
                "last": one.last,
                "columns": one.columns,
                "sha256": one.sha256,
            }
            for one in seals
        },
    }
    return read_checkpoint(canonical_bytes(sign_document(said, key, created=created)))


def read_checkpoint(document: bytes) -> Checkpoint:
    """Read a checkpoint and verify its signature by the key it names. Raises SignatureProblem."""
    try:
        if len(document) > MAX_BYTES:
            raise ValueError("it is far too large")
        said = parse_json(document)
        if not isinstance(said, dict) or set(said) != _FIELDS:
            raise ValueError("it is something else")
        if (said["type"], said["version"]) != (TYPE, VERSION):
            raise ValueError("it is of a kind this app does not know")
        rows, head = said["rows"], said["head"]
        if type(rows) is not int or rows < 1 or len(head) != 64 or not _HEX.issuperset(head):
            raise ValueError("its numbers cannot be")
        did = str(said["proof"]["verificationMethod"]).partition("#")[0]
        seals = tuple(_seal(name, one) for name, one in said["tables"].items())
        if len(seals) > _MOST_TABLES:
            raise ValueError("it names far too many tables")
        made = from_rfc3339(said["created"])
        methods = methods_of_did_key(did)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SignatureProblem(f"This is no checkpoint of a journal: {error}.") from error
    verify_document(said, methods)
    return Checkpoint(seq=rows, head=head, made=made, did=did, document=document, seals=seals)


def _seal(table: str, said: Mapping[str, Any]) -> Seal:
    numbers = [said[name] for name in ("rows", "last", "columns")]
    if set(said) != _SEAL or any(type(one) is not int for one in numbers):
        raise ValueError("its numbers cannot be")
    return Seal(table=table, **said)
