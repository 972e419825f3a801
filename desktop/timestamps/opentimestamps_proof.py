"""OpenTimestamps: what is asked of a calendar, and what of its answers is a proof.

A proof leads from the hash by additions and hashings to the Merkle root of a Bitcoin block. Which
time that block has is for the reader to look up: this app has no copy of the chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.errors import Untrusted

if TYPE_CHECKING:
    from opentimestamps.core.timestamp import Timestamp

CONTENT_TYPE = "application/vnd.opentimestamps.v1"
PUBLIC_CALENDARS = {
    "OpenTimestamps Alice": "https://a.pool.opentimestamps.org",
    "OpenTimestamps Bob": "https://b.pool.opentimestamps.org",
    "OpenTimestamps Eternity Wall": "https://a.pool.eternitywall.com",
    "OpenTimestamps Catallaxy": "https://ots.btc.catallaxy.com",
}
MAX_ANSWER_BYTES = 10_000
_MOST_ATTESTATIONS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A Bitcoin block that a proof leads to. merkle_root: hex as block explorers show it."""

    height: int
    merkle_root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """An .ots file, and what it says. blocks is empty while it is only a calendar's promise.

    pending: what the calendars that promised will be asked for (hex).
    """

    document: bytes
    blocks: tuple[Block, ...]
    pending: tuple[str, ...]


def read_promise(digest: bytes, answer: bytes) -> Proof:
    """Read a calendar's answer to a new digest (32 bytes of SHA-256). Raises Untrusted."""
    return _proof(_tree(digest, answer))


def upgraded(proof: bytes, commitment: str, answer: bytes) -> Proof:
    """Return a proof with what a calendar tells now about a commitment. Raises Untrusted."""
    whole = _open(proof)
    wanted = bytes.fromhex(commitment)
    known = next((one for one in _nodes(whole) if one.msg == wanted), None)
    if known is None:
        raise Untrusted("The calendar was asked about something that the proof does not have.")
    known.merge(_tree(wanted, answer))
    return _proof(whole)


def read_proof(document: bytes, digest: bytes) -> Proof:
    """Read an .ots file. Raises Untrusted unless it is one for that digest (32 bytes)."""
    whole = _open(document)
    if whole.msg != digest:
        raise Untrusted("The proof is for something else.")
    return _proof(whole)


def merged(documents: list[bytes]) -> bytes:
    """Return one .ots file of several for the same digest."""
    whole = _open(documents[0])
    for other in documents[1:]:
        whole.merge(_open(other))
    return _file(whole)


def _tree(message: bytes, answer: bytes) -> Timestamp:
    from opentimestamps.core.serialize import BytesDeserializationContext, DeserializationError
    from opentimestamps.core.timestamp import Timestamp

    if len(answer) > MAX_ANSWER_BYTES:
        raise Untrusted("The calendar's answer is far too large.")
    context = BytesDeserializationContext(answer)
    try:
        tree = Timestamp.deserialize(context, message)
        context.assert_eof()
    except (DeserializationError, ValueError, TypeError, RecursionError) as error:
        raise Untrusted("The calendar's answer is no timestamp.") from error
    return tree


def _open(document: bytes) -> Timestamp:
    from opentimestamps.core.op import OpSHA256
    from opentimestamps.core.serialize import BytesDeserializationContext, DeserializationError
    from opentimestamps.core.timestamp import DetachedTimestampFile

    try:
        file = DetachedTimestampFile.deserialize(BytesDeserializationContext(document))
    except (DeserializationError, ValueError, TypeError, RecursionError) as error:
        raise Untrusted("This is no OpenTimestamps proof.") from error
    if not isinstance(file.file_hash_op, OpSHA256):
        raise Untrusted("The proof is for another kind of hash than SHA-256.")
    tree: Timestamp = file.timestamp
    return tree


def _proof(tree: Timestamp) -> Proof:
    from opentimestamps.core.notary import BitcoinBlockHeaderAttestation, PendingAttestation

    blocks: dict[Block, None] = {}
    pending: dict[str, None] = {}
    for number, (message, attestation) in enumerate(tree.all_attestations()):
        if number >= _MOST_ATTESTATIONS:
            raise Untrusted("The proof has far too many attestations.")
        if isinstance(attestation, BitcoinBlockHeaderAttestation) and len(message) == 32:
            blocks[Block(height=attestation.height, merkle_root=message[::-1].hex())] = None
        elif isinstance(attestation, PendingAttestation):
            pending[message.hex()] = None
    if not blocks and not pending:
        raise Untrusted("The calendar promises nothing.")
    found = tuple(sorted(blocks, key=lambda one: one.height))
    return Proof(document=_file(tree), blocks=found, pending=tuple(pending))


def _file(tree: Timestamp) -> bytes:
    from opentimestamps.core.op import OpSHA256
    from opentimestamps.core.serialize import BytesSerializationContext
    from opentimestamps.core.timestamp import DetachedTimestampFile

    context = BytesSerializationContext()
    DetachedTimestampFile(OpSHA256(), tree).serialize(context)
    return bytes(context.getbytes())


def _nodes(tree: Timestamp) -> list[Timestamp]:
    """Return a tree's nodes; its depth is limited by how it was read."""
    found = [tree]
    for below in tree.ops.values():
        found += _nodes(below)
    return found
