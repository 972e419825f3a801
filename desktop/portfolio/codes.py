"""Hash a file once and put its ISCC units together (ISO 24138)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import iscc_lib

CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashes:
    """The hashes of all bytes of a file; data and instance are 256-bit units, "ISCC:…"."""

    data: str
    instance: str
    datahash: str
    sha256: str
    md5: str
    size_bytes: int


def hash_chunks(chunks: Iterable[bytes | memoryview]) -> Hashes:
    """Return every hash of the bytes, each chunk seen once."""
    both, sha256 = iscc_lib.SumHasher(), hashlib.sha256()
    md5 = hashlib.md5(usedforsecurity=False)
    for chunk in chunks:
        both.update(chunk)
        sha256.update(chunk)
        md5.update(chunk)
    result = both.finalize(bits=256, add_units=True)
    data, instance = result["units"]
    return Hashes(
        data=data,
        instance=instance,
        datahash=result["datahash"],
        sha256=sha256.hexdigest(),
        md5=md5.hexdigest(),
        size_bytes=result["filesize"],
    )


def shorten(unit: str) -> str:
    """Return the 64-bit unit of a longer one: its body's first 8 bytes under their own header."""
    main, sub, version, _, body = iscc_lib.iscc_decode(unit)
    return f"ISCC:{iscc_lib.encode_component(main, sub, version, 64, body[:8])}"


def words_of(unit: str) -> tuple[int, ...]:
    """Return the body of a unit as 64-bit words."""
    body = iscc_lib.iscc_decode(unit)[4]
    return tuple(int.from_bytes(body[at : at + 8], "big") for at in range(0, len(body), 8))


def compose(units: tuple[str, ...]) -> str:
    """Return the ISCC-CODE of units given in the order of the standard."""
    return str(iscc_lib.gen_iscc_code_v0(list(units))["iscc"])


def meta_unit(name: str, description: str, meta: str) -> str:
    """Return the 256-bit Meta-Code unit. meta is a data URL, or empty; a wrong one is left out."""
    try:
        made = iscc_lib.gen_meta_code_v0(name, description or None, meta or None, bits=256)
    except ValueError:
        made = iscc_lib.gen_meta_code_v0(name, description or None, None, bits=256)
    return str(made["iscc"])


def has_name(name: str) -> bool:
    """Say whether anything is left of a title once it is cleaned as the Meta-Code cleans it."""
    cleaned = iscc_lib.text_remove_newlines(iscc_lib.text_clean(name))
    return bool(iscc_lib.text_trim(cleaned, iscc_lib.core_opts.meta_trim_name))
