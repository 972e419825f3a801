"""The soft binding's value as bytes: the library that signs can only write a list of numbers.

C2PA 2.2 section 9.3 (soft binding: `value` and `pad` are byte strings) and 13.2 (COSE, RFC 9052).
The assertion, its hash in the claim and the signature of the claim are replaced by ones of the same
length, so that no place in the file changes. The manifest is checked afterwards, as any other.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from desktop.copies.pieces import BLOCK_BYTES
from desktop.model.copies import Algorithm, Signer

LABEL = "c2pa.soft-binding"
_ASSERTIONS, _SIGNATURE, _CLAIMS = "c2pa.assertions", "c2pa.signature", ("c2pa.claim.v2",)
_NUMBER_BYTES = 32
_GIF_BLOCK = 255


@dataclass(frozen=True, slots=True)
class _Box:
    """A superbox with a label; inside: where the boxes behind its description start."""

    label: str
    start: int
    inside: int
    stop: int


def in_bytes(store: bytes, signer: Signer) -> bytes | None:
    """Return a manifest store whose active manifest binds by bytes; None where that is not known.

    store: as the library returned it.
    """
    if signer.algorithm is not Algorithm.ES256:
        return None
    outer = next(_superboxes(store, 0, len(store)), None)
    manifests = list(_superboxes(store, outer.inside, outer.stop)) if outer else []
    parts = {one.label: one for one in _inside(store, manifests[-1])} if manifests else {}
    claim = next((parts[label] for label in _CLAIMS if label in parts), None)
    held = parts.get(_ASSERTIONS)
    bound = (
        next((one for one in _inside(store, held) if one.label == LABEL), None) if held else None
    )
    if claim is None or bound is None or _SIGNATURE not in parts:
        return None
    changed = _bound(store, bound)
    if changed is None:
        return None
    old, new = (
        hashlib.sha256(one[bound.start + 8 : bound.stop]).digest() for one in (store, changed)
    )
    start, stop = _content(changed, claim)
    if changed[start:stop].count(old) != 1:
        return None
    changed = changed[:start] + changed[start:stop].replace(old, new) + changed[stop:]
    return _signed(changed, changed[start:stop], parts[_SIGNATURE], signer)


def put_in(copy: BinaryIO, old: bytes, new: bytes) -> bool:
    """Put one store in the place of another of its length; False where it is not found whole."""
    copy.seek(0)
    head = copy.read(4)
    held = next((one for start, one in _HOLDERS if head.startswith(start)), bytes)
    place = _find(copy, held(old))
    if place < 0:
        return False
    copy.seek(place)
    copy.write(held(new))
    return True


def _bound(store: bytes, bound: _Box) -> bytes | None:
    """Return the store with the assertion's value in bytes, padded to the length it had."""
    start, stop = _content(store, bound)
    try:
        said = cbor2.loads(store[start:stop])
        said["blocks"] = [{**one, "value": bytes(one["value"])} for one in said["blocks"]]
    except (cbor2.CBORError, ValueError, TypeError, KeyError):
        return None
    for size in range(stop - start):
        written = cbor2.dumps({**said, "pad": bytes(size)})
        if len(written) == stop - start:
            return store[:start] + written + store[stop:]
    return None


def _signed(store: bytes, claim: bytes, signature: _Box, signer: Signer) -> bytes | None:
    """Return the store with the claim signed anew (RFC 9052, section 4.4)."""
    start, stop = _content(store, signature)
    key = load_pem_private_key(signer.key_pem, None)
    try:
        protected, _, _, old = cbor2.loads(store[start:stop]).value
    except (cbor2.CBORError, ValueError, AttributeError):
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or len(old) != 2 * _NUMBER_BYTES:
        return None
    told = cbor2.dumps(["Signature1", protected, b"", claim])
    r, s = utils.decode_dss_signature(key.sign(told, ec.ECDSA(hashes.SHA256())))
    new = r.to_bytes(_NUMBER_BYTES, "big") + s.to_bytes(_NUMBER_BYTES, "big")
    if store[start:stop].count(old) != 1:
        return None
    return store[:start] + store[start:stop].replace(old, new) + store[stop:]


def _superboxes(data: bytes, at: int, stop: int) -> Iterator[_Box]:
    """Yield the superboxes in a part of data (ISO 19566-5, section 6)."""
    while stop - at >= 8:
        size = int.from_bytes(data[at : at + 4], "big")
        if size < 8 or at + size > stop:
            return
        if data[at + 4 : at + 8] == b"jumb":
            described = int.from_bytes(data[at + 8 : at + 12], "big")
            label = data[at + 33 : at + 8 + described].partition(b"\0")[0]
            yield _Box(label.decode("utf-8", "replace"), at, at + 8 + described, at + size)
        at += size


def _inside(data: bytes, box: _Box) -> Iterator[_Box]:
    return _superboxes(data, box.inside, box.stop)


def _content(data: bytes, box: _Box) -> tuple[int, int]:
    """Return where the contents of a superbox's one content box start and stop."""
    size = int.from_bytes(data[box.inside : box.inside + 4], "big")
    return box.inside + 8, box.inside + size


def _in_chunk(store: bytes) -> bytes:
    """Return a store as a PNG has it, with the sum behind it (PNG, 5.3)."""
    chunk = b"caBX" + store
    return chunk + zlib.crc32(chunk).to_bytes(4, "big")


def _in_blocks(store: bytes) -> bytes:
    """Return a store as a GIF has it, in sub-blocks."""
    parts = [store[at : at + _GIF_BLOCK] for at in range(0, len(store), _GIF_BLOCK)]
    return b"".join(bytes([len(one)]) + one for one in parts)


def _find(copy: BinaryIO, wanted: bytes) -> int:
    """Return where bytes stand in a file, -1 where they do not."""
    at, kept = 0, b""
    copy.seek(0)
    while data := copy.read(BLOCK_BYTES):
        window = kept + data
        place = window.find(wanted)
        if place >= 0:
            return at - len(kept) + place
        kept = window[-(len(wanted) - 1) :]
        at += len(data)
    return -1


_HOLDERS: tuple[tuple[bytes, Callable[[bytes], bytes]], ...] = (
    (b"\x89PNG", _in_chunk),
    (b"GIF8", _in_blocks),
)
