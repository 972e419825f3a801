"""Reads from ISCCs what a registry compares: the content code and the instance code."""

from __future__ import annotations

from dataclasses import dataclass

import iscc_lib

MT_CONTENT = 2
MT_INSTANCE = 4
CODE_BYTES = 8
NEAR_BITS = 8
FEATURELESS_BITS = 3
"""A code with fewer set (or unset) bits than this comes from a picture of nothing."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A decoded ISCC unit."""

    main_type: int
    subtype: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Codes:
    """What is compared. content is None where there is none, or none worth comparing."""

    subtype: int | None
    content: bytes | None


def read_unit(text: str) -> Unit:
    """Decode one unit. Raises ValueError."""
    main_type, subtype, _version, _length, digest = iscc_lib.iscc_decode(text)
    return Unit(int(main_type), int(subtype), bytes(digest))


def parts_of(iscc: str) -> list[Unit]:
    """Return the 64-bit units of an ISCC-CODE. Raises ValueError."""
    return [read_unit(unit) for unit in iscc_lib.iscc_decompose(iscc)]


def codes_of(iscc: str, units: list[str], datahash: str) -> Codes:
    """Check that a fingerprint agrees with itself and return what can be compared.

    Raises ValueError, in words, if its parts contradict each other.
    """
    digest = bytes.fromhex(datahash[4:])
    all_units = parts_of(iscc) + [read_unit(unit) for unit in units]
    instances = [unit for unit in all_units if unit.main_type == MT_INSTANCE]
    if not instances:
        raise ValueError("the ISCC-CODE has no Instance-Code")
    if any(not digest.startswith(unit.digest) for unit in instances):
        raise ValueError("the Instance-Code does not belong to the datahash")
    contents = {
        (unit.subtype, unit.digest[:CODE_BYTES])
        for unit in all_units
        if unit.main_type == MT_CONTENT
    }
    if len(contents) > 1:
        raise ValueError("the units do not belong to the ISCC-CODE")
    if not contents or _is_featureless(next(iter(contents))[1]):
        return Codes(subtype=None, content=None)
    return Codes(*contents.pop())


def distance_bits(one: bytes, other: bytes) -> int:
    """Return how many bits differ between two codes of equal length."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def _is_featureless(code: bytes) -> bool:
    ones = int.from_bytes(code).bit_count()
    return not FEATURELESS_BITS <= ones <= 8 * len(code) - FEATURELESS_BITS
